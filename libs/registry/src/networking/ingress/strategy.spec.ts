import { cells, create, refusals, update } from '../../testing/strategy-context';
import { ingressStrategy } from './strategy';

const backend = { service: { name: 'web', port: { number: 80 } } };
const path = (fields: object = {}) => ({ path: '/', pathType: 'Prefix', backend, ...fields });
const rule = (fields: object = {}, host?: string) => ({ host, http: { paths: [path(fields)] } });
const spec = (fields: object = {}, host?: string) => ({ spec: { rules: [rule(fields, host)] } });
const AT = 'spec.rules[0].http.paths[0]';

// Cases of k8s.io/kubernetes pkg/apis/networking/validation/validation_test.go TestValidateIngress and TestValidateIngressCreate.
describe('an Ingress', () => {
  test.each<[title: string, object, string[]]>([
    ['a rule', spec(), []],
    ['a wildcard host', spec({}, '*.example.com'), []],
    ['an empty ImplementationSpecific path', spec({ path: '', pathType: 'ImplementationSpecific' }), []],
    ['a default backend only', { spec: { defaultBackend: backend } }, []],
    [
      'nothing',
      { spec: {} },
      ['spec: Invalid value: null: either `defaultBackend` or `rules` must be specified'],
    ],
    [
      'no path type',
      spec({ pathType: undefined }),
      [`${AT}.pathType: Required value: pathType must be specified`],
    ],
    [
      'an unknown path type',
      spec({ pathType: 'Regex' }),
      [
        `${AT}.pathType: Unsupported value: "Regex": supported values: "Exact", "ImplementationSpecific", "Prefix"`,
      ],
    ],
    [
      'a relative path',
      spec({ path: 'shop' }),
      [`${AT}.path: Invalid value: "shop": must be an absolute path`],
    ],
    ['two slashes', spec({ path: '/a//b' }), [`${AT}.path: Invalid value: "/a//b": must not contain '//'`]],
    ['a dot at the end', spec({ path: '/a/.' }), [`${AT}.path: Invalid value: "/a/.": cannot end with '/.'`]],
    [
      'a host that is an address',
      spec({}, '10.0.0.1'),
      ['spec.rules[0].host: Invalid value: "10.0.0.1": must be a DNS name, not an IP address'],
    ],
    [
      'a wildcard in the middle',
      spec({}, 'a.*.com'),
      [
        `spec.rules[0].host: Invalid value: "a.*.com": a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
      ],
    ],
    [
      'no backend',
      spec({ backend: {} }),
      [`${AT}.backend: Invalid value: "": resource or service backend is required`],
    ],
    [
      'no port',
      spec({ backend: { service: { name: 'web' } } }),
      [`${AT}.backend: Required value: port name or number is required`],
    ],
    [
      'two ports',
      spec({ backend: { service: { name: 'web', port: { name: 'http', number: 80 } } } }),
      [`${AT}.backend: Invalid value: "": cannot set both port name & port number`],
    ],
    [
      'a port out of range',
      spec({ backend: { service: { name: 'web', port: { number: 70000 } } } }),
      [`${AT}.backend.service.port.number: Invalid value: 70000: must be between 1 and 65535, inclusive`],
    ],
    [
      'a resource and a service',
      spec({ backend: { ...backend, resource: { kind: 'Bucket', name: 'b' } } }),
      [`${AT}.backend: Invalid value: "": cannot set both resource and service backends`],
    ],
    [
      'no paths',
      { spec: { rules: [{ http: { paths: [] } }] } },
      ['spec.rules[0].http.paths: Required value'],
    ],
    [
      'two names of its class',
      {
        metadata: { annotations: { 'kubernetes.io/ingress.class': 'a' } },
        spec: { ...spec().spec, ingressClassName: 'b' },
      },
      [
        'annotations.kubernetes.io/ingress.class: Invalid value: "a": must match `ingressClassName` when both are specified',
      ],
    ],
  ])('with %s', (_title, fields, expected) => {
    expect(refusals(ingressStrategy, fields)).toEqual(expected);
  });

  test('shows its class, hosts, address and ports', () => {
    const rules = ['d.example.com', 'a.example.com', 'b.example.com', 'c.example.com', 'e.example.com'];
    const made = create(ingressStrategy, {
      spec: { ingressClassName: 'nginx', rules: rules.map((host) => rule({}, host)), tls: [{ hosts: [] }] },
    });
    const status = { loadBalancer: { ingress: [{ ip: '203.0.113.100' }, { hostname: 'lb.example.com' }] } };
    expect(cells(ingressStrategy, { ...made, status })).toMatchObject({
      Class: 'nginx',
      Hosts: 'd.example.com,a.example.com,b.example.com + 2 more...',
      Address: '203.0.113.100,lb.example.com',
      Ports: '80, 443',
    });
    expect(
      cells(ingressStrategy, create(ingressStrategy, { spec: { defaultBackend: backend } })),
    ).toMatchObject({ Class: '<none>', Hosts: '*', Address: '', Ports: '80' });
  });

  test('keeps its status in an update, and refuses an address that is none in an update of it', () => {
    const old = create(ingressStrategy, spec());
    const { object } = update(ingressStrategy, old, (draft) => {
      draft.status = { loadBalancer: { ingress: [{ ip: '203.0.113.100' }] } };
    });
    expect(object.status).toEqual({ loadBalancer: {} });
    const wrong = { ...old, status: { loadBalancer: { ingress: [{ ip: 'web' }] } } };
    expect(ingressStrategy.status?.validateUpdate?.(wrong, old, undefined as never)).toHaveLength(1);
  });
});
