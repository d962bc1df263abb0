import type { EndpointSlice, Ingress, IngressClass, Node, Secret, Service, ServicePort } from '@podlab/api';
import { objectKey } from '@podlab/apimachinery';
import type { InformerFactory } from '@podlab/client';

/** What an ingress controller watches; each informer is made when it is first asked for. */
export class IngressObjects {
  constructor(private readonly informers: InformerFactory) {}

  get ingressInformer() {
    return this.informers.for<Ingress>('ingresses.networking.k8s.io');
  }

  get classInformer() {
    return this.informers.for<IngressClass>('ingressclasses.networking.k8s.io');
  }

  get serviceInformer() {
    return this.informers.for<Service>('services');
  }

  get sliceInformer() {
    return this.informers.for<EndpointSlice>('endpointslices.discovery.k8s.io');
  }

  ingresses(): readonly Ingress[] {
    return this.ingressInformer.list();
  }

  ingressClass(name: string): IngressClass | undefined {
    return this.classInformer.get(name);
  }

  service(key: string): Service | undefined {
    return this.serviceInformer.get(key);
  }

  node(name: string): Node | undefined {
    return this.informers.for<Node>('nodes').get(name);
  }

  secret(key: string): Secret | undefined {
    return this.informers.for<Secret>('secrets').get(key);
  }

  /** Addresses of ready endpoints of a Service port, in the order of slices. */
  endpoints(service: Service, port: ServicePort): IngressEndpoint[] {
    const found = new Map<string, IngressEndpoint>();
    for (const slice of this.slicesOf(service)) {
      const own = slice.ports?.find(({ name }) => (name ?? '') === (port.name ?? ''));
      if (own?.port === undefined) continue;
      for (const { addresses, conditions, targetRef } of slice.endpoints ?? []) {
        if (conditions?.ready === false) continue;
        for (const address of addresses)
          found.set(address, { address, port: own.port, ...(targetRef?.name && { pod: targetRef.name }) });
      }
    }
    return [...found.values()];
  }

  private slicesOf(service: Service): readonly EndpointSlice[] {
    const informer = this.sliceInformer;
    informer.addIndex('service', ({ metadata: { namespace, labels } }) => {
      const name = labels?.['kubernetes.io/service-name'];
      return name ? [`${namespace}/${name}`] : [];
    });
    return informer.byIndex('service', objectKey(service));
  }
}

/** Where a request may be sent. */
export interface IngressEndpoint {
  /** An address, or the name of an ExternalName Service. */
  readonly address: string;
  readonly port: number;
  /** Name of the pod, in the Service's namespace. */
  readonly pod?: string;
}
