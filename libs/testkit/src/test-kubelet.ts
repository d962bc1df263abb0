import type { Pod } from '@podlab/api';
import { objectKey } from '@podlab/apimachinery';
import type { ComponentFactory } from '@podlab/client';

export interface TestKubeletOptions {
  /** Binds pods without a node to this one, for tests without a scheduler. */
  bindTo?: string;
  /** Virtual time from binding to Ready. Default 1,000. */
  startMs?: number;
  /** Virtual time from the delete request to the end of the pod. Default 500. */
  stopMs?: number;
  /** Pods it leaves pending. */
  ignores?: (pod: Pod) => boolean;
}

/** One kubelet for all nodes that only knows two things: a bound pod becomes Ready with an IP, a deleted one goes. */
export function testKubelet(options: TestKubeletOptions = {}): ComponentFactory {
  return (context) => {
    const pods = context.informers.for<Pod>('pods');
    const state = context.state('pods', () => ({ nextAddress: 1 }));
    const starts = context.workQueue('start', (key) => {
      const pod = pods.get(key);
      if (!pod || pod.metadata.deletionTimestamp || pod.status?.phase === 'Running' || options.ignores?.(pod))
        return;
      const address = state.nextAddress++;
      const podIP = `10.244.${address >> 8}.${address & 255}`;
      context.client.updateStatus('pods', { ...pod, status: readyStatus(pod, podIP, context.timestamp()) });
    });
    const stops = context.workQueue('stop', (key) => {
      if (pods.get(key)?.metadata.deletionTimestamp)
        context.client.delete('pods', key, { gracePeriodSeconds: 0 });
    });
    const binds = context.workQueue('bind', (key) => {
      const pod = pods.get(key);
      if (pod && !pod.spec.nodeName) context.client.bind(key, options.bindTo as string);
    });
    const see = (pod: Pod) => {
      const key = objectKey(pod);
      if (pod.metadata.deletionTimestamp) stops.addAfter(key, options.stopMs ?? 500);
      else if (!pod.spec.nodeName && options.bindTo) binds.add(key);
      else if (pod.spec.nodeName && pod.status?.phase === 'Pending')
        starts.addAfter(key, options.startMs ?? 1_000);
    };
    pods.addHandlers({ onAdd: see, onUpdate: see });
    return { name: context.name };
  };
}

/** The status of a pod that runs and is ready. */
export function readyStatus(pod: Pod, podIP: string, at: string): Pod['status'] {
  const types = ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'];
  return {
    ...pod.status,
    phase: 'Running',
    podIP,
    podIPs: [{ ip: podIP }],
    startTime: at,
    conditions: types.map((type) => ({ type, status: 'True', lastTransitionTime: at })),
    containerStatuses: pod.spec.containers.map(({ name, image }) => ({
      name,
      image: image ?? '',
      imageID: `sha256:${name}`,
      ready: true,
      started: true,
      restartCount: 0,
      state: { running: { startedAt: at } },
    })),
  };
}
