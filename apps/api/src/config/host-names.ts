import { hostname, networkInterfaces } from 'node:os';
import type { Settings } from './settings';

const EVERYWHERE = new Set(['0.0.0.0', '::']);

/** Under which names and addresses the Kubernetes port may be called: what its certificate is for. */
export function certificateNames(settings: Settings): string[] {
  const own = EVERYWHERE.has(settings.host)
    ? [
        hostname(),
        ...Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address)),
      ]
    : [settings.host];
  const named = [settings.publicUrl, settings.kubePublicUrl].flatMap((url) =>
    url ? [new URL(url).hostname] : [],
  );
  return ['localhost', '127.0.0.1', '::1', ...own, ...named].map((name) => name.replace(/^\[|\]$|%.*$/g, ''));
}

/** The address that people on this machine use. */
export function reachableHost(host: string): string {
  if (EVERYWHERE.has(host)) return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
