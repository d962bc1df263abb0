import type { EndpointSlice, Namespace, Pod, Service } from '@podlab/api';
import type { InformerFactory } from '@podlab/client';

/** What the records are made from; every look-up is by key or index. */
export interface ClusterView {
  hasNamespace(name: string): boolean;
  service(namespace: string, name: string): Service | undefined;
  /** The EndpointSlices of one Service. */
  endpointSlices(namespace: string, service: string): readonly EndpointSlice[];
  servicesAt(clusterIP: string): readonly Service[];
  endpointSlicesAt(address: string): readonly EndpointSlice[];
  podsAt(address: string): readonly Pod[];
}

export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';

/** A view of the informers' objects. */
export function createClusterView(informers: InformerFactory): ClusterView {
  const namespaces = informers.for<Namespace>('namespaces');
  const services = informers.for<Service>('services');
  const slices = informers.for<EndpointSlice>('endpointslices.discovery.k8s.io');
  const pods = informers.for<Pod>('pods');
  services.addIndex('clusterIP', ({ spec }) => spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : []));
  slices.addIndex('service', ({ metadata: { namespace, labels } }) => {
    const service = labels?.[SERVICE_NAME_LABEL];
    return service ? [`${namespace}/${service}`] : [];
  });
  slices.addIndex('address', ({ endpoints }) => [
    ...new Set(endpoints?.flatMap(({ addresses }) => addresses) ?? []),
  ]);
  pods.addIndex(
    'podIP',
    ({ status }) => status?.podIPs?.map(({ ip }) => ip) ?? (status?.podIP ? [status.podIP] : []),
  );
  return {
    hasNamespace: (name) => namespaces.get(name) !== undefined,
    service: (namespace, name) => services.get(`${namespace}/${name}`),
    endpointSlices: (namespace, service) => slices.byIndex('service', `${namespace}/${service}`),
    servicesAt: (clusterIP) => services.byIndex('clusterIP', clusterIP),
    endpointSlicesAt: (address) => slices.byIndex('address', address),
    podsAt: (address) => pods.byIndex('podIP', address),
  };
}

/** A cluster without objects. */
export const EMPTY_VIEW: ClusterView = Object.freeze({
  hasNamespace: () => false,
  service: () => undefined,
  endpointSlices: () => [],
  servicesAt: () => [],
  endpointSlicesAt: () => [],
  podsAt: () => [],
});
