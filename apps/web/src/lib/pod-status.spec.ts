import type { Pod, PodStatus } from '@podlab/api';
import { summarizePod } from './pod-status';

const pod = (status: PodStatus, nodeName?: string, deletionTimestamp?: string): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a', namespace: 'lab06', deletionTimestamp },
  spec: { containers: [{ name: 'nginx', image: 'nginx' }], nodeName },
  status,
});
const container = (state: object, ready = false, restartCount = 0) => ({
  name: 'nginx',
  image: 'nginx',
  imageID: '',
  ready,
  restartCount,
  state,
});
const READY = [{ type: 'Ready', status: 'True' }];

it.each<[string, Pod, string, string, number]>([
  ['waits for a node', pod({ phase: 'Pending' }), 'Pending', 'wait', 0],
  ['has a node', pod({ phase: 'Pending' }, 'node-a'), 'Pending', 'wait', 1],
  [
    'has its address before it starts',
    pod(
      {
        phase: 'Pending',
        podIP: '10.244.0.2',
        containerStatuses: [container({ waiting: { reason: 'ContainerCreating' } })],
      },
      'node-a',
    ),
    'ContainerCreating',
    'wait',
    2,
  ],
  [
    'runs, not ready yet',
    pod({ phase: 'Running', podIP: '10.244.0.2', containerStatuses: [container({ running: {} })] }, 'node-a'),
    'Running',
    'wait',
    3,
  ],
  [
    'is ready',
    pod(
      { phase: 'Running', conditions: READY, containerStatuses: [container({ running: {} }, true)] },
      'node-a',
    ),
    'Running',
    'good',
    4,
  ],
  [
    'crashes',
    pod(
      {
        phase: 'Running',
        podIP: '10.244.0.2',
        containerStatuses: [container({ waiting: { reason: 'CrashLoopBackOff' } }, false, 4)],
      },
      'node-a',
    ),
    'CrashLoopBackOff',
    'bad',
    2,
  ],
  [
    'has an image that cannot be pulled',
    pod(
      {
        phase: 'Pending',
        podIP: '10.244.0.2',
        containerStatuses: [container({ waiting: { reason: 'ErrImagePull' } })],
      },
      'node-a',
    ),
    'ErrImagePull',
    'bad',
    2,
  ],
  [
    'is going',
    pod(
      { phase: 'Running', conditions: READY, containerStatuses: [container({ running: {} }, true)] },
      'node-a',
      '2026-01-01T00:00:00Z',
    ),
    'Terminating',
    'done',
    4,
  ],
])('a pod that %s', (_, each, status, tone, station) => {
  expect(summarizePod(each)).toMatchObject({ status, tone, station });
});

it('counts restarts and ready containers', () => {
  const status = { containerStatuses: [container({ running: {} }, true, 3)] };
  expect(summarizePod(pod(status, 'node-a'))).toMatchObject({
    restarts: 3,
    readyContainers: 1,
    containers: 1,
  });
});
