import type { EndpointSlice, Node, Service } from '@podlab/api';
import { objectKey } from '@podlab/apimachinery';
import type { Component, ComponentContext } from '@podlab/client';
import type { Network } from '@podlab/netstack';
import { LoadBalancerNetwork } from './load-balancer-network';
import type { BalancerPlace } from './load-balancer-network';
import { isExcluded, isReady } from './node-predicates';
import { ServiceController } from './service-controller';
import type { ServiceControllerState } from './service-controller';
import { changesToTell, needsCleanup, needsUpdate, wantsLoadBalancer } from './service-predicates';
import type { CloudSwitch } from './settings';
import { SimulatedCloud } from './simulated-cloud';
import type { AddressPool, SimulatedCloudState } from './simulated-cloud';

export interface CloudProviderOptions {
  readonly initial: CloudSwitch;
  readonly pool: AddressPool;
  readonly place: BalancerPlace;
}

/** The cloud of a cluster with its controller; {@link configure} is the switch. */
export interface CloudProvider extends Component {
  settings(): Readonly<CloudSwitch>;
  configure(settings: Partial<CloudSwitch>): void;
}

/** Virtual time until a load balancer's health check has noticed a change. */
const HEALTH_CHECK_MS = 1_000;

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
    const cloud = new SimulatedCloud(state, options.pool, plane, () => context.now());
    const queues = {
      services: context.workQueue('services', (key) => {
        if (state.switch.enabled) controller.sync(key);
      }),
      nodes: context.workQueue('nodes', () => {
        if (state.switch.enabled) controller.syncNodes();
      }),
      health: context.workQueue('health', () => controller.syncBackends(), { delayMs: HEALTH_CHECK_MS }),
    };
    const controller = new ServiceController(context, controllerState, cloud, plane, (key, delayMs) =>
      queues.services.addAfter(key, delayMs),
    );
    registerHandlers(context, state, controllerState, queues);
    const services = context.informers.for<Service>('services');
    return {
      name: context.name,
      handle(kind, [key]) {
        if (kind === 'retry' && state.switch.enabled) controller.retry(key as string);
      },
      settings: () => state.switch,
      configure(settings) {
        Object.assign(state.switch, settings);
        if (!state.switch.enabled) return;
        queues.nodes.add('nodes');
        for (const key of state.balancers.keys()) if (!services.get(key)) queues.services.add(key);
        for (const service of services.list()) {
          const pending = wantsLoadBalancer(service) && !service.status?.loadBalancer?.ingress?.length;
          if (pending || needsCleanup(service)) queues.services.add(objectKey(service));
        }
      },
    };
  };
}

type Queues = Record<'services' | 'nodes' | 'health', ReturnType<ComponentContext['workQueue']>>;

function registerHandlers(
  context: ComponentContext,
  { balancers, switch: cloud }: SimulatedCloudState,
  state: ServiceControllerState,
  queues: Queues,
): void {
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
      if (isExcluded(node) !== isExcluded(old)) seeNode();
      if (isReady(node) !== isReady(old)) queues.health.add('health');
    },
    onDelete: seeNode,
  });
  const seeSlice = ({ metadata: { namespace, labels } }: EndpointSlice) => {
    if (balancers.has(`${namespace}/${labels?.['kubernetes.io/service-name']}`)) queues.health.add('health');
  };
  context.informers
    .for<EndpointSlice>('endpointslices.discovery.k8s.io')
    .addHandlers({ onAdd: seeSlice, onUpdate: seeSlice, onDelete: seeSlice });
}
