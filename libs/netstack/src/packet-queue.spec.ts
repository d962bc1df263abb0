import { copyData, utf8Encode } from '@podlab/kernel';
import {
  Bench,
  buildTwoNodes,
  NODE_A,
  NODE_B,
  POD_A,
  POD_A2,
  POD_B,
  writeBalancing,
} from '../bench/two-nodes';
import { Network } from './network';
import type { QueuedPacket, QueueVerdict } from './packet-queue';
import { TraceRecorder } from './trace';

const SERVICE = '10.96.0.1';

/** Two nodes with a server behind a virtual address, and a queue after node A's routing that notes what it sees. */
function build(judge: (packet: QueuedPacket) => QueueVerdict, priority = 95) {
  const bench = new Bench();
  const network = bench.network();
  buildTwoNodes(network);
  network.handlers.set('web', { onData: (connection) => void connection.send(utf8Encode('ok')) });
  for (const pod of [POD_B, POD_A2]) network.listen(pod, { protocol: 'TCP', port: 8080, handler: 'web' });
  const web = { name: 'web', address: SERVICE, port: 80, backends: [{ address: '10.244.2.7', port: 8080 }] };
  for (const node of [NODE_A, NODE_B]) writeBalancing(network, node, [web]);
  const seen: QueuedPacket[] = [];
  network.queueHandlers.set('judge', {
    judge(packet) {
      seen.push(packet);
      return judge(packet);
    },
  });
  network.setQueues(NODE_A, [{ hook: 'POSTROUTING', priority, handler: 'judge' }]);
  return { network, seen, bench };
}

const accept = (): QueueVerdict => ({ accepted: true, notes: [] });
const drop = (): QueueVerdict => ({ accepted: false, notes: [{ accepted: false, data: { because: 'no' } }] });
const toService = { protocol: 'TCP', destination: SERVICE, port: 80 } as const;

describe('a packet queue', () => {
  it('sees the first packet of a flow once, after the translation of its destination', () => {
    const { network, seen } = build(accept);
    const { connection } = network.connect(POD_A, { ...toService, source_port: 40_000 });
    connection?.send(utf8Encode('GET'));
    expect(connection?.receive()).toHaveLength(1);
    expect(seen).toEqual([
      {
        namespace: NODE_A,
        hook: 'POSTROUTING',
        in_interface: 'cni0',
        out_interface: 'flannel.1',
        protocol: 'TCP',
        source: '10.244.1.5',
        source_port: 40_000,
        destination: '10.244.2.7',
        destination_port: 8080,
      },
    ]);
  });

  it('sees frames that only pass a bridge, and packets of its own namespace without an interface', () => {
    const { network, seen } = build(accept);
    network.connect(POD_A, { protocol: 'TCP', destination: '10.244.1.6', port: 8080 });
    network.connect(NODE_A, { protocol: 'TCP', destination: '10.244.1.6', port: 8080 });
    expect(seen.map(({ in_interface, out_interface }) => [in_interface, out_interface])).toEqual([
      ['cni0', 'cni0'],
      [undefined, 'cni0'],
    ]);
  });

  it('drops without a word, and the end says which queue and why', () => {
    const { network } = build(drop);
    const recorder = new TraceRecorder();
    const result = network.connect(POD_A, { ...toService, recorder });
    expect(result.disposition).toBe('TimedOut');
    expect(result.end).toEqual({
      code: 'DroppedByQueue',
      namespace: NODE_A,
      interface: 'cni0',
      returning: false,
      queue: { handler: 'judge', data: { because: 'no' } },
    });
    const last = recorder.hops.at(-1)?.steps.at(-1);
    expect(last).toMatchObject({
      type: 'Queue',
      action: 'Dropped',
      detail: { hook: 'POSTROUTING', handler: 'judge', data: { because: 'no' } },
    });
    expect(network.conntrack(NODE_A).list({ original_destination: SERVICE })).toEqual([]);
  });

  it('lets a flow go on that began before it said no', () => {
    let verdict = accept();
    const { network } = build(() => verdict);
    const { connection } = network.connect(POD_A, toService);
    verdict = drop();
    expect(connection?.send(utf8Encode('GET'))).toBe(true);
    expect(connection?.receive()).toHaveLength(1);
    expect(network.connect(POD_A, toService).disposition).toBe('TimedOut');
  });

  it('is state: a copy of the network has it, and without queues nothing is left of it', () => {
    const { network, bench } = build(drop);
    const copy = new Network(copyData(network.state), { now: () => bench.now_ms, random: () => 0 });
    copy.queueHandlers.set('judge', { judge: drop });
    expect(copy.connect(POD_A, toService).end.code).toBe('DroppedByQueue');
    network.setQueues(NODE_A, []);
    expect(network.queues(NODE_A)).toEqual([]);
    expect(Object.keys(network.state.namespaces.get(NODE_A) ?? {})).not.toContain('queues');
    expect(network.connect(POD_A, toService).disposition).toBe('Connected');
  });

  it.each([0, 100])('can\u2019t stand at priority %i', (priority) => {
    expect(() => build(accept, priority)).toThrow('a queue stands between 0 and 100');
  });
});
