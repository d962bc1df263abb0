import type { EndpointSlice, Node } from '@podlab/api';
import { createNetworkState, Network } from '@podlab/netstack';
import { buildNode, buildService, ComponentHarness } from '@podlab/testkit';
import { createKubeProxy } from './kube-proxy';

const DNS_PORT = { name: 'dns', port: 53, protocol: 'UDP' };
const SERVICE_IP = '10.96.0.10';
const SLICES = 'endpointslices.discovery.k8s.io';

function createHarness() {
  const network = new Network(createNetworkState(), { now: () => 0, random: () => 0.4 });
  network.addWire('wire');
  const hosts = { 'node/node-a': '172.18.0.3', one: '172.18.1.1', other: '172.18.1.2' };
  network.handlers.set('echo', { onDatagram: (datagram) => datagram.reply(datagram.bytes) });
  for (const [id, address] of Object.entries(hosts)) {
    network.addNamespace(id, { 'net.ipv4.ip_forward': 1 });
    network.addEthernet(id, 'wire', { name: 'eth0', addresses: [{ address, prefix_length: 16 }] });
    network.setRoute(id, { destination: '0.0.0.0/0', interface: 'eth0' });
    network.listen(id, { protocol: 'UDP', port: 53, handler: 'echo' });
  }
  const harness = new ComponentHarness({
    proxy: createKubeProxy(network, { cluster_cidr: '10.244.0.0/16' }),
  });
  harness.client.create<Node>('nodes', buildNode('node-a'));
  const addresses = { clusterIP: SERVICE_IP, clusterIPs: [SERVICE_IP] };
  harness.client.create('services', buildService('kube-system', 'kube-dns', {}, [DNS_PORT], addresses));
  harness.client.create<EndpointSlice>(SLICES, {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: 'dns-1',
      namespace: 'kube-system',
      labels: { 'kubernetes.io/service-name': 'kube-dns' },
    },
    addressType: 'IPv4',
    endpoints: [{ addresses: [hosts.one] }],
    ports: [DNS_PORT],
  });
  harness.settle();
  const ask = () =>
    network.sendDatagram('node/node-a', {
      destination: SERVICE_IP,
      port: 53,
      source_port: 40_000,
      data: Uint8Array.from([1]),
    }).peer?.namespace;
  return { network, harness, ask, hosts };
}

const flows = (network: Network) =>
  network.conntrack('node/node-a').list({ original_destination: SERVICE_IP });

describe('a UDP flow to a Service', () => {
  it('is forgotten when its endpoint is gone, so that the client reaches another from the same port', () => {
    const { network, harness, ask, hosts } = createHarness();
    expect([ask(), ask()]).toEqual(['one', 'one']);
    expect(flows(network)).toHaveLength(1);
    harness.edit<EndpointSlice>(SLICES, 'kube-system/dns-1', (slice) => ({
      ...slice,
      endpoints: [{ addresses: [hosts.other] }],
    }));
    harness.settle();
    expect(flows(network)).toEqual([]);
    expect(ask()).toBe('other');
  });

  it('stays while its endpoint serves, whatever else changes', () => {
    const { network, harness, ask, hosts } = createHarness();
    ask();
    harness.edit<EndpointSlice>(SLICES, 'kube-system/dns-1', (slice) => ({
      ...slice,
      endpoints: [
        { addresses: [hosts.one], conditions: { ready: false, serving: true } },
        { addresses: [hosts.other] },
      ],
    }));
    harness.settle();
    expect(flows(network)).toHaveLength(1);
    expect(ask()).toBe('one');
  });

  it('is forgotten when its endpoint serves on another port', () => {
    const { network, harness, ask } = createHarness();
    ask();
    harness.edit<EndpointSlice>(SLICES, 'kube-system/dns-1', (slice) => ({
      ...slice,
      ports: [{ ...DNS_PORT, port: 5353 }],
    }));
    harness.settle();
    expect(flows(network)).toEqual([]);
  });

  it('stays where it led when nothing serves any more, as upstream leaves it', () => {
    const { network, harness, ask } = createHarness();
    ask();
    harness.edit<EndpointSlice>(SLICES, 'kube-system/dns-1', (slice) => ({ ...slice, endpoints: [] }));
    harness.settle();
    expect(flows(network)).toHaveLength(1);
    expect(ask()).toBe('one');
  });
});
