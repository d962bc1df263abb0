import type { EndpointSlice, Node, Service } from '@podlab/api';
import { objectKey } from '@podlab/apimachinery';
import type { Component, ComponentContext } from '@podlab/client';
import type { Network } from '@podlab/netstack';
import { HealthMonitor } from './health-monitor';
import { LoadBalancerNetwork } from './load-balancer-network';
import type { BalancerPlace } from './load-balancer-network';
import { addressesOfNode, isHost } from './node-predicates';
import { ServiceController } from './service-controller';
import type { ServiceControllerState } from './service-controller';
import { changesToTell, needsCleanup, needsUpdate, wantsLoadBalancer } from './service-predicates';
import type { CloudSwitch, LoadBalancer } from './settings';
import { SimulatedCloud } from './simulated-cloud';
import type { AddressPool, SimulatedCloudState } from './simulated-cloud';

export interface CloudProviderOptions {
  readonly initial: CloudSwitch;
  /** One of each family of the cluster, its default family's first. */
  readonly pools: readonly AddressPool[];
  readonly place: BalancerPlace;
}

/** The cloud of a cluster with its controller; {@link configure} is the switch. */
export interface CloudProvider extends Component {
  settings(): Readonly<CloudSwitch>;
  configure(settings: Partial<CloudSwitch>): void;
  /** A link or a host may behave differently now: load balancers look at their nodes again. */
  networkChanged(): void;
  /** The load balancers that there are, oldest first. */
  balancers(): readonly Readonly<LoadBalancer>[];
  /** What the cloud said when it last refused the Service with this key. */
  failureOf(service: string): string | undefined;
}

/** Virtual time from a change to the next check of a node: kube-proxy has seen the change by then. */
const CHECK_DELAY_MS = 1_000;

/**
 * A cloud that can be switched on, off, slow, or short of quota. While it is off no cloud controller runs: Services of
 * type LoadBalancer stay pending without a word, and load balancers that are there go on balancing.
 */
export function createCloudProvider(network: Network, options: CloudProviderOptions) {
  return (context: ComponentContext): CloudProvider => {
    const state = context.state<SimulatedCloudState>('cloud', () => ({
      switch: { ...options.initial },
      balancers: new Map(),
    }));
    const controllerState = context.state<ServiceControllerState>('controller', () => ({
      retries: new Map(),
      ensuring: new Set(),
      changes: new Map(),
    }));
    const plane = new LoadBalancerNetwork(network, options.place);
    const cloud = new SimulatedCloud(state, options.pools, plane, () => context.now());
    const nodes = context.informers.for<Node>('nodes');
    const monitor = new HealthMonitor(context, network, (name) => nodes.get(name));
    const queues = {
      services: context.workQueue('services', (key) => {
        if (state.switch.enabled) controller.sync(key);
      }),
      nodes: context.workQueue('nodes', () => {
        if (state.switch.enabled) controller.syncNodes();
      }),
      health: context.workQueue('health', (key) => controller.syncHealth(key), { delayMs: CHECK_DELAY_MS }),
    };
    const controller = new ServiceController(context, controllerState, cloud, plane, monitor, {
      again: (key, delayMs) => queues.services.addAfter(key, delayMs),
      check: (key) => queues.health.add(key),
    });
    registerHandlers(context, state, controllerState, queues);
    const services = context.informers.for<Service>('services');
    return {
      name: context.name,
      handle(kind, [key, host]) {
        if (kind === 'turn') controller.turn(key as string, host as string);
        if (kind === 'retry' && state.switch.enabled) controller.retry(key as string);
      },
      settings: () => state.switch,
      networkChanged: () => checkAll(state, queues),
      balancers: () => [...state.balancers.values()],
      failureOf: (service) => controller.failureOf(service),
      configure(settings) {
        const source = state.switch.source ?? 'preserve';
        Object.assign(state.switch, settings);
        if (!state.switch.enabled) return;
        const rebuilt = source !== (state.switch.source ?? 'preserve');
        queues.nodes.add('nodes');
        for (const key of state.balancers.keys()) if (!services.get(key)) queues.services.add(key);
        for (const service of services.list()) {
          const pending = rebuilt || !service.status?.loadBalancer?.ingress?.length;
          if ((pending && wantsLoadBalancer(service)) || needsCleanup(service))
            queues.services.add(objectKey(service));
        }
      },
    };
  };
}

function checkAll({ balancers }: SimulatedCloudState, queues: Queues): void {
  for (const key of balancers.keys()) queues.health.add(key);
}

type Queues = Record<'services' | 'nodes' | 'health', ReturnType<ComponentContext['workQueue']>>;

function registerHandlers(
  context: ComponentContext,
  clouds: SimulatedCloudState,
  state: ServiceControllerState,
  queues: Queues,
): void {
  const { balancers, switch: cloud } = clouds;
  context.informers.for<Service>('services').addHandlers({
    onAdd(service) {
      if (cloud.enabled && (wantsLoadBalancer(service) || needsCleanup(service)))
        queues.services.add(objectKey(service));
    },
    onUpdate(service, old) {
      if (!cloud.enabled || !(needsUpdate(old, service) || needsCleanup(service))) return;
      const key = objectKey(service);
      const told = changesToTell(old, service);
      if (told.length > 0) state.changes.set(key, [...(state.changes.get(key) ?? []), ...told]);
      queues.services.add(key);
    },
    onDelete(service) {
      if (balancers.has(objectKey(service))) queues.services.add(objectKey(service));
    },
  });
  const seeNode = () => queues.nodes.add('nodes');
  context.informers.for<Node>('nodes').addHandlers({
    onAdd: seeNode,
    onUpdate(node, old) {
      if (isHost(node) !== isHost(old)) seeNode();
      if (healthHint(node) !== healthHint(old)) checkAll(clouds, queues);
    },
    onDelete: seeNode,
  });
  const seeSlice = ({ metadata: { namespace, labels } }: EndpointSlice) => {
    const key = `${namespace}/${labels?.['kubernetes.io/service-name']}`;
    if (balancers.has(key)) queues.health.add(key);
  };
  context.informers
    .for<EndpointSlice>('endpointslices.discovery.k8s.io')
    .addHandlers({ onAdd: seeSlice, onUpdate: seeSlice, onDelete: seeSlice });
}

/** What about a node may change the answer to a health check, the network left out. */
function healthHint(node: Node): string {
  const ready = node.status?.conditions?.find(({ type }) => type === 'Ready')?.status;
  return `${isHost(node)} ${ready} ${addressesOfNode(node).join()}`;
}
