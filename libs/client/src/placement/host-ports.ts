import type { Pod } from '@podlab/api';

/** A port that a pod takes on its node. */
export interface HostPort {
  readonly ip: string;
  readonly port: number;
  readonly protocol: string;
}

const ANY = '0.0.0.0';

/** Models pkg/scheduler/util GetHostPorts. */
export function hostPortsOf({ spec }: Pod): HostPort[] {
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...spec.containers, ...sidecars]
    .flatMap(({ ports }) => ports ?? [])
    .filter(({ hostPort }) => hostPort !== undefined && hostPort > 0)
    .map(({ hostPort, hostIP, protocol }) => ({
      ip: hostIP || ANY,
      port: hostPort as number,
      protocol: protocol ?? 'TCP',
    }));
}

/** Whether only one of two can be had. Models kube-scheduler framework HostPortInfo CheckConflict. */
export function collide(a: HostPort, b: HostPort): boolean {
  return a.port === b.port && a.protocol === b.protocol && (a.ip === b.ip || a.ip === ANY || b.ip === ANY);
}
