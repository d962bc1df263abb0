import type { ConfigMap } from '@podlab/api';
import type { ComponentContext, ComponentFactory } from '@podlab/client';
import type { Prng } from '@podlab/kernel';
import type { Network, SocketHandler } from '@podlab/netstack';
import { CorefileError, DEFAULT_COREFILE } from './corefile/corefile';
import type { Corefile } from './corefile/corefile';
import { parseCorefile } from './corefile/parse';
import { createClusterView, EMPTY_VIEW } from './kubernetes/cluster-view';
import { DnsServer } from './server';
import type { WorldLookUp } from './server';
import { COREDNS_HANDLER, createDnsHandler } from './socket-handler';

/** The ConfigMap that holds the Corefile. */
export const COREFILE_CONFIG_MAP = 'kube-system/coredns';
/** Virtual time after which a changed Corefile is in use: the `reload` plugin's default interval. */
const RELOAD_MS = 30_000;

/** The Corefile in use: a broken one is never loaded, the last good one stays. */
interface ReloadState {
  corefile: string;
}

/** Parses a Corefile once, as long as no other one is asked for. */
export class CorefileReader {
  private text = '';
  private corefile: Corefile = [];

  read(text: string): Corefile {
    if (this.text !== text) {
      this.corefile = parseCorefile(text);
      this.text = text;
    }
    return this.corefile;
  }
}

/**
 * Answers DNS for the cluster on every socket whose handler is {@link COREDNS_HANDLER}: the containers of the coredns
 * image open those. Names outside the cluster come from `world`.
 */
export function createCoreDns(
  network: Network,
  world: WorldLookUp,
  reader = new CorefileReader(),
): ComponentFactory {
  return (context) => {
    const configMaps = context.informers.for<ConfigMap>('configmaps');
    const state = context.state<ReloadState>('reload', () => ({ corefile: DEFAULT_COREFILE }));
    const server = new DnsServer({
      view: createClusterView(context.informers),
      world,
      random: context.random,
      corefile: () => reader.read(state.corefile),
    });
    network.handlers.set(COREDNS_HANDLER, createDnsHandler(server));
    registerReload(context, configMaps, state);
    return { name: context.name };
  };
}

/** The name server outside the cluster, which nodes and the outside ask: it knows the world's names and nothing else. */
export function createOutsideDns(world: WorldLookUp, random: Prng): SocketHandler {
  const corefile = parseCorefile('. {\n forward . /etc/resolv.conf\n}');
  return createDnsHandler(new DnsServer({ view: EMPTY_VIEW, world, random, corefile: () => corefile }));
}

function registerReload(
  context: ComponentContext,
  configMaps: ReturnType<typeof context.informers.for<ConfigMap>>,
  state: ReloadState,
): void {
  const reloads = context.workQueue(
    'reload',
    (key) => {
      const text = configMaps.get(key)?.data?.['Corefile'];
      if (text === undefined || !isLoadable(text)) return;
      state.corefile = text;
    },
    { delayMs: RELOAD_MS },
  );
  const see = (configMap: ConfigMap) => {
    const { namespace, name } = configMap.metadata;
    if (`${namespace}/${name}` === COREFILE_CONFIG_MAP && configMap.data?.['Corefile'] !== state.corefile)
      reloads.add(COREFILE_CONFIG_MAP);
  };
  configMaps.addHandlers({ onAdd: see, onUpdate: see });
}

function isLoadable(text: string): boolean {
  try {
    parseCorefile(text);
    return true;
  } catch (error) {
    if (error instanceof CorefileError) return false;
    throw error;
  }
}
