import { compareAddresses, familyOfText, parsePrefix } from './address';
import type { AddressFamily } from './address';
import type { Route } from './state';

/** One line of `ip route`, or of `ip -6 route` for an IPv6 destination. */
export function renderRoute(route: Route): string {
  if (familyOfText(route.destination) === 'IPv6') return renderIpv6Route(route);
  const kind = route.kind === undefined || route.kind === 'unicast' ? '' : `${route.kind} `;
  const parts = [`${kind}${destinationText(route.destination)}`];
  if (route.via !== undefined) parts.push(`via ${route.via}`);
  if (route.interface !== undefined) parts.push(`dev ${route.interface}`);
  if (route.protocol !== undefined && route.protocol !== 'boot') parts.push(`proto ${route.protocol}`);
  if (route.scope !== undefined && route.scope !== 'global') parts.push(`scope ${route.scope}`);
  if (route.source !== undefined) parts.push(`src ${route.source}`);
  if (route.metric !== undefined) parts.push(`metric ${route.metric}`);
  if (route.onlink === true) parts.push('onlink');
  parts.push(...nexthopTexts(route));
  return parts.join(' ');
}

function nexthopTexts({ nexthops = [] }: Route): string[] {
  return nexthops.map(({ via, interface: name }) => `\n\tnexthop via ${via} dev ${name} weight 1`);
}

/** The kernel gives each IPv6 route a metric and a router preference, and no scope. */
function renderIpv6Route(route: Route): string {
  const kind = route.kind === undefined || route.kind === 'unicast' ? '' : `${route.kind} `;
  const connected = route.protocol === 'kernel';
  const parts = [`${kind}${destinationText(route.destination)}`];
  if (route.via !== undefined) parts.push(`via ${route.via}`);
  if (route.interface !== undefined) parts.push(`dev ${route.interface}`);
  if (route.protocol !== undefined && route.protocol !== 'boot') parts.push(`proto ${route.protocol}`);
  if (route.source !== undefined && !connected) parts.push(`src ${route.source}`);
  parts.push(`metric ${route.metric ?? (connected ? CONNECTED_METRIC : STATIC_METRIC)}`);
  if (route.onlink === true) parts.push('onlink');
  parts.push(...nexthopTexts(route), 'pref medium');
  return parts.join(' ');
}

/** Models linux include/net/ip6_route.h IP6_RT_PRIO_ADDRCONF and IP6_RT_PRIO_USER. */
const CONNECTED_METRIC = 256;
const STATIC_METRIC = 1024;

function destinationText(destination: string): string {
  if (destination === '0.0.0.0/0' || destination === '::/0') return 'default';
  const host = familyOfText(destination) === 'IPv4' ? '/32' : '/128';
  return destination.endsWith(host) ? destination.slice(0, -host.length) : destination;
}

/** What `ip route` or `ip -6 route` prints: by network as the kernel's trie has them, the default of IPv4 first, of IPv6 last. */
export function renderRoutes(routes: readonly Route[], family: AddressFamily): string {
  const sorted = routes
    .filter((route) => familyOfText(route.destination) === family)
    .map((route) => ({ route, prefix: parsePrefix(route.destination) }));
  const last = ({ length }: { readonly length: number }): number =>
    family === 'IPv6' && length === 0 ? 1 : 0;
  sorted.sort(
    ({ prefix: a }, { prefix: b }) =>
      last(a) - last(b) || compareAddresses(a.base, b.base) || a.length - b.length,
  );
  return sorted.map(({ route }) => `${renderRoute(route)} \n`).join('');
}
