import type { Diagnosis, Request, SendRequestBody } from '@podlab/contracts';
import { createCluster, type Cluster } from './cluster';
import {
  applyFix,
  call,
  CLIENT,
  clusterConfig,
  clusterIP,
  create,
  deployment,
  lab,
  OUTSIDE,
  patch,
  podsOf,
  send,
  service,
  settle,
} from './test-support';

const web = (spec: object = {}) => [
  deployment('web'),
  service('web', { selector: { app: 'web' }, ports: [{ port: 80 }], ...spec }),
];
const NODE_PORT = { type: 'NodePort', ports: [{ port: 80, nodePort: 30123 }] };
const withHostPort = (port: object) => ({
  kind: 'Pod',
  metadata: { name: 'server', namespace: 'lab06' },
  spec: { nodeName: 'node-b', containers: [{ name: 'main', image: 'nginx:1.27', ports: [port] }] },
});
const CLOUD = { enabled: true, delay_ms: 3_000, quota: 20 };

interface Row {
  readonly objects?: Parameters<typeof lab>[0];
  readonly cloud?: typeof CLOUD;
  /** What happens after everything has settled. */
  readonly after?: (cluster: Cluster) => void;
  readonly from?: SendRequestBody['from'];
  readonly to: string | ((cluster: Cluster) => string);
  readonly disposition: Request['disposition'];
  /** Where nftables mode, which routes no loopback addresses and drops what is for no Service, ends it otherwise. */
  readonly nftables?: Request['disposition'];
  readonly field?: string | null;
  readonly found?: unknown;
  readonly expected?: unknown;
  /** What the fix is; without it there is none. */
  readonly fix?: NonNullable<Diagnosis['fix']>['action'];
}

const addressOfPod =
  (app: string, port = 80) =>
  (cluster: Cluster) =>
    `http://${podsOf(cluster, app)[0].status.podIP}:${port}/`;
const emptyNode = (cluster: Cluster) => {
  const used = podsOf(cluster, 'web').map(({ spec }) => spec.nodeName);
  return ['node-a', 'node-b', 'node-c'].find((node) => !used.includes(node)) as string;
};

const ROWS: Record<string, Row> = {
  'ClusterIPNotReachableFromOutside: a ClusterIP from outside': {
    objects: web(),
    from: OUTSIDE,
    to: (cluster) => `http://${clusterIP(cluster, 'web')}/`,
    disposition: 'NoRoute',
    field: 'spec.type',
    found: 'ClusterIP',
    fix: 'Request',
  },
  'ClusterIPNotReachableFromOutside: the cluster IP of a NodePort from outside': {
    objects: web(NODE_PORT),
    from: OUTSIDE,
    to: (cluster) => `http://${clusterIP(cluster, 'web')}/`,
    disposition: 'NoRoute',
    field: 'spec.type',
    found: 'NodePort',
    fix: 'Request',
  },
  'PodIPNotReachableFromOutside: a pod from outside': {
    objects: web(),
    from: OUTSIDE,
    to: addressOfPod('web'),
    disposition: 'NoRoute',
    field: 'status.podIP',
    fix: 'Request',
  },
  'ClusterNameOutsideCluster: a name of the cluster from outside': {
    objects: web(NODE_PORT),
    from: OUTSIDE,
    to: 'http://web.lab06.svc.cluster.local/',
    disposition: 'NameNotResolved',
    fix: 'Request',
  },
  'ClusterNameOutsideCluster: a name of the cluster from a node': {
    objects: web(NODE_PORT),
    from: { kind: 'Node', name: 'node-a' },
    to: 'http://web.lab06/',
    disposition: 'NameNotResolved',
    fix: 'Request',
  },
  'LoadBalancerPending: a load balancer without a cloud': {
    objects: web({ type: 'LoadBalancer' }),
    from: OUTSIDE,
    to: 'http://web.lab06/',
    disposition: 'NameNotResolved',
    field: 'status.loadBalancer.ingress',
    found: '<pending>',
    fix: 'Cloud',
  },
  'LoadBalancerPending: a load balancer over the quota': {
    objects: web({ type: 'LoadBalancer' }),
    cloud: { ...CLOUD, quota: 0 },
    from: OUTSIDE,
    to: 'http://web.lab06/',
    disposition: 'NameNotResolved',
    field: 'status.loadBalancer.ingress',
    fix: 'Cloud',
  },
  'NameInOtherNamespace: the short name of a Service of another namespace': {
    objects: [
      deployment('shop', { namespace: 'other' }),
      service('shop', { selector: { app: 'shop' }, ports: [{ port: 80 }] }, 'other'),
    ],
    to: 'http://shop/',
    disposition: 'NameNotResolved',
    field: 'metadata.namespace',
    found: 'lab06',
    expected: 'other',
    fix: 'Request',
  },
  'NameNotFound: a misspelt name': {
    objects: web(),
    to: 'http://wbe/',
    disposition: 'NameNotResolved',
    field: 'metadata.name',
    found: 'wbe',
    expected: 'web',
    fix: 'Request',
  },
  'NameNotFound: a name that is like no other': {
    to: 'http://warehouse/',
    disposition: 'NameNotResolved',
    found: 'warehouse',
  },
  'DnsUnavailable: no name server runs': {
    objects: web(),
    after(cluster) {
      patch(cluster, '/apis/apps/v1/namespaces/kube-system/deployments/coredns', [
        { op: 'replace', path: '/spec/replicas', value: 0 },
      ]);
      settle(cluster);
    },
    to: 'http://web/',
    disposition: 'NameNotResolved',
    field: 'spec.replicas',
    found: 0,
    fix: 'Patch',
  },
  'SelectorMatchesNoPod: a selector with a misspelt label': {
    objects: web({ selector: { app: 'wev' } }),
    to: 'http://web/',
    disposition: 'Refused',
    field: 'spec.selector',
    found: { app: 'wev' },
    expected: { app: 'web' },
    fix: 'Patch',
  },
  'SelectorMatchesNoPod: a selector with another key': {
    objects: web({ selector: { name: 'web' } }),
    to: 'http://web/',
    disposition: 'Refused',
    field: 'spec.selector',
    found: { name: 'web' },
    expected: { app: 'web' },
    fix: 'Patch',
  },
  'NoReplicas: a Deployment scaled to nothing': {
    objects: [
      deployment('web', { replicas: 0 }),
      service('web', { selector: { app: 'web' }, ports: [{ port: 80 }] }),
    ],
    to: 'http://web/',
    disposition: 'Refused',
    field: 'spec.replicas',
    found: 0,
    expected: 1,
    fix: 'Patch',
  },
  'NoEndpoints: a Service without selector': {
    objects: [service('web', { ports: [{ port: 80 }] })],
    to: 'http://web/',
    disposition: 'Refused',
    field: 'spec.selector',
    found: 'none',
  },
  'NoEndpoints: endpoints by name, which no proxy looks at': {
    objects: [service('web', { ports: [{ port: 80 }] })],
    after: (cluster) => {
      call(cluster, 'POST', '/apis/discovery.k8s.io/v1/namespaces/lab06/endpointslices', {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: { name: 'by-name', labels: { 'kubernetes.io/service-name': 'web' } },
        addressType: 'FQDN',
        endpoints: [{ addresses: ['example.com'] }],
        ports: [{ name: '', port: 80 }],
      });
      settle(cluster, 5_000);
    },
    to: 'http://web/',
    disposition: 'Refused',
    field: 'spec.selector',
    found: 'none',
    expected: 'a selector',
  },
  'TargetPortNotListening: a target port that nobody listens on': {
    objects: web({ ports: [{ port: 80, targetPort: 8080 }] }),
    to: 'http://web/',
    disposition: 'Refused',
    field: 'spec.ports[0].targetPort',
    found: 8080,
    expected: 80,
    fix: 'Patch',
  },
  'TargetPortNotListening: a target port on which a pod on its node’s network does not listen': {
    objects: [
      deployment('web', { template: { hostNetwork: true } }),
      service('web', { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] }),
    ],
    to: 'http://web/',
    disposition: 'Refused',
    field: 'spec.ports[0].targetPort',
    found: 8080,
    expected: 80,
    fix: 'Patch',
  },
  'TargetPortNameNotFound: a target port by a name that no container has': {
    objects: web({ ports: [{ port: 80, targetPort: 'web' }] }),
    to: 'http://web/',
    disposition: 'Refused',
    field: 'spec.ports[0].targetPort',
    found: 'web',
    expected: 'http',
    fix: 'Patch',
  },
  'PodPortNotListening: a pod on a port where nothing listens': {
    objects: web(),
    to: addressOfPod('web', 8080),
    disposition: 'Refused',
    found: 8080,
    expected: [80],
    fix: 'Request',
  },
  'PortNotExposedByService: a port that the Service does not have': {
    objects: web({ ports: [{ port: 80, targetPort: 80 }] }),
    to: 'http://web:8080/',
    disposition: 'Refused',
    field: 'spec.ports',
    found: '8080/TCP',
    expected: ['80/TCP'],
    fix: 'Request',
  },
  'PortNotExposedByService: the right port over the wrong protocol': {
    objects: web(),
    to: 'udp://web:80',
    disposition: 'Refused',
    found: '80/UDP',
    expected: ['80/TCP'],
    fix: 'Request',
  },
  'PodPortNotListening: the loopback of the sender itself': {
    to: 'http://127.0.0.1:8080/',
    disposition: 'Refused',
    found: 8080,
  },
  'LoopbackSource: a loopback address to elsewhere': {
    objects: web(NODE_PORT),
    from: { kind: 'Node', name: 'node-a', ip: '127.0.0.1' },
    to: 'http://example.com/',
    disposition: 'TimedOut',
    nftables: 'NoRoute',
    field: 'from.ip',
    fix: 'Request',
  },
  'NodePortOnWrongPort: the Service port on a node': {
    objects: web(NODE_PORT),
    from: OUTSIDE,
    to: 'http://172.18.0.3:80/',
    disposition: 'Refused',
    field: 'spec.ports[0].nodePort',
    found: 80,
    expected: 30123,
    fix: 'Request',
  },
  'HostPortOnOtherNode: a node without the pod': {
    objects: [withHostPort({ containerPort: 80, hostPort: 8080 })],
    from: OUTSIDE,
    to: 'http://172.18.0.3:8080/',
    disposition: 'Refused',
    field: 'spec.nodeName',
    found: 8080,
    expected: '172.18.0.4',
    fix: 'Request',
  },
  'HostPortOnOtherAddress: another address of its node': {
    objects: [withHostPort({ containerPort: 80, hostPort: 8080, hostIP: '172.18.0.4' })],
    from: OUTSIDE,
    to: 'http://192.0.2.12:8080/',
    disposition: 'Refused',
    field: 'spec.containers[0].ports[0].hostIP',
    found: 8080,
    expected: '172.18.0.4',
    fix: 'Request',
  },
  'NodePortNotOpen: a node without any node port': {
    from: OUTSIDE,
    to: 'http://172.18.0.3:30123/',
    disposition: 'Refused',
    found: 30123,
  },
  'ExternalTrafficPolicyLocalWithoutLocalEndpoint: a node without a pod': {
    objects: web({ ...NODE_PORT, externalTrafficPolicy: 'Local' }),
    from: OUTSIDE,
    to: (cluster) => `http://${emptyNode(cluster)}:30123/`,
    disposition: 'TimedOut',
    field: 'spec.externalTrafficPolicy',
    found: 'Local',
    expected: 'Cluster',
    fix: 'Patch',
  },
  'InternalTrafficPolicyLocalWithoutLocalEndpoint: a node without a pod': {
    objects: web({ internalTrafficPolicy: 'Local' }),
    after(cluster) {
      const name = emptyNode(cluster);
      const spec = {
        nodeName: name,
        containers: [{ name: 'main', image: 'busybox:1.36', command: ['sleep', 'infinity'] }],
      };
      create(cluster, { kind: 'Pod', metadata: { name: 'far', namespace: 'lab06' }, spec } as never);
      settle(cluster);
    },
    from: { kind: 'Pod', namespace: 'lab06', name: 'far' },
    to: 'http://web/',
    disposition: 'TimedOut',
    field: 'spec.internalTrafficPolicy',
    found: 'Local',
    expected: 'Cluster',
    fix: 'Patch',
  },
  'SourceNotInLoadBalancerSourceRanges: a client that is not admitted': {
    objects: web({ type: 'LoadBalancer', loadBalancerSourceRanges: ['203.0.113.0/24'] }),
    cloud: CLOUD,
    from: OUTSIDE,
    to: 'http://web.lab06/',
    disposition: 'TimedOut',
    field: 'spec.loadBalancerSourceRanges',
    fix: 'Patch',
  },
  'StalePodIP: the address of a pod that is gone': {
    objects: web(),
    after(cluster) {
      stalePod = podsOf(cluster, 'web')[0].status.podIP;
      call(cluster, 'DELETE', `/api/v1/namespaces/lab06/pods/${podsOf(cluster, 'web')[0].metadata.name}`, {});
      settle(cluster);
    },
    to: () => `http://${stalePod}/`,
    disposition: 'Refused',
    expected: 'web.lab06',
    fix: 'Request',
  },
  'StaleClusterIP: the address of no Service': {
    objects: web(),
    to: 'http://10.96.250.250/',
    disposition: 'Refused',
    nftables: 'TimedOut',
    found: '10.96.250.250',
    fix: 'Request',
  },
  'NobodyHasAddress: an address of nobody': {
    to: 'http://198.51.100.99/',
    disposition: 'Refused',
    found: '198.51.100.99',
  },
  'HostPortNotListening: a host outside, on another port': {
    from: OUTSIDE,
    to: 'http://example.com:81/',
    disposition: 'Refused',
    found: 81,
    expected: [80],
    fix: 'Request',
  },
  'ImagePullFailing: a misspelt image': {
    objects: [
      deployment('web', { image: 'ngnix:1.27' }),
      service('web', { selector: { app: 'web' }, ports: [{ port: 80 }] }),
    ],
    to: 'http://web/',
    disposition: 'Refused',
    field: 'spec.containers[0].image',
    found: 'ngnix:1.27',
    expected: 'nginx:1.27',
    fix: 'Patch',
  },
  'PodNotScheduled: a node selector that no node has': {
    objects: [
      deployment('web', { template: { nodeSelector: { disk: 'ssd' } } }),
      service('web', { selector: { app: 'web' }, ports: [{ port: 80 }] }),
    ],
    to: 'http://web/',
    disposition: 'Refused',
    field: 'spec.nodeSelector',
    found: { disk: 'ssd' },
    fix: 'Patch',
  },
  'PodNotScheduled: a request that no node can meet': {
    objects: [
      deployment('web', { container: { resources: { requests: { cpu: '900' } } } }),
      service('web', { selector: { app: 'web' }, ports: [{ port: 80 }] }),
    ],
    to: 'http://web/',
    disposition: 'Refused',
    field: 'spec.containers[0].resources.requests',
    fix: 'Patch',
  },
  'ReadinessProbeFailing: a probe on the wrong port': {
    objects: [
      deployment('web', { container: { readinessProbe: { httpGet: { path: '/', port: 8080 } } } }),
      service('web', { selector: { app: 'web' }, ports: [{ port: 80 }] }),
    ],
    to: 'http://web/',
    disposition: 'Refused',
    field: 'spec.containers[0].readinessProbe.httpGet.port',
    found: 8080,
    expected: 80,
    fix: 'Patch',
  },
  'ContainerCrashing: a container that ends': {
    objects: [
      deployment('web', { image: 'busybox:1.36', container: { command: ['sh', '-c', 'exit 3'] } }),
      service('web', { selector: { app: 'web' }, ports: [{ port: 80 }] }),
    ],
    to: 'http://web/',
    disposition: 'Refused',
    field: 'status.containerStatuses',
  },
  'NodeUnreachable: a node that is down': {
    objects: [
      deployment('web', { template: { nodeName: 'node-a' } }),
      service('web', { type: 'NodePort', selector: { app: 'web' }, ports: [{ port: 80, nodePort: 30123 }] }),
    ],
    after(cluster) {
      cluster.perform({ kind: 'NodeDown', node: 'node-b', down: true });
    },
    from: OUTSIDE,
    to: 'http://node-b:30123/',
    disposition: 'Refused',
    field: 'status.conditions',
    fix: 'DeleteFault',
  },
  'NodeUnreachable: a pod on a node that is down': {
    objects: [deployment('web', { template: { nodeName: 'node-b' } })],
    after(cluster) {
      cluster.perform({ kind: 'NodeDown', node: 'node-b', down: true });
    },
    from: { kind: 'Node', name: 'node-a' },
    to: addressOfPod('web'),
    disposition: 'TimedOut',
    field: 'status.conditions',
    fix: 'DeleteFault',
  },
  'PodStarting: a pod that is just being made': {
    objects: [service('web', { selector: { app: 'web' }, ports: [{ port: 80 }] })],
    after(cluster) {
      create(cluster, deployment('web'));
      cluster.runUntil(cluster.now() + 300, 100_000);
    },
    to: 'http://web/',
    disposition: 'Refused',
    field: 'status.phase',
    fix: 'Advance',
  },
  'SenderNotRunning: a pod that does not run': {
    objects: [...web(), deployment('broken', { image: 'ngnix' })],
    from: { kind: 'Pod', namespace: 'lab06', name: 'broken' },
    after(cluster) {
      const spec = { containers: [{ name: 'main', image: 'ngnix' }], nodeSelector: { disk: 'ssd' } };
      create(cluster, { kind: 'Pod', metadata: { name: 'broken', namespace: 'lab06' }, spec } as never);
      settle(cluster, 5_000);
    },
    to: 'http://web/',
    disposition: 'NoRoute',
  },
  'ExternalNameNotFound: an alias to nowhere': {
    objects: [service('alias', { type: 'ExternalName', externalName: 'nowhere.example' })],
    to: 'http://alias/',
    disposition: 'NameNotResolved',
    field: 'spec.externalName',
    found: 'nowhere.example',
  },
};
let stalePod = '';

describe.each(['iptables', 'nftables'] as const)('a request that fails is explained in %s mode', (mode) => {
  it.each(Object.entries(ROWS))('%s', (title, row) => {
    const config = { ...clusterConfig(), ...(row.cloud && { cloud: row.cloud }), kube_proxy: { mode } };
    const cluster = lab(row.objects, row.cloud, createCluster(config));
    row.after?.(cluster);
    const to = typeof row.to === 'string' ? row.to : row.to(cluster);
    const body: SendRequestBody = { from: row.from ?? CLIENT, to };
    const request = send(cluster, body.from, body.to);
    const { diagnosis } = request;
    expect([request.disposition, diagnosis?.code]).toEqual([
      mode === 'nftables' ? (row.nftables ?? row.disposition) : row.disposition,
      title.slice(0, title.indexOf(':')),
    ]);
    if (row.field !== undefined) expect(diagnosis?.field).toBe(row.field);
    if (row.found !== undefined) expect(diagnosis?.found).toEqual(row.found);
    if (row.expected !== undefined) expect(diagnosis?.expected).toEqual(row.expected);
    expect(diagnosis?.fix?.action).toBe(row.fix);
    expect(diagnosis?.message.text).not.toMatch(/undefined|\{|NaN/);
    if (!diagnosis?.fix) return;
    const mended = applyFix(cluster, body, diagnosis.fix);
    const again = send(cluster, mended.from, mended.to);
    expect([again.disposition, again.diagnosis]).toEqual(['Delivered', undefined]);
  });
});
