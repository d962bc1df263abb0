import type { Node, Service } from '@podlab/api';
import { objectKey } from '@podlab/apimachinery';
import type { ComponentContext } from '@podlab/client';
import { equalJson } from '@podlab/kernel';
import type { QueueEntry } from '@podlab/kernel';
import type { HealthMonitor } from './health-monitor';
import type { LoadBalancerNetwork } from './load-balancer-network';
import { isHost } from './node-predicates';
import { balancerRequest } from './balancer-request';
import { LOAD_BALANCER_FINALIZER, needsCleanup, wantsLoadBalancer } from './service-predicates';
import type { ServiceChange } from './service-predicates';
import { addressesOf, CloudError } from './settings';
import type { LoadBalancer } from './settings';
import type { SimulatedCloud } from './simulated-cloud';

const SOURCE = { component: 'service-controller' };
/** Back-off of a Service that failed. Models controllers/service/controller.go minRetryDelay and maxRetryDelay. */
const RETRY_FIRST_MS = 5_000;
const RETRY_LAST_MS = 300_000;
/** Models controllers/service/controller.go maxNodeNamesToLog. */
const NODE_NAMES_TOLD = 20;

export interface ServiceControllerState {
  /** Failures in a row by Service, what the cloud said last, and the entry that tries again. */
  retries: Map<string, { failures: number; message: string; entry?: QueueEntry }>;
  /** Services told that their load balancer is being made. */
  ensuring: Set<string>;
  /** Changes of Services that events will tell, oldest first. */
  changes: Map<string, ServiceChange[]>;
}

/** Makes, updates and removes load balancers for Services. Models k8s.io/cloud-provider controllers/service/controller.go. */
export class ServiceController {
  private readonly services;
  private readonly nodes;

  constructor(
    private readonly context: ComponentContext,
    private readonly state: ServiceControllerState,
    private readonly cloud: SimulatedCloud,
    private readonly network: LoadBalancerNetwork,
    private readonly monitor: HealthMonitor,
    private readonly queues: {
      again(key: string, delayMs: number): void;
      check(key: string): void;
    },
  ) {
    this.services = context.informers.for<Service>('services');
    this.nodes = context.informers.for<Node>('nodes');
  }

  /** Brings one Service and its load balancer together. */
  sync(key: string): void {
    const service = this.services.get(key);
    if (!service) return this.forgetService(key);
    for (const { reason, message } of this.state.changes.get(key) ?? []) this.note(service, reason, message);
    this.state.changes.delete(key);
    const cleaning = needsCleanup(service);
    try {
      if (cleaning) this.cleanUp(service);
      else if (wantsLoadBalancer(service)) this.ensure(service);
      this.forget(key);
    } catch (error) {
      if (!(error instanceof CloudError)) throw error;
      this.fail(service, `failed to ${cleaning ? 'delete' : 'ensure'} load balancer: ${error.message}`);
    }
  }

  /** The Service went without its finalizer's leave: its load balancer goes as soon as the cloud lets it. */
  private forgetService(key: string): void {
    this.state.changes.delete(key);
    this.state.ensuring.delete(key);
    this.forget(key);
    try {
      this.remove(key);
    } catch (error) {
      // Nobody is left to tell: it is tried again when the cloud's switch is turned.
      if (!(error instanceof CloudError)) throw error;
    }
  }

  private remove(key: string): void {
    const balancer = this.cloud.get(key);
    if (!balancer) return;
    this.cloud.delete(key);
    this.monitor.forget(balancer);
  }

  /** Checks the nodes of a load balancer and points it at the healthy ones. */
  syncHealth(key: string): void {
    const balancer = this.cloud.get(key);
    if (!balancer || balancer.ready_at > this.context.now()) return;
    this.check(balancer);
    balancer.settled = true;
  }

  /** The time of a check result that differed has come. */
  turn(key: string, host: string): void {
    const balancer = this.cloud.get(key);
    if (balancer && this.monitor.turn(balancer, host)) this.program(balancer);
  }

  private check(balancer: LoadBalancer): void {
    this.network.ensure(balancer);
    this.monitor.checkAll(balancer);
    this.program(balancer);
  }

  private program(balancer: LoadBalancer): void {
    this.network.program(balancer, this.monitor.backends(balancer));
  }

  /** Gives load balancers the nodes that there are now. Models controller.go nodeSyncService. */
  syncNodes(): void {
    const hosts = this.hosts();
    for (const balancer of this.cloud.state.balancers.values()) {
      const service = this.services.get(balancer.service);
      if (!service || needsCleanup(service) || equalJson(balancer.hosts, hosts)) continue;
      try {
        this.cloud.setHosts(balancer, hosts);
      } catch (error) {
        if (!(error instanceof CloudError)) throw error;
        const names = `[${hosts.slice(0, NODE_NAMES_TOLD).join(' ')}]`;
        const message = `Error updating load balancer with new hosts ${names} [node names limited, total number of nodes: ${hosts.length}]: ${error.message}`;
        this.warn(service, 'UpdateLoadBalancerFailed', message);
        continue;
      }
      if (hosts.length === 0) this.warnOfNoNodes(service);
      else this.note(service, 'UpdatedLoadBalancer', 'Updated load balancer with new hosts');
      if (balancer.ready_at <= this.context.now()) this.check(balancer);
    }
  }

  /** What the cloud said when it last refused a Service. */
  failureOf(key: string): string | undefined {
    return this.state.retries.get(key)?.message;
  }

  private ensure(service: Service): void {
    const key = objectKey(service);
    if (!this.state.ensuring.has(key)) {
      this.note(service, 'EnsuringLoadBalancer', 'Ensuring load balancer');
      this.state.ensuring.add(key);
    }
    const finalized = this.addFinalizer(service);
    const hosts = this.hosts();
    const balancer = this.cloud.ensure(balancerRequest(service, hosts));
    const left = balancer.ready_at - this.context.now();
    if (left > 0) return this.queues.again(key, left);
    if (hosts.length === 0) this.warnOfNoNodes(service);
    this.check(balancer);
    // A host that is not there yet may only be late: kube-proxy opens its sockets a moment after it saw the Service.
    if (this.monitor.backends(balancer).length < hosts.length) this.queues.check(key);
    else balancer.settled = true;
    this.note(service, 'EnsuredLoadBalancer', 'Ensured load balancer');
    this.state.ensuring.delete(key);
    const ipMode = balancer.source === 'rewrite' ? 'Proxy' : 'VIP';
    const ingress = addressesOf(balancer).map((ip) => ({ ip, ipMode }));
    this.writeStatus(finalized, ingress);
  }

  private cleanUp(service: Service): void {
    const key = objectKey(service);
    this.state.ensuring.delete(key);
    if (this.cloud.get(key)) {
      this.note(service, 'DeletingLoadBalancer', 'Deleting load balancer');
      this.remove(key);
    }
    const cleared = this.writeStatus(service, undefined);
    const { finalizers: held = [], ...metadata } = cleared.metadata;
    const finalizers = held.filter((name) => name !== LOAD_BALANCER_FINALIZER);
    this.note(service, 'DeletedLoadBalancer', 'Deleted load balancer');
    this.context.client.update('services', {
      ...cleared,
      metadata: finalizers.length === 0 ? metadata : { ...metadata, finalizers },
    });
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
    this.warn(service, 'SyncLoadBalancerFailed', `Error syncing load balancer: ${message}`);
    const before = this.state.retries.get(key);
    const failures = (before?.failures ?? 0) + 1;
    if (before?.entry) this.context.cancel(before.entry);
    const delay = Math.min(RETRY_FIRST_MS * 2 ** (failures - 1), RETRY_LAST_MS);
    const entry = this.context.schedule(delay, 'retry', [key], { periodic: true });
    this.state.retries.set(key, { failures, message, entry });
    this.state.ensuring.delete(key);
  }

  /** A failed Service's time has come: its entry is spent. */
  retry(key: string): void {
    const retry = this.state.retries.get(key);
    if (retry) delete retry.entry;
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

  private warn(service: Service, reason: string, message: string): void {
    this.context.recorder.event(service, 'Warning', reason, message, SOURCE);
  }

  private warnOfNoNodes(service: Service): void {
    this.warn(service, 'UnAvailableLoadBalancer', 'There are no available nodes for LoadBalancer');
  }

  private hosts(): string[] {
    return this.nodes
      .list()
      .filter(isHost)
      .map(({ metadata }) => metadata.name);
  }
}
