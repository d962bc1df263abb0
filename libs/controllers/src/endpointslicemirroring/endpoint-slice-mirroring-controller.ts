import type { EndpointSlice, Endpoints, Service } from '@podlab/api';
import { isForbidden, objectKey } from '@podlab/apimachinery';
import type { ComponentContext, ComponentFactory, Informer, WorkQueue } from '@podlab/client';
import { equalJson } from '@podlab/kernel';
import { controllerReference, ignoringNotFound } from '../ownership/claim';
import { MAX_ENDPOINTS_PER_SUBSET, mirrorOf, sliceKey } from './mirrored-endpoints';
import type { MirroredSlice } from './mirrored-endpoints';

const SLICES = 'endpointslices.discovery.k8s.io';
const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';
const MANAGED_BY_LABEL = 'endpointslice.kubernetes.io/managed-by';
const MANAGED_BY = 'endpointslicemirroring-controller.k8s.io';
const SKIP_MIRROR_LABEL = 'endpointslice.kubernetes.io/skip-mirror';
const LEADER_ANNOTATION = 'control-plane.alpha.kubernetes.io/leader';
const NOT_COPIED: ReadonlySet<string> = new Set([
  'endpoints.kubernetes.io/last-change-trigger-time',
  'kubectl.kubernetes.io/last-applied-configuration',
]);
const SOURCE = { component: 'endpoint-slice-mirroring-controller' };
const BY_ENDPOINTS = 'mirroredSlicesByEndpoints';

/**
 * Mirrors Endpoints that a user made for a Service without selector to EndpointSlices, which kube-proxy and DNS read.
 * Models k8s.io/kubernetes pkg/controller/endpointslicemirroring.
 */
export const endpointSliceMirroringController: ComponentFactory = (context) =>
  new EndpointSliceMirroringController(context);

class EndpointSliceMirroringController {
  readonly name: string;
  private readonly endpoints: Informer<Endpoints>;
  private readonly services: Informer<Service>;
  private readonly slices: Informer<EndpointSlice>;
  private readonly queue: WorkQueue;
  /** While it writes itself, changes of slices are its own. */
  private writing = false;

  constructor(private readonly context: ComponentContext) {
    this.name = context.name;
    this.endpoints = context.informers.for<Endpoints>('endpoints');
    this.services = context.informers.for<Service>('services');
    this.slices = context.informers.for<EndpointSlice>(SLICES);
    this.slices.addIndex(BY_ENDPOINTS, (slice) => {
      const key = endpointsKeyOf(slice);
      return key === undefined ? [] : [key];
    });
    this.queue = context.workQueue('endpoints', (key) => this.reconcile(key));
    const look = (object: Endpoints | Service) => this.look(objectKey(object));
    this.endpoints.addHandlers({ onAdd: look, onUpdate: look, onDelete: look });
    this.services.addHandlers({ onAdd: look, onUpdate: look, onDelete: look });
    const restore = (slice: EndpointSlice) => {
      const key = endpointsKeyOf(slice);
      if (key !== undefined && !this.writing) this.queue.add(key);
    };
    this.slices.addHandlers({ onUpdate: (_, previous) => restore(previous), onDelete: restore });
  }

  start(): void {
    for (const endpoints of this.endpoints.list()) this.look(objectKey(endpoints));
  }

  /** Most Endpoints are the endpoints controller's own: of those nothing is mirrored. */
  private look(key: string): void {
    if (this.toMirror(key) !== undefined || this.slices.byIndex(BY_ENDPOINTS, key).length > 0)
      this.queue.add(key);
  }

  /** The Endpoints of a key that has a Service without selector and may be mirrored. */
  private toMirror(key: string): Endpoints | undefined {
    const endpoints = this.endpoints.get(key);
    const service = this.services.get(key);
    if (!endpoints || !service || service.spec.selector) return undefined;
    const { labels, annotations } = endpoints.metadata;
    const skipped = labels?.[SKIP_MIRROR_LABEL] === 'true' || annotations?.[LEADER_ANNOTATION] !== undefined;
    return skipped ? undefined : endpoints;
  }

  private reconcile(key: string): void {
    const existing = this.slices
      .byIndex(BY_ENDPOINTS, key)
      .filter(({ metadata }) => !metadata.deletionTimestamp);
    const endpoints = this.toMirror(key);
    this.writing = true;
    try {
      if (endpoints) this.mirror(endpoints, existing);
      else for (const slice of existing) this.remove(slice);
    } finally {
      this.writing = false;
    }
  }

  /** A slice that would go is rather given to other endpoints. Models recycleSlices. */
  private mirror(endpoints: Endpoints, existing: readonly EndpointSlice[]): void {
    const { slices, skipped } = mirrorOf(endpoints);
    if (skipped > 0) this.tellSkipped(endpoints, skipped);
    const surplus: EndpointSlice[] = [];
    const missing = new Map(slices);
    for (const slice of existing) {
      const key = sliceKey(slice.addressType, slice.ports);
      const wanted = missing.get(key);
      if (wanted) this.update(endpoints, slice, wanted);
      else surplus.push(slice);
      missing.delete(key);
    }
    for (const wanted of missing.values()) {
      const index = surplus.findIndex(({ addressType }) => addressType === wanted.addressType);
      if (index >= 0) this.update(endpoints, surplus.splice(index, 1)[0], wanted);
      else this.create(endpoints, wanted);
    }
    for (const slice of surplus) this.remove(slice);
  }

  /**
   * Endpoints that are being deleted get no new slices; those that they have follow them until they are gone.
   * Models pkg/controller/endpointslicemirroring reconciler.go finalize.
   */
  private create(endpoints: Endpoints, wanted: MirroredSlice): void {
    const { name, namespace, deletionTimestamp } = endpoints.metadata;
    if (deletionTimestamp !== undefined) return;
    const { labels, annotations } = metadataOf(endpoints);
    try {
      this.context.client.create<EndpointSlice>(SLICES, {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: {
          name: '',
          generateName: `${name}-`,
          namespace,
          labels,
          ...(annotations && { annotations }),
          ownerReferences: [controllerReference({ ...endpoints, apiVersion: 'v1', kind: 'Endpoints' })],
        },
        ...wanted,
      });
    } catch (error) {
      // In a namespace that goes away nothing is created, and there is nothing to try again.
      if (!isForbidden(error)) throw error;
    }
  }

  private update(
    endpoints: Endpoints,
    slice: EndpointSlice,
    { ports, endpoints: wanted }: MirroredSlice,
  ): void {
    const { labels, annotations } = metadataOf(endpoints);
    const { annotations: before, ...metadata } = slice.metadata;
    const same =
      equalJson(slice.ports ?? [], ports) &&
      equalJson(slice.endpoints ?? [], wanted) &&
      equalJson(labels, metadata.labels) &&
      equalJson(annotations ?? {}, before ?? {});
    if (same) return;
    const next = {
      ...slice,
      metadata: { ...metadata, labels, ...(annotations && { annotations }) },
      ports,
      endpoints: wanted,
    };
    ignoringNotFound(() => this.context.client.update<EndpointSlice>(SLICES, next));
  }

  private remove(slice: EndpointSlice): void {
    ignoringNotFound(() => this.context.client.delete(SLICES, objectKey(slice)));
  }

  private tellSkipped(endpoints: Endpoints, skipped: number): void {
    const message = `A max of ${MAX_ENDPOINTS_PER_SUBSET} addresses can be mirrored to EndpointSlices per Endpoints subset. ${skipped} addresses were skipped`;
    this.context.recorder.event(endpoints, 'Warning', 'TooManyAddressesToMirror', message, SOURCE);
  }
}

function endpointsKeyOf({ metadata: { namespace, labels } }: EndpointSlice): string | undefined {
  const service = labels?.[SERVICE_NAME_LABEL];
  return service && labels?.[MANAGED_BY_LABEL] === MANAGED_BY ? `${namespace}/${service}` : undefined;
}

/** Labels and annotations go with the endpoints. Models utils.go newEndpointSlice. */
function metadataOf({ metadata }: Endpoints): {
  labels: Record<string, string>;
  annotations?: Record<string, string>;
} {
  const copied = Object.entries(metadata.annotations ?? {}).filter(([key]) => !NOT_COPIED.has(key));
  const labels = {
    ...metadata.labels,
    [SERVICE_NAME_LABEL]: metadata.name,
    [MANAGED_BY_LABEL]: MANAGED_BY,
  };
  return copied.length > 0 ? { labels, annotations: Object.fromEntries(copied) } : { labels };
}
