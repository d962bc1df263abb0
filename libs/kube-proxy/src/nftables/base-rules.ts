import { deepFreeze } from '@podlab/kernel';
import type { NftBase, NftCommand, NftField, NftRule, NftStatement, NftType } from '@podlab/netstack';
import { MASQUERADE_MARK } from '../masquerade-mark';
import type { ProxierSettings } from '../proxier';
import * as names from './names';

/** What a family is called in nftables. */
export interface FamilyWords {
  readonly table: 'ip' | 'ip6';
  readonly address: NftType;
  readonly source: NftField;
  readonly destination: NftField;
  readonly loopback: string;
}

export const FAMILY_WORDS: Readonly<Record<'IPv4' | 'IPv6', FamilyWords>> = deepFreeze({
  IPv4: {
    table: 'ip',
    address: 'ipv4_addr',
    source: 'ip saddr',
    destination: 'ip daddr',
    loopback: '127.0.0.0/8',
  },
  IPv6: {
    table: 'ip6',
    address: 'ipv6_addr',
    source: 'ip6 saddr',
    destination: 'ip6 daddr',
    loopback: '::1',
  },
});

const BEFORE_DESTINATION_NAT = -110;
const DESTINATION_NAT = -100;
const FILTER = 0;
const SOURCE_NAT = 100;

/** Models kubernetes pkg/proxy/nftables/proxier.go nftablesBaseChains. */
const BASE_CHAINS: readonly (readonly [string, NftBase['type'], NftBase['hook'], number])[] = [
  // What asks for destinations as they were before translation.
  [names.FILTER_PREROUTING_CHAIN, 'filter', 'prerouting', BEFORE_DESTINATION_NAT],
  [names.FILTER_OUTPUT_PRE_DNAT_CHAIN, 'filter', 'output', BEFORE_DESTINATION_NAT],
  [names.FILTER_INPUT_CHAIN, 'filter', 'input', FILTER],
  [names.FILTER_FORWARD_CHAIN, 'filter', 'forward', FILTER],
  [names.FILTER_OUTPUT_CHAIN, 'filter', 'output', FILTER],
  [names.NAT_PREROUTING_CHAIN, 'nat', 'prerouting', DESTINATION_NAT],
  [names.NAT_OUTPUT_CHAIN, 'nat', 'output', DESTINATION_NAT],
  [names.NAT_POSTROUTING_CHAIN, 'nat', 'postrouting', SOURCE_NAT],
];

const NEW: NftStatement = { kind: 'match', field: 'ct state', values: ['new'] };

/** Models proxier.go nftablesJumpChains: to, from. */
const JUMPS: readonly (readonly [string, string, ...NftStatement[]])[] = [
  [names.NODE_PORT_ENDPOINTS_CHECK_CHAIN, names.FILTER_INPUT_CHAIN, NEW],
  [names.SERVICE_ENDPOINTS_CHECK_CHAIN, names.FILTER_INPUT_CHAIN, NEW],
  [names.SERVICE_ENDPOINTS_CHECK_CHAIN, names.FILTER_FORWARD_CHAIN, NEW],
  [names.SERVICE_ENDPOINTS_CHECK_CHAIN, names.FILTER_OUTPUT_CHAIN, NEW],
  [names.FIREWALL_CHECK_CHAIN, names.FILTER_PREROUTING_CHAIN, NEW],
  [names.FIREWALL_CHECK_CHAIN, names.FILTER_OUTPUT_PRE_DNAT_CHAIN, NEW],
  [names.SERVICES_CHAIN, names.NAT_OUTPUT_CHAIN],
  [names.SERVICES_CHAIN, names.NAT_PREROUTING_CHAIN],
  [names.MASQUERADING_CHAIN, names.NAT_POSTROUTING_CHAIN],
  [names.CLUSTER_IPS_CHECK_CHAIN, names.FILTER_FORWARD_CHAIN, NEW],
  [names.CLUSTER_IPS_CHECK_CHAIN, names.FILTER_OUTPUT_CHAIN, NEW],
];

/** `mark set mark or 0x4000`: the packet is to be masqueraded. */
export const MARK_FOR_MASQUERADE: NftStatement = { kind: 'set-mark', operation: '|', value: MASQUERADE_MARK };

/**
 * What changes with no Service: the table, its base chains and what leads from them to the maps. Chains are emptied
 * first, sets and maps of Services stay as they are. Models proxier.go setupNFTables.
 */
export function baseCommands(settings: ProxierSettings, node_port_ips: readonly string[]): NftCommand[] {
  const words = FAMILY_WORDS[settings.family];
  const commands: NftCommand[] = [{ do: 'add-table', comment: 'rules for kube-proxy' }];
  for (const [chain, type, hook, priority] of BASE_CHAINS) {
    const base: NftBase = { type, hook, priority, policy: 'accept' };
    commands.push({ do: 'add-chain', chain, base }, { do: 'flush-chain', chain });
  }
  const targets = new Set(JUMPS.map(([to]) => to));
  for (const chain of targets) commands.push({ do: 'add-chain', chain }, { do: 'flush-chain', chain });
  for (const [to, from, ...conditions] of JUMPS) {
    commands.push(ruleIn(from, [...conditions, { kind: 'verdict', verdict: { kind: 'jump', chain: to } }]));
  }
  return [
    ...commands,
    ...masquerading(words),
    ...clusterIpsCheck(words, settings),
    ...nodePortIps(words, settings, node_port_ips),
    ...endpointsChecks(words, settings),
    ...firewallCheck(words),
    ...services(words, settings),
  ];
}

function masquerading(words: FamilyWords): NftCommand[] {
  const { address, source, destination } = words;
  const marked: NftStatement = { kind: 'mark', mask: MASQUERADE_MARK, value: 0, invert: true };
  const unmark: NftStatement = { kind: 'set-mark', operation: '^', value: MASQUERADE_MARK };
  const masquerade: NftStatement = { kind: 'masquerade', fully_random: true };
  const translated: NftStatement = { kind: 'match', field: 'ct status', values: ['dnat'] };
  const fields: NftField[] = [source, destination, 'meta l4proto', 'th dport'];
  const hairpin: NftStatement = { kind: 'lookup', fields, set: names.HAIRPIN_CONNECTIONS_SET };
  return [
    setOf(
      names.HAIRPIN_CONNECTIONS_SET,
      [address, address, 'inet_proto', 'inet_service'],
      'service hairpin connections',
    ),
    ruleIn(names.MASQUERADING_CHAIN, [marked, unmark, masquerade]),
    ruleIn(names.MASQUERADING_CHAIN, [translated, hairpin, masquerade]),
  ];
}

function clusterIpsCheck(words: FamilyWords, { service_cidr }: ProxierSettings): NftCommand[] {
  const { address, destination } = words;
  const chain = names.CLUSTER_IPS_CHECK_CHAIN;
  const active: NftStatement = { kind: 'lookup', fields: [destination], set: names.CLUSTER_IPS_SET };
  const commands: NftCommand[] = [
    setOf(names.CLUSTER_IPS_SET, [address], 'Active ClusterIPs'),
    ruleIn(chain, [active, { kind: 'reject' }], 'Reject traffic to invalid ports of ClusterIPs'),
  ];
  if (service_cidr !== undefined) {
    const inside: NftStatement = { kind: 'match', field: destination, values: [service_cidr] };
    const drop: NftStatement = { kind: 'verdict', verdict: { kind: 'drop' } };
    commands.push(ruleIn(chain, [inside, drop], 'Drop traffic to unallocated ClusterIPs'));
  }
  return commands;
}

function nodePortIps(
  { address }: FamilyWords,
  { nodeport_addresses }: ProxierSettings,
  ips: readonly string[],
): NftCommand[] {
  if (nodeport_addresses === 'all') return [];
  const set = names.NODE_PORT_IPS_SET;
  return [
    setOf(set, [address], 'IPs that accept NodePort traffic'),
    { do: 'flush-set', set },
    ...ips.map((key): NftCommand => ({ do: 'add-element', set, key, element: {} })),
  ];
}

/** The condition of a rule about node ports: on the node's addresses, never on its loopback. */
function onNode(
  words: FamilyWords,
  { nodeport_addresses }: ProxierSettings,
  local_checked: boolean,
): NftStatement[] {
  if (nodeport_addresses !== 'all') {
    return [{ kind: 'lookup', fields: [words.destination], set: names.NODE_PORT_IPS_SET }];
  }
  const local: NftStatement = { kind: 'match', field: 'fib daddr type', values: ['local'] };
  const not_loopback: NftStatement = {
    kind: 'match',
    field: words.destination,
    values: [words.loopback],
    invert: true,
  };
  return local_checked ? [not_loopback] : [local, not_loopback];
}

function endpointsChecks(words: FamilyWords, settings: ProxierSettings): NftCommand[] {
  const { address, destination } = words;
  const chain = names.REJECT_CHAIN;
  const comment = 'helper for @no-endpoint-services / @no-endpoint-nodeports';
  return [
    mapOf(
      names.NO_ENDPOINT_SERVICES_MAP,
      [address, 'inet_proto', 'inet_service'],
      'vmap to drop or reject packets to services with no endpoints',
    ),
    mapOf(
      names.NO_ENDPOINT_NODE_PORTS_MAP,
      ['inet_proto', 'inet_service'],
      'vmap to drop or reject packets to service nodeports with no endpoints',
    ),
    { do: 'add-chain', chain, comment },
    { do: 'flush-chain', chain },
    ruleIn(chain, [{ kind: 'reject' }]),
    ruleIn(names.SERVICE_ENDPOINTS_CHECK_CHAIN, [byAddress(destination, names.NO_ENDPOINT_SERVICES_MAP)]),
    ruleIn(names.NODE_PORT_ENDPOINTS_CHECK_CHAIN, [
      ...onNode(words, settings, true),
      byPort(names.NO_ENDPOINT_NODE_PORTS_MAP),
    ]),
  ];
}

function firewallCheck({ address, destination }: FamilyWords): NftCommand[] {
  const comment = 'destinations that are subject to LoadBalancerSourceRanges';
  return [
    mapOf(names.FIREWALL_IPS_MAP, [address, 'inet_proto', 'inet_service'], comment),
    ruleIn(names.FIREWALL_CHECK_CHAIN, [byAddress(destination, names.FIREWALL_IPS_MAP)]),
  ];
}

function services(words: FamilyWords, settings: ProxierSettings): NftCommand[] {
  const { address, source, destination } = words;
  const to_cluster_ip: NftStatement = { kind: 'lookup', fields: [destination], set: names.CLUSTER_IPS_SET };
  const outsider: NftStatement = {
    kind: 'match',
    field: source,
    values: [settings.cluster_cidr],
    invert: true,
  };
  const chain = names.SERVICES_CHAIN;
  const comment = 'masquerade clusterIP traffic from outside cluster';
  return [
    mapOf(
      names.SERVICE_IPS_MAP,
      [address, 'inet_proto', 'inet_service'],
      'ClusterIP, ExternalIP and LoadBalancer IP traffic',
    ),
    mapOf(names.SERVICE_NODE_PORTS_MAP, ['inet_proto', 'inet_service'], 'NodePort traffic'),
    ruleIn(chain, [to_cluster_ip, outsider, MARK_FOR_MASQUERADE], comment),
    ruleIn(chain, [byAddress(destination, names.SERVICE_IPS_MAP)]),
    ruleIn(chain, [...onNode(words, settings, false), byPort(names.SERVICE_NODE_PORTS_MAP)]),
  ];
}

function byAddress(destination: NftField, map: string): NftStatement {
  return { kind: 'vmap', fields: [destination, 'meta l4proto', 'th dport'], map };
}

function byPort(map: string): NftStatement {
  return { kind: 'vmap', fields: ['meta l4proto', 'th dport'], map };
}

function ruleIn(chain: string, statements: readonly NftStatement[], comment?: string): NftCommand {
  const rule: NftRule = comment === undefined ? { statements } : { statements, comment };
  return { do: 'add-rule', chain, rule };
}

function setOf(set: string, type: readonly NftType[], comment: string): NftCommand {
  return { do: 'add-set', set, options: { map: false, type, comment } };
}

function mapOf(set: string, type: readonly NftType[], comment: string): NftCommand {
  return { do: 'add-set', set, options: { map: true, type, comment } };
}
