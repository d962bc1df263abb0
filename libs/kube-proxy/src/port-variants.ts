import { parsePrefix, prefixContains, tryParseAddress } from '@podlab/netstack';
import type { EndpointInfo } from './endpoints';
import { usesLocalEndpoints } from './service-port';
import type { ServicePortInfo } from './service-port';
import type { ProxyNode } from './topology';

/** One service port with its endpoints on all nodes. */
export interface PortState {
  readonly info: ServicePortInfo;
  readonly endpoints: readonly EndpointInfo[];
}

/**
 * What one service port makes on every node. Most ports make the same everywhere and this exists once; a Local traffic
 * policy, topology hints or source ranges make variants.
 */
export abstract class PortVariants<R> implements PortState {
  protected readonly variants = new Map<string, R>();
  private readonly per_node: boolean;

  constructor(
    readonly info: ServicePortInfo,
    readonly endpoints: readonly EndpointInfo[],
  ) {
    this.per_node =
      usesLocalEndpoints(info) ||
      endpoints.some(({ zone_hints, node_hints }) => zone_hints.length + node_hints.length > 0);
  }

  protected abstract build(node: ProxyNode): R;

  /** Whether every node has the very same. */
  get uniform(): boolean {
    return !this.per_node && this.info.load_balancer_source_ranges.length === 0;
  }

  on(node: ProxyNode): R {
    const variant = this.variantOf(node);
    let made = this.variants.get(variant);
    if (made === undefined) {
      made = this.build(node);
      this.variants.set(variant, made);
    }
    return made;
  }

  protected variantOf(node: ProxyNode): string {
    if (this.uniform) return '';
    const allowed = allowsNode(this.info.load_balancer_source_ranges, node);
    return `${this.per_node ? node.name : ''}/${allowed}`;
  }
}

/** Whether a Service's source ranges hold the node's own address. */
export function allowsNode(ranges: readonly string[], node: ProxyNode): boolean {
  const address = tryParseAddress(node.address);
  return address !== undefined && ranges.some((range) => prefixContains(parsePrefix(range), address));
}
