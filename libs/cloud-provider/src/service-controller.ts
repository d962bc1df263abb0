import type { EndpointSlice, Node, Service } from '@podlab/api';
import { objectKey } from '@podlab/apimachinery';
import type { ComponentContext } from '@podlab/client';
import { equalJson } from '@podlab/kernel';
import type { QueueEntry } from '@podlab/kernel';
import { LoadBalancerNetwork } from './load-balancer-network';
import type { Backend } from './load-balancer-network';
import { isExcluded, isReady } from './node-predicates';
import { LOAD_BALANCER_FINALIZER, needsCleanup, wantsLoadBalancer } from './service-predicates';
import type { ServiceChange } from './service-predicates';
import { CloudError } from './settings';
import type { LoadBalancer } from './settings';
import type { SimulatedCloud } from './simulated-cloud';

const SOURCE = { component: 'service-controller' };
/** Back-off of a Service that failed. Models controllers/service/controller.go minRetryDelay and maxRetryDelay. */
const RETRY_FIRST_MS = 5_000;
const RETRY_LAST_MS = 300_000;

export interface ServiceControllerState {
  /** Failures in a row by Service, and the entry that tries again. */
  retries: Map<string, { failures: number; entry?: QueueEntry }>;
  /** Services told that their load balancer is being made. */
  ensuring: Set<string>;
  /** Changes of Services that events will tell, oldest first. */
  changes: Map<string, ServiceChange[]>;
}

/** Makes, updates and removes load balancers for Services. Models k8s.io/cloud-provider controllers/service/controller.go. */
export class ServiceController {
  private readonly services;
  private readonly nodes;
  private readonly slices;

  constructor(
    private readonly context: ComponentContext,
    private readonly state: ServiceControllerState,
    private readonly cloud: SimulatedCloud,
    private readonly network: LoadBalancerNetwork,
    private readonly again: (key: string, delayMs: number) => void,
  ) {
    this.services = context.informers.for<Service>('services');
    this.nodes = context.informers.for<Node>('nodes');
    this.slices = context.informers.for<EndpointSlice>('endpointslices.discovery.k8s.io');
    this.slices.addIndex('service', ({ metadata: { namespace, labels } }) => {
      const name = labels?.['kubernetes.io/service-name'];
      return name ? [`${namespace}/${name}`] : [];
    });
  }

  /** Brings one Service and its load balancer together. */
  sync(key: string): void {
    const service = this.services.get(key);
    if (!service) {
      this.cloud.delete(key);
      this.state.changes.delete(key);
      this.state.ensuring.delete(key);
      this.forget(key);
      return;
    }
    for (const { reason, message } of this.state.changes.get(key) ?? []) this.note(service, reason, message);
    this.state.changes.delete(key);
    try {
      if (needsCleanup(service)) this.cleanUp(service);
      else if (wantsLoadBalancer(service)) this.ensure(service);
      this.forget(key);
    } catch (error) {
      if (!(error instanceof CloudError)) throw error;
      this.fail(service, `failed to ensure load balancer: ${error.message}`);
    }
  }

  /** Points every load balancer at the nodes that are healthy now. */
  syncBackends(): void {
    for (const balancer of this.cloud.state.balancers.values()) {
      const service = this.services.get(balancer.service);
      if (service && balancer.ready_at <= this.context.now())
        this.network.program(balancer, this.backends(service));
    }
  }

  /** Gives load balancers the nodes that there are now. Models controller.go nodeSyncService. */
  syncNodes(): void {
    const hosts = this.hosts();
    for (const balancer of this.cloud.state.balancers.values()) {
      const service = this.services.get(balancer.service);
      if (!service || needsCleanup(service) || equalJson(balancer.hosts, hosts)) continue;
      this.cloud.update(balancer, { ports: balancer.ports, hosts });
      if (hosts.length === 0) this.warnOfNoNodes(service);
      else this.note(service, 'UpdatedLoadBalancer', 'Updated load balancer with new hosts');
    }
    this.syncBackends();
  }

  private ensure(service: Service): void {
    const key = objectKey(service);
    if (!this.state.ensuring.has(key)) {
      this.note(service, 'EnsuringLoadBalancer', 'Ensuring load balancer');
      this.state.ensuring.add(key);
    }
    const finalized = this.addFinalizer(service);
    const hosts = this.hosts();
    const balancer = this.cloud.ensure({
      service: key,
      uid: service.metadata.uid ?? key,
      address: service.spec.loadBalancerIP,
      ports: portsOf(service),
      hosts,
    });
    const left = balancer.ready_at - this.context.now();
    if (left > 0) return this.again(key, left);
    if (hosts.length === 0) this.warnOfNoNodes(service);
    this.network.program(balancer, this.backends(service));
    this.note(service, 'EnsuredLoadBalancer', 'Ensured load balancer');
    this.state.ensuring.delete(key);
    this.writeStatus(finalized, [{ ip: balancer.address, ipMode: 'VIP' }]);
  }

  private cleanUp(service: Service): void {
    const key = objectKey(service);
    this.state.ensuring.delete(key);
    if (this.cloud.get(key)) {
      this.note(service, 'DeletingLoadBalancer', 'Deleting load balancer');
      this.cloud.delete(key);
    }
    const cleared = this.writeStatus(service, undefined);
    const finalizers = cleared.metadata.finalizers?.filter((name) => name !== LOAD_BALANCER_FINALIZER);
    this.note(service, 'DeletedLoadBalancer', 'Deleted load balancer');
    this.context.client.update('services', { ...cleared, metadata: { ...cleared.metadata, finalizers } });
  }

  private addFinalizer(service: Service): Service {
    const finalizers = service.metadata.finalizers ?? [];
    if (finalizers.includes(LOAD_BALANCER_FINALIZER)) return service;
    const metadata = { ...service.metadata, finalizers: [...finalizers, LOAD_BALANCER_FINALIZER] };
    return this.context.client.update('services', { ...service, metadata });
  }

  private writeStatus(service: Service, ingress: { ip: string; ipMode: string }[] | undefined): Service {
    const loadBalancer = ingress ? { ingress } : {};
    if (equalJson(service.status?.loadBalancer ?? {}, loadBalancer)) return service;
    return this.context.client.updateStatus('services', {
      ...service,
      status: { ...service.status, loadBalancer },
    });
  }

  private fail(service: Service, message: string): void {
    const key = objectKey(service);
    const text = `Error syncing load balancer: ${message}`;
    this.context.recorder.event(service, 'Warning', 'SyncLoadBalancerFailed', text, SOURCE);
    const before = this.state.retries.get(key);
    const failures = (before?.failures ?? 0) + 1;
    if (before?.entry) this.context.cancel(before.entry);
    const delay = Math.min(RETRY_FIRST_MS * 2 ** (failures - 1), RETRY_LAST_MS);
    const entry = this.context.schedule(delay, 'retry', [key], { periodic: true });
    this.state.retries.set(key, { failures, entry });
    this.state.ensuring.delete(key);
  }

  /** A failed Service's time has come: its entry is spent. */
  retry(key: string): void {
    const retry = this.state.retries.get(key);
    if (retry) this.state.retries.set(key, { failures: retry.failures });
    this.sync(key);
  }

  private forget(key: string): void {
    const retry = this.state.retries.get(key);
    if (retry?.entry) this.context.cancel(retry.entry);
    this.state.retries.delete(key);
  }

  private note(service: Service, reason: string, message: string): void {
    this.context.recorder.event(service, 'Normal', reason, message, SOURCE);
  }

  private warnOfNoNodes(service: Service): void {
    const message = 'There are no available nodes for LoadBalancer';
    this.context.recorder.event(service, 'Warning', 'UnAvailableLoadBalancer', message, SOURCE);
  }

  /** Nodes that load balancers are given; their health is the load balancer's own business (KEP-3458). */
  private hosts(): string[] {
    return this.includedNodes().map(({ metadata }) => metadata.name);
  }

  private includedNodes(): readonly Node[] {
    return this.nodes.list().filter((node) => !node.metadata.deletionTimestamp && !isExcluded(node));
  }

  /** Hosts that pass the health check: a Ready node, with an endpoint of its own where the Service wants that. */
  private backends(service: Service): Backend[] {
    const local =
      service.spec.externalTrafficPolicy === 'Local' ? this.nodesWithEndpoint(service) : undefined;
    return this.includedNodes()
      .filter((node) => isReady(node) && (local === undefined || local.has(node.metadata.name)))
      .flatMap((node) => {
        const address = node.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address;
        return address ? [{ node: node.metadata.name, address }] : [];
      });
  }

  private nodesWithEndpoint(service: Service): ReadonlySet<string> {
    const slices = this.slices.byIndex('service', objectKey(service));
    const ready = slices
      .flatMap(({ endpoints }) => endpoints ?? [])
      .filter(({ conditions }) => conditions?.ready !== false);
    return new Set(ready.flatMap(({ nodeName }) => (nodeName ? [nodeName] : [])));
  }
}

function portsOf({ spec }: Service): LoadBalancer['ports'] {
  return (spec.ports ?? []).map(({ port, protocol }) => ({
    port,
    protocol: (protocol ?? 'TCP') as LoadBalancer['ports'][number]['protocol'],
  }));
}
