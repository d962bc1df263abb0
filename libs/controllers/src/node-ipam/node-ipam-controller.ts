import type { Node } from '@podlab/api';
import { invariant } from '@podlab/kernel';
import type { ComponentContext, ComponentFactory, Informer, WorkQueue } from '@podlab/client';
import { ignoringNotFound } from '../ownership/claim';

export interface NodeIpamOptions {
  /** The range of all pods, such as `10.244.0.0/16`. */
  podCidr: string;
  /** Prefix length of one node's range. Upstream's --node-cidr-mask-size. */
  nodeMaskBits?: number;
}

interface NodeIpamState {
  /** Ranges are handed out in turn, so that a new node does not get what one has just left. */
  next: number;
}

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
  private readonly first: number;
  private readonly nodeMaskBits: number;
  /** How many node ranges the range of all pods has. */
  private readonly ranges: number;

  constructor(
    private readonly context: ComponentContext,
    { podCidr, nodeMaskBits = 24 }: NodeIpamOptions,
  ) {
    this.name = context.name;
    const [address, bits] = podCidr.split('/');
    invariant(
      Number(bits) <= nodeMaskBits,
      `pod range ${podCidr} is smaller than one node's /${nodeMaskBits}`,
    );
    this.first = address.split('.').reduce((value, octet) => value * 256 + Number(octet), 0);
    this.nodeMaskBits = nodeMaskBits;
    this.ranges = 2 ** (nodeMaskBits - Number(bits));
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
    const podCIDR = this.allocate();
    if (podCIDR === undefined) {
      const message = `Node ${name} status is now: CIDRNotAvailable`;
      this.context.recorder.event(node, 'Normal', 'CIDRNotAvailable', message, SOURCE);
      return;
    }
    ignoringNotFound(() =>
      this.context.client.update<Node>('nodes', {
        ...node,
        spec: { ...node.spec, podCIDR, podCIDRs: [podCIDR] },
      }),
    );
  }

  /** A range came free: nodes without one try again. */
  private retryOthers(): void {
    for (const node of this.nodes.list()) if (!node.spec.podCIDR) this.queue.add(node.metadata.name);
  }

  private allocate(): string | undefined {
    const taken = new Set(this.nodes.list().map(({ spec }) => spec.podCIDR));
    for (let tried = 0; tried < this.ranges; tried++) {
      const cidr = this.range((this.state.next + tried) % this.ranges);
      if (taken.has(cidr)) continue;
      this.state.next = (this.state.next + tried + 1) % this.ranges;
      return cidr;
    }
    return undefined;
  }

  private range(index: number): string {
    const address = this.first + index * 2 ** (32 - this.nodeMaskBits);
    const octets = [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256);
    return `${octets.join('.')}/${this.nodeMaskBits}`;
  }
}
