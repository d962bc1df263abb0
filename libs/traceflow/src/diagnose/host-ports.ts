import type { Node, Pod } from '@podlab/api';
import { familyOfText } from '@podlab/netstack';
import { internalAddress } from '../cluster-objects';
import { changeTarget } from '../send/target';
import type { Failure, Finding } from './finding';
import { changeRequest, nameOf } from './finding';

/** A pod that asked for a host port, and where in its spec. */
interface HostPort {
  readonly pod: Pod;
  readonly field: string;
  readonly host_ip: string | undefined;
}

/** A host port that is open, but not here: on the pod's own node only, or on one address of this one. */
export function hostPortElsewhere(node: Node | undefined, failure: Failure): Finding | undefined {
  if (failure.outcome?.end.code !== 'NoListener') return undefined;
  const [match] = hostPorts(failure);
  if (!match) return undefined;
  const { pod, field, host_ip } = match;
  const { objects, name, request, target } = failure;
  const home = pod.spec.nodeName === undefined ? undefined : objects.nodes.get(pod.spec.nodeName);
  const family = familyOfText(name.address ?? '');
  const address = host_ip ?? (home && internalAddress(home, family));
  if (!home || address === undefined || address === name.address) return undefined;
  const elsewhere = home.metadata.name !== node?.metadata.name;
  return {
    code: elsewhere ? 'HostPortOnOtherNode' : 'HostPortOnOtherAddress',
    object: pod,
    field: elsewhere ? 'spec.nodeName' : `${field}.hostIP`,
    found: target.port,
    expected: address,
    params: { pod: nameOf(pod), node: home.metadata.name },
    fix: changeRequest({ to: changeTarget(request.to, { host: address }) }),
  };
}

/** Pods with an address that asked for the port, in the order of their keys. */
function hostPorts({ objects, target }: Failure): HostPort[] {
  const placed = objects.pods.list().filter(({ status }) => status?.podIP !== undefined);
  return placed.flatMap((pod) =>
    pod.spec.containers.flatMap(({ ports = [] }, container) =>
      ports.flatMap(({ hostPort, hostIP, protocol = 'TCP' }, index) => {
        if (hostPort !== target.port || protocol !== target.protocol) return [];
        return [
          { pod, field: `spec.containers[${container}].ports[${index}]`, host_ip: hostIP || undefined },
        ];
      }),
    ),
  );
}
