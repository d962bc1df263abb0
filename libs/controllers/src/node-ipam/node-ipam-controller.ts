import type { Node } from '@podlab/api';
import { invariant } from '@podlab/kernel';
import type { ComponentContext, ComponentFactory, Informer, WorkQueue } from '@podlab/client';
import { addToAddress, familyOf, formatAddress, parsePrefix, widthOf } from '@podlab/netstack';
import type { Prefix } from '@podlab/netstack';
import { ignoringNotFound } from '../ownership/claim';

export interface NodeIpamOptions {
  /** The range of all pods, such as `10.244.0.0/16`; of two families with a comma between. */
  podCidr: string;
}

interface NodeIpamState {
  /** Ranges are handed out in turn, so that a new node does not get what one has just left. */
  next: number;
  /** The same of the second family. */
  next_secondary?: number;
}

/** Prefix length of one node's range. Models upstream's --node-cidr-mask-size-ipv4 and -ipv6, the defaults. */
const NODE_MASK_BITS = { IPv4: 24, IPv6: 64 } as const;

const SOURCE = { component: 'cidrAllocator' };

/** Gives each node its range of pod addresses. Models k8s.io/kubernetes pkg/controller/nodeipam/ipam range_allocator.go. */
export function nodeIpamController(options: NodeIpamOptions): ComponentFactory {
  return (context) => new NodeIpamController(context, options);
}

class NodeIpamController {
  readonly name: string;
  private readonly nodes: Informer<Node>;
  private readonly queue: WorkQueue;
  private readonly state: NodeIpamState;
  private readonly ranges: readonly NodeRanges[];

  constructor(
    private readonly context: ComponentContext,
    { podCidr }: NodeIpamOptions,
  ) {
    this.name = context.name;
    this.ranges = podCidr.split(',').map((cidr) => new NodeRanges(cidr));
    this.state = context.state('ranges', () => ({ next: 0 }));
    this.nodes = context.informers.for<Node>('nodes');
    this.queue = context.workQueue('nodes', (name) => this.reconcile(name));
    this.nodes.addHandlers({
      onAdd: (node) => this.queue.add(node.metadata.name),
      onUpdate: (node) => {
        if (!node.spec.podCIDR) this.queue.add(node.metadata.name);
      },
      onDelete: () => this.retryOthers(),
    });
  }

  start(): void {
    for (const node of this.nodes.list()) this.queue.add(node.metadata.name);
  }

  private reconcile(name: string): void {
    const node = this.nodes.get(name);
    if (!node || node.spec.podCIDR || node.metadata.deletionTimestamp) return;
    const podCIDRs = this.allocate();
    if (podCIDRs === undefined) {
      const message = `Node ${name} status is now: CIDRNotAvailable`;
      this.context.recorder.event(node, 'Normal', 'CIDRNotAvailable', message, SOURCE);
      return;
    }
    ignoringNotFound(() =>
      this.context.client.update<Node>('nodes', {
        ...node,
        spec: { ...node.spec, podCIDR: podCIDRs[0], podCIDRs },
      }),
    );
  }

  /** A range came free: nodes without one try again. */
  private retryOthers(): void {
    for (const node of this.nodes.list()) if (!node.spec.podCIDR) this.queue.add(node.metadata.name);
  }

  /** A free range of each family; undefined when a family has none left. */
  private allocate(): string[] | undefined {
    const { state } = this;
    const taken = new Set(
      this.nodes.list().flatMap(({ spec }) => spec.podCIDRs ?? (spec.podCIDR ? [spec.podCIDR] : [])),
    );
    const [first, second] = this.ranges;
    const found = first.free(taken, state.next);
    const other = second?.free(taken, state.next_secondary ?? 0);
    if (found === undefined || (second !== undefined && other === undefined)) return undefined;
    state.next = (found + 1) % first.count;
    if (other === undefined) return [first.range(found)];
    state.next_secondary = (other + 1) % second.count;
    return [first.range(found), second.range(other)];
  }
}

/** The ranges of nodes that the range of all pods of one family is made of. */
class NodeRanges {
  readonly count: number;
  private readonly cidr: Prefix;
  private readonly mask_bits: number;

  constructor(text: string) {
    this.cidr = parsePrefix(text);
    const family = familyOf(this.cidr.base);
    this.mask_bits = NODE_MASK_BITS[family];
    invariant(
      this.cidr.length <= this.mask_bits,
      `pod range ${text} is smaller than one node's /${this.mask_bits}`,
    );
    this.count = 2 ** (this.mask_bits - this.cidr.length);
  }

  /** The number of the first range from `next` on, round and round, that is not taken. */
  free(taken: ReadonlySet<string>, next: number): number | undefined {
    for (let tried = 0; tried < this.count; tried++) {
      const index = (next + tried) % this.count;
      if (!taken.has(this.range(index))) return index;
    }
    return undefined;
  }

  range(index: number): string {
    const { base } = this.cidr;
    const size = 2 ** (widthOf(familyOf(base)) - this.mask_bits);
    return `${formatAddress(addToAddress(base, index * size))}/${this.mask_bits}`;
  }
}
