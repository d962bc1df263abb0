import { cells, create, refusals, update } from '../../testing/strategy-context';
import { ingressClassStrategy } from './strategy';

const CONTROLLER = 'k8s.io/ingress-nginx';
const parameters = (fields: object) => ({
  spec: { controller: CONTROLLER, parameters: { kind: 'Settings', name: 'own', ...fields } },
});

// Cases of k8s.io/kubernetes pkg/apis/networking/validation/validation_test.go TestValidateIngressClass.
describe('an IngressClass', () => {
  test.each<[title: string, object, string[]]>([
    ['a controller', { spec: { controller: CONTROLLER } }, []],
    ['no controller', {}, ['spec.controller: Required value']],
    [
      'a controller without a domain',
      { spec: { controller: 'nginx' } },
      ['spec.controller: Invalid value: "nginx": must be a domain-prefixed path (such as "acme.io/foo")'],
    ],
    ['parameters of the cluster', parameters({}), []],
    [
      'a namespace for parameters of the cluster',
      parameters({ namespace: 'lab06' }),
      ["spec.parameters.namespace: Forbidden: `parameters.scope` is set to 'Cluster'"],
    ],
    [
      'no namespace for parameters of one',
      parameters({ scope: 'Namespace' }),
      ["spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'"],
    ],
    [
      'an unknown scope',
      parameters({ scope: 'World' }),
      ['spec.parameters.scope: Unsupported value: "World": supported values: "Cluster", "Namespace"'],
    ],
    ['parameters without a kind', parameters({ kind: '' }), ['spec.parameters.kind: Required value']],
  ])('with %s', (_title, fields, expected) => {
    expect(refusals(ingressClassStrategy, fields)).toEqual(expected);
  });

  test('shows its controller and parameters', () => {
    const made = create(ingressClassStrategy, parameters({ apiGroup: 'example.com' }));
    expect(cells(ingressClassStrategy, made)).toMatchObject({
      Controller: CONTROLLER,
      Parameters: 'Settings.example.com/own',
    });
    const plain = create(ingressClassStrategy, { spec: { controller: CONTROLLER } });
    expect(cells(ingressClassStrategy, plain).Parameters).toBe('<none>');
  });

  test('keeps its controller', () => {
    const old = create(ingressClassStrategy, { spec: { controller: CONTROLLER } });
    const { refusals: errors } = update(ingressClassStrategy, old, (draft) => {
      draft.spec.controller = 'example.com/other';
    });
    expect(errors).toEqual(['spec.controller: Invalid value: "example.com/other": field is immutable']);
  });
});
