import { Bench, buildTwoNodes, NODE_A, OUTSIDE, POD_A, POD_A2 } from '../bench/two-nodes';
import type { Rule } from './iptables/types';
import type { Network } from './network';

const CLIENT = '198.51.100.7';
const PRIVILEGED = 600;

let bench: Bench;
let network: Network;

/** Both pods of a node leave it with the node's address; somebody outside answers. */
beforeEach(() => {
  bench = new Bench();
  network = bench.network();
  buildTwoNodes(network);
  network.handlers.set('echo', {
    onData: (connection, bytes) => void connection.send(bytes),
    onDatagram: (datagram) => datagram.reply(datagram.bytes),
  });
  for (const protocol of ['TCP', 'UDP'] as const)
    network.listen(OUTSIDE, { protocol, port: 7, handler: 'echo' });
  const rule: Rule = {
    matches: [{ kind: 'destination', address: `${CLIENT}/32` }],
    target: { kind: 'MASQUERADE' },
  };
  network.iptables(NODE_A).ensureRule('nat', 'POSTROUTING', rule, 'append');
});

const connect = (pod: string, source_port: number) =>
  network.connect(pod, { protocol: 'TCP', destination: CLIENT, port: 7, source_port });
const replies = () =>
  network
    .conntrack(NODE_A)
    .list({ original_destination: CLIENT })
    .map(({ reply }) => reply.destination_port);

describe('a masquerading node', () => {
  it('keeps the port of the first flow and gives a second one with the same port another', () => {
    const first = connect(POD_A, 40_000);
    const second = connect(POD_A2, 40_000);
    expect([first.disposition, second.disposition]).toEqual(['Connected', 'Connected']);
    const [own, other] = replies();
    expect(own).toBe(40_000);
    expect(other).not.toBe(40_000);
    expect(other).toBeGreaterThanOrEqual(1024);
    // Each answer goes back to its own pod and port.
    for (const { connection } of [first, second]) {
      connection?.send(new Uint8Array([1]));
      expect(connection?.receive()).toEqual([new Uint8Array([1])]);
      expect(connection?.local.port).toBe(40_000);
    }
  });

  it('keeps privileged ports among themselves', () => {
    connect(POD_A, PRIVILEGED + 7);
    connect(POD_A2, PRIVILEGED + 7);
    const [, other] = replies();
    expect(other).toBeGreaterThanOrEqual(PRIVILEGED);
    expect(other).toBeLessThan(1024);
  });

  it('has no port left when all of its range are taken towards one target: the flow is dropped', () => {
    network.setSysctl(NODE_A, 'net.netfilter.nf_conntrack_max', 100_000);
    const dispositions = new Set<string>();
    // Ports below 512 are one range, so that two pods with 511 ports each want more than there are.
    for (const pod of [POD_A, POD_A2])
      for (let port = 1; port <= 511; port++) {
        const { disposition, end } = connect(pod, port);
        dispositions.add(`${disposition} ${end.code}`);
      }
    expect([...dispositions].sort()).toEqual(['Connected Accepted', 'TimedOut ConntrackFull']);
    expect(new Set(replies()).size).toBe(replies().length);
  });

  it('with a full table drops new flows, and takes them again when old ones are over', () => {
    network.setSysctl(NODE_A, 'net.netfilter.nf_conntrack_max', 2);
    const open = [connect(POD_A, 40_001), connect(POD_A, 40_002)];
    const refused = connect(POD_A2, 40_003);
    expect([refused.disposition, refused.end.code]).toEqual(['TimedOut', 'ConntrackFull']);
    open[0].connection?.close();
    expect(connect(POD_A2, 40_003).disposition).toBe('Connected');
  });

  it('forgets a datagram flow after its time, and with it the port', () => {
    const datagram = { destination: CLIENT, port: 7, data: new Uint8Array([1]), source_port: 40_000 };
    expect(network.sendDatagram(POD_A, datagram).disposition).toBe('Answered');
    bench.now_ms += 29_999;
    network.sendDatagram(POD_A2, datagram);
    expect(replies()[0]).toBe(40_000);
    expect(replies()[1]).not.toBe(40_000);
    bench.now_ms += 30_000;
    expect(replies()).toEqual([]);
    network.sendDatagram(POD_A2, datagram);
    expect(replies()).toEqual([40_000]);
  });
});
