import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyData, encodeData } from '@podlab/kernel';
import { Network } from '@podlab/netstack';
import { createKubeProxy } from './kube-proxy';
import type { ProxyMode } from './modes';
import { addresses, addService, createHarness, slice } from './test-support';
import type { Harness } from './test-support';

const GOLDEN = join(__dirname, '../golden');
const NODE_B = { nodeName: 'node-b' };
const P80 = { name: 'p80', port: 80, protocol: 'TCP' } as const;

/** One Service of every kind that has rules of its own. */
function addServices(harness: Harness): void {
  addService(harness, 'shop/cluster', { clusterIP: '172.30.0.41' }, addresses('10.180.0.1', '10.180.0.2'));
  addService(
    harness,
    'shop/node-port',
    { type: 'NodePort', clusterIP: '172.30.0.42', ports: [{ ...P80, nodePort: 30042 }] },
    addresses('10.180.0.3'),
  );
  addService(
    harness,
    'shop/ranges',
    {
      type: 'LoadBalancer',
      clusterIP: '172.30.0.43',
      ports: [{ ...P80, nodePort: 30043 }],
      externalIPs: ['192.168.99.11'],
      loadBalancerSourceRanges: ['203.0.113.0/25', '172.18.0.0/16'],
    },
    addresses('10.180.0.4'),
    ['1.2.3.4'],
  );
  addService(
    harness,
    'shop/local',
    {
      type: 'LoadBalancer',
      externalTrafficPolicy: 'Local',
      internalTrafficPolicy: 'Local',
      clusterIP: '172.30.0.44',
      ports: [{ ...P80, nodePort: 30044 }],
      healthCheckNodePort: 30045,
    },
    [{ addresses: ['10.180.1.5'], ...NODE_B }],
    ['5.6.7.8'],
  );
  addService(
    harness,
    'shop/sticky',
    {
      clusterIP: '172.30.0.46',
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 600 } },
    },
    addresses('10.180.0.6', '10.180.0.7'),
  );
  addService(harness, 'shop/empty', {
    type: 'NodePort',
    clusterIP: '172.30.0.47',
    ports: [{ ...P80, nodePort: 30047 }],
  });
  addService(
    harness,
    'shop/names',
    { clusterIP: '172.30.0.48', ports: [{ name: 'dns', port: 53, targetPort: 5353, protocol: 'UDP' }] },
    addresses('10.180.0.8'),
  );
}

function written(mode: ProxyMode): Network {
  const { network, harness } = createHarness({ mode, service_cidr: '172.30.0.0/16' });
  addServices(harness);
  harness.settle();
  return network;
}

/** `UPDATE_GOLDEN=1` writes the texts anew: read them before they are committed. */
function expectGolden(name: string, text: string): void {
  const file = join(GOLDEN, name);
  if (process.env['UPDATE_GOLDEN']) writeFileSync(file, text);
  expect(text).toBe(existsSync(file) ? readFileSync(file, 'utf8') : '');
}

describe('the tables of a node, as their tools print them', () => {
  it.each(['node-a', 'node-b'])('iptables-save on %s', (node) => {
    expectGolden(`iptables-save.${node}.golden`, written('iptables').iptables(`node/${node}`).render());
  });

  it.each(['node-a', 'node-b'])('nft list ruleset on %s', (node) => {
    expectGolden(`nft-list-ruleset.${node}.golden`, written('nftables').nftables(`node/${node}`).render());
  });

  it('are the same whatever the order in which Services came', () => {
    for (const mode of ['iptables', 'nftables'] as const) {
      const { network, harness } = createHarness({ mode, service_cidr: '172.30.0.0/16' });
      harness.settle();
      addService(harness, 'shop/zz', { clusterIP: '172.30.0.99' }, addresses('10.180.0.9'));
      harness.settle();
      addServices(harness);
      harness.settle();
      harness.client.delete('services', 'shop/zz');
      harness.client.delete('endpointslices.discovery.k8s.io', 'shop/zz-1');
      harness.settle();
      const tables = (of: Network) => {
        const node = 'node/node-a';
        return mode === 'iptables' ? of.iptables(node).render() : of.nftables(node).render();
      };
      const lines = (of: Network) => tables(of).split('\n').sort();
      expect(lines(network)).toEqual(lines(written(mode)));
    }
  });

  it('in iptables mode load with iptables-restore --test, where the machine has it', () => {
    const restore = (input: string) => spawnSync('iptables-restore', ['--test'], { input, encoding: 'utf8' });
    if (restore('*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n').status !== 0) {
      console.warn('skipped: there is no iptables-restore here that may be run');
      return;
    }
    const { status, stderr } = restore(written('iptables').iptables('node/node-b').render());
    expect([status, stderr]).toEqual([0, '']);
  });

  it('in nftables mode load with nft --check, where the machine has it', () => {
    const check = (input: string) => spawnSync('nft', ['--check', '-f', '-'], { input, encoding: 'utf8' });
    if (check('table ip podlab-try {\n}\n').status !== 0) {
      console.warn('skipped: there is no nft here that may be run');
      return;
    }
    const { status, stderr } = check(written('nftables').nftables('node/node-b').render());
    expect([status, stderr]).toEqual([0, '']);
  });
});

describe('kube-proxy in nftables mode follows changes', () => {
  const slices = 'endpointslices.discovery.k8s.io';
  const settings = { mode: 'nftables', service_cidr: '172.30.0.0/16' } as const;

  it('with the same tables in the end as one that began with them', () => {
    const { network, harness } = createHarness(settings);
    addServices(harness);
    harness.settle();
    harness.edit(
      slices,
      'shop/cluster-1',
      (old) => ({ ...old, endpoints: addresses('10.180.0.2', '10.180.0.9') }) as never,
    );
    harness.edit('services', 'shop/sticky', (old) =>
      withSpec(old, { sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } }),
    );
    harness.edit('services', 'shop/local', (old) => withSpec(old, { externalTrafficPolicy: 'Cluster' }));
    harness.client.delete(slices, 'shop/node-port-1');
    harness.client.create(slices, slice('shop/empty', addresses('10.180.0.10')));
    harness.settle();
    const proxy = createHarness(settings);
    for (const kind of ['services', slices]) {
      for (const object of harness.store.list(kind))
        proxy.harness.store.create(kind, structuredClone(object));
    }
    proxy.harness.settle();
    const lines = (of: Network) => of.nftables('node/node-a').render().split('\n').sort();
    expect(lines(network)).toEqual(lines(proxy.network));
  });
});

describe('kube-proxy loaded anew', () => {
  it.each(['iptables', 'nftables'] as const)('goes on in %s mode to the very same state', (mode) => {
    const settings = { mode, service_cidr: '172.30.0.0/16' };
    const { network, harness } = createHarness(settings);
    addServices(harness);
    harness.settle();
    const slices = 'endpointslices.discovery.k8s.io';
    harness.edit(
      slices,
      'shop/cluster-1',
      (old) => ({ ...old, endpoints: addresses('10.180.0.9') }) as never,
    );
    harness.edit('services', 'shop/local', (old) => withSpec(old, { type: 'ClusterIP' }));
    harness.client.delete('services', 'shop/sticky');
    const copied = new Network(copyData(network.state), network.environment);
    const copy = harness.copy({
      'kube-proxy': createKubeProxy(copied, { cluster_cidr: '10.0.0.0/8', ...settings }),
    });
    harness.settle();
    copy.settle();
    expect(encodeData(copied.state)).toEqual(encodeData(network.state));
  });
});

function withSpec<T>(object: T, spec: object): T {
  const { spec: old } = object as { spec: object };
  return { ...object, spec: { ...old, ...spec } };
}
