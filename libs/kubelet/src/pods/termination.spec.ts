import type { Lifecycle, Pod } from '@podlab/api';
import type { ComponentHarness } from '@podlab/testkit';
import { container, eventsOf, lab, pod, runtimeOf, type Script } from '../test-support';

function running(script: Script, lifecycle?: Lifecycle): ComponentHarness {
  const harness = lab();
  const main = container('main', script, lifecycle ? { lifecycle } : {});
  harness.client.create('pods', pod('web', { containers: [main] }));
  harness.advance(5_000);
  runtimeOf(harness).asked.length = 0;
  return harness;
}

/** Whole seconds from the delete request to the pod's end. */
function secondsToEnd(harness: ComponentHarness, gracePeriodSeconds?: number): number {
  harness.client.delete('pods', 'default/web', {
    ...(gracePeriodSeconds !== undefined && { gracePeriodSeconds }),
  });
  for (let seconds = 0; seconds < 120; seconds++) {
    if (harness.list('pods').length === 0) return seconds;
    harness.advance(1_000);
  }
  return Infinity;
}

const sleep = (command: string[]): Lifecycle => ({ preStop: { exec: { command } } });

const ROWS: [
  title: string,
  script: Script,
  lifecycle: Lifecycle | undefined,
  grace: number | undefined,
  seconds: number,
  asked: string[],
][] = [
  ['heeds SIGTERM', {}, undefined, undefined, 1, ['SIGTERM main']],
  ['ignores SIGTERM', { stubborn: true }, undefined, undefined, 31, ['SIGTERM main', 'SIGKILL main']],
  ['ignores SIGTERM, little grace', { stubborn: true }, undefined, 5, 6, ['SIGTERM main', 'SIGKILL main']],
  ['preStop sleeps', {}, { preStop: { sleep: { seconds: 7 } } }, undefined, 8, ['SIGTERM main']],
  ['preStop runs sleep', {}, sleep(['sleep', '7']), undefined, 8, ['SIGTERM main']],
  [
    'preStop runs a shell that sleeps',
    {},
    sleep(['sh', '-c', 'sleep 7; echo bye']),
    undefined,
    8,
    ['exec main: sh -c sleep 7; echo bye', 'SIGTERM main'],
  ],
  ['preStop runs a command', {}, sleep(['drain']), undefined, 1, ['exec main: drain', 'SIGTERM main']],
  [
    'preStop asks over HTTP',
    {},
    { preStop: { httpGet: { path: '/drain', port: 80 } } },
    undefined,
    1,
    ['http node-a 10.244.0.2:80/drain', 'SIGTERM main'],
  ],
  [
    'preStop sleeps longer than the grace',
    {},
    { preStop: { sleep: { seconds: 60 } } },
    10,
    11,
    ['SIGKILL main'],
  ],
];

describe('a container that is stopped', () => {
  it.each(ROWS)('%s', (_title, script, lifecycle, grace, seconds, asked) => {
    const harness = running(script, lifecycle);
    expect(secondsToEnd(harness, grace)).toBe(seconds);
    expect(runtimeOf(harness).asked).toEqual(asked);
    expect(eventsOf(harness, 'web')).toContain('Normal Killing: Stopping container main');
  });

  it('nothing waits any more when it has gone', () => {
    const harness = running({});
    harness.client.delete('pods', 'default/web');
    const begun = harness.now;
    expect(harness.settle()).toBe(true);
    expect(harness.now - begun).toBeLessThan(1_000);
  });

  it('a second delete with less grace ends it sooner', () => {
    const harness = running({ stubborn: true });
    harness.client.delete('pods', 'default/web');
    harness.advance(3_000);
    expect(secondsToEnd(harness, 2)).toBeLessThanOrEqual(3);
  });

  it('a preStop hook that fails is told and changes nothing', () => {
    const harness = running({ ill_from_ms: 1 }, sleep(['drain']));
    expect(secondsToEnd(harness)).toBe(1);
    expect(eventsOf(harness, 'web')).toContain('Warning FailedPreStopHook: PreStopHook failed');
  });

  it('sidecars end after the others', () => {
    const harness = lab();
    const initContainers = [
      container('one', {}, { restartPolicy: 'Always' }),
      container('two', {}, { restartPolicy: 'Always' }),
    ];
    harness.client.create('pods', pod('web', { initContainers }));
    harness.advance(5_000);
    runtimeOf(harness).asked.length = 0;
    harness.client.delete('pods', 'default/web');
    harness.settle();
    expect(runtimeOf(harness).asked).toEqual(['SIGTERM main', 'SIGTERM two', 'SIGTERM one']);
    expect(harness.list('pods')).toEqual([]);
  });

  it('tells the API how it ended before the object goes', () => {
    const harness = running({ stubborn: true });
    harness.client.delete('pods', 'default/web');
    harness.settle();
    const last = harness.store
      .revisionsAfter(0)
      ?.filter(({ resource, type }) => resource === 'pods' && type === 'MODIFIED')
      .pop();
    const ended = last?.object as Pod;
    expect(ended.status?.containerStatuses?.[0].state).toMatchObject({
      terminated: { exitCode: 137, reason: 'Error' },
    });
  });
});
