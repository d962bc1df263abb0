import { invariant } from '@podlab/kernel';
import type { HookName } from './iptables/types';
import type { Protocol } from './packet';

/** Where a queue stands among the chains of a hook: after those of filtering, before the translation of sources. */
const FILTER_PRIORITY = 0;
const SOURCE_NAT_PRIORITY = 100;

/** A queue at a hook: its packets that begin a flow are judged by the handler of that name in `Network.queueHandlers`. */
export interface PacketQueue {
  readonly hook: HookName;
  /** As netfilter orders hooks, above 0 (filter) and below 100 (source NAT). Lower ones come first. */
  readonly priority: number;
  readonly handler: string;
}

/** What a queue's handler sees of a packet: the first of its flow, as it is at the hook. */
export interface QueuedPacket {
  readonly namespace: string;
  readonly hook: HookName;
  /** Interface that the packet came in by; undefined for one that was made in this namespace. */
  readonly in_interface: string | undefined;
  readonly out_interface: string | undefined;
  readonly protocol: Protocol;
  readonly source: string;
  /** Of an ICMP echo the identifier. */
  readonly source_port: number;
  readonly destination: string;
  readonly destination_port: number;
}

/** A step for the trace: data that only the handler's owner reads. */
export interface QueueNote {
  readonly accepted: boolean;
  readonly data: unknown;
}

/** What a handler decides; each note is a step of the trace, and the last one of a dropped packet tells why. */
export interface QueueVerdict {
  readonly accepted: boolean;
  readonly notes: readonly QueueNote[];
}

/** Judges packets at once, from what it knows now; it must not change the network. */
export interface QueueHandler {
  judge(packet: QueuedPacket): QueueVerdict;
}

/** The queues of a namespace by hook, in the order packets come to them. */
export function queuesByHook(queues: readonly PacketQueue[]): ReadonlyMap<HookName, readonly PacketQueue[]> {
  const found = new Map<HookName, PacketQueue[]>();
  for (const queue of [...queues].sort((one, other) => one.priority - other.priority)) {
    const { hook, priority } = queue;
    invariant(
      priority > FILTER_PRIORITY && priority < SOURCE_NAT_PRIORITY,
      `a queue stands between ${FILTER_PRIORITY} and ${SOURCE_NAT_PRIORITY}, not at ${priority}`,
    );
    const others = found.get(hook);
    if (others === undefined) found.set(hook, [queue]);
    else others.push(queue);
  }
  return found;
}
