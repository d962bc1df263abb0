import { askNobody } from './dns-client';
import type { NetworkClient } from './network-client';

/** A network that answers nothing: what a container has before the composition gives it a real one. */
export const silentNetworkClient: Readonly<NetworkClient> = Object.freeze<NetworkClient>({
  request: () => ({ disposition: 'NameNotResolved', elapsedMs: 0 }),
  lookup: (_from, name) => ({ rcode: 'TIMEOUT', server: '0.0.0.0', name, answers: [], elapsedMs: 0 }),
  ask: askNobody,
  ping: () => ({ disposition: 'NameNotResolved', elapsedMs: 0 }),
});
