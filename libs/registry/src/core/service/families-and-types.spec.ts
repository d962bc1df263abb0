import type { Service } from '@podlab/api';
import { contextOver, create, refusals, statusOf, update } from '../../testing/strategy-context';
import { serviceStrategy } from './strategy';

const PORT = { port: 80 };
const service = (spec: object) => create(serviceStrategy, { spec });

// Cases of pkg/registry/core/service/storage/storage_test.go TestCreateInitIPFields and TestUpdateDualStack….
describe('in a cluster of both families', () => {
  const both = (...stored: Service[]) =>
    contextOver({ services: stored }, '1', '10.96.0.0/16,fd00:10:96::/112');
  const made = (spec: object, context = both()) =>
    create(serviceStrategy, { spec: { ports: [PORT], ...spec } }, context).spec;

  test.each<[string, object, string[], string[]]>([
    ['one family unless asked', {}, ['IPv4'], ['10.96.']],
    [
      'both where preferred',
      { ipFamilyPolicy: 'PreferDualStack' },
      ['IPv4', 'IPv6'],
      ['10.96.', 'fd00:10:96::'],
    ],
    [
      'both where required',
      { ipFamilyPolicy: 'RequireDualStack' },
      ['IPv4', 'IPv6'],
      ['10.96.', 'fd00:10:96::'],
    ],
    ['the one that is named', { ipFamilies: ['IPv6'] }, ['IPv6'], ['fd00:10:96::']],
    [
      'both in the order that is named',
      { ipFamilies: ['IPv6', 'IPv4'], ipFamilyPolicy: 'RequireDualStack' },
      ['IPv6', 'IPv4'],
      ['fd00:10:96::', '10.96.'],
    ],
    ['the one of the address', { clusterIP: 'fd00:10:96::99' }, ['IPv6'], ['fd00:10:96::99']],
  ])('a Service has %s', (_title, spec, families, starts) => {
    const { ipFamilies, clusterIPs = [], clusterIP } = made(spec);
    expect(ipFamilies).toEqual(families);
    expect(clusterIPs.map((ip, index) => ip.startsWith(starts[index]))).toEqual(starts.map(() => true));
    expect(clusterIP).toBe(clusterIPs[0]);
  });

  test.each<[string, object, string]>([
    [
      'two families under SingleStack',
      { ipFamilies: ['IPv4', 'IPv6'] },
      "spec.ipFamilyPolicy: Invalid value: \"SingleStack\": must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified",
    ],
    [
      'an address of the other family',
      { ipFamilies: ['IPv4'], clusterIP: 'fd00:10:96::99' },
      'spec.clusterIPs[0]: Invalid value: "fd00:10:96::99": expected an IPv4 value as indicated by `ipFamilies[0]`',
    ],
    [
      'an address that another holds in another form',
      { clusterIP: 'fd00:10:96:0::5' },
      'spec.clusterIPs: Invalid value: ["fd00:10:96:0::5"]: failed to allocate IP fd00:10:96:0::5: provided IP is already allocated',
    ],
  ])('%s is refused', (_title, spec, message) => {
    const taken = create(
      serviceStrategy,
      { metadata: { name: 'y' }, spec: { ports: [PORT], clusterIP: 'fd00:10:96::5' } },
      both(),
    );
    expect(refusals(serviceStrategy, { spec: { ports: [PORT], ...spec } }, both(taken))).toEqual([message]);
  });

  test('a second address comes with the policy, and goes with it', () => {
    const single = create(serviceStrategy, { spec: { ports: [PORT] } }, both());
    const context = both(single);
    const up = update(
      serviceStrategy,
      single,
      (draft) => void (draft.spec.ipFamilyPolicy = 'RequireDualStack'),
      context,
    );
    expect(up.refusals).toEqual([]);
    expect(up.object.spec.clusterIPs).toEqual([
      single.spec.clusterIP,
      expect.stringMatching(/^fd00:10:96::/),
    ]);
    const down = update(
      serviceStrategy,
      up.object,
      (draft) => void (draft.spec.ipFamilyPolicy = 'SingleStack'),
      context,
    );
    expect([down.refusals, down.object.spec.clusterIPs, down.object.spec.ipFamilies]).toEqual([
      [],
      [single.spec.clusterIP],
      ['IPv4'],
    ]);
  });

  test('a second address given back under another policy is refused', () => {
    const dual = create(
      serviceStrategy,
      { spec: { ports: [PORT], ipFamilyPolicy: 'RequireDualStack' } },
      both(),
    );
    const less = (draft: Service) => {
      draft.spec.clusterIPs = draft.spec.clusterIPs?.slice(0, 1);
      draft.spec.ipFamilies = draft.spec.ipFamilies?.slice(0, 1);
    };
    expect(statusOf(() => update(serviceStrategy, dual, less, both(dual)))).toBe(
      'Service "x" is invalid: [spec.ipFamilyPolicy: Invalid value: "RequireDualStack": must be \'SingleStack\' to release the secondary cluster IP, spec.ipFamilyPolicy: Invalid value: "RequireDualStack": must be \'SingleStack\' to release the secondary IP family]',
    );
  });
});

// Cases of pkg/registry/core/service/strategy_test.go TestDropTypeDependentFields and storage_test.go TestPatchAllocatedValues.
describe('a change of type', () => {
  const ports = [
    { name: 'a', port: 80, nodePort: 30080 },
    { name: 'b', port: 81, nodePort: 30081 },
  ];
  const balancer = service({
    type: 'LoadBalancer',
    externalTrafficPolicy: 'Local',
    loadBalancerClass: 'x/y',
    ports,
  });
  const change = (spec: (draft: Service['spec']) => void) =>
    update(serviceStrategy, balancer, (draft) => spec(draft.spec));

  test('from LoadBalancer to ClusterIP drops what only the balancer had', () => {
    const { object, refusals: errors } = change((spec) => void (spec.type = 'ClusterIP'));
    expect(errors).toEqual([]);
    expect(Object.keys(object.spec).sort()).toEqual([
      'clusterIP',
      'clusterIPs',
      'internalTrafficPolicy',
      'ipFamilies',
      'ipFamilyPolicy',
      'ports',
      'sessionAffinity',
      'type',
    ]);
    expect(object.spec.ports?.map(({ nodePort }) => nodePort)).toEqual([undefined, undefined]);
  });

  test('drops no node port that the same update brings', () => {
    const { refusals: errors } = change((spec) => {
      spec.type = 'ClusterIP';
      spec.ports = [{ name: 'a', port: 80, nodePort: 30099 }];
    });
    expect(errors).toEqual(["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"]);
  });

  test('a port is known by its name: its number may change and it keeps its node port', () => {
    const { object } = change((spec) => void (spec.ports = [{ name: 'b', port: 8081 }]));
    expect(object.spec.ports).toMatchObject([{ port: 8081, nodePort: 30081 }]);
  });

  test('the health check port may not be changed', () => {
    const { refusals: errors } = change((spec) => void (spec.healthCheckNodePort = 30999));
    expect(errors).toEqual(['spec.healthCheckNodePort: Forbidden: field is immutable']);
  });

  test('from ExternalName to ClusterIP takes an address', () => {
    const outside = service({ type: 'ExternalName', externalName: 'example.com' });
    const { object, refusals: errors } = update(serviceStrategy, outside, ({ spec }) => {
      spec.type = 'ClusterIP';
      spec.ports = [PORT];
    });
    expect(errors).toEqual([]);
    expect(object.spec).toMatchObject({
      clusterIP: expect.stringMatching(/^10\.96\./),
      ipFamilies: ['IPv4'],
    });
  });

  test('what addresses a balancer had go with it', () => {
    const status = { loadBalancer: { ingress: [{ ip: '203.0.113.100' }] } };
    const { object } = update(
      serviceStrategy,
      { ...balancer, status },
      ({ spec }) => void (spec.type = 'NodePort'),
    );
    expect(object.status).toEqual({ loadBalancer: {} });
  });
});

// Cases of pkg/api/service/warnings_test.go.
test.each<[object, string[]]>([
  [{ ports: [PORT] }, []],
  [
    { clusterIP: 'None', externalIPs: ['203.0.113.9'], sessionAffinity: 'ClientIP' },
    [
      'spec.externalIPs is ignored for headless services',
      'spec.SessionAffinity is ignored for headless services',
    ],
  ],
  [
    { ports: [PORT], externalIPs: ['2001:DB8::1'] },
    [
      'spec.externalIPs[0]: IPv6 address "2001:DB8::1" should be in RFC 5952 canonical format ("2001:db8::1")',
      'spec.externalIPs is deprecated and may no longer be implemented in some clusters',
    ],
  ],
  [
    { ports: [PORT], externalName: 'a', trafficDistribution: 'PreferClose' },
    [
      'spec.externalName is ignored when spec.type is not "ExternalName"',
      'spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"',
    ],
  ],
  [
    { type: 'LoadBalancer', loadBalancerSourceRanges: ['10.0.0.0/8', 'FD00::/64'] },
    [
      'spec.loadBalancerSourceRanges[1]: IPv6 CIDR value "FD00::/64" should be in RFC 5952 canonical format ("fd00::/64")',
    ],
  ],
])('warnings of %j', (spec, warnings) => {
  const draft = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'x' },
    spec: { type: 'ClusterIP', ...spec },
  };
  expect(serviceStrategy.warnings?.(draft as Service)).toEqual(warnings);
});
