import type { Node, Service } from '@podlab/api';
import { utf8Encode } from '@podlab/kernel';
import { createNetworkState, Network } from '@podlab/netstack';
import { buildNode, buildService, ComponentHarness } from '@podlab/testkit';
import { createCloudProvider } from './cloud-provider';
import type { CloudProvider } from './cloud-provider';
import { HEALTH_TURN_MS } from './health-monitor';
import type { CloudSwitch } from './settings';

const LISTENER = 'test/echo';
const HEALTHZ = 'test/healthz';
const HEALTHZ_PORT = 10_256;

function createHarness(initial: Partial<CloudSwitch> = {}) {
  let draws = 0;
  const network = new Network(createNetworkState(), { now: () => 0, random: () => (draws++ % 10) / 10 });
  network.addWire('underlay');
  network.handlers.set(LISTENER, {});
  network.handlers.set(HEALTHZ, {
    onData(connection) {
      connection.send(utf8Encode('HTTP/1.1 200 OK\r\n\r\n'));
      connection.close();
    },
  });
  network.addNamespace('external');
  const gateway = [{ address: '172.18.0.1', prefix_length: 16 }];
  network.addEthernet('external', 'underlay', { name: 'eth0', addresses: gateway });
  network.addAddress('external', 'lo', { address: '198.51.100.7', prefix_length: 32 });
  const harness = new ComponentHarness({
    cloud: createCloudProvider(network, {
      initial: { enabled: true, delay_ms: 3_000, quota: 2, ...initial },
      pools: [{ first: '203.0.113.100', network: '203.0.113.0/24', taken: ['203.0.113.101'] }],
      place: {
        wire: 'underlay',
        external: 'external',
        networks: [{ gateway: '172.18.0.1', own_network: '172.18.255.0/24', prefix_length: 16 }],
      },
    }),
  });
  ['node-a', 'node-b'].forEach((name, index) => {
    const address = `172.18.0.${3 + index}`;
    network.addNamespace(`node/${name}`, { 'net.ipv4.ip_forward': 1 });
    network.addEthernet(`node/${name}`, 'underlay', {
      name: 'eth0',
      addresses: [{ address, prefix_length: 16 }],
    });
    network.setRoute(`node/${name}`, { destination: '0.0.0.0/0', via: '172.18.0.1', interface: 'eth0' });
    network.listen(`node/${name}`, { protocol: 'TCP', port: HEALTHZ_PORT, handler: HEALTHZ });
    const node = buildNode(name);
    const addresses = [{ type: 'InternalIP', address }];
    harness.client.create<Node>('nodes', { ...node, status: { ...node.status, addresses } });
  });
  return { harness, network, cloud: harness.component('cloud') as CloudProvider };
}

type Harness = ReturnType<typeof createHarness>['harness'];

function addService(harness: Harness, name: string, spec: Partial<Service['spec']> = {}) {
  const ports = [{ port: 80, protocol: 'TCP', nodePort: 30080 }];
  harness.client.create(
    'services',
    buildService('lab06', name, { app: name }, ports, { type: 'LoadBalancer', ...spec }),
  );
}

const addressOf = (harness: Harness, name: string) =>
  harness.get<Service>('services', `lab06/${name}`).status?.loadBalancer?.ingress?.[0];

describe('a Service of type LoadBalancer', () => {
  it('stays pending without a word while the cloud is off', () => {
    const { harness } = createHarness({ enabled: false });
    addService(harness, 'web');
    harness.advance(60_000);
    expect(addressOf(harness, 'web')).toBeUndefined();
    expect(harness.get<Service>('services', 'lab06/web').metadata.finalizers).toBeUndefined();
    expect(harness.eventLines()).toEqual([]);
  });

  it('gets an address within the delay once the cloud is on', () => {
    const { harness, cloud } = createHarness({ enabled: false });
    addService(harness, 'web');
    harness.advance(60_000);
    cloud.configure({ enabled: true });
    harness.advance(2_900);
    expect(addressOf(harness, 'web')).toBeUndefined();
    harness.advance(200);
    expect(addressOf(harness, 'web')).toEqual({ ip: '203.0.113.100', ipMode: 'VIP' });
    expect(harness.get<Service>('services', 'lab06/web').metadata.finalizers).toEqual([
      'service.kubernetes.io/load-balancer-cleanup',
    ]);
    expect(harness.eventLines()).toEqual([
      'Normal EnsuringLoadBalancer Service/web: Ensuring load balancer',
      'Normal EnsuredLoadBalancer Service/web: Ensured load balancer',
    ]);
  });

  it('takes the next address that is free, or the one it asks for', () => {
    const { harness } = createHarness();
    addService(harness, 'one');
    addService(harness, 'two');
    harness.settle();
    expect([addressOf(harness, 'one')?.ip, addressOf(harness, 'two')?.ip]).toEqual([
      '203.0.113.100',
      '203.0.113.102',
    ]);
    const other = createHarness().harness;
    addService(other, 'wish', { loadBalancerIP: '203.0.113.200' });
    other.settle();
    expect(addressOf(other, 'wish')?.ip).toBe('203.0.113.200');
  });

  it('over the quota fails with the words of the cloud, and goes on trying until there is room', () => {
    const { harness, cloud } = createHarness({ quota: 1 });
    addService(harness, 'one');
    addService(harness, 'two');
    expect(harness.settle()).toBe(true);
    harness.advance(6_000);
    expect(addressOf(harness, 'two')).toBeUndefined();
    expect(harness.eventLines().filter((line) => line.includes('Service/two'))).toContain(
      'Warning SyncLoadBalancerFailed Service/two: Error syncing load balancer: failed to ensure load balancer: QuotaExceeded: the account has 1 of 1 load balancers; delete one or raise the quota (x2)',
    );
    cloud.configure({ quota: 2 });
    harness.settle();
    expect(addressOf(harness, 'two')?.ip).toBe('203.0.113.102');
  });

  it('that is deleted waits for its load balancer to go', () => {
    const { harness, network } = createHarness();
    addService(harness, 'web');
    harness.settle();
    expect([...network.state.namespaces.keys()].filter((id) => id.startsWith('loadbalancer/'))).toHaveLength(
      1,
    );
    harness.client.delete('services', 'lab06/web');
    expect(harness.get<Service>('services', 'lab06/web').metadata.deletionTimestamp).toBeDefined();
    harness.settle();
    expect(harness.store.get('services', 'lab06/web')).toBeUndefined();
    expect([...network.state.namespaces.keys()].filter((id) => id.startsWith('loadbalancer/'))).toEqual([]);
    expect(harness.eventLines().slice(2)).toEqual([
      'Normal DeletingLoadBalancer Service/web: Deleting load balancer',
      'Normal DeletedLoadBalancer Service/web: Deleted load balancer',
    ]);
  });

  it('that becomes a ClusterIP loses its address', () => {
    const { harness } = createHarness();
    addService(harness, 'web');
    harness.settle();
    harness.edit<Service>('services', 'lab06/web', (old) => ({
      ...old,
      spec: { ...old.spec, type: 'ClusterIP' },
    }));
    harness.settle();
    expect(addressOf(harness, 'web')).toBeUndefined();
    expect(harness.eventLines()).toContain('Normal Type Service/web: LoadBalancer -> ClusterIP');
  });

  it('of another class is not this cloud’s', () => {
    const { harness } = createHarness();
    addService(harness, 'web', { loadBalancerClass: 'example.com/other' });
    harness.settle();
    expect(harness.eventLines()).toEqual([]);
  });

  it('hears of new nodes', () => {
    const { harness } = createHarness();
    addService(harness, 'web');
    harness.settle();
    harness.client.create('nodes', buildNode('node-c'));
    harness.settle();
    expect(harness.eventLines().at(-1)).toBe(
      'Normal UpdatedLoadBalancer Service/web: Updated load balancer with new hosts',
    );
  });

  it('of a cloud whose API fails goes on trying, later and later', () => {
    const { harness, cloud } = createHarness({ failing: true });
    addService(harness, 'web');
    harness.advance(16_000);
    const failed =
      'Warning SyncLoadBalancerFailed Service/web: Error syncing load balancer: failed to ensure load balancer: InternalError: the cloud can not serve the request now; try again later';
    expect(harness.eventLines()).toContain(`${failed} (x3)`);
    expect(cloud.failureOf('lab06/web')).toContain('InternalError');
    cloud.configure({ failing: false });
    harness.settle();
    expect(addressOf(harness, 'web')?.ip).toBe('203.0.113.100');
    expect(cloud.failureOf('lab06/web')).toBeUndefined();
    cloud.configure({ failing: true });
    harness.client.create('nodes', buildNode('node-c'));
    harness.client.delete('services', 'lab06/web');
    harness.advance(1_000);
    expect(harness.eventLines()).toContain(
      failed.replace('failed to ensure load balancer', 'failed to delete load balancer'),
    );
    cloud.configure({ failing: false });
    harness.settle();
    expect(harness.store.get('services', 'lab06/web')).toBeUndefined();
  });

  it('tells when the cloud does not take the new nodes', () => {
    const { harness, cloud } = createHarness();
    addService(harness, 'web');
    harness.settle();
    cloud.configure({ failing: true });
    harness.client.create('nodes', buildNode('node-c'));
    harness.settle();
    expect(harness.eventLines().at(-1)).toBe(
      'Warning UpdateLoadBalancerFailed Service/web: Error updating load balancer with new hosts [node-a node-b node-c] [node names limited, total number of nodes: 3]: InternalError: the cloud can not serve the request now; try again later',
    );
  });

  // Models controllers/service/controller_test.go TestNodeSyncInternal and Test_stableNodeSetPredicates.
  it.each<[string, Partial<Node['metadata']>, Partial<Node['spec']>, string[]]>([
    [
      'is labelled as excluded',
      { labels: { 'node.kubernetes.io/exclude-from-external-load-balancers': '' } },
      {},
      ['node-a'],
    ],
    [
      'the autoscaler will delete',
      {},
      { taints: [{ key: 'ToBeDeletedByClusterAutoscaler', effect: 'NoSchedule' }] },
      ['node-a'],
    ],
    ['is cordoned', {}, { unschedulable: true }, ['node-a', 'node-b']],
  ])('leaves out a node that %s', (_title, metadata, spec, expected) => {
    const { harness, cloud } = createHarness();
    addService(harness, 'web');
    harness.settle();
    harness.edit<Node>('nodes', 'node-b', (old) => ({
      ...old,
      metadata: { ...old.metadata, ...metadata },
      spec: { ...old.spec, ...spec },
    }));
    harness.settle();
    expect(cloud.balancers()[0].hosts).toEqual(expected);
  });
});

describe('a load balancer', () => {
  const connect = (network: Network, source_port: number, port = 80) =>
    network.connect('external', {
      protocol: 'TCP',
      destination: '203.0.113.100',
      port,
      source_address: '198.51.100.7',
      source_port,
    });
  const serving = (network: Network, from: number) =>
    [
      ...new Set(Array.from({ length: 20 }, (_, i) => connect(network, from + i).connection?.peer.namespace)),
    ].sort();

  it('that preserves the source hands packets to nodes with both addresses untouched', () => {
    const { harness, network } = createHarness();
    addService(harness, 'web');
    for (const node of ['node-a', 'node-b']) {
      network.addAddress(`node/${node}`, 'lo', { address: '203.0.113.100', prefix_length: 32 });
      network.listen(`node/${node}`, { protocol: 'TCP', port: 80, handler: LISTENER });
      network.listen(`node/${node}`, { protocol: 'TCP', port: 81, handler: LISTENER });
    }
    harness.settle();
    expect(serving(network, 40_000)).toEqual(['node/node-a', 'node/node-b']);
    expect(connect(network, 41_000).connection?.peer.source_seen.address).toBe('198.51.100.7');
    expect(connect(network, 41_001, 81).disposition).toBe('TimedOut');
  });

  const rewriting = (spec: Partial<Service['spec']> = {}) => {
    const made = createHarness({ source: 'rewrite' });
    addService(made.harness, 'web', spec);
    for (const node of ['node-a', 'node-b'])
      made.network.listen(`node/${node}`, { protocol: 'TCP', port: 30_080, handler: LISTENER });
    made.harness.settle();
    return made;
  };

  it('that rewrites the source sends to node ports from an address of its own', () => {
    const { harness, network } = rewriting();
    expect(addressOf(harness, 'web')).toEqual({ ip: '203.0.113.100', ipMode: 'Proxy' });
    const peer = connect(network, 41_000).connection?.peer;
    expect(peer?.backend.port).toBe(30_080);
    expect(peer?.source_seen.address).toBe('172.18.255.100');
  });

  it.each([
    ['198.51.100.0/24', 'Connected'],
    ['192.0.2.0/24', 'TimedOut'],
  ])('that rewrites the source admits itself who comes from %s: %s', (range, disposition) => {
    const { network } = rewriting({ loadBalancerSourceRanges: [range] });
    expect(connect(network, 41_000).disposition).toBe(disposition);
  });

  it('that rewrites the source needs node ports', () => {
    const { harness } = createHarness({ source: 'rewrite' });
    addService(harness, 'web', {
      allocateLoadBalancerNodePorts: false,
      ports: [{ port: 80, protocol: 'TCP' }],
    });
    harness.advance(100);
    expect(harness.eventLines().at(-1)).toContain('NodePortRequired: port 80 has no node port');
  });

  it('is made anew when the cloud changes its way', () => {
    const { harness, network, cloud } = rewriting();
    cloud.configure({ source: 'preserve' });
    harness.settle();
    expect(addressOf(harness, 'web')).toEqual({ ip: '203.0.113.100', ipMode: 'VIP' });
    expect(network.iptables(`loadbalancer/${cloud.balancers()[0].id}`).render('nat')).not.toContain('DNAT');
  });

  it('takes a node out of rotation when its checks have failed, and back in when they succeed', () => {
    const { harness, network, cloud } = rewriting();
    expect(serving(network, 40_000)).toEqual(['node/node-a', 'node/node-b']);
    network.setLink('node/node-b', 'eth0', { up: false });
    cloud.networkChanged();
    harness.advance(HEALTH_TURN_MS / 2);
    expect(cloud.balancers()[0].health.get('node-b')?.healthy).toBe(true);
    harness.advance(HEALTH_TURN_MS);
    expect(serving(network, 42_000)).toEqual(['node/node-a']);
    expect(cloud.balancers()[0].health.get('node-b')).toMatchObject({ healthy: false });
    network.setLink('node/node-b', 'eth0', { up: true });
    cloud.networkChanged();
    harness.advance(HEALTH_TURN_MS + 2_000);
    expect(serving(network, 44_000)).toEqual(['node/node-a', 'node/node-b']);
  });

  it('does not mind a short break', () => {
    const { harness, network, cloud } = rewriting();
    network.setLink('node/node-b', 'eth0', { up: false });
    cloud.networkChanged();
    harness.advance(HEALTH_TURN_MS / 2);
    network.setLink('node/node-b', 'eth0', { up: true });
    cloud.networkChanged();
    harness.advance(2 * HEALTH_TURN_MS);
    expect(cloud.balancers()[0].health.get('node-b')).toEqual({ healthy: true, reason: 'HTTP 200' });
  });

  it('without a healthy node swallows packets', () => {
    const { harness, network, cloud } = rewriting();
    for (const node of ['node-a', 'node-b']) network.setLink(`node/${node}`, 'eth0', { up: false });
    cloud.networkChanged();
    harness.advance(2 * HEALTH_TURN_MS);
    expect(connect(network, 41_000)).toMatchObject({
      disposition: 'TimedOut',
      end: { code: 'BlackholeRoute' },
    });
  });
});
