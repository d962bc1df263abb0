import { ComponentHarness } from '@podlab/testkit';
import type { Network } from '@podlab/netstack';
import type { ContainerStart } from './container';
import { Workloads } from './workloads';

/** A container of `image` on its own, for tests. */
export function containerStart(changes: Partial<ContainerStart> = {}): ContainerStart {
  return {
    id: 'c1',
    podUid: 'pod-uid',
    podName: 'pod',
    namespace: 'default',
    name: 'main',
    node: 'node-a',
    podIp: '10.244.1.2',
    networkNamespace: 'pod/pod-uid',
    hostname: 'pod',
    image: 'busybox:1.37',
    environment: {},
    files: {
      '/etc/resolv.conf': 'nameserver 10.96.0.10\n',
      '/etc/hosts': '127.0.0.1\tlocalhost\n10.244.1.2\tpod\n',
    },
    mounts: [],
    ports: [],
    ...changes,
  };
}

/** Workloads in a harness; `network` only where sockets are used. */
export function workloadsHarness(network?: Network): { harness: ComponentHarness; workloads: Workloads } {
  const harness = new ComponentHarness({
    workloads: (context) => new Workloads(context, { network: network as Network }),
  });
  return { harness, workloads: harness.component('workloads') as Workloads };
}

/** What a script prints in a busybox container. */
export function shellOutput(script: string): { stdout: string; stderr: string; status: number | undefined } {
  const { workloads } = workloadsHarness();
  workloads.startContainer(containerStart({ command: ['sleep', '3600'], workingDirectory: '/home' }));
  const id = workloads.exec('c1', ['sh', '-c', script]);
  if (typeof id !== 'number') throw new Error(id.error);
  const exec = workloads.execState(id);
  return { stdout: exec?.stdout ?? '', stderr: exec?.stderr ?? '', status: exec?.exitCode };
}
