import { deepFreeze } from '@podlab/kernel';
import type { NftElement, NftField, NftRule, NftStatement, NftVerdict } from '@podlab/netstack';
import type { EndpointInfo } from '../endpoints';
import { allowsNode } from '../port-variants';
import type { ProxierSettings } from '../proxier';
import { isExternallyAccessible } from '../service-port';
import type { ServicePortInfo } from '../service-port';
import type { CategorizedEndpoints, ProxyNode } from '../topology';
import { FAMILY_WORDS, MARK_FOR_MASQUERADE } from './base-rules';
import type { FamilyWords } from './base-rules';
import * as names from './names';

/** An element that a service port has in one of the shared sets or maps. */
export interface OwnedElement {
  readonly set: string;
  readonly key: string;
  readonly element: NftElement;
}

/** All that one service port has in a node's table, beside the hairpins of its endpoints there. */
export interface NftServiceRules {
  /** Its chains in the order of their making. */
  readonly chains: Readonly<Record<string, readonly NftRule[]>>;
  /** Sets that remember clients, and for how many seconds. */
  readonly affinity_sets: Readonly<Record<string, number>>;
  readonly elements: readonly OwnedElement[];
  /** The endpoints that this node can send to. */
  readonly reachable: readonly EndpointInfo[];
}

/** What is decided about a service port before its rules are written. */
interface Plan {
  readonly port: ServicePortInfo;
  readonly endpoints: CategorizedEndpoints;
  readonly own: names.NftServiceNames;
  readonly words: FamilyWords;
  readonly settings: ProxierSettings;
  readonly node: ProxyNode;
  readonly protocol: string;
  readonly has_internal: boolean;
  readonly has_external: boolean;
  readonly uses_external: boolean;
  readonly uses_firewall: boolean;
}

/** The rules of one service port. Models kubernetes pkg/proxy/nftables/proxier.go syncProxyRules. */
export function buildNftRules(
  port: ServicePortInfo,
  endpoints: CategorizedEndpoints,
  node: ProxyNode,
  settings: ProxierSettings,
): NftServiceRules {
  const { any, local } = endpoints;
  const plan: Plan = {
    port,
    endpoints,
    own: names.nftServiceNames(port),
    words: FAMILY_WORDS[settings.family],
    settings,
    node,
    protocol: port.protocol.toLowerCase(),
    has_internal: any && (!port.internal_policy_local || local.length > 0),
    has_external: any && (!port.external_policy_local || local.length > 0),
    uses_external: any && isExternallyAccessible(port),
    uses_firewall: port.load_balancer_vips.length > 0 && port.load_balancer_source_ranges.length > 0,
  };
  const affinity_sets: Record<string, number> = {};
  if (port.sticky_seconds !== undefined) {
    for (const endpoint of endpoints.reachable) affinity_sets[affinitySet(endpoint)] = port.sticky_seconds;
  }
  return deepFreeze({
    chains: chainsOf(plan),
    affinity_sets,
    elements: elementsOf(plan),
    reachable: endpoints.reachable,
  });
}

/** A flow of an endpoint on this node to itself, as it looks after its destination was translated. */
export function hairpinOf(port: ServicePortInfo, { address, port: number }: EndpointInfo): OwnedElement {
  const key = `${address} . ${address} . ${port.protocol.toLowerCase()} . ${number}`;
  return { set: names.HAIRPIN_CONNECTIONS_SET, key, element: {} };
}

function elementsOf(plan: Plan): OwnedElement[] {
  const { port, own, has_internal, has_external, endpoints, protocol } = plan;
  const at = (address: string): string => `${address} . ${protocol} . ${port.port}`;
  const internal = port.internal_policy_local ? own.local : own.cluster;
  const elements: OwnedElement[] = [
    { set: names.CLUSTER_IPS_SET, key: port.cluster_ip, element: {} },
    has_internal
      ? led(names.SERVICE_IPS_MAP, at(port.cluster_ip), internal)
      : refused(names.NO_ENDPOINT_SERVICES_MAP, at(port.cluster_ip), plan),
  ];
  for (const address of [...port.external_ips, ...port.load_balancer_vips]) {
    if (endpoints.any) elements.push(led(names.SERVICE_IPS_MAP, at(address), own.external));
    if (!has_external) elements.push(refused(names.NO_ENDPOINT_SERVICES_MAP, at(address), plan));
  }
  if (plan.uses_firewall) {
    for (const vip of port.load_balancer_vips) {
      elements.push(led(names.FIREWALL_IPS_MAP, at(vip), own.firewall));
    }
  }
  if (port.node_port !== 0) {
    const key = `${protocol} . ${port.node_port}`;
    if (endpoints.any) elements.push(led(names.SERVICE_NODE_PORTS_MAP, key, own.external));
    if (!has_external) elements.push(refused(names.NO_ENDPOINT_NODE_PORTS_MAP, key, plan));
  }
  return elements;
}

function led(set: string, key: string, chain: string): OwnedElement {
  return { set, key, element: { verdict: { kind: 'goto', chain } } };
}

/** No endpoint at all is refused; none on this node is dropped, since another node may have one. */
function refused(set: string, key: string, { port, endpoints }: Plan): OwnedElement {
  const verdict: NftVerdict = endpoints.any ? { kind: 'drop' } : { kind: 'goto', chain: names.REJECT_CHAIN };
  return { set, key, element: { comment: port.name, verdict } };
}

function chainsOf(plan: Plan): Record<string, NftRule[]> {
  const { own, endpoints, port } = plan;
  const chains: Record<string, NftRule[]> = {};
  const sticky = port.sticky_seconds !== undefined;
  // Endpoints first: a rule may only lead to a chain that is there.
  if (sticky)
    for (const endpoint of endpoints.reachable) chains[endpointChain(endpoint)] = toEndpoint(plan, endpoint);
  if (endpoints.cluster.length > 0) chains[own.cluster] = balance(plan, endpoints.cluster);
  if (endpoints.local.length > 0) chains[own.local] = balance(plan, endpoints.local);
  if (plan.uses_external) chains[own.external] = external(plan);
  if (plan.uses_firewall) chains[own.firewall] = [firewall(plan)];
  return chains;
}

function external({ port, own, words, settings, has_external }: Plan): NftRule[] {
  const policy = port.external_policy_local ? own.local : own.cluster;
  const rest = has_external ? [rule([go(policy)])] : [];
  if (!port.external_policy_local) return [rule([MARK_FOR_MASQUERADE]), ...rest];
  const pods: NftStatement = { kind: 'match', field: words.source, values: [settings.cluster_cidr] };
  const from_node: NftStatement = { kind: 'match', field: 'fib saddr type', values: ['local'] };
  return [
    rule([pods, go(own.cluster)], 'short-circuit pod traffic'),
    rule([from_node, MARK_FOR_MASQUERADE], 'masquerade local traffic'),
    rule([from_node, go(own.cluster)], 'short-circuit local traffic'),
    ...rest,
  ];
}

function firewall({ port, words, node }: Plan): NftRule {
  const ranges = port.load_balancer_source_ranges;
  const values = [...ranges, ...(allowsNode(ranges, node) ? port.load_balancer_vips : [])];
  return rule([
    { kind: 'match', field: words.source, values, invert: true },
    { kind: 'verdict', verdict: { kind: 'drop' } },
  ]);
}

/** Models proxier.go writeServiceToEndpointRules: chains of endpoints are only for those who remember clients. */
function balance({ port, words, protocol }: Plan, endpoints: readonly EndpointInfo[]): NftRule[] {
  if (port.sticky_seconds === undefined) {
    const to = endpoints.map(({ address, port: number }) => ({ address, port: number }));
    return [rule([ofProtocol(protocol), { kind: 'dnat-random', to }])];
  }
  const remembered = endpoints.map((endpoint) =>
    rule([
      { kind: 'lookup', fields: [words.source], set: affinitySet(endpoint) },
      go(endpointChain(endpoint)),
    ]),
  );
  const verdicts = endpoints.map((endpoint): NftVerdict => ({
    kind: 'goto',
    chain: endpointChain(endpoint),
  }));
  return [...remembered, rule([{ kind: 'vmap-random', verdicts }])];
}

function toEndpoint({ words, protocol }: Plan, endpoint: EndpointInfo): NftRule[] {
  const { address, port } = endpoint;
  return [
    rule([{ kind: 'update', set: affinitySet(endpoint), field: words.source }]),
    rule([ofProtocol(protocol), { kind: 'dnat', to: { address, port } }]),
  ];
}

const endpointChain = ({ chain }: EndpointInfo): string => `endpoint-${chain}`;
const affinitySet = ({ chain }: EndpointInfo): string => `affinity-${chain}`;

function ofProtocol(protocol: string): NftStatement {
  const field: NftField = 'meta l4proto';
  return { kind: 'match', field, values: [protocol] };
}

function go(chain: string): NftStatement {
  return { kind: 'verdict', verdict: { kind: 'goto', chain } };
}

function rule(statements: readonly NftStatement[], comment?: string): NftRule {
  return comment === undefined
    ? { statements: statements.slice() }
    : { statements: statements.slice(), comment };
}
