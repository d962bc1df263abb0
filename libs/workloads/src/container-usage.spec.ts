import type { ContainerState } from './container';
import { METRIC_RESOLUTION_MS, spendCpu, spendSteps, usageOf } from './container-usage';
import { costsOf } from './images/costs';

/** A moment at which the metrics are looked at. */
const LOOK = 100_000 * METRIC_RESOLUTION_MS;
const NOTHING = { idle_microcores: 0, memory_kib: 1_600, request_us: 0 };

/** What counts of a container here. */
function container(startedAt: number): ContainerState {
  return { start: { id: 'pod/main/0' }, startedAt } as unknown as ContainerState;
}

const millicores = (state: ContainerState, now: number) =>
  Math.round((usageOf(state, NOTHING, now)?.cpu_nanocores ?? -1) / 1_000_000);

test('CPU that is spent is seen at the next look, for as long as that is the last one', () => {
  const state = container(0);
  spendCpu(state, LOOK - 14_000, 3_000_000);
  spendCpu(state, LOOK - 1_000, 1_500_000);
  expect(millicores(state, LOOK - 1)).toBe(0);
  expect(millicores(state, LOOK)).toBe(300);
  expect(millicores(state, LOOK + 14_999)).toBe(300);
  expect(millicores(state, LOOK + 15_000)).toBe(0);
});

test('what is spent after a look counts for the one after it', () => {
  const state = container(0);
  spendCpu(state, LOOK - 1, 1_500_000);
  spendCpu(state, LOOK + 1, 3_000_000);
  expect(millicores(state, LOOK + 2)).toBe(100);
  expect(millicores(state, LOOK + 15_000)).toBe(200);
  spendCpu(state, LOOK + 90_000, 15_000);
  expect(millicores(state, LOOK + 90_000)).toBe(0);
  expect(millicores(state, LOOK + 105_000)).toBe(1);
});

test('a young container is seen over its own time, and not at all in its first ten seconds', () => {
  const state = container(LOOK - 12_000);
  spendCpu(state, LOOK - 6_000, 1_200_000);
  expect(usageOf(state, NOTHING, LOOK)).toMatchObject({
    at: LOOK,
    window_ms: 12_000,
    cpu_nanocores: 100_000_000,
  });
  expect(usageOf(container(LOOK - 9_999), NOTHING, LOOK)).toBeUndefined();
  expect(usageOf({ ...state, finishedAt: LOOK }, NOTHING, LOOK)).toBeUndefined();
});

test('a container that rests keeps nothing, and always uses the same', () => {
  const state = container(0);
  spendSteps(state, LOOK, 99);
  expect(state.cpu).toBeUndefined();
  const [first, later] = [LOOK, LOOK + 1_000_000].map((now) => usageOf(state, costsOf(COREDNS), now));
  expect(first).toMatchObject({ cpu_nanocores: 1_700_000 });
  expect(later).toEqual({ ...first, at: LOOK + 990_000 });
  expect(first?.memory_kib).toBeGreaterThanOrEqual(costsOf(COREDNS).memory_kib);
});

const COREDNS = { repository: 'registry.k8s.io/coredns/coredns' };

test('a shell that spins has a bill', () => {
  const state = container(0);
  spendSteps(state, LOOK - 1, 5_000);
  expect(state.cpu?.spent_us).toBe(50_000);
});
