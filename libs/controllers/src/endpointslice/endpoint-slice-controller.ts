import type { EndpointSlice, Node, Service } from '@podlab/api';
import { isForbidden, objectKey } from '@podlab/apimachinery';
import type { ComponentContext, ComponentFactory, Informer, WorkQueue } from '@podlab/client';
import { equalJson } from '@podlab/kernel';
import { controllerReference, ignoringNotFound } from '../ownership/claim';
import { HEADLESS_LABEL, isHeadless } from '../services/endpoint-pods';
import { ServiceMembership } from '../services/service-membership';
import { addressTypesOf, desiredEndpoints, portsKey } from './desired-endpoints';
import type { AddressType, PortGroup } from './desired-endpoints';
import { planSlices } from './slice-plan';

const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';
const MANAGED_BY_LABEL = 'endpointslice.kubernetes.io/managed-by';
const MANAGED_BY = 'endpointslice-controller.k8s.io';
const BY_SERVICE = 'managedSlicesByService';
const SLICES = 'endpointslices.discovery.k8s.io';
const NO_ENDPOINTS: PortGroup = { ports: [], endpoints: new Map() };

/**
 * Keeps the EndpointSlices of each Service with a selector: what kube-proxy and DNS read.
 * Models k8s.io/kubernetes pkg/controller/endpointslice and k8s.io/endpointslice reconciler.go.
 */
export const endpointSliceController: ComponentFactory = (context) => new EndpointSliceController(context);

class EndpointSliceController {
  readonly name: string;
  private readonly membership: ServiceMembership;
  private readonly slices: Informer<EndpointSlice>;
  private readonly nodes: Informer<Node>;
  private readonly queue: WorkQueue;
  /** While it writes itself, changes of slices are its own. */
  private writing = false;

  constructor(private readonly context: ComponentContext) {
    this.name = context.name;
    this.membership = new ServiceMembership(context);
    this.slices = context.informers.for<EndpointSlice>(SLICES);
    this.nodes = context.informers.for<Node>('nodes');
    this.slices.addIndex(BY_SERVICE, (slice) => {
      const key = serviceKeyOf(slice);
      return key === undefined ? [] : [key];
    });
    this.queue = context.workQueue('services', (key) => this.reconcile(key));
    this.membership.watch(this.queue);
    this.nodes.addHandlers({
      onAdd: ({ metadata }) => {
        for (const service of this.membership.servicesOnNode(metadata.name))
          this.queue.add(objectKey(service));
      },
    });
    const restore = (slice: EndpointSlice) => {
      const key = serviceKeyOf(slice);
      if (key !== undefined && !this.writing) this.queue.add(key);
    };
    this.slices.addHandlers({
      onAdd: restore,
      onUpdate: (_, previous) => restore(previous),
      onDelete: restore,
    });
  }

  start(): void {
    for (const service of this.membership.services.list()) this.queue.add(objectKey(service));
  }

  /** The slices of a Service that is gone are the garbage collector's. */
  private reconcile(key: string): void {
    const service = this.membership.services.get(key);
    if (!service?.spec.selector || service.spec.type === 'ExternalName') return;
    const existing = this.slices
      .byIndex(BY_SERVICE, key)
      .filter(({ metadata }) => !metadata.deletionTimestamp);
    const types = addressTypesOf(service);
    this.writing = true;
    try {
      const owned = existing.filter((slice) => isOwnedBy(slice, service));
      for (const slice of existing) {
        if (!types.includes(slice.addressType as AddressType) || !owned.includes(slice)) this.remove(slice);
      }
      for (const type of types) {
        const ofType = owned.filter((slice) => slice.addressType === type);
        this.reconcileType(service, type, ofType);
      }
    } finally {
      this.writing = false;
    }
  }

  /** A slice that would go is rather given to other ports. Models k8s.io/endpointslice reconciler.go finalize. */
  private reconcileType(
    service: Service,
    addressType: AddressType,
    existing: readonly EndpointSlice[],
  ): void {
    const pods = this.membership.podsOf(service);
    const desired = desiredEndpoints(service, pods, (name) => this.nodes.get(name), addressType);
    const byPorts = new Map<string, EndpointSlice[]>();
    for (const slice of existing) {
      const key = portsKey(slice.ports);
      byPorts.set(key, [...(byPorts.get(key) ?? []), slice]);
    }
    if (desired.size === 0) return this.keepPlaceholder(service, addressType, existing);
    const plans = [...new Set([...desired.keys(), ...byPorts.keys()])].map((key) => {
      const slices = byPorts.get(key) ?? [];
      return { slices, plan: planSlices(slices, desired.get(key) ?? NO_ENDPOINTS) };
    });
    const surplus = plans.flatMap(({ plan }) => plan.remove);
    for (const { slices, plan } of plans) {
      const changed = new Map(plan.update.map(({ slice, endpoints }) => [slice, endpoints]));
      for (const slice of slices) {
        if (!plan.remove.includes(slice)) this.update(service, slice, { endpoints: changed.get(slice) });
      }
      for (const { ports, endpoints } of plan.create) {
        const emptied = surplus.shift();
        if (emptied) this.update(service, emptied, { ports, endpoints });
        else this.create(service, { addressType, endpoints, ports });
      }
    }
    for (const slice of surplus) this.remove(slice);
  }

  /** A Service without endpoints has one empty slice, so that watchers see that somebody looked. */
  private keepPlaceholder(
    service: Service,
    addressType: AddressType,
    existing: readonly EndpointSlice[],
  ): void {
    const [placeholder, ...others] = existing;
    if (placeholder) this.update(service, placeholder, { ports: [], endpoints: [] });
    else this.create(service, { addressType, ports: [], endpoints: [] });
    for (const slice of others) this.remove(slice);
  }

  /**
   * A Service that is being deleted gets no new slices, which the garbage collector would chase; those that it has are
   * kept right until it is gone. Models k8s.io/endpointslice reconciler.go finalize.
   */
  private create(service: Service, parts: Pick<EndpointSlice, 'addressType' | 'ports' | 'endpoints'>): void {
    const { name, namespace, deletionTimestamp } = service.metadata;
    if (deletionTimestamp !== undefined) return;
    const slice: EndpointSlice = {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        name: '',
        generateName: `${name}-`,
        namespace,
        labels: labelsOf(service),
        ownerReferences: [controllerReference({ ...service, apiVersion: 'v1', kind: 'Service' })],
      },
      ...parts,
    };
    try {
      this.context.client.create(SLICES, slice);
    } catch (error) {
      // In a namespace that goes away nothing is created, and there is nothing to try again.
      if (!isForbidden(error)) throw error;
    }
  }

  private update(
    service: Service,
    slice: EndpointSlice,
    parts: Partial<Pick<EndpointSlice, 'ports' | 'endpoints'>>,
  ): void {
    const labels = labelsOf(service);
    const next = {
      ...slice,
      metadata: { ...slice.metadata, labels },
      ports: parts.ports ?? slice.ports,
      endpoints: parts.endpoints ?? slice.endpoints,
    };
    const same =
      (parts.ports === undefined || equalJson(parts.ports, slice.ports ?? [])) &&
      (parts.endpoints === undefined || equalJson(parts.endpoints, slice.endpoints ?? [])) &&
      equalJson(labels, slice.metadata.labels);
    if (!same) ignoringNotFound(() => this.context.client.update(SLICES, next));
  }

  private remove(slice: EndpointSlice): void {
    ignoringNotFound(() => this.context.client.delete(SLICES, objectKey(slice)));
  }
}

function serviceKeyOf({ metadata: { namespace, labels } }: EndpointSlice): string | undefined {
  const service = labels?.[SERVICE_NAME_LABEL];
  return service && labels?.[MANAGED_BY_LABEL] === MANAGED_BY ? `${namespace}/${service}` : undefined;
}

/** Slices of an earlier Service of the name are not taken over. Models k8s.io/endpointslice utils.go ownedBy. */
function isOwnedBy({ metadata: { ownerReferences = [] } }: EndpointSlice, service: Service): boolean {
  return ownerReferences.some(
    ({ apiVersion, kind, uid }) => apiVersion === 'v1' && kind === 'Service' && uid === service.metadata.uid,
  );
}

/** The Service's labels and the slice's own. Models setEndpointSliceLabels. */
function labelsOf(service: Service): Record<string, string> {
  const { [HEADLESS_LABEL]: _, ...labels } = service.metadata.labels ?? {};
  return {
    ...labels,
    ...(isHeadless(service) && { [HEADLESS_LABEL]: '' }),
    [SERVICE_NAME_LABEL]: service.metadata.name,
    [MANAGED_BY_LABEL]: MANAGED_BY,
  };
}
