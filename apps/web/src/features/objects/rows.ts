import type { Deployment, EndpointSlice, Node, Pod, ReplicaSet, Service } from '@podlab/api';
import { summarizePod } from '../../lib/pod-status';
import { endpointText } from '../../lib/endpoint-text';
import type { KubeObject } from '../../lib/kube-object';

export const LISTED_KINDS = [
  'Pod',
  'Deployment',
  'ReplicaSet',
  'Service',
  'EndpointSlice',
  'Node',
  'Namespace',
  'Event',
] as const;

/** What a list says of an object beside its name, in kubectl's own words. */
export function rowText(object: KubeObject): string {
  switch (object.kind) {
    case 'Pod':
      return podText(object as Pod);
    case 'Deployment':
    case 'ReplicaSet':
      return workloadText(object as Deployment | ReplicaSet);
    case 'Service':
      return serviceText(object as Service);
    case 'EndpointSlice':
      return sliceText(object as EndpointSlice);
    case 'Node':
      return nodeText(object as Node);
    case 'Event':
      return eventText(object as KubeObject & EventFields);
    default:
      return (object as KubeObject & { status?: { phase?: string } }).status?.phase ?? '';
  }
}

interface EventFields {
  reason?: string;
  message?: string;
  involvedObject?: { kind?: string; name?: string };
}

function podText(pod: Pod): string {
  const { readyContainers, containers, status } = summarizePod(pod);
  return [`${readyContainers}/${containers}`, status, pod.status?.podIP, pod.spec?.nodeName]
    .filter(Boolean)
    .join(' · ');
}

const workloadText = ({ spec, status }: Deployment | ReplicaSet): string =>
  `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 1}`;

function serviceText({ spec, status }: Service): string {
  const ports = (spec?.ports ?? []).map(({ port, nodePort, protocol }) =>
    nodePort ? `${port}:${nodePort}/${protocol ?? 'TCP'}` : `${port}/${protocol ?? 'TCP'}`,
  );
  const pending = spec?.type === 'LoadBalancer' ? '<pending>' : '';
  const external =
    (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip ?? hostname).join(',') || pending;
  return [spec?.type, spec?.clusterIP, external, ports.join(',')].filter(Boolean).join(' · ');
}

const sliceText = ({ endpoints, ports }: EndpointSlice): string =>
  (endpoints ?? []).map(({ addresses }) => endpointText(addresses[0] ?? '', ports?.[0]?.port)).join(', ') ||
  '<unset>';

function nodeText({ status }: Node): string {
  const ready = status?.conditions?.some(
    (condition) => condition.type === 'Ready' && condition.status === 'True',
  );
  const address = status?.addresses?.find(({ type }) => type === 'InternalIP')?.address;
  return [ready ? 'Ready' : 'NotReady', address].filter(Boolean).join(' · ');
}

const eventText = ({ reason, message, involvedObject }: EventFields): string =>
  `${involvedObject?.kind ?? ''}/${involvedObject?.name ?? ''} · ${reason ?? ''}: ${message ?? ''}`;

/** Newest first for events, by namespace and name for the rest. */
export function sortRows(kind: string, objects: readonly KubeObject[]): KubeObject[] {
  if (kind === 'Event') {
    return objects.toSorted(
      (a, b) => Number(b.metadata.resourceVersion ?? 0) - Number(a.metadata.resourceVersion ?? 0),
    );
  }
  const key = ({ metadata }: KubeObject) => `${metadata.namespace ?? ''}/${metadata.name}`;
  return objects.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** The events about an object, newest first. */
export function eventsAbout(events: Iterable<KubeObject>, object: KubeObject): KubeObject[] {
  const about = [...events].filter((event) => {
    const { involvedObject } = event as KubeObject & {
      involvedObject?: { kind?: string; name?: string; namespace?: string };
    };
    return (
      involvedObject?.kind === object.kind &&
      involvedObject.name === object.metadata.name &&
      (involvedObject.namespace ?? '') === (object.metadata.namespace ?? '')
    );
  });
  return sortRows('Event', about);
}

/** The endpoints of a Service, from all of its slices. */
export function endpointsOf(slices: Iterable<EndpointSlice>, service: KubeObject) {
  return [...slices]
    .filter(
      ({ metadata }) =>
        metadata.namespace === service.metadata.namespace &&
        metadata.labels?.['kubernetes.io/service-name'] === service.metadata.name,
    )
    .flatMap((slice) =>
      (slice.endpoints ?? []).map((endpoint) => ({
        address: endpointText(endpoint.addresses[0] ?? '', slice.ports?.[0]?.port),
        ready: endpoint.conditions?.ready ?? true,
        pod: endpoint.targetRef?.name ?? '',
        node: endpoint.nodeName ?? '',
      })),
    );
}
