import type { Pod } from '@podlab/api';
import { changeTarget } from '../send/target';
import type { Failure, Finding } from './finding';
import { changeRequest } from './finding';
import { listeningAddress, listeningPorts, otherProtocol } from './listening';
import { closestPort } from './near';
import { diagnosePod } from './pods';
import { isOutside, unreachableFromOutside } from './ways';

/** Why a request to a pod's own address failed. */
export function diagnosePodAddress(pod: Pod, failure: Failure): Finding | undefined {
  const { objects, outcome } = failure;
  if (isOutside(failure)) {
    const service = objects.services
      .list(pod.metadata.namespace)
      .find((candidate) => objects.selectedPods(candidate).includes(pod));
    return unreachableFromOutside('PodIPNotReachableFromOutside', service, pod, failure);
  }
  if (outcome?.end.code !== 'NoListener') return diagnosePod(pod, failure);
  return (hasListener(pod, failure) ? undefined : diagnosePod(pod, failure)) ?? notListening(pod, failure);
}

/** Whether any process of a pod listens at all, by the protocol that was asked. */
function hasListener(pod: Pod, { target, dependencies: { network } }: Failure): boolean {
  return listeningPorts(`pod/${pod.metadata.uid}`, target.protocol, network).length > 0;
}

/** Nothing listens on the port that was asked: what does, and how. */
function notListening(pod: Pod, { target, request, dependencies: { network } }: Failure): Finding {
  const { port, protocol } = target;
  const namespace = `pod/${pod.metadata.uid}`;
  const finding = { code: 'PodPortNotListening', object: pod, field: 'spec.containers', found: port };
  const message = (kind: string) => `PodPortNotListening.${kind}`;
  const spoken = otherProtocol(namespace, port, protocol, network);
  if (spoken) {
    const fix = changeRequest({ to: changeTarget(request.to, { protocol: spoken }) });
    return {
      ...finding,
      message: message('Protocol'),
      expected: `${port}/${spoken}`,
      params: { protocol },
      fix,
    };
  }
  const address = listeningAddress(namespace, port, protocol, network);
  if (address !== undefined)
    return { ...finding, message: message('Address'), expected: '0.0.0.0', params: { address } };
  const expected = listeningPorts(namespace, protocol, network);
  const closest = closestPort(port, expected);
  if (closest === undefined) return { ...finding, message: message('Nothing'), params: { protocol } };
  return { ...finding, expected, fix: changeRequest({ to: changeTarget(request.to, { port: closest }) }) };
}
