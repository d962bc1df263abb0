import type { Node, Service } from '@podlab/api';
import { createNetworkState, Network } from '@podlab/netstack';
import { buildNode, buildService, ComponentHarness } from '@podlab/testkit';
import { createCloudProvider } from './cloud-provider';
import type { CloudProvider } from './cloud-provider';

const LISTENER = 'test/echo';

function createHarness(initial: Partial<{ enabled: boolean; delay_ms: number; quota: number }> = {}) {
  const network = new Network(createNetworkState(), { now: () => 0, random: () => 0 });
  network.addWire('underlay');
  network.handlers.set(LISTENER, {});
  network.addNamespace('external');
  const gateway = [{ address: '172.18.0.1', prefix_length: 16 }];
  network.addEthernet('external', 'underlay', { name: 'eth0', addresses: gateway });
  network.addAddress('external', 'lo', { address: '198.51.100.7', prefix_length: 32 });
  const harness = new ComponentHarness({
    cloud: createCloudProvider(network, {
      initial: { enabled: true, delay_ms: 3_000, quota: 2, ...initial },
      pool: { first: '203.0.113.100', network: '203.0.113.0/24', taken: ['203.0.113.101'] },
      place: { wire: 'underlay', external: 'external', own_network: '172.18.255.0/24', prefix_length: 16 },
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

  it('goes through the load balancer to healthy nodes only, with both addresses untouched', () => {
    const { harness, network } = createHarness();
    addService(harness, 'web');
    for (const node of ['node-a', 'node-b']) {
      network.addAddress(`node/${node}`, 'lo', { address: '203.0.113.100', prefix_length: 32 });
      network.listen(`node/${node}`, { protocol: 'TCP', port: 80, handler: LISTENER });
      network.listen(`node/${node}`, { protocol: 'TCP', port: 81, handler: LISTENER });
    }
    harness.settle();
    const connect = (source_port: number, port = 80) =>
      network.connect('external', {
        protocol: 'TCP',
        destination: '203.0.113.100',
        port,
        source_address: '198.51.100.7',
        source_port,
      });
    const serving = (from: number) =>
      new Set(Array.from({ length: 20 }, (_, index) => connect(from + index).connection?.peer.namespace));
    expect(serving(40_000)).toEqual(new Set(['node/node-a', 'node/node-b']));
    expect(connect(41_000).connection?.peer.source_seen.address).toBe('198.51.100.7');
    expect(connect(41_001, 81).disposition).toBe('TimedOut');
    const failing = harness.get<Node>('nodes', 'node-b');
    const conditions = [{ type: 'Ready', status: 'False' }];
    harness.client.updateStatus('nodes', { ...failing, status: { ...failing.status, conditions } });
    harness.advance(1_500);
    expect(serving(42_000)).toEqual(new Set(['node/node-a']));
  });
});
