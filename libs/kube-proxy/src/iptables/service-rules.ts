import { deepFreeze } from '@podlab/kernel';
import type { Match, Rule, Target } from '@podlab/netstack';
import type { EndpointInfo } from '../endpoints';
import { allowsNode } from '../port-variants';
import { isExternallyAccessible } from '../service-port';
import type { IpFamily, ServicePortInfo } from '../service-port';
import type { CategorizedEndpoints, ProxyNode } from '../topology';
import { MARK_MASQUERADE_CHAIN, serviceChainNames } from './chain-names';
import type { ServiceChainNames } from './chain-names';

/** The chains that rules of many Services share; each service port adds its part to them. */
export const SHARED_CHAINS = [
  'nat/KUBE-SERVICES',
  'nat/KUBE-NODEPORTS',
  'filter/KUBE-SERVICES',
  'filter/KUBE-EXTERNAL-SERVICES',
  'filter/KUBE-NODEPORTS',
  'filter/KUBE-PROXY-FIREWALL',
] as const;
export type SharedChain = (typeof SHARED_CHAINS)[number];

/** All rules of one service port on one node. */
export interface ServiceRules {
  readonly shared: Readonly<Record<SharedChain, readonly Rule[]>>;
  /** The port's own chains in table nat. */
  readonly own: Readonly<Record<string, readonly Rule[]>>;
}

export interface RuleSettings {
  readonly family: IpFamily;
  /** Packets from here are not masqueraded on their way to a cluster IP: `--detect-local-mode=ClusterCIDR`. */
  readonly cluster_cidr: string;
  /** Comments of endpoints are left out where there are very many. */
  readonly large_cluster: boolean;
}

/** What is decided about a service port before its rules are written. */
interface Plan {
  readonly port: ServicePortInfo;
  readonly endpoints: CategorizedEndpoints;
  readonly names: ServiceChainNames;
  readonly settings: RuleSettings;
  readonly node: ProxyNode;
  readonly has_internal: boolean;
  readonly has_external: boolean;
  readonly uses_external: boolean;
  readonly uses_firewall: boolean;
}

/** The rules of one service port. Models kubernetes pkg/proxy/iptables/proxier.go syncProxyRules. */
export function buildServiceRules(
  port: ServicePortInfo,
  endpoints: CategorizedEndpoints,
  node: ProxyNode,
  settings: RuleSettings,
): ServiceRules {
  const { any, local } = endpoints;
  const plan: Plan = {
    port,
    endpoints,
    names: serviceChainNames(port),
    settings,
    node,
    has_internal: any && (!port.internal_policy_local || local.length > 0),
    has_external: any && (!port.external_policy_local || local.length > 0),
    uses_external: any && isExternallyAccessible(port),
    uses_firewall: any && port.load_balancer_vips.length > 0 && port.load_balancer_source_ranges.length > 0,
  };
  return deepFreeze({ shared: sharedRules(plan), own: ownChains(plan) });
}

function sharedRules(plan: Plan): Record<SharedChain, Rule[]> {
  const { port } = plan;
  const vips = port.load_balancer_vips;
  return {
    'nat/KUBE-SERVICES': captures(plan),
    'nat/KUBE-NODEPORTS':
      port.node_port !== 0 && plan.endpoints.any
        ? [rule([comment(port.name), ...atPort(port, port.node_port)], jumpTo(plan.names.external))]
        : [],
    'filter/KUBE-SERVICES': plan.has_internal
      ? []
      : [rule([to(port.cluster_ip), comment(refusal(plan)), ...atPort(port)], refuse(plan))],
    'filter/KUBE-EXTERNAL-SERVICES': plan.has_external ? [] : externalRefusals(plan),
    'filter/KUBE-NODEPORTS': healthCheckAccept(port),
    'filter/KUBE-PROXY-FIREWALL': plan.uses_firewall
      ? vips.map((vip) => rule([to(vip), comment(firewallComment(plan)), ...atPort(port)], { kind: 'DROP' }))
      : [],
  };
}

/** Rules that pick the port's packets out of all. */
function captures({ port, names, has_internal, endpoints, uses_firewall }: Plan): Rule[] {
  const capture = (address: string, what: string, chain: string) =>
    rule([to(address), comment(`${port.name} ${what}`), ...atPort(port)], jumpTo(chain));
  const internal = port.internal_policy_local ? names.local : names.cluster;
  const rules = has_internal ? [capture(port.cluster_ip, 'cluster IP', internal)] : [];
  if (!endpoints.any) return rules;
  const balancer = uses_firewall ? names.firewall : names.external;
  rules.push(...port.external_ips.map((address) => capture(address, 'external IP', names.external)));
  rules.push(...port.load_balancer_vips.map((address) => capture(address, 'loadbalancer IP', balancer)));
  return rules;
}

/** No endpoint at all is refused; none on this node is dropped, since another node may have one. */
function refuse({ endpoints }: Plan): Target {
  return endpoints.any ? { kind: 'DROP' } : { kind: 'REJECT' };
}

function refusal({ port, endpoints }: Plan): string {
  return endpoints.any ? `${port.name} has no local endpoints` : `${port.name} has no endpoints`;
}

function externalRefusals(plan: Plan): Rule[] {
  const { port } = plan;
  const why = comment(refusal(plan));
  const addresses = [...port.external_ips, ...port.load_balancer_vips];
  const rules = addresses.map((address) => rule([to(address), why, ...atPort(port)], refuse(plan)));
  if (port.node_port === 0) return rules;
  const local: Match = { kind: 'address-type', destination_type: 'LOCAL' };
  const [protocol, number] = atPort(port, port.node_port);
  return [...rules, rule([protocol, why, local, number], refuse(plan))];
}

function healthCheckAccept(port: ServicePortInfo): Rule[] {
  if (port.health_check_node_port === 0) return [];
  const at = atPort({ ...port, protocol: 'TCP' }, port.health_check_node_port);
  return [rule([comment(`${port.name} health check node port`), ...at], { kind: 'ACCEPT' })];
}

function firewallComment({ port, names }: Plan): string {
  return `${port.name} traffic not accepted by ${names.firewall}`;
}

function ownChains(plan: Plan): Record<string, Rule[]> {
  const { port, names, endpoints } = plan;
  const chains: Record<string, Rule[]> = {};
  if (plan.uses_external) chains[names.external] = externalChain(plan);
  if (plan.uses_firewall) chains[names.firewall] = firewallChain(plan);
  const policies = [
    { chain: names.cluster, to: endpoints.cluster, internal: !port.internal_policy_local },
    { chain: names.local, to: endpoints.local, internal: port.internal_policy_local },
  ];
  for (const { chain, to: targets, internal } of policies) {
    if (targets.length === 0) continue;
    const masquerade = internal && plan.has_internal ? [masqueradeOutsiders(plan)] : [];
    chains[chain] = [...masquerade, ...balance(plan, targets)];
  }
  for (const endpoint of endpoints.reachable) chains[endpoint.chain] = endpointChain(plan, endpoint);
  return chains;
}

/** Packets for the cluster IP that are not from a pod come back through this node. */
function masqueradeOutsiders({ port, settings }: Plan): Rule {
  const outsider: Match = { kind: 'source', address: settings.cluster_cidr, invert: true };
  const matches = [outsider, to(port.cluster_ip), comment(`${port.name} cluster IP`), ...atPort(port)];
  return rule(matches, jumpTo(MARK_MASQUERADE_CHAIN));
}

function externalChain({ port, names, settings, has_external }: Plan): Rule[] {
  const policy = port.external_policy_local ? names.local : names.cluster;
  const rest = has_external ? [rule([], jumpTo(policy))] : [];
  const about = (what: string) => comment(`${what} for ${port.name} external destinations`);
  if (!port.external_policy_local)
    return [rule([about('masquerade traffic')], jumpTo(MARK_MASQUERADE_CHAIN)), ...rest];
  const fromNode: Match = { kind: 'address-type', source_type: 'LOCAL' };
  return [
    rule([{ kind: 'source', address: settings.cluster_cidr }, about('pod traffic')], jumpTo(names.cluster)),
    rule([about('masquerade LOCAL traffic'), fromNode], jumpTo(MARK_MASQUERADE_CHAIN)),
    rule([about('route LOCAL traffic'), fromNode], jumpTo(names.cluster)),
    ...rest,
  ];
}

function firewallChain({ port, names, node }: Plan): Rule[] {
  const about = comment(`${port.name} loadbalancer IP`);
  const ranges = port.load_balancer_source_ranges;
  const sources = [...ranges, ...(allowsNode(ranges, node) ? port.load_balancer_vips : [])];
  const allowed = sources.map((address) =>
    rule([{ kind: 'source', address }, about], jumpTo(names.external)),
  );
  const note = comment(`other traffic to ${port.name} will be dropped by KUBE-PROXY-FIREWALL`);
  return [...allowed, rule([note], { kind: 'NONE' })];
}

/** Models kubernetes pkg/proxy/iptables/proxier.go writeServiceToEndpointRules. */
function balance({ port, settings }: Plan, endpoints: readonly EndpointInfo[]): Rule[] {
  const about = (endpoint: EndpointInfo): Match[] =>
    settings.large_cluster ? [] : [comment(`${port.name} -> ${endpoint.text}`)];
  const rules: Rule[] = [];
  for (const endpoint of port.sticky_seconds === undefined ? [] : endpoints) {
    const { chain } = endpoint;
    const seen = {
      kind: 'recent',
      operation: 'rcheck',
      name: chain,
      seconds: port.sticky_seconds,
      reap: true,
    } as const;
    rules.push(rule([...about(endpoint), seen], jumpTo(chain)));
  }
  endpoints.forEach((endpoint, index) => {
    const left = endpoints.length - index;
    const chance: Match[] = left > 1 ? [{ kind: 'statistic', probability: probability(left) }] : [];
    rules.push(rule([...about(endpoint), ...chance], jumpTo(endpoint.chain)));
  });
  return rules;
}

/** 1/n with the ten digits that go to iptables-restore. Models proxier.go computeProbability. */
function probability(n: number): number {
  return Math.round(1e10 / n) / 1e10;
}

function endpointChain({ port, settings }: Plan, endpoint: EndpointInfo): Rule[] {
  const about = settings.large_cluster ? [] : [comment(port.name)];
  const remember: Match[] =
    port.sticky_seconds === undefined ? [] : [{ kind: 'recent', operation: 'set', name: endpoint.chain }];
  const [protocol] = atPort(port);
  const target: Target = { kind: 'DNAT', address: endpoint.address, port: endpoint.port };
  return [
    rule([{ kind: 'source', address: endpoint.address }, ...about], jumpTo(MARK_MASQUERADE_CHAIN)),
    rule([protocol, ...about, ...remember, { kind: 'protocol-module' }], target),
  ];
}

/** The matches are copied to their length: an array that spreads made has room for many more. */
function rule(matches: readonly Match[], target: Target): Rule {
  return { matches: matches.slice(), target };
}

function jumpTo(chain: string): Target {
  return { kind: 'JUMP', chain };
}

function comment(text: string): Match {
  return { kind: 'comment', comment: text };
}

function to(address: string): Match {
  return { kind: 'destination', address };
}

function atPort(port: ServicePortInfo, number = port.port): [Match, Match] {
  const protocol = port.protocol.toLowerCase() as 'tcp' | 'udp' | 'sctp';
  return [
    { kind: 'protocol', protocol },
    { kind: 'destination-port', port: number },
  ];
}
