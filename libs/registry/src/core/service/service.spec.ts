import type { Service } from '@podlab/api';
import fc from 'fast-check';
import { Prng, seedPrng } from '@podlab/kernel';
import { cells, contextOver, create, refusals, statusOf, update } from '../../testing/strategy-context';
import { AllocationError, allocateClusterIP, kubernetesServiceIP, serviceNetwork } from './ip-allocator';
import { allocateNodePort } from './port-allocator';
import { serviceStrategy } from './strategy';

const PORT = { port: 80 };
const service = (spec: object, metadata: object = {}) => create(serviceStrategy, { spec, metadata });
const random = (seed = '1') => new Prng(seedPrng(seed, 'test'));

// Cases of k8s.io/kubernetes pkg/apis/core/v1/defaults_test.go.
describe('what a Service gets by default', () => {
  test('a ClusterIP', () => {
    const { spec, status } = service({ selector: { app: 'web' }, ports: [PORT] });
    expect(spec).toEqual({
      selector: { app: 'web' },
      type: 'ClusterIP',
      ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
      sessionAffinity: 'None',
      internalTrafficPolicy: 'Cluster',
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      clusterIP: expect.stringMatching(/^10\.96\./),
      clusterIPs: [spec.clusterIP],
    });
    expect(status).toEqual({ loadBalancer: {} });
  });

  test.each([
    ['a NodePort', { type: 'NodePort', ports: [PORT] }, { externalTrafficPolicy: 'Cluster' }],
    [
      'a LoadBalancer',
      { type: 'LoadBalancer', ports: [PORT] },
      { externalTrafficPolicy: 'Cluster', allocateLoadBalancerNodePorts: true },
    ],
    ['external IPs', { externalIPs: ['203.0.113.1'], ports: [PORT] }, { externalTrafficPolicy: 'Cluster' }],
    [
      'client affinity',
      { sessionAffinity: 'ClientIP', ports: [PORT] },
      { sessionAffinityConfig: { clientIP: { timeoutSeconds: 10800 } } },
    ],
    [
      'a headless one without selector',
      { clusterIP: 'None' },
      { clusterIPs: ['None'], ipFamilyPolicy: 'RequireDualStack', ipFamilies: ['IPv4', 'IPv6'] },
    ],
    [
      'a headless one with selector',
      { clusterIP: 'None', selector: { a: 'b' } },
      { clusterIPs: ['None'], ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv4'] },
    ],
  ])('%s', (_title, spec, expected) => {
    expect(service(spec).spec).toMatchObject(expected);
  });

  test('an ExternalName has no address', () => {
    const { spec } = service({ type: 'ExternalName', externalName: 'example.com' });
    expect(spec).toEqual({ type: 'ExternalName', externalName: 'example.com', sessionAffinity: 'None' });
  });
});

// Cases of k8s.io/kubernetes pkg/apis/core/validation/validation_test.go TestValidateServiceCreate.
describe('a Service is refused', () => {
  test.each<[string, object, string[]]>([
    ['without ports', {}, ['spec.ports: Required value']],
    [
      'with a port too high',
      { ports: [{ port: 70000 }] },
      [
        'spec.ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive',
        'spec.ports[0].targetPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
      ],
    ],
    [
      'with a target port too high',
      { ports: [{ port: 80, targetPort: 70000 }] },
      ['spec.ports[0].targetPort: Invalid value: 70000: must be between 1 and 65535, inclusive'],
    ],
    [
      'with a bad target port name',
      { ports: [{ port: 80, targetPort: 'HTTP' }] },
      [
        'spec.ports[0].targetPort: Invalid value: "HTTP": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
        'spec.ports[0].targetPort: Invalid value: "HTTP": must contain at least one letter (a-z)',
      ],
    ],
    [
      'with two nameless ports',
      { ports: [PORT, { port: 81 }] },
      ['spec.ports[0].name: Required value', 'spec.ports[1].name: Required value'],
    ],
    [
      'with the same port name twice',
      {
        ports: [
          { port: 80, name: 'a' },
          { port: 81, name: 'a' },
        ],
      },
      ['spec.ports[1].name: Duplicate value: "a"'],
    ],
    [
      'with the same port twice',
      {
        ports: [
          { port: 80, name: 'a' },
          { port: 80, name: 'b' },
        ],
      },
      [
        'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}',
      ],
    ],
    [
      'with an unknown protocol',
      { ports: [{ port: 80, protocol: 'ICMP' }] },
      ['spec.ports[0].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"'],
    ],
    [
      'of an unknown type',
      { type: 'Ingress', ports: [PORT] },
      [
        'spec.type: Unsupported value: "Ingress": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
      ],
    ],
    [
      'with a node port on a ClusterIP',
      { ports: [{ port: 80, nodePort: 30080 }] },
      ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
    ],
    [
      'with a node port twice',
      {
        type: 'NodePort',
        ports: [
          { port: 80, name: 'a', nodePort: 30080 },
          { port: 81, name: 'b', nodePort: 30080 },
        ],
      },
      ['spec.ports[1].nodePort: Invalid value: 30080: provided port is already allocated'],
    ],
    [
      'as a headless NodePort',
      { type: 'NodePort', clusterIP: 'None', ports: [PORT] },
      ['spec.clusterIPs[0]: Invalid value: "None": may not be set to \'None\' for NodePort services'],
    ],
    ['as an ExternalName without a name', { type: 'ExternalName' }, ['spec.externalName: Required value']],
    [
      'with an unknown affinity',
      { sessionAffinity: 'Cookie', ports: [PORT] },
      ['spec.sessionAffinity: Unsupported value: "Cookie": supported values: "ClientIP", "None"'],
    ],
    [
      'with too long an affinity',
      {
        sessionAffinity: 'ClientIP',
        sessionAffinityConfig: { clientIP: { timeoutSeconds: 86401 } },
        ports: [PORT],
      },
      [
        'spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 86401: must be greater than 0 and less than 86400',
      ],
    ],
    [
      'with an external policy on a ClusterIP',
      { externalTrafficPolicy: 'Local', ports: [PORT] },
      [
        'spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services',
      ],
    ],
    [
      'with an unknown internal policy',
      { internalTrafficPolicy: 'Near', ports: [PORT] },
      ['spec.internalTrafficPolicy: Unsupported value: "Near": supported values: "Cluster", "Local"'],
    ],
    [
      'with source ranges on a ClusterIP',
      { loadBalancerSourceRanges: ['10.0.0.0/8'], ports: [PORT] },
      ["spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'"],
    ],
    [
      'with a loopback external IP',
      { externalIPs: ['127.0.0.1'], ports: [PORT] },
      [
        'spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
      ],
    ],
    [
      'with a bad cluster IP',
      { clusterIP: '10.96.0', ports: [PORT] },
      [
        'spec.clusterIPs[0]: Invalid value: "10.96.0": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      ],
    ],
    [
      'with a bad selector',
      { selector: { app: 'a b' }, ports: [PORT] },
      [
        expect.stringContaining(
          'spec.selector[app]: Invalid value: "a b": a valid label must be',
        ) as unknown as string,
      ],
    ],
  ])('%s', (_title, spec, messages) => {
    expect(refusals(serviceStrategy, { spec })).toEqual(messages);
  });

  test('under a name that DNS can not have', () => {
    const [message] = refusals(serviceStrategy, { metadata: { name: '1web' }, spec: { ports: [PORT] } });
    expect(message).toContain(
      'metadata.name: Invalid value: "1web": a DNS-1035 label must consist of lower case alphanumeric',
    );
  });
});

describe('addresses and node ports', () => {
  const taken = service(
    { type: 'NodePort', clusterIP: '10.96.0.10', ports: [{ port: 80, nodePort: 30080 }] },
    { name: 'taken' },
  );
  const context = () => contextOver({ services: [taken] });
  const attempt = (spec: object) => () =>
    create(serviceStrategy, { metadata: { name: 'web' }, spec }, context());

  test.each([
    [
      'an address that is taken',
      { clusterIP: '10.96.0.10', ports: [PORT] },
      'Service "web" is invalid: spec.clusterIPs: Invalid value: ["10.96.0.10"]: failed to allocate IP 10.96.0.10: provided IP is already allocated',
    ],
    [
      'an address outside of the range',
      { clusterIP: '10.97.0.1', ports: [PORT] },
      'Service "web" is invalid: spec.clusterIPs: Invalid value: ["10.97.0.1"]: failed to allocate IP 10.97.0.1: the provided network does not match the current range',
    ],
    [
      'the range itself',
      { clusterIP: '10.96.0.0', ports: [PORT] },
      'Service "web" is invalid: spec.clusterIPs: Invalid value: ["10.96.0.0"]: failed to allocate IP 10.96.0.0: the provided IP (10.96.0.0) is not in the valid range. The range of valid IPs is 10.96.0.0/16',
    ],
    [
      'a node port that is taken',
      { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] },
      'Service "web" is invalid: spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated',
    ],
    [
      'a node port outside of the range',
      { type: 'NodePort', ports: [{ port: 80, nodePort: 8080 }] },
      'Service "web" is invalid: spec.ports[0].nodePort: Invalid value: 8080: provided port is not in the valid range. The range of valid ports is 30000-32767',
    ],
    [
      'a second family',
      { ipFamilyPolicy: 'RequireDualStack', ports: [PORT] },
      'Service "web" is invalid: spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
    ],
    [
      'another family',
      { ipFamilies: ['IPv6'], ports: [PORT] },
      'Service "web" is invalid: spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster',
    ],
  ])('%s is refused', (_title, spec, message) => {
    expect(statusOf(attempt(spec))).toBe(message);
  });

  test('one number serves a port under two protocols', () => {
    const { spec } = attempt({
      type: 'NodePort',
      ports: [
        { name: 'a', port: 53, protocol: 'UDP' },
        { name: 'b', port: 53 },
      ],
    })();
    expect(spec.ports?.[0].nodePort).toBe(spec.ports?.[1].nodePort);
  });

  test('a load balancer may do without node ports', () => {
    const { spec } = attempt({ type: 'LoadBalancer', allocateLoadBalancerNodePorts: false, ports: [PORT] })();
    expect(spec.ports?.[0].nodePort).toBeUndefined();
  });

  test('a local load balancer has a port for its health', () => {
    const { spec } = attempt({ type: 'LoadBalancer', externalTrafficPolicy: 'Local', ports: [PORT] })();
    expect(spec.healthCheckNodePort).toBeGreaterThanOrEqual(30000);
  });

  test('the Service kubernetes has the first address', () => {
    expect(kubernetesServiceIP('10.96.0.0/16')).toBe('10.96.0.1');
  });

  // Cases of pkg/registry/core/service/ipallocator and portallocator allocator_test.go.
  test.each([
    ['10.96.0.0/16', 256],
    ['10.96.0.0/20', 256],
    ['10.96.0.0/24', 16],
    ['10.96.0.0/28', 0],
  ])('of %s the first %d addresses are drawn last', (cidr, band) => {
    const { first, dynamic } = serviceNetwork(cidr);
    expect(dynamic - first).toBe(band);
  });

  test('every address of a range is given once, the upper band first, then it is full', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 24, max: 29 }), (seed, length) => {
        const network = serviceNetwork(`10.0.0.0/${length}`);
        const used = new Set<string>();
        const size = network.last - network.first + 1;
        const generator = random(seed);
        for (let i = 0; i < size; i++) {
          const ip = allocateClusterIP(network, used, undefined, generator);
          const inUpperBand =
            Number(ip.split('.')[3]) >= network.dynamic - Math.floor(network.first / 256) * 256;
          expect(inUpperBand).toBe(i < network.last - network.dynamic + 1);
          used.add(ip);
        }
        expect(used.size).toBe(size);
        expect(() => allocateClusterIP(network, used, undefined, generator)).toThrow(
          new AllocationError('range is full'),
        );
      }),
      { numRuns: 20 },
    );
  });

  test('every node port of a range is given once, the upper band first, then it is full', () => {
    const used = new Set<number>();
    const generator = random();
    for (let i = 0; i < 2768; i++) {
      const port = allocateNodePort([30000, 32767], used, undefined, generator);
      expect(port >= 30086).toBe(i < 2768 - 86);
      used.add(port);
    }
    expect(used.size).toBe(2768);
    expect(() => allocateNodePort([30000, 32767], used, undefined, generator)).toThrow('range is full');
  });
});

// Cases of pkg/registry/core/service/storage/storage_test.go.
describe('an update', () => {
  const clusterIP = service({ selector: { a: 'b' }, ports: [PORT] });
  const nodePort = service({ type: 'NodePort', ports: [PORT] });

  test('keeps address and node port that it leaves out', () => {
    const { object, refusals: errors } = update(serviceStrategy, nodePort, (draft) => {
      draft.spec = { type: 'NodePort', ports: [{ port: 80 }] };
    });
    expect(errors).toEqual([]);
    expect(object.spec.clusterIP).toBe(nodePort.spec.clusterIP);
    expect(object.spec.ports?.[0].nodePort).toBe(nodePort.spec.ports?.[0].nodePort);
  });

  test('from ClusterIP to NodePort draws a port and keeps the address', () => {
    const { object } = update(serviceStrategy, clusterIP, (draft) => void (draft.spec.type = 'NodePort'));
    expect(object.spec.ports?.[0].nodePort).toBeGreaterThanOrEqual(30000);
    expect(object.spec.clusterIP).toBe(clusterIP.spec.clusterIP);
    expect(object.spec.externalTrafficPolicy).toBe('Cluster');
  });

  test('from NodePort to ClusterIP gives the port back', () => {
    const { object, refusals: errors } = update(
      serviceStrategy,
      nodePort,
      (draft) => void (draft.spec.type = 'ClusterIP'),
    );
    expect(errors).toEqual([]);
    expect(object.spec.ports).toEqual([{ port: 80, protocol: 'TCP', targetPort: 80 }]);
    expect(object.spec.externalTrafficPolicy).toBeUndefined();
  });

  test('to ExternalName gives the address back', () => {
    const { object, refusals: errors } = update(serviceStrategy, clusterIP, (draft) => {
      draft.spec.type = 'ExternalName';
      draft.spec.externalName = 'example.com';
    });
    expect(errors).toEqual([]);
    expect([object.spec.clusterIP, object.spec.clusterIPs]).toEqual([undefined, undefined]);
  });

  test('of the address is refused', () => {
    const { refusals: errors } = update(
      serviceStrategy,
      clusterIP,
      (draft) => void (draft.spec.clusterIP = '10.96.9.9'),
    );
    expect(errors).toEqual(['spec.clusterIPs[0]: Invalid value: ["10.96.9.9"]: may not change once set']);
  });

  test('of the status of a ClusterIP takes no ingress', () => {
    const status = { loadBalancer: { ingress: [{ ip: '203.0.113.1' }] } };
    const errors = serviceStrategy.status?.validateUpdate?.(
      { ...clusterIP, status },
      clusterIP,
      contextOver(),
    );
    expect(errors?.[0]).toMatchObject({
      field: 'status.loadBalancer.ingress',
      detail: "may only be used when `spec.type` is 'LoadBalancer'",
    });
  });
});

// Cases of k8s.io/kubernetes pkg/printers/internalversion/printers_test.go TestPrintService.
test.each<[string, Service['spec'], Service['status'], object]>([
  [
    'ClusterIP',
    { type: 'ClusterIP', clusterIPs: ['10.9.8.7'], ports: [{ port: 2233, protocol: 'TCP' }] },
    undefined,
    {
      Type: 'ClusterIP',
      'Cluster-IP': '10.9.8.7',
      'External-IP': '<none>',
      'Port(s)': '2233/TCP',
      Selector: '<none>',
    },
  ],
  [
    'NodePort',
    {
      type: 'NodePort',
      clusterIPs: ['10.9.8.7'],
      ports: [{ port: 80, nodePort: 30123, protocol: 'TCP' }],
      selector: { b: '2', a: '1' },
    },
    undefined,
    { 'Port(s)': '80:30123/TCP', Selector: 'a=1,b=2' },
  ],
  [
    'LoadBalancer that waits',
    { type: 'LoadBalancer', ports: [] },
    {},
    { 'External-IP': '<pending>', 'Cluster-IP': '<none>', 'Port(s)': '<none>' },
  ],
  [
    'LoadBalancer',
    { type: 'LoadBalancer', externalIPs: ['9.9.9.9'] },
    { loadBalancer: { ingress: [{ ip: '2.2.2.2' }, { ip: '1.1.1.1' }] } },
    { 'External-IP': '1.1.1.1,2.2.2.2,9.9.9.9' },
  ],
  ['headless', { type: 'ClusterIP', clusterIPs: ['None'] }, undefined, { 'Cluster-IP': 'None' }],
  [
    'ExternalName',
    { type: 'ExternalName', externalName: 'example.com' },
    undefined,
    { 'External-IP': 'example.com', 'Cluster-IP': '<none>' },
  ],
])('the cells of %s', (_title, spec, status, expected) => {
  const object = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'x' }, spec, status };
  expect(cells(serviceStrategy, object)).toMatchObject(expected);
});
