import type {
  DaemonSet,
  Deployment,
  Endpoint,
  EndpointSlice,
  Event,
  Namespace,
  NetworkPolicy,
  Node,
  Pod,
  ReplicaSet,
  Service,
  ServiceAccount,
  ServicePort,
  StatefulSet,
} from '@podlab/api';
import { controllerOf, objectKey } from '@podlab/apimachinery';
import type { KubeObject } from '@podlab/apimachinery';
import type { InformerFactory } from '@podlab/client';
import type { ObjectReference } from '@podlab/contracts';
import { familyOfText } from '@podlab/netstack';
import type { AddressFamily } from '@podlab/netstack';

/** A way from outside to a port of a Service, or the port itself. */
export interface ServicePortMatch {
  readonly service: Service;
  readonly port: ServicePort;
  readonly index: number;
}

const SLICES = 'endpointslices.discovery.k8s.io';

/** The cluster's objects, found by the addresses, ports and namespaces that packets have. */
export class ClusterObjects {
  readonly pods;
  readonly services;
  readonly nodes;
  readonly namespaces;
  readonly policies;
  readonly slices;
  readonly deployments;
  readonly replicaSets;
  readonly statefulSets;
  readonly daemonSets;
  readonly events;
  readonly serviceAccounts;

  constructor(informers: InformerFactory) {
    this.pods = informers.for<Pod>('pods');
    this.services = informers.for<Service>('services');
    this.nodes = informers.for<Node>('nodes');
    this.namespaces = informers.for<Namespace>('namespaces');
    this.policies = informers.for<NetworkPolicy>('networkpolicies.networking.k8s.io');
    this.slices = informers.for<EndpointSlice>(SLICES);
    this.deployments = informers.for<Deployment>('deployments.apps');
    this.replicaSets = informers.for<ReplicaSet>('replicasets.apps');
    this.statefulSets = informers.for<StatefulSet>('statefulsets.apps');
    this.daemonSets = informers.for<DaemonSet>('daemonsets.apps');
    this.events = informers.for<Event>('events');
    this.serviceAccounts = informers.for<ServiceAccount>('serviceaccounts');
    this.pods.addIndex('uid', ({ metadata }) => (metadata.uid ? [metadata.uid] : []));
    this.pods.addIndex('podIP', ({ status }) => podAddresses(status));
    this.services.addIndex('serviceAddress', serviceAddresses);
    this.services.addIndex('nodePort', ({ spec }) =>
      (spec.ports ?? []).flatMap(({ nodePort }) => (nodePort ? [String(nodePort)] : [])),
    );
    this.nodes.addIndex('nodeAddress', nodeAddresses);
    this.slices.addIndex('service', ({ metadata: { namespace, labels } }) => {
      const name = labels?.['kubernetes.io/service-name'];
      return name ? [`${namespace}/${name}`] : [];
    });
  }

  /** Calls `changed` whenever something that {@link referencesAt} tells may be different. */
  onChange(changed: () => void): void {
    const handlers = { onAdd: changed, onUpdate: changed, onDelete: changed };
    this.pods.addHandlers(handlers);
    this.services.addHandlers(handlers);
    this.nodes.addHandlers(handlers);
  }

  podByUid(uid: string): Pod | undefined {
    return this.pods.byIndex('uid', uid)[0];
  }

  /** The pod whose own address it is; pods on their node's network don't count. */
  podAt(address: string): Pod | undefined {
    return this.pods.byIndex('podIP', address).find(({ spec }) => spec.hostNetwork !== true);
  }

  nodeAt(address: string): Node | undefined {
    return this.nodes.byIndex('nodeAddress', address)[0];
  }

  /** Services that have the address: cluster IP, external address or load balancer. */
  servicesAt(address: string): readonly Service[] {
    return this.services.byIndex('serviceAddress', address);
  }

  /** The Service port behind a node port. */
  nodePort(port: number, protocol: string): ServicePortMatch | undefined {
    for (const service of this.services.byIndex('nodePort', String(port))) {
      const found = matchPort(service, (candidate) => {
        return candidate.nodePort === port && (candidate.protocol ?? 'TCP') === protocol;
      });
      if (found) return found;
    }
    return undefined;
  }

  endpointSlices(service: Service): readonly EndpointSlice[] {
    return this.slices
      .byIndex('service', objectKey(service))
      .filter(({ addressType }) => addressType !== 'FQDN');
  }

  /** Endpoints of one Service port with the port that its slice gives them. */
  endpointsOf({ service, port }: ServicePortMatch): { endpoint: Endpoint; port: number }[] {
    return this.endpointSlices(service).flatMap((slice) => {
      const slicePort = slice.ports?.find(
        (candidate) =>
          (candidate.name ?? '') === (port.name ?? '') &&
          (candidate.protocol ?? 'TCP') === (port.protocol ?? 'TCP'),
      );
      if (slicePort?.port === undefined) return [];
      return (slice.endpoints ?? []).map((endpoint) => ({ endpoint, port: slicePort.port as number }));
    });
  }

  /** Pods that a Service's selector picks; none without a selector. */
  selectedPods({ metadata, spec }: Service): Pod[] {
    const { selector } = spec;
    if (!selector || Object.keys(selector).length === 0) return [];
    return this.pods
      .list(metadata.namespace)
      .filter((pod) => matchesLabels(selector, pod.metadata.labels ?? {}));
  }

  /** The object whose pod template a pod comes from: what to change instead of the pod. */
  templateOwner(pod: Pod): KubeObject {
    const owner = controllerOf(pod);
    const key = `${pod.metadata.namespace}/${owner?.name}`;
    if (owner?.kind === 'StatefulSet') return this.statefulSets.get(key) ?? pod;
    if (owner?.kind === 'DaemonSet') return this.daemonSets.get(key) ?? pod;
    if (owner?.kind !== 'ReplicaSet') return pod;
    const replicaSet = this.replicaSets.get(key);
    if (!replicaSet) return pod;
    const deployment = controllerOf(replicaSet);
    if (deployment?.kind !== 'Deployment') return replicaSet;
    return this.deployments.get(`${pod.metadata.namespace}/${deployment.name}`) ?? replicaSet;
  }

  /** What the latest event of a reason says about an object. */
  lastEvent({ metadata: { namespace, uid } }: KubeObject, reason: string): string | undefined {
    let last: Event | undefined;
    for (const event of this.events.list(namespace)) {
      if (event.reason !== reason || event.involvedObject.uid !== uid) continue;
      if (!last || (event.lastTimestamp ?? '') >= (last.lastTimestamp ?? '')) last = event;
    }
    return last?.message;
  }

  /** Who has an address, as a trace tells it. */
  referencesAt(address: string): ObjectReference[] {
    const services = this.servicesAt(address);
    if (services.length > 0) return services.map((service) => referenceTo(service));
    const owner = this.podAt(address) ?? this.nodeAt(address);
    return owner ? [referenceTo(owner)] : [];
  }
}

function podAddresses(status: Pod['status']): string[] {
  return status?.podIPs?.map(({ ip }) => ip) ?? (status?.podIP ? [status.podIP] : []);
}

function serviceAddresses({ spec, status }: Service): string[] {
  const clusterIPs = (spec.clusterIPs ?? [spec.clusterIP ?? 'None']).filter((address) => address !== 'None');
  const ingress = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => (ip ? [ip] : []));
  return [...new Set([...clusterIPs, ...(spec.externalIPs ?? []), ...ingress])];
}

function nodeAddresses({ status }: Node): string[] {
  const addresses = (status?.addresses ?? []).filter(
    ({ type }) => type === 'InternalIP' || type === 'ExternalIP',
  );
  return addresses.map(({ address }) => address);
}

/** The first port of a Service for which `test` holds. */
export function matchPort(
  service: Service,
  test: (port: ServicePort) => boolean,
): ServicePortMatch | undefined {
  const index = (service.spec.ports ?? []).findIndex(test);
  return index < 0 ? undefined : { service, port: (service.spec.ports as ServicePort[])[index], index };
}

/** Whether `labels` have all of `selector`. */
export function matchesLabels(
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

/** Points at an object, or with `field` into it. */
export function referenceTo(object: KubeObject, field?: string): ObjectReference {
  const { name, namespace } = object.metadata;
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    ...(field === undefined ? {} : { field }),
  };
}

/** The addresses of a node on the nodes' own network, the cluster's default family first. */
export function internalAddresses({ status }: Node): string[] {
  const own = (status?.addresses ?? []).filter(({ type }) => type === 'InternalIP');
  return own.map(({ address }) => address);
}

/** The address of a node on the nodes' own network: its first, or of a family the one that it has. */
export function internalAddress(node: Node, family?: AddressFamily): string | undefined {
  return internalAddresses(node).find((address) => family === undefined || familyOfText(address) === family);
}

export function isReadyPod({ status }: Pod): boolean {
  return status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;
}
