import type { EndpointSlice, Node, Service } from '@podlab/api';
import { objectKey } from '@podlab/apimachinery';
import type { ComponentContext, ComponentFactory } from '@podlab/client';
import type { Network } from '@podlab/netstack';
import { cleanStaleFlows } from './conntrack-cleanup';
import { Proxier } from './iptables/proxier';
import type { ProxyTarget, ProxyView } from './iptables/proxier';
import { ProxyHealth } from './proxy-health';
import type { ProxyHealthState } from './proxy-health';
import { ServiceHealth } from './service-health';
import type { ServiceHealthState } from './service-health';

export interface KubeProxySettings {
  /** The pods' range: `--cluster-cidr`. */
  readonly cluster_cidr: string;
  /** `--nodeport-addresses`; every address of a node unless given. */
  readonly nodeport_addresses?: readonly string[];
  /** The network namespace of a node; `node/<name>` unless given. */
  readonly namespace_of?: (node: string) => string;
}

interface KubeProxyState {
  /** Keys of Services whose rules are not written yet. */
  changed: Set<string>;
  /** Nodes that have rules. */
  nodes: Set<string>;
}

/** Virtual time from a change to the rules: upstream's bounded-frequency runner, made short. */
const SYNC_DELAY_MS = 100;
const SYNC_KEY = 'rules';
const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';
const ZONE_LABEL = 'topology.kubernetes.io/zone';

/**
 * The kube-proxies of all nodes in iptables mode. Each writes the same Services, so they work as one and share the
 * rules. A node gets rules as soon as it has both a Node object and a network namespace.
 */
export function createKubeProxy(network: Network, settings: KubeProxySettings): ComponentFactory {
  return (context) => {
    const informers = watchedObjects(context);
    const { services, slices, nodes } = informers;
    const state = context.state<KubeProxyState>('sync', () => ({ changed: new Set(), nodes: new Set() }));
    const namespaceOf = settings.namespace_of ?? ((node: string) => `node/${node}`);
    const view: ProxyView = {
      services: () => services.list(),
      service: (key) => services.get(key),
      endpointSlices: (service) => slices.byIndex('service', service),
    };
    const proxier = new Proxier(network, view, {
      cluster_cidr: settings.cluster_cidr,
      nodeport_addresses: settings.nodeport_addresses ?? 'all',
    });
    const health = new ServiceHealth(
      network,
      context.state<ServiceHealthState>('health', () => ({ listeners: new Map() })),
      view.endpointSlices,
    );
    const ownHealth = new ProxyHealth(
      network,
      context.state<ProxyHealthState>('own-health', () => ({ listeners: new Map() })),
      (name) => nodes.get(name),
      () => context.timestamp(),
    );
    const queue = context.workQueue('sync', sync, { delayMs: SYNC_DELAY_MS });

    function sync(): void {
      const present = nodes.list().map((node) => targetOf(node, namespaceOf));
      const reachable = present.filter(({ namespace }) => network.hasNamespace(namespace));
      const names = new Set(reachable.map(({ name }) => name));
      for (const name of state.nodes) if (!names.has(name)) state.nodes.delete(name);
      const fresh = new Set([...names].filter((name) => !state.nodes.has(name)));
      const changed = new Set([...state.changed].sort());
      state.changed.clear();
      proxier.sync(changed, reachable, fresh);
      for (const name of names) state.nodes.add(name);
      health.sync(services.list(), reachable);
      ownHealth.sync(reachable);
      const ports = proxier.portsOf(changed);
      if (ports.every(({ info }) => info.protocol !== 'UDP')) return;
      for (const { namespace } of reachable) cleanStaleFlows(network, namespace, ports);
    }

    registerHandlers(informers, {
      serviceChanged(key) {
        state.changed.add(key);
        queue.add(SYNC_KEY);
      },
      nodeSeen(name) {
        if (!state.nodes.has(name)) queue.add(SYNC_KEY);
      },
      nodeChanged(name) {
        state.nodes.delete(name);
        queue.add(SYNC_KEY);
      },
    });
    return { name: context.name };
  };
}

type Watched = ReturnType<typeof watchedObjects>;

function watchedObjects(context: ComponentContext) {
  const services = context.informers.for<Service>('services');
  const slices = context.informers.for<EndpointSlice>('endpointslices.discovery.k8s.io');
  const nodes = context.informers.for<Node>('nodes');
  slices.addIndex('service', (slice) => {
    const key = serviceKeyOf(slice);
    return key ? [key] : [];
  });
  return { services, slices, nodes };
}

function serviceKeyOf({ metadata: { namespace, labels } }: EndpointSlice): string | undefined {
  const name = labels?.[SERVICE_NAME_LABEL];
  return name ? `${namespace}/${name}` : undefined;
}

interface Changes {
  serviceChanged(key: string): void;
  nodeSeen(name: string): void;
  /** What rules depend on is different now: its rules are written anew. */
  nodeChanged(name: string): void;
}

function registerHandlers({ services, slices, nodes }: Watched, changes: Changes): void {
  const seeService = (service: Service) => changes.serviceChanged(objectKey(service));
  services.addHandlers({ onAdd: seeService, onUpdate: seeService, onDelete: seeService });
  const seeSlice = (slice: EndpointSlice) => {
    const key = serviceKeyOf(slice);
    if (key) changes.serviceChanged(key);
  };
  slices.addHandlers({
    onAdd: seeSlice,
    onUpdate(slice, previous) {
      seeSlice(slice);
      if (serviceKeyOf(previous) !== serviceKeyOf(slice)) seeSlice(previous);
    },
    onDelete: seeSlice,
  });
  nodes.addHandlers({
    onAdd: (node) => changes.nodeSeen(node.metadata.name),
    onUpdate(node, previous) {
      const { name } = node.metadata;
      if (zoneOf(node) !== zoneOf(previous) || addressOf(node) !== addressOf(previous))
        changes.nodeChanged(name);
      else changes.nodeSeen(name);
    },
    onDelete: (node) => changes.nodeChanged(node.metadata.name),
  });
}

function targetOf(node: Node, namespaceOf: (node: string) => string): ProxyTarget {
  const { name } = node.metadata;
  return { name, address: addressOf(node), zone: zoneOf(node), namespace: namespaceOf(name) };
}

function zoneOf(node: Node): string {
  return node.metadata.labels?.[ZONE_LABEL] ?? '';
}

function addressOf(node: Node): string {
  return node.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? '';
}
