import type { Endpoints, Service } from '@podlab/api';
import { isAlreadyExists, isForbidden, objectKey } from '@podlab/apimachinery';
import type { ComponentContext, ComponentFactory, Informer, WorkQueue } from '@podlab/client';
import { equalJson } from '@podlab/kernel';
import { ignoringNotFound } from '../ownership/claim';
import { HEADLESS_LABEL, isHeadless } from '../services/endpoint-pods';
import { ServiceMembership } from '../services/service-membership';
import { subsetsOf, truncated } from './subsets';

const MANAGED_BY_LABEL = 'endpoints.kubernetes.io/managed-by';
const MANAGED_BY = 'endpoint-controller';
const OVER_CAPACITY_ANNOTATION = 'endpoints.kubernetes.io/over-capacity';

/**
 * Keeps one Endpoints object for each Service with a selector: what older clients read.
 * Models k8s.io/kubernetes pkg/controller/endpoint/endpoints_controller.go.
 */
export const endpointsController: ComponentFactory = (context) => new EndpointsController(context);

class EndpointsController {
  readonly name: string;
  private readonly membership: ServiceMembership;
  private readonly endpoints: Informer<Endpoints>;
  private readonly queue: WorkQueue;
  /** While it writes itself, changes of Endpoints are its own. */
  private writing = false;

  constructor(private readonly context: ComponentContext) {
    this.name = context.name;
    this.membership = new ServiceMembership(context);
    this.endpoints = context.informers.for<Endpoints>('endpoints');
    this.queue = context.workQueue('services', (key) => this.reconcile(key));
    this.membership.watch(this.queue);
    const restore = (endpoints: Endpoints) => {
      if (!this.writing && endpoints.metadata.labels?.[MANAGED_BY_LABEL] === MANAGED_BY)
        this.queue.add(objectKey(endpoints));
    };
    this.endpoints.addHandlers({ onUpdate: (_, previous) => restore(previous), onDelete: restore });
  }

  start(): void {
    for (const service of this.membership.services.list()) this.queue.add(objectKey(service));
  }

  private reconcile(key: string): void {
    this.writing = true;
    try {
      const service = this.membership.services.get(key);
      if (!service) this.removeOf(key);
      else if (service.spec.selector && service.spec.type !== 'ExternalName') this.sync(key, service);
    } finally {
      this.writing = false;
    }
  }

  private removeOf(key: string): void {
    const { labels } = this.endpoints.get(key)?.metadata ?? {};
    if (labels?.[MANAGED_BY_LABEL] !== MANAGED_BY) return;
    ignoringNotFound(() => this.context.client.delete('endpoints', key));
  }

  private sync(key: string, service: Service): void {
    const current = this.endpoints.get(key);
    const all = subsetsOf(service, this.membership.podsOf(service));
    const fewer = truncated(all);
    const subsets = fewer ?? all;
    const labels = labelsOf(service);
    const mark: Record<string, string> = fewer ? { [OVER_CAPACITY_ANNOTATION]: 'truncated' } : {};
    if (!current) return this.create(service, { labels, ...(fewer && { annotations: mark }) }, subsets);
    const { [OVER_CAPACITY_ANNOTATION]: known, ...others } = current.metadata.annotations ?? {};
    const same = equalJson(current.subsets ?? [], subsets) && equalJson(current.metadata.labels, labels);
    if (same && (known !== undefined) === (fewer !== undefined)) return;
    const annotations = { ...others, ...mark };
    const annotated = current.metadata.annotations !== undefined || fewer !== undefined;
    const { subsets: _, ...rest } = current;
    ignoringNotFound(() =>
      this.context.client.update<Endpoints>('endpoints', {
        ...rest,
        metadata: {
          ...current.metadata,
          labels,
          ...(annotated && { annotations }),
        },
        ...(subsets.length > 0 && { subsets }),
      }),
    );
  }

  private create(
    service: Service,
    marks: { labels: Record<string, string>; annotations?: Record<string, string> },
    subsets: Endpoints['subsets'] = [],
  ): void {
    const { name, namespace } = service.metadata;
    try {
      this.context.client.create<Endpoints>('endpoints', {
        apiVersion: 'v1',
        kind: 'Endpoints',
        metadata: { name, namespace, ...marks },
        ...(subsets.length > 0 && { subsets }),
      });
    } catch (error) {
      // In a namespace that goes away nothing is created, and there is nothing to try again.
      if (!isForbidden(error) && !isAlreadyExists(error)) throw error;
    }
  }
}

function labelsOf(service: Service): Record<string, string> {
  const { [HEADLESS_LABEL]: _, ...labels } = service.metadata.labels ?? {};
  return { ...labels, ...(isHeadless(service) && { [HEADLESS_LABEL]: '' }), [MANAGED_BY_LABEL]: MANAGED_BY };
}
