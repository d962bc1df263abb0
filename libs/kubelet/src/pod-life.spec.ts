import type { Pod, PodSpec } from '@podlab/api';
import {
  container,
  eventsOf,
  kubeletOf,
  lab,
  pod,
  runtimeOf,
  statusLine,
  statusLines,
  stored,
} from './test-support';

describe('a pod comes to life in the order that can be watched', () => {
  it('is seen, then gets its sandbox and address, then its container starts', () => {
    const harness = lab();
    const born = harness.now;
    harness.client.create('pods', pod('web'));
    harness.settle();
    const lines = statusLines(harness, 'web', born).map((line) => line.replace(/^[0-9]+ms /, ''));
    expect(lines).toEqual([
      'Pending - [Initialized] main=ContainerCreating',
      'Pending 10.244.0.2 [PodReadyToStartContainers Initialized] main=ContainerCreating',
      'Running 10.244.0.2 [PodReadyToStartContainers Initialized Ready ContainersReady] main=running+',
    ]);
  });

  it.each([
    ['and ends at once is told only when it has ended', 0, ['Pending', 'Pending', 'Succeeded']],
    ['and ends after a while is told to run before', 5_000, ['Pending', 'Pending', 'Running', 'Succeeded']],
  ])('with a container that has an input %s', (_, ends_ms, phases) => {
    const harness = lab();
    const born = harness.now;
    const containers = [container('main', { ends_ms }, { stdin: true })];
    harness.client.create('pods', pod('web', { containers, restartPolicy: 'Never' }));
    harness.settle();
    const lines = statusLines(harness, 'web', born).map((line) => line.split(' ')[1]);
    expect(lines).toEqual(phases);
  });

  it('takes one to three seconds of virtual time', () => {
    const harness = lab();
    const born = harness.now;
    harness.client.create('pods', pod('web'));
    harness.settle();
    expect(harness.now - born).toBeGreaterThan(1_000);
    expect(harness.now - born).toBeLessThan(3_000);
  });

  it('has its own network namespace with the address, until it is deleted; the address is not given again at once', () => {
    const harness = lab();
    const { metadata } = harness.client.create('pods', pod('web'));
    harness.settle();
    const { network } = runtimeOf(harness);
    expect(network.interface(`pod/${metadata.uid}`, 'eth0')?.addresses).toEqual([
      { address: '10.244.0.2', prefix_length: 24 },
    ]);
    harness.client.delete('pods', 'default/web');
    harness.settle();
    expect(network.hasNamespace(`pod/${metadata.uid}`)).toBe(false);
    harness.client.create('pods', pod('web'));
    harness.settle();
    expect(stored(harness, 'web').status?.podIP).toBe('10.244.0.3');
  });

  it('on the host network has the address of its node and no namespace of its own', () => {
    const harness = lab();
    const { metadata } = harness.client.create('pods', pod('web', { hostNetwork: true }));
    harness.settle();
    expect(stored(harness, 'web').status?.podIP).toBe('172.18.0.3');
    expect(runtimeOf(harness).network.hasNamespace(`pod/${metadata.uid}`)).toBe(false);
  });

  it('waits for conditions that others set, and keeps them', () => {
    const harness = lab();
    harness.client.create('pods', pod('web', { readinessGates: [{ conditionType: 'example.com/gate' }] }));
    harness.settle();
    const ready = (): unknown =>
      stored(harness, 'web').status?.conditions?.find(({ type }) => type === 'Ready');
    expect(ready()).toMatchObject({
      status: 'False',
      reason: 'ReadinessGatesNotReady',
      message: 'corresponding condition of pod readiness gate "example.com/gate" does not exist.',
    });
    const held = stored(harness, 'web');
    const gate = { type: 'example.com/gate', status: 'True' };
    harness.client.updateStatus('pods', {
      ...held,
      status: { ...held.status, conditions: [...(held.status?.conditions ?? []), gate] },
    });
    runtimeOf(harness).stop(held.metadata.uid as string, 'main', 'SIGTERM');
    harness.settle();
    expect(statusLine(stored(harness, 'web'))).toContain('Ready ContainersReady example.com/gate');
  });
});

const IMAGE_ROWS: Record<string, [Partial<PodSpec>, string[]]> = {
  'an image that is pulled': [
    {},
    [
      'Normal Pulling: Pulling image "app:1"',
      'Normal Pulled: Successfully pulled image "app:1" in 1.1s (1.1s including waiting). Image size: 1000 bytes.',
      'Normal Created: Container created',
      'Normal Started: Container started',
    ],
  ],
  'a repository or tag that does not exist': [
    { containers: [container('main', {}, { image: 'gone:1' })] },
    [
      'Normal Pulling: Pulling image "gone:1"',
      'Warning Failed: Failed to pull image "gone:1": gone:1: not found',
      'Warning Failed: Error: ErrImagePull',
      'Normal BackOff: Back-off pulling image "gone:1"',
      'Warning Failed: Error: ImagePullBackOff',
    ],
  ],
  'a name that is none': [
    { containers: [container('main', {}, { image: 'APP' })] },
    [
      'Normal Pulling: Pulling image "APP"',
      'Warning InspectFailed: Failed to apply default image tag "APP": couldn\'t parse image name "APP": invalid reference format: repository name must be lowercase',
      'Warning Failed: Error: InvalidImageName',
    ],
  ],
  'an image that may not be pulled': [
    { containers: [container('main', {}, { imagePullPolicy: 'Never' })] },
    [
      'Warning ErrImageNeverPull: Container image "app:1" is not present with pull policy of Never',
      'Warning Failed: Error: ErrImageNeverPull',
    ],
  ],
  'a command that cannot be executed': [
    {
      restartPolicy: 'Never',
      containers: [container('main', { broken: 'exec: "nope": executable file not found in $PATH' })],
    },
    [
      'Normal Pulling: Pulling image "app:1"',
      'Normal Pulled: Successfully pulled image "app:1" in 1.1s (1.1s including waiting). Image size: 1000 bytes.',
      'Normal Created: Container created',
      'Warning Failed: Error: exec: "nope": executable file not found in $PATH',
    ],
  ],
  'a key of a ConfigMap that is not there': [
    {
      containers: [
        container(
          'main',
          {},
          { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'a' } } }] },
        ),
      ],
    },
    [
      'Normal Pulling: Pulling image "app:1"',
      'Normal Pulled: Successfully pulled image "app:1" in 1.1s (1.1s including waiting). Image size: 1000 bytes.',
      'Warning Failed: Error: configmap "settings" not found',
    ],
  ],
  'a volume of a ConfigMap that is not there': [
    { volumes: [{ name: 'config', configMap: { name: 'settings' } }] },
    ['Warning FailedMount: MountVolume.SetUp failed for volume "config" : configmap "settings" not found'],
  ],
};

it('a command that can not be executed waits for another try as RunContainerError, then in CrashLoopBackOff', () => {
  const harness = lab();
  const broken = 'exec: "nope": executable file not found in $PATH';
  harness.client.create('pods', pod('web', { containers: [container('main', { broken })] }));
  harness.advance(20_000);
  const states = statusLines(harness, 'web').map((line) => / (main=\S+)$/.exec(line)?.[1]);
  expect([...new Set(states)]).toEqual([
    'main=ContainerCreating',
    'main=RunContainerError',
    'main=RunContainerErrorx1',
    'main=CrashLoopBackOffx1',
    'main=RunContainerErrorx2',
    'main=CrashLoopBackOffx2',
  ]);
  const { state, lastState } = stored(harness, 'web').status?.containerStatuses?.[0] ?? {};
  expect(state?.waiting).toMatchObject({ reason: 'CrashLoopBackOff' });
  expect(lastState?.terminated).toMatchObject({
    exitCode: 128,
    reason: 'StartError',
    message: broken,
    startedAt: '1970-01-01T00:00:00Z',
  });
});

it('a container that can not be made does not keep those after it from starting, nor they it', () => {
  const harness = lab();
  const env = [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'a' } } }];
  const containers = [container('first', {}, { env }), container('second'), container('third')];
  harness.client.create('pods', pod('web', { containers }));
  harness.advance(10_000);
  expect(statusLine(stored(harness, 'web'))).toMatch(
    /^Pending .*first=CreateContainerConfigError second=running\+ third=running\+$/,
  );
  const metadata = { name: 'settings', namespace: 'default' };
  harness.client.create('configmaps', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata,
    data: { a: '1' },
  } as never);
  harness.advance(40_000);
  expect(statusLine(stored(harness, 'web'))).toMatch(
    /^Running .*first=running\+ second=running\+ third=running\+$/,
  );
  expect(eventsOf(harness, 'web').filter((line) => line.includes('Created'))).toHaveLength(3);
});

it('a container that was made tells what it may use, where its volumes are and who it is', () => {
  const harness = lab();
  const limited = {
    resources: { requests: { cpu: '100m' }, limits: { cpu: '1' } },
    volumeMounts: [{ name: 'scratch', mountPath: '/scratch', readOnly: true }],
    securityContext: { runAsUser: 1000, runAsGroup: 2000 },
  };
  const volumes = [{ name: 'scratch', emptyDir: {} }];
  const containers = [container('main', {}, limited), container('root')];
  harness.client.create('pods', pod('web', { volumes, securityContext: { fsGroup: 3000 }, containers }));
  harness.advance(10_000);
  const [main, root] = stored(harness, 'web').status?.containerStatuses ?? [];
  expect(main).toMatchObject({
    allocatedResources: { cpu: '100m' },
    resources: { requests: { cpu: '100m' }, limits: { cpu: '1' } },
    volumeMounts: [{ name: 'scratch', mountPath: '/scratch', readOnly: true, recursiveReadOnly: 'Disabled' }],
    user: { linux: { uid: 1000, gid: 2000, supplementalGroups: [2000, 3000] } },
  });
  expect(root).toMatchObject({ resources: {}, user: { linux: { uid: 0, gid: 0 } } });
  expect(root).not.toHaveProperty('allocatedResources');
});

describe('events tell what became of an image', () => {
  it.each(Object.entries(IMAGE_ROWS))('%s', (_title, [spec, expected]) => {
    const harness = lab();
    harness.client.create('pods', pod('web', spec));
    harness.advance(5_000);
    const told = eventsOf(harness, 'web').map((line) =>
      line.replace(/ \(x\d+\)$/, '').replace(/\d+(\.\d+)?m?s \(\d+(\.\d+)?m?s/, '1.1s (1.1s'),
    );
    expect(told).toEqual(expected);
  });

  it('an image that is there is not pulled again, unless the policy is Always', () => {
    const harness = lab();
    harness.client.create('pods', pod('one'));
    harness.settle();
    harness.client.create('pods', pod('two'));
    harness.client.create(
      'pods',
      pod('three', { containers: [container('main', {}, { imagePullPolicy: 'Always' })] }),
    );
    harness.settle();
    const present =
      'Normal Pulled: Container image "app:1" already present on machine and can be accessed by the pod';
    expect(eventsOf(harness, 'two')[0]).toBe(present);
    expect(eventsOf(harness, 'three')[0]).toBe('Normal Pulling: Pulling image "app:1"');
  });

  it('a missing volume is mounted as soon as its ConfigMap exists', () => {
    const harness = lab();
    harness.client.create(
      'pods',
      pod('web', { volumes: [{ name: 'config', configMap: { name: 'settings' } }] }),
    );
    harness.advance(2_000);
    harness.client.create('configmaps', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings', namespace: 'default' },
    });
    harness.advance(10_000);
    expect(stored(harness, 'web').status?.phase).toBe('Running');
  });
});

describe('containers that end', () => {
  it('start again at once, then after 10 s, 20 s, 40 s … up to 5 minutes', () => {
    const harness = lab();
    harness.client.create(
      'pods',
      pod('web', { containers: [container('main', { ends_ms: 100, status: 1 })] }),
    );
    const starts: number[] = [];
    for (let seconds = 0; seconds < 1_500; seconds++) {
      const count = runtimeOf(harness).asked.length;
      harness.advance(1_000);
      if (runtimeOf(harness).asked.length > count) starts.push(seconds);
    }
    const gaps = starts.slice(1).map((at, index) => at - starts[index]);
    [10, 20, 40, 80, 160, 300].forEach((wait, index) =>
      expect(Math.abs(gaps[index] - wait)).toBeLessThanOrEqual(2),
    );
  });

  it('show the end, then the back-off with its message, and remember the end before', () => {
    const harness = lab();
    harness.client.create(
      'pods',
      pod('web', { containers: [container('main', { ends_ms: 100, status: 3 })] }),
    );
    harness.advance(6_000);
    const [status] = stored(harness, 'web').status?.containerStatuses ?? [];
    const { uid } = stored(harness, 'web').metadata;
    expect(status).toMatchObject({
      restartCount: 1,
      ready: false,
      state: {
        waiting: {
          reason: 'CrashLoopBackOff',
          message: `back-off 10s restarting failed container=main pod=web_default(${uid})`,
        },
      },
      lastState: { terminated: { exitCode: 3, reason: 'Error' } },
    });
    expect(eventsOf(harness, 'web')).toContain(
      'Warning BackOff: Back-off restarting failed container main in pod web_default(uid)',
    );
  });

  const POLICIES: [policy: string, status: number, line: string][] = [
    ['Never', 0, 'Succeeded 10.244.0.2 [Initialized] main=Completed(0)'],
    ['Never', 1, 'Failed 10.244.0.2 [Initialized] main=Error(1)'],
    ['OnFailure', 0, 'Succeeded 10.244.0.2 [Initialized] main=Completed(0)'],
    ['OnFailure', 1, 'Running 10.244.0.2 [PodReadyToStartContainers Initialized] main=CrashLoopBackOffx1'],
    ['Always', 0, 'Running 10.244.0.2 [PodReadyToStartContainers Initialized] main=CrashLoopBackOffx1'],
    ['Always', 1, 'Running 10.244.0.2 [PodReadyToStartContainers Initialized] main=CrashLoopBackOffx1'],
  ];
  it.each(POLICIES)('restartPolicy %s and exit status %i: %s', (restartPolicy, status, line) => {
    const harness = lab();
    harness.client.create(
      'pods',
      pod('web', { restartPolicy, containers: [container('main', { ends_ms: 100, status })] }),
    );
    harness.advance(6_000);
    expect(statusLine(stored(harness, 'web'))).toBe(line);
  });

  it('start anew with another image, whatever their restart policy but Never says', () => {
    const harness = lab();
    harness.client.create('pods', pod('web'));
    harness.settle();
    harness.edit<Pod>('pods', 'default/web', (each) => ({
      ...each,
      spec: { ...each.spec, containers: [container('main', {}, { image: 'app:2' })] },
    }));
    harness.settle();
    expect(statusLine(stored(harness, 'web'))).toContain('main=running+x1');
    expect(stored(harness, 'web').status?.containerStatuses?.[0].image).toBe('docker.io/library/app:2');
    expect(eventsOf(harness, 'web')).toContain(
      'Normal Killing: Container main definition changed, will be restarted',
    );
  });
});

describe('init containers', () => {
  it('run one after another before the others, and a sidecar goes on beside them', () => {
    const harness = lab();
    const initContainers = [
      container('first', { ends_ms: 500 }),
      container('proxy', {}, { restartPolicy: 'Always' }),
      container('second', { ends_ms: 500 }),
    ];
    harness.client.create('pods', pod('web', { initContainers }));
    harness.settle();
    expect(runtimeOf(harness).asked).toEqual(['start first', 'start proxy', 'start second', 'start main']);
    expect(statusLine(stored(harness, 'web'))).toContain(
      'first=Completed(0)+ proxy=running+ second=Completed(0)+ main=running+',
    );
  });

  it('that fail are tried again, and nothing after them starts', () => {
    const harness = lab();
    harness.client.create(
      'pods',
      pod('web', { initContainers: [container('first', { ends_ms: 100, status: 1 })] }),
    );
    harness.advance(6_000);
    expect(statusLine(stored(harness, 'web'))).toBe(
      'Pending 10.244.0.2 [PodReadyToStartContainers] first=CrashLoopBackOffx1 main=PodInitializing',
    );
  });

  it('that fail under restartPolicy Never fail the pod', () => {
    const harness = lab();
    harness.client.create(
      'pods',
      pod('web', {
        restartPolicy: 'Never',
        initContainers: [container('first', { ends_ms: 100, status: 1 })],
      }),
    );
    harness.advance(6_000);
    expect(stored(harness, 'web').status?.phase).toBe('Failed');
  });
});

describe('a node that is cut off', () => {
  it('says nothing, and makes up what it missed when it is back', () => {
    const harness = lab();
    harness.client.create('pods', pod('web'));
    harness.advance(100);
    kubeletOf(harness).setSilent('node-a', true);
    harness.advance(60_000);
    expect(stored(harness, 'web').status?.phase).toBe('Pending');
    expect(eventsOf(harness, 'web')).toEqual([]);
    kubeletOf(harness).setSilent('node-a', false);
    harness.advance(10_000);
    expect(statusLine(stored(harness, 'web'))).toContain('main=running+');
  });

  it('finishes the deletion that it did not hear of', () => {
    const harness = lab();
    harness.client.create('pods', pod('web'));
    harness.settle();
    kubeletOf(harness).setSilent('node-a', true);
    harness.client.delete('pods', 'default/web');
    harness.advance(60_000);
    expect(stored(harness, 'web').metadata.deletionTimestamp).toBeDefined();
    kubeletOf(harness).setSilent('node-a', false);
    harness.settle();
    expect(harness.list('pods')).toEqual([]);
  });

  it('takes away what was deleted by force meanwhile', () => {
    const harness = lab();
    const { metadata } = harness.client.create('pods', pod('web'));
    harness.settle();
    kubeletOf(harness).setSilent('node-a', true);
    harness.client.delete('pods', 'default/web', { gracePeriodSeconds: 0 });
    kubeletOf(harness).setSilent('node-a', false);
    harness.settle();
    expect(runtimeOf(harness).network.hasNamespace(`pod/${metadata.uid}`)).toBe(false);
  });
});

describe('a copy of the cluster', () => {
  it.each([50, 400, 900, 1_600, 3_000, 12_500])('taken after %i ms goes on the same way', (ms) => {
    const harness = lab();
    harness.client.create(
      'pods',
      pod('web', { containers: [container('main', { ends_ms: 700, status: 1 }), container('side', {})] }),
    );
    harness.advance(ms);
    const copy = harness.copy();
    for (const each of [harness, copy]) {
      each.advance(20_000);
      each.client.delete('pods', 'default/web');
      each.advance(60_000);
    }
    expect(copy.hash()).toBe(harness.hash());
    expect(copy.list('pods')).toEqual([]);
  });
});
