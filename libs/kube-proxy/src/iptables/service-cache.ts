import type { EndpointSlice, Service } from '@podlab/api';
import { equalJson } from '@podlab/kernel';
import type { Rule } from '@podlab/netstack';
import { endpointsOf } from '../endpoints';
import type { EndpointInfo } from '../endpoints';
import { servicePortsOf, usesLocalEndpoints } from '../service-port';
import type { ServicePortInfo } from '../service-port';
import { categorizeEndpoints } from '../topology';
import type { ProxyNode } from '../topology';
import { allowsNode, buildServiceRules, SHARED_CHAINS } from './service-rules';
import type { RuleSettings, ServiceRules, SharedChain } from './service-rules';

/**
 * The rules of one service port on every node. Most ports have the same rules everywhere and these exist once;
 * a Local traffic policy, topology hints or source ranges make variants.
 */
export class PortRules {
  private readonly variants = new Map<string, ServiceRules>();
  private readonly per_node: boolean;

  constructor(
    readonly info: ServicePortInfo,
    readonly endpoints: readonly EndpointInfo[],
    private readonly settings: RuleSettings,
    private readonly previous?: PortRules,
  ) {
    this.per_node =
      usesLocalEndpoints(info) ||
      endpoints.some(({ zone_hints, node_hints }) => zone_hints.length + node_hints.length > 0);
  }

  /** Whether every node has the very same rules. */
  get uniform(): boolean {
    return !this.per_node && this.info.load_balancer_source_ranges.length === 0;
  }

  on(node: ProxyNode): ServiceRules {
    const variant = this.variantOf(node);
    let rules = this.variants.get(variant);
    if (!rules) {
      rules = this.build(node);
      this.variants.set(variant, rules);
    }
    return rules;
  }

  private variantOf(node: ProxyNode): string {
    if (this.uniform) return '';
    const allowed = allowsNode(this.info.load_balancer_source_ranges, node);
    return `${this.per_node ? node.name : ''}/${allowed}`;
  }

  /** Parts of shared chains that stay equal stay the same arrays, so that a comparison is one of identity. */
  private build(node: ProxyNode): ServiceRules {
    const categorized = categorizeEndpoints(this.endpoints, this.info, node);
    const rules = buildServiceRules(this.info, categorized, node, this.settings);
    const before = this.previous?.variants.get(this.previous.variantOf(node));
    if (!before) return rules;
    const shared = { ...rules.shared } as Record<SharedChain, readonly Rule[]>;
    for (const chain of SHARED_CHAINS) {
      if (equalJson(before.shared[chain], shared[chain])) shared[chain] = before.shared[chain];
    }
    return { ...rules, shared };
  }

  /** Forgets what came before, once every node has the new rules. */
  settled(): PortRules {
    const settled = new PortRules(this.info, this.endpoints, this.settings);
    for (const [variant, rules] of this.variants) settled.variants.set(variant, rules);
    return settled;
  }
}

/** The rules of a Service's ports, what was known of them before given as `previous`. */
export function rulesOfService(
  service: Service | undefined,
  slices: readonly EndpointSlice[],
  settings: RuleSettings,
  previous: readonly PortRules[],
): PortRules[] {
  if (!service) return [];
  return servicePortsOf(service).map((info) => {
    const before = previous.find((old) => old.info.name === info.name && old.info.protocol === info.protocol);
    return new PortRules(info, endpointsOf(info, slices, before?.endpoints), settings, before);
  });
}
