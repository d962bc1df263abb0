import type { EndpointSlice, Node, Service } from '@podlab/api';
import { objectKey } from '@podlab/apimachinery';
import type { Component, ComponentContext, ComponentFactory } from '@podlab/client';
import { familyOfText } from '@podlab/netstack';
import type { Network } from '@podlab/netstack';
import { cleanStaleFlows } from './conntrack-cleanup';
import { createProxiers } from './modes';
import type { FamilyProxier, ProxyMode } from './modes';
import type { ProxyTarget, ProxyView } from './proxier';
import { ProxyHealth } from './proxy-health';
import type { ProxyHealthState } from './proxy-health';
import { scratchNetwork } from './scratch-network';
import { ServiceHealth } from './service-health';
import type { ServiceHealthState } from './service-health';
import type { IpFamily } from './service-port';

export interface KubeProxySettings {
  /** `--proxy-mode`, iptables unless given. */
  readonly mode?: ProxyMode;
  /** The pods' ranges, of each family one: `--cluster-cidr`. They say of which families there are rules. */
  readonly cluster_cidr: string;
  /** The Services' ranges, of each family one. */
  readonly service_cidr?: string;
  /** `--nodeport-addresses`; every address of a node in iptables mode, its primary one in nftables mode unless given. */
  readonly nodeport_addresses?: readonly string[];
  /** The network namespace of a node; `node/<name>` unless given. */
  readonly namespace_of?: (node: string) => string;
}

/** The kube-proxies of a cluster as others ask for them. */
export interface KubeProxy extends Component {
  readonly mode: ProxyMode;
  /**
   * A network that holds nothing but a node's tables, as kube-proxy would have written them in a mode for the Services
   * that there are now; undefined where there is no such node.
   */
  rulesIn(mode: ProxyMode, node: string): Network | undefined;
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
 * The kube-proxies of all nodes. Each writes the same Services, so they work as one and share the rules; there is a
 * proxier for each family, as upstream's pkg/proxy/metaproxier has it. A node gets rules as soon as it has both a Node
 * object and a network namespace.
 */
export function createKubeProxy(
  network: Network,
  settings: KubeProxySettings,
  made?: (proxy: KubeProxy) => void,
): ComponentFactory {
  return (context) => {
    const proxy = new Proxies(network, settings, context);
    made?.(proxy);
    return proxy;
  };
}

class Proxies implements KubeProxy {
  readonly name: string;
  readonly mode: ProxyMode;
  private readonly informers: Watched;
  private readonly state: KubeProxyState;
  private readonly view: ProxyView;
  private readonly proxiers: readonly FamilyProxier[];
  private readonly health: ServiceHealth;
  private readonly own_health: ProxyHealth;
  private known_nodes = '';

  constructor(
    private readonly network: Network,
    private readonly settings: KubeProxySettings,
    context: ComponentContext,
  ) {
    this.name = context.name;
    this.mode = settings.mode ?? 'iptables';
    this.informers = watchedObjects(context);
    const { services, slices, nodes } = this.informers;
    this.state = context.state<KubeProxyState>('sync', () => ({ changed: new Set(), nodes: new Set() }));
    this.view = {
      services: () => services.list(),
      service: (key) => services.get(key),
      endpointSlices: (service) => slices.byIndex('service', service),
    };
    this.proxiers = createProxiers(this.mode, network, this.view, settings);
    this.health = new ServiceHealth(
      network,
      context.state<ServiceHealthState>('health', () => ({ listeners: new Map() })),
      this.view.endpointSlices,
    );
    this.own_health = new ProxyHealth(
      network,
      context.state<ProxyHealthState>('own-health', () => ({
        listeners: new Map(),
        status_listeners: new Map(),
      })),
      (name) => nodes.get(name),
      () => context.timestamp(),
      this.mode,
    );
    const queue = context.workQueue('sync', () => this.sync(), { delayMs: SYNC_DELAY_MS });
    const { state } = this;
    registerHandlers(this.informers, {
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
  }

  rulesIn(mode: ProxyMode, name: string): Network | undefined {
    const node = this.informers.nodes.get(name);
    const namespace = this.namespaceOf(name);
    if (node === undefined || !this.network.hasNamespace(namespace)) return undefined;
    const scratch = scratchNetwork(this.network, namespace);
    const fresh = new Set([name]);
    const changed = new Set<string>();
    for (const { proxier, family } of createProxiers(mode, scratch, this.view, this.settings)) {
      proxier.sync(changed, [this.targetOf(node, family)], fresh);
    }
    return scratch;
  }

  private sync(): void {
    const { state, network } = this;
    const present = this.informers.nodes
      .list()
      .filter(({ metadata: { name } }) => network.hasNamespace(this.namespaceOf(name)));
    const names = new Set(present.map(({ metadata }) => metadata.name));
    for (const name of state.nodes) if (!names.has(name)) state.nodes.delete(name);
    const fresh = new Set([...names].filter((name) => !state.nodes.has(name)));
    const changed = new Set([...state.changed].sort());
    state.changed.clear();
    for (const { proxier, family } of this.proxiers) {
      const targets = present.map((node) => this.targetOf(node, family));
      proxier.sync(changed, targets, fresh);
      const ports = proxier.portsOf(changed);
      if (ports.every(({ info }) => info.protocol !== 'UDP')) continue;
      for (const { namespace } of targets) cleanStaleFlows(network, namespace, ports, family);
    }
    for (const name of names) state.nodes.add(name);
    this.syncHealth(present, changed);
  }

  /** Health checks depend on a Service and on which nodes there are. */
  private syncHealth(nodes: readonly Node[], changed: ReadonlySet<string>): void {
    const targets = nodes.map(({ metadata: { name } }) => ({ name, namespace: this.namespaceOf(name) }));
    const known = targets.map(({ name }) => name).join(' ');
    const keys =
      known === this.known_nodes ? changed : new Set([...this.view.services().map(objectKey), ...changed]);
    this.known_nodes = known;
    this.health.sync(keys, this.view.service, targets);
    this.own_health.sync(targets);
  }

  private namespaceOf(node: string): string {
    return this.settings.namespace_of?.(node) ?? `node/${node}`;
  }

  private targetOf(node: Node, family: IpFamily): ProxyTarget {
    const { name } = node.metadata;
    return { name, address: addressOf(node, family), zone: zoneOf(node), namespace: this.namespaceOf(name) };
  }
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
      if (zoneOf(node) !== zoneOf(previous) || addressesOf(node) !== addressesOf(previous))
        changes.nodeChanged(name);
      else changes.nodeSeen(name);
    },
    onDelete: (node) => changes.nodeChanged(node.metadata.name),
  });
}

function zoneOf(node: Node): string {
  return node.metadata.labels?.[ZONE_LABEL] ?? '';
}

/** The address of a node in one family, empty where it has none. Models pkg/proxy/util/nodeport_addresses.go. */
function addressOf(node: Node, family: IpFamily): string {
  const own = node.status?.addresses?.find(
    ({ type, address }) => type === 'InternalIP' && familyOfText(address) === family,
  );
  return own?.address ?? '';
}

function addressesOf(node: Node): string {
  return `${addressOf(node, 'IPv4')} ${addressOf(node, 'IPv6')}`;
}
