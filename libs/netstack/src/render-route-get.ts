import { formatAddress, parseAddress } from './address';
import type { Namespace } from './namespace';

/** What `ip route get` prints: the way of a packet made here; undefined where there is none. */
export function renderRouteGet(namespace: Namespace, destination: string): string | undefined {
  const address = parseAddress(destination);
  const text = formatAddress(address);
  if (namespace.isLocal(address)) return `local ${text} dev lo src ${text} uid 0 \n    cache <local> \n`;
  const found = namespace.route(address);
  const kind = found?.route.kind ?? 'unicast';
  if (found === undefined || kind !== 'unicast' || found.interface_name === undefined) return undefined;
  const via = found.gateway === 0 ? '' : ` via ${formatAddress(found.gateway)}`;
  const source = found.source === 0 ? '' : ` src ${formatAddress(found.source)}`;
  return `${text}${via} dev ${found.interface_name}${source} uid 0 \n    cache \n`;
}
