import { utf8Decode } from '@podlab/kernel';
import type { Cluster } from './cluster';
import { create, get, lab, send, service, settle } from './test-support';

/** What real images do on the nodes of a whole cluster: the examples of courses and of Kubernetes' documentation. */

interface PodView {
  metadata: { name: string; uid: string };
  status: {
    phase: string;
    podIP?: string;
    containerStatuses: {
      ready: boolean;
      restartCount: number;
      state: {
        waiting?: { reason: string; message?: string };
        running?: object;
        terminated?: { exitCode: number };
      };
      lastState: { terminated?: { exitCode: number; reason: string } };
    }[];
  };
}

function run(cluster: Cluster, name: string, spec: object): void {
  create(cluster, {
    kind: 'Pod',
    metadata: { name, namespace: 'lab06', labels: { app: name } },
    spec,
  } as never);
}

const podOf = (cluster: Cluster, name: string): PodView =>
  get(cluster, `/api/v1/namespaces/lab06/pods/${name}`) as unknown as PodView;

/** The pod's events in the order they were first seen, without those of the scheduler. */
function eventsOf(cluster: Cluster, name: string): string[] {
  type Told = {
    involvedObject: { name: string };
    type: string;
    reason: string;
    message: string;
    source?: { component?: string };
    metadata: { name: string };
  };
  const order = (event: Told): number =>
    parseInt(event.metadata.name.slice(event.metadata.name.lastIndexOf('.') + 1), 16);
  const events = get(cluster, '/api/v1/namespaces/lab06/events').items as unknown as Told[];
  return events
    .filter(({ involvedObject, reason }) => involvedObject.name === name && reason !== 'Scheduled')
    .sort((a, b) => order(a) - order(b))
    .map(({ type, reason, message }) =>
      `${type} ${reason}: ${message}`.replace(/\([0-9a-f-]{36}\)/g, '(uid)'),
    );
}

function logOf(cluster: Cluster, name: string, query = ''): string {
  const answer = cluster.kube({
    method: 'GET',
    path: `/api/v1/namespaces/lab06/pods/${name}/log`,
    query,
    accept: '*/*',
    content_type: '',
    body: new Uint8Array(),
    user: { name: 'student', groups: ['system:masters'] },
  });
  if (answer.kind !== 'answer') throw new Error(answer.kind);
  return typeof answer.body === 'string' ? answer.body : utf8Decode(answer.body as Uint8Array);
}

const advance = (cluster: Cluster, ms: number): void => void cluster.runUntil(cluster.now() + ms, 1_000_000);
const DENIED =
  'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed';

describe('an image that cannot be pulled', () => {
  it.each([
    [
      'ngnix',
      `failed to pull and unpack image "docker.io/library/ngnix:latest": failed to resolve reference "docker.io/library/ngnix:latest": ${DENIED}`,
    ],
    [
      'nginx:9.99',
      'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:9.99": failed to resolve reference "docker.io/library/nginx:9.99": docker.io/library/nginx:9.99: not found',
    ],
  ])('%s: ErrImagePull, then ImagePullBackOff, events and all', (image, reason) => {
    const cluster = lab();
    run(cluster, 'web', { containers: [{ name: 'main', image }] });
    advance(cluster, 2_200);
    expect(podOf(cluster, 'web').status.containerStatuses[0].state.waiting).toEqual({
      reason: 'ErrImagePull',
      message: reason,
    });
    advance(cluster, 4_000);
    expect(podOf(cluster, 'web').status.containerStatuses[0].state.waiting).toEqual({
      reason: 'ImagePullBackOff',
      message: `Back-off pulling image "${image}": ErrImagePull: ${reason}`,
    });
    expect(eventsOf(cluster, 'web')).toEqual([
      `Normal Pulling: Pulling image "${image}"`,
      `Warning Failed: Failed to pull image "${image}": ${reason}`,
      'Warning Failed: Error: ErrImagePull',
      `Normal BackOff: Back-off pulling image "${image}"`,
      'Warning Failed: Error: ImagePullBackOff',
    ]);
  });
});

describe('the documentation’s examples', () => {
  it('liveness by a command: the file goes after 30 s, the container is killed after its grace and starts again', () => {
    const cluster = lab();
    const livenessProbe = {
      exec: { command: ['cat', '/tmp/healthy'] },
      initialDelaySeconds: 5,
      periodSeconds: 5,
    };
    const args = ['/bin/sh', '-c', 'touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600'];
    run(cluster, 'liveness', {
      containers: [{ name: 'liveness', image: 'busybox:1.28', args, livenessProbe }],
    });
    advance(cluster, 35_000);
    expect(podOf(cluster, 'liveness').status.containerStatuses[0].restartCount).toBe(0);
    advance(cluster, 50_000);
    const [status] = podOf(cluster, 'liveness').status.containerStatuses;
    expect(status).toMatchObject({
      restartCount: 1,
      ready: true,
      lastState: { terminated: { exitCode: 137, reason: 'Error' } },
    });
    const events = eventsOf(cluster, 'liveness');
    expect(events).toContain(
      "Warning Unhealthy: Liveness probe failed: cat: can't open '/tmp/healthy': No such file or directory\n",
    );
    expect(events).toContain('Normal Killing: Container liveness failed liveness probe, will be restarted');
  });

  it('liveness over HTTP: agnhost turns bad after ten seconds', () => {
    const cluster = lab();
    const livenessProbe = {
      httpGet: { path: '/healthz', port: 8080 },
      initialDelaySeconds: 3,
      periodSeconds: 3,
    };
    const image = 'registry.k8s.io/e2e-test-images/agnhost:2.40';
    run(cluster, 'liveness', {
      containers: [{ name: 'liveness', image, args: ['liveness'], livenessProbe }],
    });
    settle(cluster, 40_000);
    expect(podOf(cluster, 'liveness').status.containerStatuses[0].restartCount).toBeGreaterThanOrEqual(1);
    expect(eventsOf(cluster, 'liveness')).toContain(
      'Warning Unhealthy: Liveness probe failed: HTTP probe failed with statuscode: 500',
    );
  });

  it('an init container writes the page that nginx serves', () => {
    const cluster = lab([service('web', { selector: { app: 'web' }, ports: [{ port: 80 }] })]);
    run(cluster, 'web', {
      volumes: [{ name: 'page', emptyDir: {} }],
      initContainers: [
        {
          name: 'write',
          image: 'busybox',
          command: ['sh', '-c', 'echo "from $POD" > /page/index.html'],
          env: [{ name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
          volumeMounts: [{ name: 'page', mountPath: '/page' }],
        },
      ],
      containers: [
        {
          name: 'nginx',
          image: 'nginx:1.27',
          volumeMounts: [{ name: 'page', mountPath: '/usr/share/nginx/html' }],
        },
      ],
    });
    settle(cluster);
    expect(
      send(cluster, { kind: 'Pod', namespace: 'lab06', name: 'client' }, 'http://web/').response?.body,
    ).toBe('from web\n');
  });

  it('a client pod asks a Service by its name, again and again', () => {
    const cluster = lab([service('web', { selector: { app: 'web' }, ports: [{ port: 80 }] })]);
    run(cluster, 'web', {
      containers: [{ name: 'main', image: 'hashicorp/http-echo', args: ['-text=hello', '-listen=:80'] }],
    });
    settle(cluster);
    run(cluster, 'loop', {
      containers: [
        {
          name: 'main',
          image: 'busybox',
          command: ['sh', '-c', 'while true; do wget -qO- http://web; sleep 1; done'],
        },
      ],
    });
    advance(cluster, 10_000);
    expect(logOf(cluster, 'loop')).toMatch(/^(hello\n){5,10}$/);
  });
});

describe('containers that end', () => {
  it('busybox without a command: Completed, then CrashLoopBackOff', () => {
    const cluster = lab();
    run(cluster, 'shell', { containers: [{ name: 'main', image: 'busybox' }] });
    advance(cluster, 8_000);
    const [status] = podOf(cluster, 'shell').status.containerStatuses;
    const { uid } = podOf(cluster, 'shell').metadata;
    expect(status.state.waiting).toEqual({
      reason: 'CrashLoopBackOff',
      message: `back-off 10s restarting failed container=main pod=shell_lab06(${uid})`,
    });
    expect(status.lastState.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' });
  });

  it('mysql without a password says why, in the log of the run before too', () => {
    const cluster = lab();
    run(cluster, 'db', { containers: [{ name: 'main', image: 'mysql:8.4' }] });
    advance(cluster, 25_000);
    expect(podOf(cluster, 'db').status.containerStatuses[0].state.waiting?.reason).toBe('CrashLoopBackOff');
    for (const query of ['', 'previous=true'])
      expect(logOf(cluster, 'db', query)).toContain(
        'You need to specify one of the following as an environment variable:\n    - MYSQL_ROOT_PASSWORD',
      );
  });

  it('a job’s pod is Succeeded and keeps its log', () => {
    const cluster = lab();
    run(cluster, 'pi', {
      restartPolicy: 'Never',
      containers: [
        { name: 'main', image: 'busybox', command: ['sh', '-c', 'echo 3.14159; sleep 2; echo done'] },
      ],
    });
    settle(cluster);
    expect(podOf(cluster, 'pi').status.phase).toBe('Succeeded');
    expect(logOf(cluster, 'pi')).toBe('3.14159\ndone\n');
    expect(logOf(cluster, 'pi', 'tailLines=1')).toBe('done\n');
  });

  it('a command that is not there: StartError with the runtime’s words, exit status 128', () => {
    const cluster = lab();
    run(cluster, 'no', {
      restartPolicy: 'Never',
      containers: [{ name: 'main', image: 'busybox', command: ['nope'] }],
    });
    settle(cluster);
    expect(podOf(cluster, 'no').status.containerStatuses[0].state.terminated).toMatchObject({
      exitCode: 128,
      reason: 'StartError',
      startedAt: '1970-01-01T00:00:00Z',
    });
    expect(eventsOf(cluster, 'no').at(-1)).toMatch(
      /^Warning Failed: Error: failed to create containerd task: .*exec: "nope": executable file not found in \$PATH$/,
    );
  });
});

it('every image of the lesson serves what it serves', () => {
  const agnhost = 'registry.k8s.io/e2e-test-images/agnhost:2.59';
  const images: [name: string, container: object, port: number, body: RegExp][] = [
    ['nginx', { image: 'nginx' }, 80, /Welcome to nginx!/],
    ['httpd', { image: 'httpd:2.4' }, 80, /It works!/],
    ['echo', { image: 'hashicorp/http-echo:1.0', args: ['-text=hi'] }, 5678, /^hi\n$/],
    ['whoami', { image: 'traefik/whoami' }, 80, /^Hostname: whoami\n/],
    ['netexec', { image: agnhost, args: ['netexec', '--http-port=8080'] }, 8080, /^NOW: 2026-03-02/],
    ['host', { image: agnhost, args: ['serve-hostname'] }, 9376, /^host$/],
    [
      'porter',
      { image: agnhost, args: ['porter'], env: [{ name: 'SERVE_PORT_8765', value: 'porter' }] },
      8765,
      /^porter$/,
    ],
    ['shop', { image: 'mycompany/shop:1', ports: [{ containerPort: 3000 }] }, 3000, /Pod: lab06\/shop/],
  ];
  const cluster = lab();
  for (const [name, container] of images)
    run(cluster, name, { containers: [{ name: 'main', ...container }] });
  settle(cluster);
  for (const [name, , port, body] of images) {
    const request = send(
      cluster,
      { kind: 'Pod', namespace: 'lab06', name: 'client' },
      `http://${podOf(cluster, name).status.podIP}:${port}/`,
    );
    expect([name, request.disposition]).toEqual([name, 'Delivered']);
    expect(request.response?.body).toMatch(body);
  }
});
