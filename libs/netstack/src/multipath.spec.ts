import { Network } from './network';
import { createNetworkState } from './state';
import { TraceRecorder } from './trace';

function createBalancer() {
  const network = new Network(createNetworkState(), { now: () => 0, random: () => 0.5 });
  network.addWire('wire');
  const hosts = { client: '10.0.0.1', balancer: '10.0.0.2', one: '10.0.0.11', other: '10.0.0.12' };
  for (const [id, address] of Object.entries(hosts)) {
    network.addNamespace(id, { 'net.ipv4.ip_forward': 1 });
    network.addEthernet(id, 'wire', { name: 'eth0', addresses: [{ address, prefix_length: 24 }] });
  }
  network.handlers.set('silent', {});
  for (const id of ['one', 'other']) {
    network.addAddress(id, 'lo', { address: '192.0.2.1', prefix_length: 32 });
    network.listen(id, { protocol: 'TCP', port: 80, handler: 'silent' });
  }
  network.setRoute('client', { destination: '192.0.2.1/32', via: hosts.balancer, interface: 'eth0' });
  const nexthops = [hosts.one, hosts.other].map((via) => ({ via, interface: 'eth0' }));
  network.setRoute('balancer', { destination: '192.0.2.1/32', nexthops });
  return network;
}

describe('a multipath route', () => {
  const hopsOf = (network: Network, source_port: number) => {
    const recorder = new TraceRecorder();
    network.connect('client', { protocol: 'TCP', destination: '192.0.2.1', port: 80, source_port, recorder });
    return recorder.hops.filter(({ direction }) => direction === 'request').map(({ namespace }) => namespace);
  };

  it('spreads flows over its ways, and keeps each flow on one', () => {
    const network = createBalancer();
    const chosen = Array.from({ length: 40 }, (_, index) => hopsOf(network, 40000 + index).at(-1));
    expect(new Set(chosen)).toEqual(new Set(['one', 'other']));
    const again = Array.from({ length: 40 }, (_, index) => hopsOf(createBalancer(), 40000 + index).at(-1));
    expect(again).toEqual(chosen);
  });

  it('leaves the packet as it is', () => {
    const peer = createBalancer().connect('client', { protocol: 'TCP', destination: '192.0.2.1', port: 80 })
      .connection?.peer;
    expect(peer?.backend.address).toBe('192.0.2.1');
    expect(peer?.source_seen.address).toBe('10.0.0.1');
  });
});
