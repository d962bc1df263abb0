import type { Pod } from '@podlab/api';
import { rfc3339 } from '@podlab/kernel';
import { buildPod } from '@podlab/testkit';
import { NoProposal, replicasForAverage, replicasForUtilization, type Sample } from './replica-calculator';

const NOW = 1_772_442_000_000;
const TOLERANCES = { scaleUp: 0.1, scaleDown: 0.1 };

interface PodCase {
  /** Thousandths of a core in use; undefined where nothing was measured. */
  used?: number;
  asked?: number;
  phase?: string;
  ready?: boolean;
  /** Seconds since it started, and since it became ready or not. */
  age_s?: number;
  leaving?: boolean;
}

function podOf(each: PodCase, index: number): Pod {
  const { asked = 1_000, phase = 'Running', ready = true, age_s = 3_600, leaving } = each;
  const at = rfc3339(NOW - age_s * 1_000);
  const pod = buildPod('lab06', `pod-${index}`, {
    ...(asked > 0 && { requests: { cpu: `${asked}m` } }),
    status: {
      phase,
      startTime: at,
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: at }],
    },
  });
  return leaving ? { ...pod, metadata: { ...pod.metadata, deletionTimestamp: at } } : pod;
}

function sampleOf(cases: readonly PodCase[]): Sample {
  const metrics = cases.flatMap(({ used }, index) =>
    used === undefined ? [] : [[`pod-${index}`, { value: used, at: NOW, window_ms: 15_000 }] as const],
  );
  return { pods: cases.map(podOf), metrics: new Map(metrics), resource: 'cpu', now: NOW };
}

const each = (count: number, fields: PodCase): PodCase[] => Array.from({ length: count }, () => fields);
const utilization = (current: number, target: number, cases: PodCase[]) =>
  replicasForUtilization(current, target, sampleOf(cases), TOLERANCES).replicas;

// Cases of k8s.io/kubernetes pkg/controller/podautoscaler/replica_calculator_test.go.
test.each<[string, number, number, PodCase[], number]>([
  ['TestReplicaCalcScaleUp', 3, 30, [{ used: 300 }, { used: 500 }, { used: 700 }], 5],
  [
    'TestReplicaCalcScaleUpUnreadyLessScale',
    3,
    30,
    [{ used: 300, ready: false, age_s: 60 }, { used: 500 }, { used: 700 }],
    4,
  ],
  [
    'TestReplicaCalcScaleUpHotCpuNoScale: one that starts is no reason',
    3,
    30,
    [{ used: 400 }, { used: 500, ready: false, age_s: 60 }, { used: 700, ready: false, age_s: 60 }],
    3,
  ],
  [
    'TestReplicaCalcScaleUpIgnoresFailedPods',
    2,
    30,
    [{ used: 500 }, { used: 700 }, { phase: 'Failed' }, { phase: 'Failed' }],
    4,
  ],
  ['TestReplicaCalcScaleUpIgnoresDeletionPods', 2, 30, [{ used: 500 }, { used: 700 }, { leaving: true }], 4],
  [
    'TestReplicaCalcScaleDown',
    5,
    50,
    [{ used: 100 }, { used: 300 }, { used: 500 }, { used: 250 }, { used: 250 }],
    3,
  ],
  [
    'TestReplicaCalcTolerance: nearly the target',
    3,
    100,
    [
      { used: 1_010, asked: 900 },
      { used: 1_030, asked: 1_000 },
      { used: 1_020, asked: 1_100 },
    ],
    3,
  ],
  ['TestReplicaCalcSuperfluousMetrics', 4, 100, each(4, { used: 6_000 }), 24],
  [
    'TestReplicaCalcMissingMetrics: what is not known is taken as busy',
    4,
    100,
    [{ used: 400 }, { used: 95 }, {}, {}],
    3,
  ],
  ['TestReplicaCalcMissingMetricsNoChangeLt', 2, 110, [{ used: 450 }, {}], 2],
  [
    'TestReplicaCalcMissingMetricsUnreadyChange',
    3,
    50,
    [{ used: 450, ready: false, age_s: 60 }, { used: 2_000 }, {}],
    4,
  ],
  ['nothing is used at all', 3, 50, each(3, { used: 0 }), 0],
])('%s', (_title, current, target, cases, replicas) => {
  expect(utilization(current, target, cases)).toBe(replicas);
});

test.each<[string, PodCase[], string]>([
  ['there are no pods', [], 'no pods returned by selector while calculating replica count'],
  [
    'nothing asks for CPU',
    [{ used: 1, asked: 0 }],
    'missing request for cpu in container nginx of Pod pod-0',
  ],
  [
    'all pods are starting',
    [{ used: 1, ready: false, age_s: 10 }],
    'did not receive metrics for targeted pods (pods might be unready)',
  ],
])('no number when %s', (_title, cases, message) => {
  expect(() => utilization(1, 50, cases)).toThrow(new NoProposal(message));
});

test.each<[string, number, number, PodCase[], number]>([
  ['more than the mean', 3, 500, [{ used: 600 }, { used: 700 }, { used: 800 }], 5],
  ['less than the mean', 3, 500, each(3, { used: 100 }), 1],
  ['as much as is wanted', 3, 500, each(3, { used: 520 }), 3],
  ['less, but one is not known', 3, 500, [{ used: 100 }, { used: 100 }, {}], 2],
])('a mean amount: %s', (_title, current, target, cases, replicas) => {
  expect(replicasForAverage(current, target, sampleOf(cases), TOLERANCES).replicas).toBe(replicas);
});

test('a tolerance of its own', () => {
  const sample = sampleOf(each(2, { used: 540 }));
  expect(replicasForUtilization(2, 50, sample, TOLERANCES).replicas).toBe(2);
  expect(replicasForUtilization(2, 50, sample, { scaleUp: 0.05, scaleDown: 0.1 }).replicas).toBe(3);
});
