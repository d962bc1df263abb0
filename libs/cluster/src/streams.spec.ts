import type { KubeAnswer, KubeUpgrade, KubeWatch } from '@podlab/apiserver';
import { ExecRequest } from '@podlab/contracts';
import { utf8Decode, utf8Encode } from '@podlab/kernel';
import { restoreCluster, type Cluster } from './cluster';
import type { LogEntry } from './log-entry';
import { deployment, lab, service, settle } from './test-support';

const USER = { name: 'student', groups: ['system:masters'] };
const pod = (name: string, container: object) => ({
  kind: 'Pod',
  metadata: { name, namespace: 'lab06' },
  spec: { containers: [{ name: 'main', ...container }], restartPolicy: 'Never' },
});
const OBJECTS = [
  deployment('web'),
  service('web', { selector: { app: 'web' }, ports: [{ port: 8080, targetPort: 80, name: 'http' }] }),
  service('empty', { selector: { app: 'nobody' }, ports: [{ port: 80 }] }),
  pod('clock', {
    image: 'busybox:1.37',
    command: ['sh', '-c', 'for i in 1 2 3; do echo tick $i; sleep 10; done'],
  }),
  pod('shell', { image: 'busybox:1.37', stdin: true, tty: true }),
];

const SLEEPER = { image: 'busybox:1.37', command: ['sleep', 'infinity'] };
const PAIR = {
  kind: 'Pod',
  metadata: { name: 'pair', namespace: 'lab06' },
  spec: {
    initContainers: [{ name: 'first', ...SLEEPER, command: ['true'] }],
    containers: [
      { name: 'one', ...SLEEPER },
      { name: 'two', ...SLEEPER },
    ],
  },
};

function ask(cluster: Cluster, path: string, query = '', method = 'GET', body = '') {
  const request = {
    method,
    path,
    query,
    accept: '*/*',
    content_type: '',
    body: utf8Encode(body),
    user: USER,
  };
  return cluster.kube(request);
}

function answerOf(cluster: Cluster, path: string, query = '') {
  const { status, body } = ask(cluster, path, query) as KubeAnswer;
  const text = utf8Decode(body);
  return { status, text: text.startsWith('{') ? (JSON.parse(text) as { message: string }).message : text };
}

const podNamed = (cluster: Cluster, prefix: string): string =>
  cluster.list('pods', 'lab06').find(({ metadata }) => metadata.name.startsWith(prefix))?.metadata.name ?? '';
const target = (name: string) => ({ kind: 'Pod', namespace: 'lab06', name });

describe('a command with streams', () => {
  it('is fed, prints to whoever listens, and comes out the same from the log', () => {
    const cluster = lab(OBJECTS);
    const start = cluster.checkpoint();
    const entries: LogEntry[] = [];
    cluster.onEntry((entry) => entries.push(entry));
    const request = ExecRequest.parse({ target: target('shell'), command: ['sh'] });
    const session = cluster.exec(request, { input: 'terminal' });
    expect(session.stderr).toBe('/ # ');
    expect(cluster.streamedExecs()).toEqual([session.id]);
    let printed = '';
    cluster.listenExec(session.id, (_, text) => (printed += text));
    const to = { session: session.id };
    cluster.type({ to, text: 'wget -qO- web:8080 | grep title; sleep 5; echo late\n' });
    cluster.runUntil(cluster.now() + 1_000, 10_000);
    expect(printed).toBe('<title>Welcome to nginx!</title>\n');
    cluster.runUntil(cluster.now() + 5_000, 10_000);
    cluster.type({ to, text: 'sleep 100\n', interrupted: true });
    cluster.type({ to, text: 'exit 4\n' });
    expect(printed).toMatch(/late\n\/ # \/ # $/);
    expect(cluster.execSession(session.id)).toMatchObject({ exit_code: 4 });
    expect(cluster.streamedExecs()).toEqual([]);
    cluster.endExec(session.id);
    const again = restoreCluster(start);
    again.replay(entries);
    again.runUntil(cluster.now(), 10_000);
    expect(again.hash()).toBe(cluster.hash());
  });
});

describe('who may run commands', () => {
  it.each([
    [['create', 'get'], 'upgrade'],
    [['get'], 403],
    [['create'], 403],
    [[], 403],
  ])('with %j of pods/exec a WebSocket, which begins with a GET, comes to %s', (verbs, outcome) => {
    const cluster = lab(OBJECTS);
    const roles = '/apis/rbac.authorization.k8s.io/v1/namespaces/lab06';
    const metadata = { name: 'runner' };
    const rules = [{ apiGroups: [''], resources: ['pods/exec'], verbs }];
    const kind = (name: string) => ({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: name, metadata });
    const subjects = [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'guest' }];
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'runner' };
    if (verbs.length > 0)
      ask(cluster, `${roles}/roles`, '', 'POST', JSON.stringify({ ...kind('Role'), rules }));
    const binding = { ...kind('RoleBinding'), subjects, roleRef };
    ask(cluster, `${roles}/rolebindings`, '', 'POST', JSON.stringify(binding));
    const answer = cluster.kube({
      method: 'GET',
      path: '/api/v1/namespaces/lab06/pods/shell/exec',
      query: 'command=ls&stdout=true',
      accept: '*/*',
      content_type: '',
      body: new Uint8Array(),
      user: { name: 'guest', groups: ['system:authenticated'] },
    });
    expect(answer.kind === 'answer' ? answer.status : answer.kind).toBe(outcome);
  });
});

describe('what a stream asks for is judged before anything is upgraded', () => {
  const cluster = lab([...OBJECTS, PAIR]);
  const path = (name: string, subresource: string) => `/api/v1/namespaces/lab06/pods/${name}/${subresource}`;

  it.each([
    ['exec', 'shell', '&container=side', 'container side is not valid for pod shell'],
    ['attach', 'shell', '&container=side', 'container side is not valid for pod shell'],
    ['exec', 'pair', '', 'a container name must be specified for pod pair, choose one of: [first one two]'],
    ['attach', 'pair', '', 'a container name must be specified for pod pair, choose one of: [first one two]'],
  ])('%s into %s with "%s" is refused', (subresource, name, container, text) => {
    const query = `command=ls&stdout=true${container}`;
    expect(answerOf(cluster, path(name, subresource), query)).toEqual({ status: 400, text });
  });

  it.each([
    ['exec', 'shell', '', 'main'],
    ['exec', 'pair', '&container=first', 'first'],
    ['attach', 'pair', '&container=two', 'two'],
    ['portforward', 'pair', '', undefined],
  ])('%s into %s with "%s" goes to %s', (subresource, name, container, expected) => {
    const answer = ask(cluster, path(name, subresource), `command=ls&stdout=true${container}`);
    expect(answer).toMatchObject({ kind: 'upgrade', stream: { subresource, name } });
    expect((answer as KubeUpgrade).stream.container).toBe(expected);
  });
});

describe('a container that is attached to', () => {
  it('reads what is typed and prints to its log too', () => {
    const cluster = lab(OBJECTS);
    const attached = cluster.attach('lab06', 'shell', undefined);
    expect(attached).toMatchObject({ input: 'terminal', once: false });
    let printed = '';
    cluster.listenContainer(attached.id, (_, text) => (printed += text));
    cluster.type({ to: { container: attached.id }, text: 'hostname\n' });
    expect(printed).toBe('shell\n/ # ');
    expect(answerOf(cluster, '/api/v1/namespaces/lab06/pods/shell/log').text).toContain('shell\n/ # ');
    cluster.type({ to: { container: attached.id }, text: 'exit\n' });
    expect(cluster.isContainerRunning(attached.id)).toBe(false);
    settle(cluster);
    expect(() => cluster.attach('lab06', 'shell', undefined)).toThrow(
      'cannot attach a container in a completed pod; current phase is Succeeded',
    );
  });

  it.each([
    ['nobody', undefined, 'pods "nobody" not found'],
    ['shell', 'side', 'container side is not valid for pod shell'],
  ])('%s %s is refused', (name, container, message) => {
    expect(() => lab(OBJECTS).attach('lab06', name, container)).toThrow(message);
  });
});

describe('a log', () => {
  const path = '/api/v1/namespaces/lab06/pods/clock/log';
  const fresh = () => {
    const cluster = lab([]);
    const body = JSON.stringify({ apiVersion: 'v1', ...OBJECTS[3] });
    ask(cluster, '/api/v1/namespaces/lab06/pods', '', 'POST', body);
    cluster.runUntil(cluster.now() + 8_000, 10_000);
    return cluster;
  };

  it.each([
    ['follow=true', ['tick 1\n', 'tick 2\n', 'tick 3\n', 'end']],
    ['follow=true&tailLines=0', ['tick 2\n', 'tick 3\n', 'end']],
    ['follow=true&limitBytes=10', ['tick 1\n', 'tic', 'end']],
  ])('with %s tells what comes, until the container ends', (query, told) => {
    const cluster = fresh();
    const watch = ask(cluster, path, query) as KubeWatch;
    const heard: string[] = [];
    watch.open({ event: (bytes) => heard.push(utf8Decode(bytes)), end: () => heard.push('end') });
    settle(cluster);
    expect(heard.slice(0, told.length)).toEqual(told);
  });

  it.each([
    ['tailLines=1', 200, 'tick 3\n'],
    ['tailLines=1&timestamps=true', 200, '2026-03-02T09:00:29.249000000Z tick 3\n'],
    ['limitBytes=4', 200, 'tick'],
    ['sinceTime=2999-01-01T00:00:00Z', 200, ''],
    [
      'tailLines=-1',
      422,
      'PodLogOptions "" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0',
    ],
    [
      'limitBytes=0',
      422,
      'PodLogOptions "" is invalid: limitBytes: Invalid value: 0: must be greater than 0',
    ],
    ['previous=true', 400, 'previous terminated container "main" in pod "clock" not found'],
  ])('with %s is cut', (query, status, text) => {
    const cluster = fresh();
    settle(cluster);
    expect(answerOf(cluster, path, query)).toEqual({ status, text });
  });
});

describe('a tunnel', () => {
  it('is a connection into the pod', () => {
    const cluster = lab(OBJECTS);
    const tunnel = cluster.dial('lab06', podNamed(cluster, 'web-'), 80) as number;
    const sent = utf8Encode('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    const { received, ended } = cluster.passTunnel(tunnel, sent);
    expect(received.map(utf8Decode).join('')).toMatch(/^HTTP\/1.1 200 OK[^]*Welcome to nginx!/);
    expect(ended).toBe(true);
    expect(cluster.passTunnel(tunnel, sent)).toEqual({ received: [], ended: true });
  });

  it('to a port where nobody listens tells why', () => {
    const cluster = lab(OBJECTS);
    expect(cluster.dial('lab06', podNamed(cluster, 'web-'), 81)).toEqual({
      error: expect.stringMatching(
        /^failed to connect to localhost:81 inside namespace ".*", IPv4: dial tcp4 127.0.0.1:81: connect: connection refused/,
      ) as string,
    });
  });
});

describe('proxy', () => {
  it.each([
    ['services/web/proxy/', 200, /Welcome to nginx!/],
    ['services/web:http/proxy/', 200, /Welcome to nginx!/],
    ['services/http:web:8080/proxy/', 200, /Welcome to nginx!/],
    ['services/web/proxy/nothing/here', 404, /404 Not Found/],
    ['services/web:81/proxy/', 503, /^no service port "81" found for service "web"$/],
    ['services/empty/proxy/', 503, /^no endpoints available for service "empty"$/],
    ['services/nobody/proxy/', 404, /^services "nobody" not found$/],
    [
      'pods/shell:80/proxy/',
      503,
      /^error trying to reach service: dial tcp .*: connect: connection refused$/,
    ],
    ['pods/https:shell:80/proxy/', 400, /TLS/],
  ])('%s', (path, status, text) => {
    const cluster = lab(OBJECTS);
    const answer = answerOf(cluster, `/api/v1/namespaces/lab06/${path}`);
    expect([answer.status, answer.text]).toEqual([status, expect.stringMatching(text)]);
  });

  it('is an input even where it only reads', () => {
    const cluster = lab(OBJECTS);
    const entries: LogEntry[] = [];
    cluster.onEntry((entry) => entries.push(entry));
    answerOf(cluster, '/api/v1/namespaces/lab06/services/web/%70roxy/');
    expect(entries).toMatchObject([{ kind: 'input', input: { kind: 'Kube', method: 'GET' } }]);
  });
});
