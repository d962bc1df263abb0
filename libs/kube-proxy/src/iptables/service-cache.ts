import type { EndpointSlice, Service } from '@podlab/api';
import { equalJson } from '@podlab/kernel';
import { formatEndpoint } from '@podlab/netstack';
import type { Rule } from '@podlab/netstack';
import { endpointsOf } from '../endpoints';
import type { EndpointInfo } from '../endpoints';
import { PortVariants } from '../port-variants';
import { servicePortsOf } from '../service-port';
import type { ServicePortInfo } from '../service-port';
import { categorizeEndpoints } from '../topology';
import type { ProxyNode } from '../topology';
import { endpointChainName } from './chain-names';
import { buildServiceRules, SHARED_CHAINS } from './service-rules';
import type { RuleSettings, ServiceRules, SharedChain } from './service-rules';

/** The rules of one service port on every node. */
export class PortRules extends PortVariants<ServiceRules> {
  constructor(
    info: ServicePortInfo,
    endpoints: readonly EndpointInfo[],
    private readonly settings: RuleSettings,
    private readonly previous?: PortRules,
  ) {
    super(info, endpoints);
  }

  /** Parts of shared chains that stay equal stay the same arrays, so that a comparison is one of identity. */
  protected build(node: ProxyNode): ServiceRules {
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
  return servicePortsOf(service, settings.family).map((info) => {
    const before = previous.find((old) => old.info.name === info.name && old.info.protocol === info.protocol);
    const chains = new Map((before?.endpoints ?? []).map(({ text, chain }) => [text, chain]));
    const chainName = (address: string, port: number): string => {
      const text = formatEndpoint(address, port);
      return chains.get(text) ?? endpointChainName(info, text);
    };
    return new PortRules(info, endpointsOf(info, slices, settings.family, chainName), settings, before);
  });
}
