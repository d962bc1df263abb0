import type { HorizontalPodAutoscaler, HPAScalingRules, Pod, ReplicaSet } from '@podlab/api';
import type { PodUsage, ResourceMetrics } from '@podlab/client';
import { buildPod, buildReplicaSet, ComponentHarness, testKubelet } from '@podlab/testkit';
import { replicaSetController } from '../replicaset/replica-set-controller';
import { horizontalPodAutoscaler } from './horizontal-controller';

const AUTOSCALERS = 'horizontalpodautoscalers.autoscaling';
const SYNC_MS = 15_000;

/** CPU that every pod uses, in thousandths of a core; each asks for 100. */
let load = 0;

const metrics = (cluster: () => ComponentHarness): ResourceMetrics => ({
  pod: (pod): PodUsage => ({
    pod,
    at: cluster().now,
    window_ms: SYNC_MS,
    containers: [{ name: 'nginx', cpu_nanocores: load * 1_000_000, memory_kib: 2_048 }],
  }),
  pods: () => [],
  nodes: () => [],
});

function started(replicas: number, spec: object, requests: Record<string, string> = { cpu: '100m' }) {
  const made: { cluster?: ComponentHarness } = {};
  const cluster = new ComponentHarness({
    replicaset: replicaSetController,
    autoscaler: horizontalPodAutoscaler(metrics(() => made.cluster as ComponentHarness)),
    kubelet: testKubelet({ bindTo: 'node-a' }),
  });
  made.cluster = cluster;
  const set = buildReplicaSet('lab06', 'web', replicas);
  const [container] = set.spec.template?.spec?.containers ?? [];
  container.resources = { requests };
  cluster.client.create('replicasets.apps', set);
  cluster.advance(400_000);
  cluster.client.create<HorizontalPodAutoscaler>(AUTOSCALERS, autoscaler('web', spec));
  return cluster;
}

const half = { type: 'Utilization', averageUtilization: 50 };
const autoscaler = (name: string, spec: object): HorizontalPodAutoscaler => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { namespace: 'lab06', name },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web' },
    maxReplicas: 10,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: half } }],
    ...spec,
  },
});

const size = (cluster: ComponentHarness) =>
  cluster.get<ReplicaSet>('replicasets.apps', 'lab06/web').spec.replicas;
const status = (cluster: ComponentHarness) =>
  cluster.get<HorizontalPodAutoscaler>(AUTOSCALERS, 'lab06/web').status;
const reasons = (cluster: ComponentHarness) =>
  (status(cluster)?.conditions ?? []).map(({ type, status: is, reason }) => `${type}=${is} ${reason}`);
const autoscalerEvents = (cluster: ComponentHarness) =>
  cluster.eventLines().filter((line) => line.includes('HorizontalPodAutoscaler/'));
/** Sizes after each look at the target, while its pods use what the loads say. */
const sizes = (cluster: ComponentHarness, loads: readonly number[]) =>
  loads.map((next) => {
    load = next;
    cluster.advance(SYNC_MS);
    return size(cluster);
  });

beforeEach(() => {
  load = 0;
});

test('grows with the load, at most to its double or four, and then to its maximum', () => {
  const cluster = started(1, {});
  expect(sizes(cluster, [50, 900])).toEqual([1, 4]);
  expect(reasons(cluster)).toEqual([
    'AbleToScale=True SucceededRescale',
    'ScalingActive=True ValidMetricFound',
    'ScalingLimited=True ScaleUpLimit',
  ]);
  cluster.advance(300_000);
  expect(size(cluster)).toBe(10);
  expect(reasons(cluster)[2]).toBe('ScalingLimited=True TooManyReplicas');
  const events = autoscalerEvents(cluster);
  const above = 'reason: cpu resource utilization (percentage of request) above target';
  expect(events.slice(0, 2)).toEqual([
    `Normal SuccessfulRescale HorizontalPodAutoscaler/web: New size: 4; ${above}`,
    `Normal SuccessfulRescale HorizontalPodAutoscaler/web: New size: 8; ${above}`,
  ]);
  expect(status(cluster)).toMatchObject({
    currentReplicas: 10,
    desiredReplicas: 10,
    currentMetrics: [
      {
        type: 'Resource',
        resource: { name: 'cpu', current: { averageUtilization: 900, averageValue: '900m' } },
      },
    ],
  });
});

test('shrinks only when the load has been low for five minutes', () => {
  const cluster = started(4, { minReplicas: 2 });
  load = 50;
  cluster.advance(2 * SYNC_MS);
  load = 5;
  cluster.advance(285_000);
  expect(size(cluster)).toBe(4);
  expect(reasons(cluster)[0]).toBe('AbleToScale=True ScaleDownStabilized');
  cluster.advance(60_000);
  expect(size(cluster)).toBe(2);
  expect(autoscalerEvents(cluster)).toEqual([
    'Normal SuccessfulRescale HorizontalPodAutoscaler/web: New size: 2; reason: All metrics below target',
  ]);
  expect(reasons(cluster)[2]).toBe('ScalingLimited=True TooFewReplicas');
});

test.each<[string, HPAScalingRules, number[]]>([
  ['one pod a minute', { policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] }, [7, 7, 7, 7, 6, 6]],
  [
    'a quarter at a time',
    { policies: [{ type: 'Percent', value: 25, periodSeconds: 15 }] },
    [6, 4, 3, 2, 1, 1],
  ],
  ['not at all', { selectPolicy: 'Disabled', policies: [] }, [8, 8, 8, 8, 8, 8]],
  [
    'the least that a policy says',
    {
      selectPolicy: 'Min',
      policies: [
        { type: 'Pods', value: 3, periodSeconds: 15 },
        { type: 'Pods', value: 1, periodSeconds: 15 },
      ],
    },
    [7, 6, 5, 4, 3, 2],
  ],
])('rules of its own for the way down: %s', (_title, rules, expected) => {
  const scaleDown = { stabilizationWindowSeconds: 0, selectPolicy: 'Max', ...rules };
  const cluster = started(8, { behavior: { scaleUp: { policies: [] }, scaleDown } });
  expect(sizes(cluster, [1, 1, 1, 1, 1, 1])).toEqual(expected);
});

test('rules of its own for the way up hold it back for a while', () => {
  const policies = [{ type: 'Pods', value: 4, periodSeconds: 15 }];
  const scaleUp = { stabilizationWindowSeconds: 30, selectPolicy: 'Max', policies };
  const cluster = started(1, { behavior: { scaleUp, scaleDown: { policies: [] } } });
  expect(sizes(cluster, [50, 500, 500, 500])).toEqual([1, 1, 5, 9]);
});

describe('what it says when it cannot', () => {
  test.each<[string, object, string[], string]>([
    [
      'its target is not there',
      { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'nobody' } },
      ['AbleToScale=False FailedGetScale'],
      'FailedGetScale HorizontalPodAutoscaler/web: replicasets.apps "nobody" not found',
    ],
    [
      'its target has no kind',
      { scaleTargetRef: { apiVersion: 'v1', kind: 'Gadget', name: 'web' } },
      ['AbleToScale=False FailedGetScale'],
      'FailedGetScale HorizontalPodAutoscaler/web: no matches for kind "Gadget" in group ""',
    ],
    [
      'nobody serves custom metrics',
      {
        metrics: [
          {
            type: 'Pods',
            pods: { metric: { name: 'hits' }, target: { type: 'AverageValue', averageValue: '1' } },
          },
        ],
      },
      ['AbleToScale=True SucceededGetScale', 'ScalingActive=False FailedGetPodsMetric'],
      'FailedGetPodsMetric HorizontalPodAutoscaler/web: unable to get metric hits: unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered',
    ],
  ])('%s', (_title, spec, conditions, event) => {
    const cluster = started(2, spec);
    cluster.advance(SYNC_MS);
    expect(reasons(cluster)).toEqual(conditions);
    expect(autoscalerEvents(cluster)[0]).toBe(`Warning ${event}`);
    expect(size(cluster)).toBe(2);
  });

  test('its pods ask for nothing', () => {
    const cluster = started(1, {}, {});
    cluster.advance(SYNC_MS);
    const [pod] = cluster.list<Pod>('pods');
    const why = `missing request for cpu in container nginx of Pod ${pod.metadata.name}`;
    expect(autoscalerEvents(cluster)).toEqual([
      `Warning FailedGetResourceMetric HorizontalPodAutoscaler/web: failed to get cpu utilization: ${why}`,
      `Warning FailedComputeMetricsReplicas HorizontalPodAutoscaler/web: invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: failed to get cpu utilization: ${why}`,
    ]);
    expect(status(cluster)).toMatchObject({ currentReplicas: 1, currentMetrics: [{ type: '' }] });
  });

  test('its target is switched off', () => {
    const cluster = started(0, {});
    cluster.advance(SYNC_MS);
    expect(reasons(cluster)).toEqual([
      'AbleToScale=True SucceededGetScale',
      'ScalingActive=False ScalingDisabled',
    ]);
  });

  test('another is about the same pods', () => {
    const cluster = started(1, {});
    cluster.client.create<HorizontalPodAutoscaler>(AUTOSCALERS, autoscaler('rival', {}));
    cluster.advance(2 * SYNC_MS);
    expect(reasons(cluster)[1]).toBe('ScalingActive=False AmbiguousSelector');
    expect(status(cluster)?.conditions?.[1].message).toBe(
      'pods by selector app=web are controlled by multiple HPAs: [{rival lab06} {web lab06}]',
    );
  });
});

test('a target beyond the limits is brought back without a metric', () => {
  const cluster = started(3, { maxReplicas: 2 });
  cluster.advance(SYNC_MS);
  expect(size(cluster)).toBe(2);
  expect(autoscalerEvents(cluster)).toEqual([
    'Normal SuccessfulRescale HorizontalPodAutoscaler/web: New size: 2; reason: Current number of replicas above Spec.MaxReplicas',
  ]);
});

test('the most that one of several metrics asks for counts; memory in bytes', () => {
  const memory = { type: 'AverageValue', averageValue: '1Mi' };
  const cluster = started(1, {
    metrics: [
      { type: 'Resource', resource: { name: 'cpu', target: half } },
      { type: 'Resource', resource: { name: 'memory', target: memory } },
    ],
  });
  expect(sizes(cluster, [50])).toEqual([2]);
  expect(status(cluster)?.currentMetrics?.[1]).toEqual({
    type: 'Resource',
    resource: { name: 'memory', current: { averageValue: '2097152' } },
  });
  expect(autoscalerEvents(cluster)).toEqual([
    'Normal SuccessfulRescale HorizontalPodAutoscaler/web: New size: 2; reason: memory resource above target',
  ]);
});

test('nothing changes, nothing is written, and a forgotten autoscaler is looked at no more', () => {
  const cluster = started(1, {});
  load = 50;
  cluster.advance(2 * SYNC_MS);
  const before = status(cluster);
  const version = cluster.get(AUTOSCALERS, 'lab06/web').metadata.resourceVersion;
  cluster.advance(20 * SYNC_MS);
  expect(status(cluster)).toEqual(before);
  expect(cluster.get(AUTOSCALERS, 'lab06/web').metadata.resourceVersion).toBe(version);
  cluster.client.delete(AUTOSCALERS, 'lab06/web', { gracePeriodSeconds: 0 });
  load = 900;
  cluster.client.create('pods', buildPod('lab06', 'other'));
  cluster.advance(4 * SYNC_MS);
  expect(size(cluster)).toBe(1);
});
