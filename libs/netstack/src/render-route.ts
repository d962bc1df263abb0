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
  return parts.join(' ');
}

function destinationText(destination: string): string {
  if (destination === '0.0.0.0/0') return 'default';
  return destination.endsWith('/32') ? destination.slice(0, -3) : destination;
}

/** What `ip route` prints for these routes, in their order of prefix as the kernel lists them. */
export function renderRoutes(routes: readonly Route[]): string {
  return routes.map((route) => `${renderRoute(route)} \n`).join('');
}
