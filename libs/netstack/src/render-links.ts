import type { InterfaceState } from './state';

type PeerIndex = (link: InterfaceState) => number | undefined;

/** Lines of `ip link`: those of `ip addr` without the addresses. */
export function linksOf(addresses: string): string {
  return addresses
    .replace(/^ {4}inet6? .*\n {7}valid_lft.*\n/gm, '')
    .replace(/ group default qlen/g, ' mode DEFAULT group default qlen');
}

/** Joins the lines of each interface as `ip -o` does. */
export function onelineOf(text: string): string {
  return text.replace(/\n(?= )/g, '\\');
}

/** `ip -br addr` or `ip -br link`. */
export function renderBrief(
  links: readonly InterfaceState[],
  peerIndex: PeerIndex,
  what: 'address' | 'link',
  wanted: (address: string) => boolean,
): string {
  return links
    .map((link) => {
      const peer = peerIndex(link);
      const name = peer === undefined ? link.name : `${link.name}@if${peer}`;
      const state = link.kind === 'loopback' || link.kind === 'vxlan' ? 'UNKNOWN' : link.up ? 'UP' : 'DOWN';
      const addresses = link.addresses
        .filter(({ address }) => wanted(address))
        .map(({ address, prefix_length }) => `${address}/${prefix_length} `);
      const flags = link.kind === 'loopback' ? '<LOOPBACK,UP,LOWER_UP>' : '<BROADCAST,MULTICAST,UP,LOWER_UP>';
      const rest = what === 'address' ? addresses.join('') : `${link.mac} ${flags} `;
      return `${name.padEnd(16)} ${state.padEnd(14)} ${rest}\n`;
    })
    .join('');
}

/** What `ifconfig` of busybox prints of an interface. */
export function renderIfconfig(link: InterfaceState): string {
  const lines = [
    link.kind === 'loopback'
      ? `${link.name.padEnd(9)} Link encap:Local Loopback  `
      : `${link.name.padEnd(9)} Link encap:Ethernet  HWaddr ${link.mac.toUpperCase()}  `,
  ];
  for (const { address, prefix_length } of link.addresses) {
    const six = address.includes(':');
    if (six)
      lines.push(
        `          inet6 addr: ${address}/${prefix_length} Scope:${link.kind === 'loopback' ? 'Host' : 'Global'}`,
      );
    else lines.push(`          inet addr:${address}  Mask:${maskText(prefix_length)}`);
  }
  const flags = link.kind === 'loopback' ? 'UP LOOPBACK RUNNING' : 'UP BROADCAST RUNNING MULTICAST';
  lines.push(`          ${flags}  MTU:${link.mtu}  Metric:1`, '', '');
  return lines.join('\n');
}

/** `255.255.255.0` of 24. */
export function maskText(length: number): string {
  return [0, 8, 16, 24].map((from) => 256 - 2 ** (8 - Math.max(0, Math.min(8, length - from)))).join('.');
}
