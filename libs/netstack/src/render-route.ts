import { parsePrefix } from './address';
import type { Route } from './state';

/** One line of `ip route`. */
export function renderRoute(route: Route): string {
  const kind = route.kind === undefined || route.kind === 'unicast' ? '' : `${route.kind} `;
  const parts = [`${kind}${destinationText(route.destination)}`];
  if (route.via !== undefined) parts.push(`via ${route.via}`);
  if (route.interface !== undefined) parts.push(`dev ${route.interface}`);
  if (route.protocol !== undefined && route.protocol !== 'boot') parts.push(`proto ${route.protocol}`);
  if (route.scope !== undefined && route.scope !== 'global') parts.push(`scope ${route.scope}`);
  if (route.source !== undefined) parts.push(`src ${route.source}`);
  if (route.metric !== undefined) parts.push(`metric ${route.metric}`);
  if (route.onlink === true) parts.push('onlink');
  for (const { via, interface: name } of route.nexthops ?? [])
    parts.push(`\n\tnexthop via ${via} dev ${name} weight 1`);
  return parts.join(' ');
}

function destinationText(destination: string): string {
  if (destination === '0.0.0.0/0') return 'default';
  return destination.endsWith('/32') ? destination.slice(0, -3) : destination;
}

/** What `ip route` prints for these routes: the default first, then by network as the kernel's trie has them. */
export function renderRoutes(routes: readonly Route[]): string {
  const sorted = routes.map((route) => ({ route, prefix: parsePrefix(route.destination) }));
  sorted.sort((a, b) => (a.prefix.base >>> 0) - (b.prefix.base >>> 0) || a.prefix.length - b.prefix.length);
  return sorted.map(({ route }) => `${renderRoute(route)} \n`).join('');
}
