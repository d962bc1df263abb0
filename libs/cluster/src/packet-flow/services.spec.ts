import type { EndpointSlice, Pod, Service } from '@podlab/api';
import type { Cluster } from '../cluster';
import { call, create, get, patch, settle } from '../test-support';
import { flowOf } from './flow';
import { MODES } from './row';
import { buildTopology, NAMESPACE } from './topology';

/** What a Service does while its pods, or it itself, change: by the controllers and kubelets, not by slices of a test. */

const SERVICES = `/api/v1/namespaces/${NAMESPACE}/services`;
const SERVER = { selector: { app: 'server' }, clusterIP: '10.96.100.100' };

function createService(cluster: Cluster, spec: object): void {
  call(cluster, 'POST', SERVICES, { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec });
  cluster.runUntil(cluster.now() + 1_000, 100_000);
}

const slices = (cluster: Cluster) =>
  (
    get(cluster, `/apis/discovery.k8s.io/v1/namespaces/${NAMESPACE}/endpointslices`).items as EndpointSlice[]
  ).filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === 'web');
const label = (cluster: Cluster, pod: string, key: string, value: string) =>
  patch(cluster, `/api/v1/namespaces/${NAMESPACE}/pods/${pod}`, [
    { op: 'add', path: `/metadata/labels/${key}`, value },
  ]);
const remove = (cluster: Cluster, pod: string) =>
  call(cluster, 'DELETE', `/api/v1/namespaces/${NAMESPACE}/pods/${pod}`, undefined);
const change = (cluster: Cluster, operations: object[]) => {
  patch(cluster, `${SERVICES}/web`, operations);
  cluster.runUntil(cluster.now() + 1_000, 100_000);
};

describe.each(MODES)('in %s mode', (mode) => {
  const topology = buildTopology(mode);
  const start = () => topology.cluster.fork();
  const flow = (cluster: Cluster, from: string, to: string) => flowOf(cluster, topology, [from, to]);

  /** Two pods of a Service, app=pair. */
  function pair(spec: object): Cluster {
    const cluster = start();
    for (const pod of ['a1', 'b1']) label(cluster, pod, 'role', 'pair');
    createService(cluster, {
      clusterIP: SERVER.clusterIP,
      selector: { role: 'pair' },
      ports: [{ port: 80 }],
      ...spec,
    });
    return cluster;
  }

  test('a port that is named is another number in each pod', () => {
    const cluster = start();
    const server = (name: string, port: number) =>
      create(cluster, {
        kind: 'Pod',
        metadata: { name, namespace: NAMESPACE, labels: { role: 'named' } },
        spec: {
          nodeName: 'node-a',
          containers: [
            {
              name: 'main',
              image: 'registry.k8s.io/e2e-test-images/agnhost:2.53',
              args: ['netexec', `--http-port=${port}`],
              ports: [{ name: 'http', containerPort: port }],
            },
          ],
        },
      } as never);
    server('old', 8080);
    server('new', 9090);
    settle(cluster);
    createService(cluster, {
      clusterIP: SERVER.clusterIP,
      selector: { role: 'named' },
      ports: [{ port: 80, targetPort: 'http' }],
    });
    expect(
      slices(cluster)
        .map(({ ports }) => ports?.[0].port)
        .sort(),
    ).toEqual([8080, 9090]);
    const address = (name: string) =>
      (get(cluster, `/api/v1/namespaces/${NAMESPACE}/pods/${name}`) as unknown as Pod).status?.podIP;
    const reached = flow(cluster, 'client-b', 'clusterIP:80');
    expect(reached).toContain(`${address('old')}:8080`);
    expect(reached).toContain(`${address('new')}:9090`);
  });

  test('a pod that is deleted gives way, and its node has no local endpoint any more', () => {
    const cluster = pair({
      type: 'NodePort',
      externalTrafficPolicy: 'Local',
      ports: [{ port: 80, nodePort: 30080 }],
    });
    expect(flow(cluster, 'client-c', 'clusterIP:80')).toBe('a1 b1 | client-c | dnat');
    remove(cluster, 'a1');
    cluster.runUntil(cluster.now() + 300, 100_000);
    expect(flow(cluster, 'client-c', 'clusterIP:80')).toBe('b1 | client-c | dnat');
    settle(cluster);
    expect(flow(cluster, 'outside', 'node-a:nodePort')).toBe('TimedOut | drop');
  });

  test.each([
    [false, 'Refused | reject'],
    [true, 'Refused | dnat'],
  ])(
    'a pod that is not ready is reached where all addresses are published: %s',
    (publishNotReadyAddresses, wanted) => {
      const cluster = start();
      const probe = { readinessProbe: { httpGet: { path: '/', port: 80 } } };
      create(cluster, {
        kind: 'Pod',
        metadata: { name: 'slow', namespace: NAMESPACE, labels: { role: 'slow' } },
        spec: {
          nodeName: 'node-a',
          containers: [
            {
              name: 'main',
              image: 'registry.k8s.io/e2e-test-images/agnhost:2.53',
              args: ['pause'],
              ...probe,
            },
          ],
        },
      } as never);
      cluster.runUntil(cluster.now() + 30_000, 100_000);
      createService(cluster, {
        clusterIP: SERVER.clusterIP,
        selector: { role: 'slow' },
        ports: [{ port: 80 }],
        publishNotReadyAddresses,
      });
      expect(flow(cluster, 'client-b', 'clusterIP:80')).toBe(wanted);
    },
  );

  // test/e2e/network/traffic_distribution.go.
  test.each([
    ['PreferSameZone', 'a1 | client-a | dnat', 'b1 | client-c | dnat'],
    ['PreferClose', 'a1 | client-a | dnat', 'b1 | client-c | dnat'],
    ['PreferSameNode', 'a1 | client-a | dnat', 'b1 | client-c | dnat'],
  ])('trafficDistribution %s keeps traffic near', (trafficDistribution, near, zone) => {
    const cluster = pair({ trafficDistribution });
    expect(flow(cluster, 'client-a', 'clusterIP:80')).toBe(near);
    expect(flow(cluster, 'client-c', 'clusterIP:80')).toBe(zone);
    change(cluster, [{ op: 'remove', path: '/spec/trafficDistribution' }]);
    expect(flow(cluster, 'client-a', 'clusterIP:80')).toBe('a1 b1 | client-a | dnat');
  });

  // test/e2e/network/service.go "should have session affinity timeout work for service with type clusterIP".
  test('a client stays with its endpoint for the time that affinity lasts, and is moved when the endpoint goes', () => {
    const cluster = pair({
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 10 } },
    });
    const first = flow(cluster, 'client-c', 'clusterIP:80');
    for (let i = 0; i < 5; i++) {
      cluster.runUntil(cluster.now() + 8_000, 100_000);
      expect(flow(cluster, 'client-c', 'clusterIP:80')).toBe(first);
    }
    const chosen = new Set<string>();
    for (let i = 0; i < 20; i++) {
      cluster.runUntil(cluster.now() + 11_000, 100_000);
      chosen.add(flow(cluster, 'client-c', 'clusterIP:80'));
    }
    expect([...chosen].sort()).toEqual(['a1 | client-c | dnat', 'b1 | client-c | dnat']);
    const bound = flow(cluster, 'client-c', 'clusterIP:80').slice(0, 2);
    remove(cluster, bound);
    settle(cluster);
    expect(flow(cluster, 'client-c', 'clusterIP:80')).toBe(
      `${bound === 'a1' ? 'b1' : 'a1'} | client-c | dnat`,
    );
  });

  // test/e2e/network/service.go "should be able to change the type from ClusterIP to ExternalName" and its sisters.
  test('a Service changes its type, and each type does what it does', () => {
    const cluster = pair({});
    const port = () =>
      (get(cluster, `${SERVICES}/web`) as unknown as Service).spec.ports?.[0].nodePort as number;
    expect(flow(cluster, 'outside', 'node-c:30080')).toBe('Refused | none');
    change(cluster, [{ op: 'replace', path: '/spec/type', value: 'NodePort' }]);
    const opened = port();
    expect(flow(cluster, 'outside', `node-c:${opened}`)).toBe('a1 b1 | flannel-c | mark dnat masquerade');
    change(cluster, [{ op: 'replace', path: '/spec/type', value: 'LoadBalancer' }]);
    expect(port()).toBe(opened);
    change(cluster, [{ op: 'replace', path: '/spec/type', value: 'ClusterIP' }]);
    expect(flow(cluster, 'outside', `node-c:${opened}`)).toBe('Refused | none');
    expect(flow(cluster, 'client-c', 'clusterIP:80')).toBe('a1 b1 | client-c | dnat');
    change(cluster, [
      { op: 'replace', path: '/spec/type', value: 'ExternalName' },
      { op: 'add', path: '/spec/externalName', value: 'example.com' },
    ]);
    settle(cluster, 60_000);
    expect(flow(cluster, 'client-c', 'web:80')).toBe('203.0.113.80:80 | node-c | flannel');
    change(cluster, [
      { op: 'replace', path: '/spec/type', value: 'ClusterIP' },
      { op: 'remove', path: '/spec/externalName' },
      { op: 'add', path: '/spec/clusterIP', value: SERVER.clusterIP },
    ]);
    expect(flow(cluster, 'client-c', 'clusterIP:80')).toBe('a1 b1 | client-c | dnat');
  });

  // test/e2e/network/hostport.go and test/e2e/scheduling/predicates.go "validates that there exists conflict between pods with same hostPort".
  test('a second pod with the same host port waits, and what a host port opened closes with its pod', () => {
    const cluster = start();
    const taken = { containerPort: 80, hostPort: 8080 };
    create(cluster, {
      kind: 'Pod',
      metadata: { name: 'second', namespace: NAMESPACE },
      spec: {
        nodeSelector: { 'kubernetes.io/hostname': 'node-b' },
        containers: [{ name: 'main', image: 'nginx:1.27', ports: [taken] }],
      },
    } as never);
    settle(cluster, 5_000);
    const second = () => get(cluster, `/api/v1/namespaces/${NAMESPACE}/pods/second`) as unknown as Pod;
    expect(second().status?.conditions?.[0].message).toContain(
      "1 node(s) didn't have free ports for the requested pod ports",
    );
    remove(cluster, 'port-b');
    settle(cluster);
    expect(second().status?.phase).toBe('Running');
    const reached = flow(cluster, 'outside', 'node-b:8080');
    expect(reached).toBe(`${second().status?.podIP}:80 | outside | hostport`);
    remove(cluster, 'second');
    settle(cluster);
    expect(flow(cluster, 'outside', 'node-b:8080')).toBe('Refused | none');
  });

  // test/e2e/common/node/pods.go "should contain environment variables for services".
  test.each([
    [undefined, '10.96.100.100 tcp://10.96.100.100:80 10.96.0.1'],
    [true, '10.96.100.100 tcp://10.96.100.100:80 10.96.0.1'],
    [false, '  10.96.0.1'],
  ])(
    'a pod with enableServiceLinks %s knows the Services that were there before it',
    (enableServiceLinks, wanted) => {
      const cluster = start();
      createService(cluster, { ...SERVER, ports: [{ port: 80 }] });
      const script = 'echo "$WEB_SERVICE_HOST $WEB_PORT_80_TCP $KUBERNETES_SERVICE_HOST"; sleep infinity';
      const containers = [{ name: 'main', image: 'busybox:1.37', command: ['sh', '-c', script] }];
      create(cluster, {
        kind: 'Pod',
        metadata: { name: 'env', namespace: NAMESPACE },
        spec: { nodeName: 'node-a', enableServiceLinks, containers },
      } as never);
      settle(cluster);
      const answer = cluster.kube({
        method: 'GET',
        path: `/api/v1/namespaces/${NAMESPACE}/pods/env/log`,
        query: '',
        accept: '*/*',
        content_type: '',
        body: new Uint8Array(),
        user: { name: 'student', groups: ['system:masters'] },
      });
      const body = answer.kind === 'answer' ? (answer.body as Uint8Array) : new Uint8Array();
      expect(new TextDecoder().decode(body)).toBe(`${wanted}\n`);
    },
  );
});
