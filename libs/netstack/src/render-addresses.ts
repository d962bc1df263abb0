import { familyOfText, formatAddress, maskOf, parseIpv4 } from './address';
import type { AddressFamily } from './address';
import type { InterfaceAddress, InterfaceState } from './state';

/** What `ip addr` prints for these interfaces, `ip -4 addr` or `ip -6 addr` with a family; `peerIndex` gives the index of a veth's other end. */
export function renderAddresses(
  interfaces: readonly InterfaceState[],
  peerIndex: (link: InterfaceState) => number | undefined,
  family?: AddressFamily,
): string {
  const has = (link: InterfaceState): boolean =>
    family === undefined || link.addresses.some((own) => familyOfText(own.address) === family);
  return interfaces
    .filter(has)
    .map((link) => renderInterface(link, peerIndex(link), family))
    .join('');
}

function renderInterface(
  link: InterfaceState,
  peerIndex: number | undefined,
  family: AddressFamily | undefined,
): string {
  const { index, name, mtu, mac, kind } = link;
  const state = kind === 'loopback' || kind === 'vxlan' ? 'UNKNOWN' : link.up ? 'UP' : 'DOWN';
  const queue = kind === 'ethernet' ? 'fq_codel' : 'noqueue';
  const master = link.master === undefined ? '' : ` master ${link.master}`;
  const title = peerIndex === undefined ? name : `${name}@if${peerIndex}`;
  const start = `${index}: ${title}: <${flags(link).join(',')}> mtu ${mtu}`;
  // The kernel's IPv6 half tells neither queue nor group of a link.
  const lines = [
    family === 'IPv6'
      ? `${start} state ${state} qlen 1000`
      : `${start} qdisc ${queue}${master} state ${state} group default qlen 1000`,
  ];
  if (family === undefined) lines.push(layer2Line(kind, mac));
  for (const each of ['IPv4', 'IPv6'] as const) {
    if (family !== undefined && family !== each) continue;
    for (const own of link.addresses) {
      if (familyOfText(own.address) !== each) continue;
      lines.push(each === 'IPv4' ? ipv4Line(link, own) : ipv6Line(link, own));
      lines.push('       valid_lft forever preferred_lft forever');
    }
  }
  return `${lines.join('\n')}\n`;
}

function layer2Line(kind: InterfaceState['kind'], mac: string): string {
  return kind === 'loopback'
    ? '    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00'
    : `    link/ether ${mac} brd ff:ff:ff:ff:ff:ff`;
}

function ipv4Line({ kind, name }: InterfaceState, own: InterfaceAddress): string {
  const broadcast = kind === 'loopback' || own.prefix_length > 30 ? '' : ` brd ${broadcastOf(own)}`;
  const scope = kind === 'loopback' && own.address.startsWith('127.') ? 'host' : 'global';
  return `    inet ${own.address}/${own.prefix_length}${broadcast} scope ${scope} ${name}`;
}

function ipv6Line({ kind }: InterfaceState, own: InterfaceAddress): string {
  const scope = kind === 'loopback' && own.address === '::1' ? 'host noprefixroute' : 'global';
  return `    inet6 ${own.address}/${own.prefix_length} scope ${scope} `;
}

function flags(link: InterfaceState): string[] {
  if (link.kind === 'loopback') return ['LOOPBACK', 'UP', 'LOWER_UP'];
  const carrier = link.up ? [] : ['NO-CARRIER'];
  const lower = link.up ? ['LOWER_UP'] : [];
  return [...carrier, 'BROADCAST', 'MULTICAST', 'UP', ...lower];
}

function broadcastOf(own: InterfaceAddress): string {
  return formatAddress(parseIpv4(own.address) | ~maskOf(own.prefix_length));
}
