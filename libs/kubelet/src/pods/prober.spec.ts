import type { Container, Probe } from '@podlab/api';
import { container, eventsOf, lab, pod, runtimeOf, statusLine, stored, type Script } from '../test-support';

const http = (rest: Probe = {}): Probe => ({
  httpGet: { path: '/well', port: 'web' },
  periodSeconds: 5,
  failureThreshold: 3,
  ...rest,
});
const exec = (rest: Probe = {}): Probe => ({
  exec: { command: ['cat', '/tmp/healthy'] },
  periodSeconds: 5,
  failureThreshold: 3,
  ...rest,
});
const tcp = (rest: Probe = {}): Probe => ({
  tcpSocket: { port: 80 },
  periodSeconds: 5,
  failureThreshold: 3,
  ...rest,
});

function lineAfter(
  ms: number,
  script: Script,
  probes: Partial<Container>,
): { line: string; events: string[] } {
  const harness = lab();
  const ports = [{ name: 'web', containerPort: 80, protocol: 'TCP' }];
  harness.client.create(
    'pods',
    pod('web', { containers: [container('main', script, { ports, ...probes })] }),
  );
  harness.advance(ms);
  const events = eventsOf(harness, 'web').filter((line) => /Unhealthy|Killing/.test(line));
  return { line: statusLine(stored(harness, 'web')).replace(/^.* /, ''), events };
}

const ROWS: [
  title: string,
  ms: number,
  script: Script,
  probes: Partial<Container>,
  state: string,
  events: string[],
][] = [
  ['readiness by HTTP, well', 4_000, {}, { readinessProbe: http() }, 'main=running+', []],
  [
    'readiness by HTTP, ill',
    40_000,
    { ill_from_ms: 0 },
    { readinessProbe: http() },
    'main=running',
    ['Warning Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503 (x3)'],
  ],
  [
    'readiness by TCP, nobody listens',
    40_000,
    { ill_from_ms: 0 },
    { readinessProbe: tcp() },
    'main=running',
    ['Warning Unhealthy: Readiness probe failed: dial tcp 10.244.0.2:80: connect: connection refused (x3)'],
  ],
  [
    'readiness that comes late',
    30_000,
    { well_from_ms: 12_000 },
    { readinessProbe: exec() },
    'main=running+',
    ['Warning Unhealthy: Readiness probe failed: it is ill\n (x3)'],
  ],
  [
    'readiness that needs three in a row',
    8_000,
    {},
    { readinessProbe: exec({ successThreshold: 3 }) },
    'main=running',
    [],
  ],
  [
    'readiness after its initial delay',
    8_000,
    {},
    { readinessProbe: exec({ initialDelaySeconds: 20 }) },
    'main=running',
    [],
  ],
  [
    'readiness that goes',
    60_000,
    { ill_from_ms: 30_000 },
    { readinessProbe: exec() },
    'main=running',
    ['Warning Unhealthy: Readiness probe failed: it is ill\n (x3)'],
  ],
  [
    'liveness that goes: restarted',
    60_000,
    { ill_from_ms: 30_000 },
    { livenessProbe: exec() },
    'main=running+x1',
    [
      'Warning Unhealthy: Liveness probe failed: it is ill\n (x3)',
      'Normal Killing: Container main failed liveness probe, will be restarted',
    ],
  ],
  [
    'a startup probe keeps liveness waiting',
    30_000,
    { well_from_ms: 20_000 },
    { startupProbe: exec({ failureThreshold: 10 }), livenessProbe: exec({ failureThreshold: 1 }) },
    'main=running+',
    ['Warning Unhealthy: Startup probe failed: it is ill\n (x4)'],
  ],
  [
    'a startup probe that never succeeds',
    18_000,
    { ill_from_ms: 0 },
    { startupProbe: exec({ failureThreshold: 2, periodSeconds: 10 }) },
    'main=runningx1',
    [
      'Warning Unhealthy: Startup probe failed: it is ill\n (x3)',
      'Normal Killing: Container main failed startup probe, will be restarted',
    ],
  ],
  [
    'grpc is refused by name',
    4_000,
    {},
    { readinessProbe: { grpc: { port: 80 } } },
    'main=running',
    [
      'Warning Unhealthy: Readiness probe failed: grpc probes are not simulated: use httpGet, tcpSocket or exec',
    ],
  ],
  [
    'a command that takes too long',
    4_000,
    {},
    { readinessProbe: { exec: { command: ['hang', 'on'] }, timeoutSeconds: 2 } },
    'main=running',
    ['Warning Unhealthy: Readiness probe failed: command timed out: "hang on" timed out after 2s'],
  ],
];

describe('a probe', () => {
  it.each(ROWS)('%s', (_title, ms, script, probes, state, events) => {
    expect(lineAfter(ms, script, probes)).toEqual({ line: state, events });
  });

  it('of liveness kills a container that does not heed SIGTERM when its grace is over', () => {
    const harness = lab();
    const main = container(
      'main',
      { ill_from_ms: 10_000, stubborn: true },
      { livenessProbe: exec({ periodSeconds: 2 }) },
    );
    harness.client.create('pods', pod('web', { containers: [main] }));
    harness.advance(52_000);
    expect(runtimeOf(harness).asked.filter((line) => line.includes('SIG'))).toEqual([
      'SIGTERM main',
      'SIGKILL main',
    ]);
    expect(stored(harness, 'web').status?.containerStatuses?.[0]).toMatchObject({
      restartCount: 1,
      lastState: { terminated: { exitCode: 137 } },
    });
  });

  it('whose result stands makes no revision and keeps nobody waiting', () => {
    const harness = lab();
    const main = container('main', {}, { readinessProbe: exec(), livenessProbe: exec() });
    harness.client.create('pods', pod('web', { containers: [main] }));
    expect(harness.settle()).toBe(true);
    const written = (): number => harness.store.revisionsAfter(0)?.length ?? -1;
    const before = written();
    harness.advance(600_000);
    expect(before).toBeGreaterThan(0);
    expect(written()).toBe(before);
  });
});
