import type { Pod, Service } from '@podlab/api';
import { objectKey } from '@podlab/apimachinery';
import type { ComponentContext, Informer, WorkQueue } from '@podlab/client';
import { equalJson } from '@podlab/kernel';
import { isPodReady, isPodTerminal } from '../pods/pod-state';

const BY_SELECTOR_PAIR = 'selectorPair';

/** Changes of a Service's pods within this time are one reconcile, in virtual ms. Upstream's --endpoint-updates-batch-period. */
const POD_CHANGE_BATCH_MS = 100;

/** Services with a selector and their pods, found without a walk over all Services. */
export class ServiceMembership {
  readonly services: Informer<Service>;
  readonly pods: Informer<Pod>;

  constructor(context: ComponentContext) {
    this.services = context.informers.for<Service>('services');
    this.pods = context.informers.for<Pod>('pods');
    this.services.addIndex(BY_SELECTOR_PAIR, ({ metadata, spec }) => {
      const [pair] = Object.entries(spec.selector ?? {});
      return pair ? [pairOf(metadata.namespace, pair)] : [];
    });
  }

  /** Has `queue` hear of each Service that changed, or whose endpoints may have. */
  watch(queue: WorkQueue): void {
    this.services.addHandlers({
      onAdd: (service) => queue.add(objectKey(service)),
      onUpdate: (service) => queue.add(objectKey(service)),
      onDelete: (service) => queue.add(objectKey(service)),
    });
    const later = (pod: Pod) => {
      for (const service of this.servicesOf(pod)) queue.addAfter(objectKey(service), POD_CHANGE_BATCH_MS);
    };
    this.pods.addHandlers({
      onAdd: (pod) => {
        if (pod.status?.podIP) later(pod);
      },
      onUpdate: (pod, previous) => {
        if (!endpointChanged(pod, previous)) return;
        later(pod);
        if (!equalJson(pod.metadata.labels, previous.metadata.labels)) later(previous);
      },
      onDelete: later,
    });
  }

  /** The pods that a Service selects, in the order of keys. */
  podsOf({ metadata, spec }: Service): Pod[] {
    const pairs = Object.entries(spec.selector ?? {});
    return this.pods
      .list(metadata.namespace)
      .filter(({ metadata: { labels = {} } }) => matches(pairs, labels));
  }

  /** The Services of the pods that are bound to a node. */
  servicesOnNode(node: string): Service[] {
    const services = this.pods
      .list()
      .filter(({ spec }) => spec.nodeName === node)
      .flatMap((pod) => this.servicesOf(pod));
    return [...new Set(services)];
  }

  /** In the order of keys: an index built again from a checkpoint has lost the order in which objects came. */
  private servicesOf({ metadata: { namespace, labels = {} } }: Pod): Service[] {
    return Object.entries(labels).flatMap((pair) =>
      this.services
        .byIndex(BY_SELECTOR_PAIR, pairOf(namespace, pair))
        .filter(({ spec }) => matches(Object.entries(spec.selector ?? {}), labels)),
    );
  }
}

function pairOf(namespace: string | undefined, [key, value]: [string, string]): string {
  return `${namespace}/${key}=${value}`;
}

function matches(pairs: readonly [string, string][], labels: Record<string, string>): boolean {
  return pairs.every(([key, value]) => labels[key] === value);
}

/** Models k8s.io/endpointslice util podEndpointsChanged with the labels. */
function endpointChanged(pod: Pod, previous: Pod): boolean {
  return (
    pod.status?.podIP !== previous.status?.podIP ||
    pod.metadata.deletionTimestamp !== previous.metadata.deletionTimestamp ||
    pod.spec.nodeName !== previous.spec.nodeName ||
    isPodReady(pod) !== isPodReady(previous) ||
    isPodTerminal(pod) !== isPodTerminal(previous) ||
    !equalJson(pod.status?.podIPs, previous.status?.podIPs) ||
    !equalJson(pod.metadata.labels, previous.metadata.labels)
  );
}
