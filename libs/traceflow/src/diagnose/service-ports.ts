import type { Service, ServicePort } from '@podlab/api';
import { changeTarget } from '../send/target';
import type { TargetChange } from '../send/target';
import type { Failure, Finding } from './finding';
import { changeRequest } from './finding';

type Protocol = 'TCP' | 'UDP' | 'SCTP';

/** A port that was probably meant, and by what it was mistaken. */
interface Meant {
  readonly port: ServicePort;
  readonly mistake?: 'NodePort' | 'TargetPort' | 'Protocol' | 'Https';
}

/** A port, or a protocol, that a Service does not have. */
export function portNotExposed(service: Service, { target, request }: Failure): Finding {
  const ports = service.spec.ports ?? [];
  const found = target.protocol === 'ICMP' ? 'ICMP' : `${target.port}/${target.protocol}`;
  const finding = {
    code: 'PortNotExposedByService',
    object: service,
    field: 'spec.ports',
    found,
    expected: ports.map((port) => `${port.port}/${protocolOf(port)}`),
  };
  const meant = meantPort(ports, target);
  if (target.protocol === 'ICMP' || !meant) {
    const first = meant && { fix: changeRequest({ to: changeTarget(request.to, changeTo(meant, target)) }) };
    return { ...finding, message: 'PortNotExposedByService.Ping', ...first };
  }
  const { port, mistake } = meant;
  return {
    ...finding,
    ...(mistake && { message: `PortNotExposedByService.${mistake}` }),
    params: { asked: target.port, port: port.port, protocol: protocolOf(port) },
    fix: changeRequest({ to: changeTarget(request.to, changeTo(meant, target)) }),
  };
}

function meantPort(
  ports: readonly ServicePort[],
  { port, protocol, http }: Failure['target'],
): Meant | undefined {
  const same = ports.filter((each) => protocolOf(each) === protocol);
  const byNodePort = same.find(({ nodePort }) => nodePort === port);
  if (byNodePort) return { port: byNodePort, mistake: 'NodePort' };
  const byTarget = same.find(({ targetPort }) => targetPort === port);
  if (byTarget) return { port: byTarget, mistake: 'TargetPort' };
  const byNumber = ports.find((each) => each.port === port);
  if (byNumber && (!http || same.length === 0)) return { port: byNumber, mistake: 'Protocol' };
  const plain = same.find((each) => each.port === 80) ?? same.find(({ name }) => name === 'http');
  if (http?.scheme === 'https' && plain) return { port: plain, mistake: 'Https' };
  const other = same[0] ?? byNumber ?? ports[0];
  return other && { port: other };
}

function changeTo({ port, mistake }: Meant, { protocol }: Failure['target']): TargetChange {
  const own = protocolOf(port);
  if (mistake === 'Https') return { scheme: 'http', ...(port.port !== 80 && { port: port.port }) };
  return { port: port.port, ...(own !== protocol && { protocol: own }) };
}

function protocolOf(port: ServicePort): Protocol {
  return (port.protocol ?? 'TCP') as Protocol;
}
