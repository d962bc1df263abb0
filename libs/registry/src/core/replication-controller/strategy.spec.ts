import { cells, create, refusals, update } from '../../testing/strategy-context';
import { podTemplateStrategy } from '../pod-template/strategy';
import { replicationControllerStrategy as strategy } from './strategy';

const TEMPLATE = {
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'web', image: 'nginx:1.27' }] },
};
const refused = (spec: object) => refusals(strategy, { spec: { template: TEMPLATE, ...spec } });

// Cases of k8s.io/kubernetes pkg/apis/core/v1/defaults_test.go TestSetDefaultReplicationController.
test('labels and selector follow the template', () => {
  const made = create(strategy, { spec: { template: TEMPLATE } });
  expect(made.metadata.labels).toEqual({ app: 'web' });
  expect(made.spec).toMatchObject({ replicas: 1, selector: { app: 'web' } });
  expect(made.status).toEqual({ replicas: 0 });
  const own = create(strategy, {
    metadata: { labels: { own: 'yes' } },
    spec: { selector: { app: 'web' }, replicas: 0, template: TEMPLATE },
  });
  expect(own.metadata.labels).toEqual({ own: 'yes' });
  expect(own.spec.replicas).toBe(0);
});

// Cases of k8s.io/kubernetes pkg/apis/core/validation/validation_test.go TestValidateReplicationController.
test.each<[string, string[], string[]]>([
  [
    'without a template',
    refused({ template: undefined }),
    ['spec.selector: Required value', 'spec.template: Required value'],
  ],
  [
    'with a selector that its template does not fit',
    refused({ selector: { app: 'db' } }),
    [
      'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
    ],
  ],
  [
    'with less than no replicas',
    refused({ replicas: -1, minReadySeconds: -1 }),
    [
      'spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0',
      'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    ],
  ],
  [
    'with pods that end',
    refused({
      template: { ...TEMPLATE, spec: { ...TEMPLATE.spec, restartPolicy: 'Never', activeDeadlineSeconds: 5 } },
    }),
    [
      'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
      'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicationController is not Supported',
    ],
  ],
])('a ReplicationController is refused %s', (_title, errors, messages) => {
  expect(errors).toEqual(messages);
});

test('its selector may change with its template', () => {
  const old = create(strategy, { spec: { template: TEMPLATE } });
  const { refusals: errors } = update(strategy, old, (draft) => {
    draft.spec.selector = { app: 'api' };
    draft.spec.template = { ...TEMPLATE, metadata: { labels: { app: 'api' } } };
  });
  expect(errors).toEqual([]);
});

test('what kubectl get -o wide shows, and its scale', () => {
  const made = create(strategy, { spec: { replicas: 3, template: TEMPLATE } });
  expect(cells(strategy, { ...made, status: { replicas: 2, readyReplicas: 1 } })).toEqual({
    Name: 'x',
    Desired: 3,
    Current: 2,
    Ready: 1,
    Age: '<unknown>',
    Containers: 'web',
    Images: 'nginx:1.27',
    Selector: 'app=web',
  });
  expect(strategy.scale?.replicas(made)).toEqual({ spec: 3, status: 0, selector: 'app=web' });
});

test('a PodTemplate is a template with a name', () => {
  const made = create(podTemplateStrategy, { template: TEMPLATE });
  expect(made.template?.spec?.restartPolicy).toBe('Always');
  expect(cells(podTemplateStrategy, made)).toEqual({
    Name: 'x',
    Containers: 'web',
    Images: 'nginx:1.27',
    'Pod Labels': 'app=web',
  });
  expect(refusals(podTemplateStrategy, {})).toEqual(['template.spec.containers: Required value']);
});
