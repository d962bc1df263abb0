import type { Pod } from '@podlab/api';
import { hex, sha256 } from '@podlab/kernel';
import { familyOfText } from '@podlab/netstack';
import type { Iptables, Match, Network, Rule } from '@podlab/netstack';
import { nodeNamespace } from './node-network';

const DNAT_CHAIN = 'CNI-HOSTPORT-DNAT';
const MARK_CHAIN = 'CNI-HOSTPORT-SETMARK';
const MASQUERADE_CHAIN = 'CNI-HOSTPORT-MASQ';
const MARK = 0x2000;
/** Name of flannel's network in its CNI configuration. */
const NETWORK_NAME = 'cbr0';
/** Ports that one multiport match can hold. */
const MULTIPORT_LIMIT = 15;

type TransportProtocol = 'tcp' | 'udp' | 'sctp';

interface PortMapping {
  readonly protocol: TransportProtocol;
  readonly host_port: number;
  readonly container_port: number;
  readonly host_ip: string;
}

/** The host ports that a pod asks for. Models pkg/kubelet/container/helpers.go MakePortMappings. */
function portMappingsOf({ spec }: Pod): PortMapping[] {
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...sidecars, ...spec.containers].flatMap(({ ports = [] }) =>
    ports
      .filter(({ hostPort }) => (hostPort ?? 0) > 0)
      .map(({ hostPort, containerPort, hostIP = '', protocol = 'TCP' }) => ({
        protocol: protocol.toLowerCase() as TransportProtocol,
        host_port: hostPort as number,
        container_port: containerPort,
        host_ip: hostIP,
      })),
  );
}

/**
 * Opens a pod's host ports on its node, for one of its addresses, which stands in the range `podCidr`.
 * Models containernetworking plugins/meta/portmap portmap_iptables.go.
 */
export function openHostPorts(
  network: Network,
  node: string,
  pod: Pod,
  address: string,
  podCidr: string,
): void {
  const mappings = portMappingsOf(pod).filter(({ host_ip }) => fits(host_ip, address));
  if (mappings.length === 0) return;
  const uid = pod.metadata.uid as string;
  const iptables = tablesOf(network, node, address);
  const chain = chainName(uid);
  const rules = mappings.flatMap((mapping) => mappingRules(mapping, address, podCidr));
  iptables.restore('nat', {
    [MARK_CHAIN]: [
      {
        matches: [comment('CNI portfwd masquerade mark')],
        target: { kind: 'MARK', value: MARK, mask: MARK },
      },
    ],
    [MASQUERADE_CHAIN]: [
      { matches: [{ kind: 'mark', value: MARK, mask: MARK }], target: { kind: 'MASQUERADE' } },
    ],
    [DNAT_CHAIN]: [...(iptables.rules('nat', DNAT_CHAIN) ?? []), ...entryRules(mappings, uid, chain)],
    [chain]: rules,
  });
  network.setSysctl(nodeNamespace(node), 'net.ipv4.conf.cni0.route_localnet', 1);
  const masquerade = [comment('CNI portfwd requiring masquerade')];
  iptables.ensureRule(
    'nat',
    'POSTROUTING',
    { matches: masquerade, target: jump(MASQUERADE_CHAIN) },
    'prepend',
  );
  const local: Match = { kind: 'address-type', destination_type: 'LOCAL' };
  for (const hook of ['PREROUTING', 'OUTPUT'] as const)
    iptables.ensureRule('nat', hook, { matches: [local], target: jump(DNAT_CHAIN) }, 'append');
}

/** Takes the rules of a pod's host ports away. */
export function closeHostPorts(network: Network, node: string, uid: string): void {
  if (!network.hasNamespace(nodeNamespace(node))) return;
  const chain = chainName(uid);
  for (const iptables of [network.iptables(nodeNamespace(node)), network.ip6tables(nodeNamespace(node))]) {
    if (iptables.rules('nat', chain) === undefined) continue;
    const entries = iptables.rules('nat', DNAT_CHAIN) ?? [];
    const others = entries.filter(({ target }) => target.kind !== 'JUMP' || target.chain !== chain);
    iptables.restore('nat', { [DNAT_CHAIN]: others }, { remove: [chain] });
  }
}

/** The tables of an address's family. */
function tablesOf(network: Network, node: string, address: string): Iptables {
  const namespace = nodeNamespace(node);
  return familyOfText(address) === 'IPv4' ? network.iptables(namespace) : network.ip6tables(namespace);
}

function fits(hostIp: string, address: string): boolean {
  return hostIp === '' || hostIp.includes(':') === address.includes(':');
}

/** Upstream takes a SHA-512 of the sandbox's id, which nobody can foretell; here it follows from the pod's uid. */
function chainName(uid: string): string {
  return `CNI-DN-${hex(sha256(`${NETWORK_NAME}${uid}`)).slice(0, 21)}`;
}

const comment = (text: string): Match => ({ kind: 'comment', comment: text });
const jump = (chain: string): Rule['target'] => ({ kind: 'JUMP', chain });

/** One rule for each protocol and fifteen ports. */
function entryRules(mappings: readonly PortMapping[], uid: string, chain: string): Rule[] {
  const why = comment(`dnat name: "${NETWORK_NAME}" id: "${hex(sha256(uid))}"`);
  const protocols = [...new Set(mappings.map(({ protocol }) => protocol))].sort();
  return protocols.flatMap((protocol) => {
    const ports = mappings.filter((each) => each.protocol === protocol).map(({ host_port }) => host_port);
    const rules: Rule[] = [];
    for (let from = 0; from < ports.length; from += MULTIPORT_LIMIT) {
      const some: Match = { kind: 'destination-ports', ports: ports.slice(from, from + MULTIPORT_LIMIT) };
      rules.push({ matches: [{ kind: 'protocol', protocol }, why, some], target: jump(chain) });
    }
    return rules;
  });
}

/** A pod that asks for itself, and the node's loopback, get the node's address as their source. */
function mappingRules(mapping: PortMapping, address: string, podCidr: string): Rule[] {
  const { protocol, host_port, container_port, host_ip } = mapping;
  const isAny = host_ip === '' || host_ip === '0.0.0.0' || host_ip === '::';
  const base: Match[] = [
    ...(isAny ? [] : [{ kind: 'destination', address: host_ip } as const]),
    { kind: 'protocol', protocol },
    { kind: 'destination-port', port: host_port },
  ];
  const sources = address.includes(':') ? [podCidr] : [podCidr, '127.0.0.1/32'];
  const marks = sources.map((source): Rule => ({
    matches: [{ kind: 'source', address: source }, ...base],
    target: jump(MARK_CHAIN),
  }));
  return [...marks, { matches: base, target: { kind: 'DNAT', address, port: container_port } }];
}
