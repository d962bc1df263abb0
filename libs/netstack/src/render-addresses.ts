import { formatAddress } from './address';
import { networkOf } from './route-table';
import type { InterfaceState } from './state';

/** What `ip addr` prints for these interfaces; `peerIndex` gives the index of a veth's other end. */
export function renderAddresses(
  interfaces: readonly InterfaceState[],
  peerIndex: (link: InterfaceState) => number | undefined,
): string {
  return interfaces.map((link) => renderInterface(link, peerIndex(link))).join('');
}

function renderInterface(link: InterfaceState, peerIndex: number | undefined): string {
  const { index, name, mtu, mac, kind } = link;
  const state = kind === 'loopback' || kind === 'vxlan' ? 'UNKNOWN' : link.up ? 'UP' : 'DOWN';
  const queue = kind === 'ethernet' ? 'fq_codel' : 'noqueue';
  const master = link.master === undefined ? '' : ` master ${link.master}`;
  const lines = [
    `${index}: ${peerIndex === undefined ? name : `${name}@if${peerIndex}`}: <${flags(link).join(',')}> mtu ${mtu} qdisc ${queue}${master} state ${state} group default qlen 1000`,
    kind === 'loopback'
      ? '    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00'
      : `    link/ether ${mac} brd ff:ff:ff:ff:ff:ff`,
  ];
  for (const own of link.addresses) {
    const broadcast = kind === 'loopback' || own.prefix_length > 30 ? '' : ` brd ${broadcastOf(own)}`;
    const scope = kind === 'loopback' && own.address.startsWith('127.') ? 'host' : 'global';
    lines.push(`    inet ${own.address}/${own.prefix_length}${broadcast} scope ${scope} ${name}`);
    lines.push('       valid_lft forever preferred_lft forever');
  }
  return `${lines.join('\n')}\n`;
}

function flags(link: InterfaceState): string[] {
  if (link.kind === 'loopback') return ['LOOPBACK', 'UP', 'LOWER_UP'];
  const carrier = link.up ? [] : ['NO-CARRIER'];
  const lower = link.up ? ['LOWER_UP'] : [];
  return [...carrier, 'BROADCAST', 'MULTICAST', 'UP', ...lower];
}

function broadcastOf(own: { readonly address: string; readonly prefix_length: number }): string {
  const network = networkOf(own);
  return formatAddress(network.base | ~network.mask);
}
