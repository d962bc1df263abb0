import type { Pod, Service, ServicePort } from '@podlab/api';
import { familyOfText, type AddressFamily } from '@podlab/netstack';
import { internalAddress, isReadyPod } from '../cluster-objects';
import type { Failure, Finding, Fix } from './finding';
import { changeRequest, nameOf } from './finding';
import { changeTarget } from '../send/target';

/** A request from outside that would reach the Service: by its load balancer, or by a node port. */
export function outsideWay(service: Service, failure: Failure): Fix | undefined {
  const { objects, request } = failure;
  const port = portFor(service, failure);
  const balancer = service.status?.loadBalancer?.ingress?.find(({ ip }) => ip !== undefined)?.ip;
  if (port && balancer)
    return changeRequest({ to: changeTarget(request.to, { host: balancer, port: port.port }) });
  const address = objects.nodes
    .list()
    .map((node) => internalAddress(node, familyFor(service, failure)))
    .find((candidate) => candidate !== undefined);
  if (!port?.nodePort || address === undefined) return undefined;
  return changeRequest({ to: changeTarget(request.to, { host: address, port: port.nodePort }) });
}

/** The family that was asked, where the Service has it, else the Service's first. */
function familyFor({ spec }: Service, { name }: Failure): AddressFamily | undefined {
  const families = (spec.ipFamilies ?? []) as AddressFamily[];
  const asked = familyOfText(name.address ?? '');
  return families.includes(asked) ? asked : families[0];
}

/** The same request sent from a pod of the Service's namespace. */
export function insideWay(service: Service, failure: Failure): Fix | undefined {
  return fromPod(
    failure,
    service.metadata.namespace as string,
    new Set(failure.objects.selectedPods(service)),
  );
}

/** The same request sent from a running pod, best one of `namespace` that is no backend itself. */
export function fromPod(
  failure: Failure,
  namespace: string,
  backends: ReadonlySet<Pod> = new Set(),
): Fix | undefined {
  const running = failure.objects.pods
    .list(namespace)
    .filter((pod) => isReadyPod(pod) && pod.spec.hostNetwork !== true);
  const pod = running.find((candidate) => !backends.has(candidate)) ?? running[0];
  if (!pod) return undefined;
  return changeRequest({ from: { kind: 'Pod', namespace, name: pod.metadata.name } });
}

function portFor(service: Service, { target }: Failure): ServicePort | undefined {
  const ports = (service.spec.ports ?? []).filter(({ protocol }) => (protocol ?? 'TCP') === target.protocol);
  return ports.find(({ port }) => port === target.port) ?? ports[0];
}

/** The cluster's inner addresses are not known outside: what to use instead. */
export function unreachableFromOutside(
  code: 'ClusterIPNotReachableFromOutside' | 'PodIPNotReachableFromOutside',
  service: Service | undefined,
  pod: Pod | undefined,
  failure: Failure,
): Finding {
  const { target } = failure;
  const namespace = (service ?? pod)?.metadata.namespace ?? 'default';
  const outside = service && outsideWay(service, failure);
  const inside = service
    ? insideWay(service, failure)
    : fromPod(failure, namespace, new Set(pod ? [pod] : []));
  const fix = outside ?? inside;
  const params = { address: target.host, service: service ? nameOf(service) : '' };
  if (code === 'PodIPNotReachableFromOutside')
    return { code, object: pod, field: 'status.podIP', found: target.host, params, ...(fix && { fix }) };
  const expected = 'NodePort or LoadBalancer';
  const found = service?.spec.type ?? 'ClusterIP';
  return { code, object: service, field: 'spec.type', found, expected, params, ...(fix && { fix }) };
}

/** A request from outside for which there is no way into the cluster. */
export function isOutside({ sender, outcome }: Failure): boolean {
  return sender.from.kind === 'External' && sender.via === undefined && outcome?.disposition === 'NoRoute';
}
