import type { Pod } from '@podlab/api';
import { ExecRequest } from '@podlab/contracts';
import { restoreCluster, type Cluster } from './cluster';
import type { LogEntry } from './log-entry';
import { call, CLIENT, create, deployment, lab, newCluster, send, service, settle } from './test-support';

const SLEEP = ['sleep', 'infinity'];
const pod = (name: string, container: object, spec: object = {}) => ({
  kind: 'Pod',
  metadata: { name, namespace: 'lab06' },
  spec: { containers: [{ name: 'main', command: SLEEP, ...container }], ...spec },
});

function begin(cluster: Cluster, target: object, command: readonly string[], stdin = '') {
  return cluster.exec(ExecRequest.parse({ target, command, stdin }));
}

/** Runs a command to its end in virtual time. */
function exec(cluster: Cluster, target: object, command: readonly string[], stdin = '') {
  const { id, ...failed } = begin(cluster, target, command, stdin);
  const requests = cluster.takeExecRequests(id);
  for (let s = 0; s < 300 && id > 0 && cluster.execSession(id)?.exit_code === undefined; s++) {
    cluster.runUntil(cluster.now() + 1_000, 1_000_000);
    requests.push(...cluster.takeExecRequests(id));
  }
  const ended = cluster.execSession(id) ?? failed;
  if (id > 0) cluster.endExec(id);
  return { stdout: ended.stdout, stderr: ended.stderr, exit_code: ended.exit_code, requests };
}

const shell = (cluster: Cluster, script: string, target: object = CLIENT) =>
  exec(cluster, target, ['sh', '-c', script]);

const POLICY = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'nobody', namespace: 'lab06' },
  spec: { podSelector: { matchLabels: { app: 'shut' } }, policyTypes: ['Ingress'] },
};

describe('curl fails as it does on Linux, and every failure is explained', () => {
  let cluster: Cluster;
  beforeAll(() => {
    cluster = lab([
      deployment('web'),
      deployment('shut'),
      service('web', { selector: { app: 'web' }, ports: [{ port: 80 }] }),
      service('shut', { selector: { app: 'shut' }, ports: [{ port: 80 }] }),
      service('empty', { selector: { app: 'nobody' }, ports: [{ port: 80 }] }),
      service('closed', { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 81 }] }),
      pod('silent', { image: 'busybox:1.37', command: ['nc', '-lk', '-p', '80'] }),
    ]);
    call(cluster, 'POST', '/apis/networking.k8s.io/v1/namespaces/lab06/networkpolicies', POLICY);
    settle(cluster);
  });

  it.each([
    ['an answer', 'curl -s web', 0, '', undefined],
    ['a name that is not there', 'curl nope', 6, 'curl: (6) Could not resolve host: nope\n', 'NameNotFound'],
    [
      'no endpoint',
      'curl empty',
      7,
      /^curl: \(7\) Failed to connect to empty port 80 after \d+ ms: Could not connect to server\n$/,
      'SelectorMatchesNoPod',
    ],
    [
      'nobody listens',
      'curl closed',
      7,
      /^curl: \(7\) Failed to connect to closed port 80 /,
      'TargetPortNotListening',
    ],
    [
      'its own port without a listener',
      'curl 127.0.0.1:8080',
      7,
      /^curl: \(7\) Failed to connect to 127.0.0.1 port 8080 after 0 ms/,
      undefined,
    ],
    [
      'no such pod',
      'curl -m 3 10.244.200.1',
      28,
      'curl: (28) Connection timed out after 3000 milliseconds\n',
      'StalePodIP',
    ],
    [
      'a policy',
      'curl --connect-timeout 2 shut',
      28,
      /^curl: \(28\) Connection timed out after 200\d milliseconds\n$/,
      'DeniedByNetworkPolicy',
    ],
    ['a server error under -f', 'curl -fs web/missing', 22, '', undefined],
    ['no URL', 'curl', 2, /^curl: \(2\) no URL specified\n/, undefined],
    ['no such scheme', 'curl gopher://web', 1, 'curl: (1) Protocol "gopher" not supported\n', undefined],
    [
      'a malformed URL',
      "curl 'http://a b'",
      3,
      'curl: (3) URL rejected: Malformed input to a URL function\n',
      undefined,
    ],
  ])('%s: %s', (_, command, status, stderr, code) => {
    const answer = shell(cluster, command);
    expect(answer.exit_code).toBe(status);
    expect(answer.stderr).toEqual(typeof stderr === 'string' ? stderr : expect.stringMatching(stderr));
    if (code) expect(answer.requests.map(({ diagnosis }) => diagnosis?.code)).toEqual([code]);
    for (const { disposition, diagnosis } of answer.requests)
      expect(diagnosis === undefined).toBe(disposition === 'Delivered');
  });

  it('tells the same way as a request does', () => {
    const sent = send(cluster, CLIENT, 'http://web/');
    const [told] = shell(cluster, 'curl -s web').requests;
    const stepsOf = ({ trace }: typeof sent) =>
      trace?.hops.map(({ where, steps }) => [
        where,
        steps.map(({ type, action, rule }) => [type, action, rule?.chain]),
      ]);
    expect(told).toMatchObject({ disposition: 'Delivered', backend: sent.backend, dns: sent.dns });
    expect(stepsOf(told)).toEqual(stepsOf(sent));
  });

  it('tells what the tools of DNS ask, too', () => {
    const { requests } = shell(cluster, 'nslookup web.lab06.svc.cluster.local');
    expect(requests.map(({ to, disposition }) => [to, disposition])).toContainEqual([
      { host: '10.96.0.10', port: 53, protocol: 'UDP' },
      'Delivered',
    ]);
  });

  it('of equal ways only the first has its trace, and no more than a hundred requests are told', () => {
    const { requests } = shell(
      cluster,
      'i=0; while [ $i -lt 120 ]; do curl -so /dev/null web; i=$((i+1)); done',
    );
    expect(requests).toHaveLength(100);
    expect(requests.filter(({ trace }) => trace)).toHaveLength(1);
    expect(new Set(requests.map(({ id }) => id)).size).toBe(100);
  });
});

describe('what can be asked to run', () => {
  const cluster = lab([
    pod(
      'box',
      { image: 'busybox:1.37', env: [{ name: 'COLOUR', value: 'red' }], workingDir: '/tmp' },
      { hostname: 'boxy' },
    ),
    pod('echo', { image: 'traefik/whoami', command: undefined }),
    pod('done', { image: 'busybox:1.37', command: ['true'] }, { restartPolicy: 'Never' }),
    pod('wrong', { image: 'no.registry.example/nope:1', imagePullPolicy: 'Always' }),
  ]);
  const BOX = { kind: 'Pod', namespace: 'lab06', name: 'box' };

  it('a container has its own files, variables, name and directory', () => {
    shell(cluster, 'echo kept > note', BOX);
    const { stdout } = shell(cluster, 'echo $COLOUR; hostname; pwd; cat note; ls /etc/hosts', BOX);
    expect(stdout).toBe('red\nboxy\n/tmp\nkept\n/etc/hosts\n');
  });

  it('a container may look at its rules with the capability, and runs as the user it is given', () => {
    const securityContext = { capabilities: { add: ['NET_ADMIN'] }, runAsUser: 65_534 };
    create(cluster, pod('admin', { image: 'nicolaka/netshoot', securityContext }));
    settle(cluster);
    const answer = shell(cluster, 'whoami; iptables -t filter -S; conntrack -C', { ...BOX, name: 'admin' });
    expect(answer).toMatchObject({ stdout: 'nobody\n0\n', stderr: '', exit_code: 0 });
  });

  it('words are run without a shell, and standard input is read', () => {
    expect(exec(cluster, BOX, ['echo', '$HOME', ';', 'x'])).toMatchObject({
      stdout: '$HOME ; x\n',
      exit_code: 0,
    });
    expect(exec(cluster, BOX, ['sh'], 'echo from stdin\nexit 4\n')).toMatchObject({
      stdout: 'from stdin\n',
      exit_code: 4,
    });
    expect(exec(cluster, BOX, ['cat'], 'a\nb\n').stdout).toBe('a\nb\n');
  });

  it.each([
    ['echo', ['sh'], 'exec: "sh": executable file not found in $PATH', 127],
    ['box', ['bash'], 'exec: "bash": executable file not found in $PATH', 127],
    ['box', ['/opt/tool'], 'exec: "/opt/tool": stat /opt/tool: no such file or directory', 127],
  ])('in %s %j is not found', (name, command, words, status) => {
    const answer = exec(cluster, { ...BOX, name }, command);
    expect(answer).toMatchObject({ stdout: '', exit_code: status });
    expect(answer.stderr).toBe(
      `OCI runtime exec failed: exec failed: unable to start container process: ${words}\n`,
    );
  });

  it.each([
    [{ ...BOX, name: 'nobody' }, 'pods "nobody" not found'],
    [{ ...BOX, container: 'side' }, 'container side is not valid for pod box'],
    [{ ...BOX, name: 'done' }, 'cannot exec into a container in a completed pod; current phase is Succeeded'],
    [{ kind: 'Node', name: 'node-z' }, 'nodes "node-z" not found'],
  ])('%j is refused', (target, message) => {
    expect(() => begin(cluster, target, ['ls'])).toThrow(message);
  });

  it('a node shows the files of its cluster, its processes and its containers’ logs', () => {
    const echo = cluster.list<Pod>('pods', 'lab06').find(({ metadata }) => metadata.name === 'echo');
    const nodeName = echo?.spec.nodeName ?? '';
    const node = { kind: 'Node', name: nodeName };
    const { stdout } = shell(
      cluster,
      'hostname; ps | grep -c whoami; cat /var/log/pods/lab06_echo_*/main/0.log | head -1',
      node,
    );
    expect(stdout).toMatch(
      new RegExp(`^${nodeName}\\n1\\n.* (stdout|stderr) F .*Starting up on port 80\\n$`),
    );
    expect(shell(cluster, 'echo changed > /etc/motd; cat /etc/motd', node).stdout).toBe('changed\n');
  });
});

describe('a command in the middle of a run', () => {
  const SCRIPT =
    'for i in 1 2 3; do curl -so /dev/null -w "%{http_code} " web; sleep 1; done; ping -c 3 127.0.0.1';

  function prepared(): { cluster: Cluster; checkpoint: string; entries: LogEntry[] } {
    const cluster = newCluster();
    create(cluster, { kind: 'Namespace', metadata: { name: 'lab06' } });
    settle(cluster);
    create(cluster, deployment('web', { replicas: 2 }));
    create(cluster, service('web', { selector: { app: 'web' }, ports: [{ port: 80 }] }));
    create(cluster, pod('client', { image: 'nicolaka/netshoot' }));
    settle(cluster);
    const checkpoint = cluster.checkpoint();
    const entries: LogEntry[] = [];
    cluster.onEntry((entry) => entries.push(entry));
    return { cluster, checkpoint, entries };
  }

  it('is the same in a replay, in a fork and in a cluster that was loaded while it ran', () => {
    const { cluster, checkpoint, entries } = prepared();
    const { id } = begin(cluster, CLIENT, ['sh', '-c', `tcpdump -nt -c 4 -i any port 80 & ${SCRIPT}; wait`]);
    cluster.runUntil(cluster.now() + 1_500, 1_000_000);
    const fork = cluster.fork();
    const loaded = restoreCluster(cluster.checkpoint());
    const ends = [cluster, fork, loaded].map((each) => {
      each.runUntil(each.now() + 20_000, 1_000_000);
      each.perform({ kind: 'Advance', to_ms: each.now() });
      return each.execSession(id);
    });
    expect(ends[0]).toMatchObject({
      exit_code: 0,
      stdout: expect.stringMatching(/^200 [^]*3 received, 0% packet loss/),
    });
    expect(ends[1]).toEqual(ends[0]);
    expect(ends[2]).toEqual(ends[0]);
    expect(new Set([cluster, fork, loaded].map((each) => each.hash())).size).toBe(1);
    const again = restoreCluster(checkpoint);
    again.replay(entries);
    again.runUntil(cluster.now(), 1_000_000);
    expect(again.execSession(id)).toEqual(ends[0]);
    expect(again.hash()).toBe(cluster.hash());
  });

  it('ends with its pod, and leaves nothing behind when nobody waits for it', () => {
    const { cluster } = prepared();
    const before = shell(cluster, 'ps | wc -l').stdout;
    const { id } = begin(cluster, CLIENT, ['sh', '-c', 'tcpdump -i any & sleep 1000']);
    cluster.runUntil(cluster.now() + 500, 1_000_000);
    cluster.endExec(id);
    expect(cluster.execSession(id)).toBeUndefined();
    expect(shell(cluster, 'ps | wc -l').stdout).toBe(before);
    const other = begin(cluster, CLIENT, ['sleep', '1000']);
    call(cluster, 'DELETE', '/api/v1/namespaces/lab06/pods/client', { gracePeriodSeconds: 0 });
    settle(cluster);
    expect(cluster.execSession(other.id)?.exit_code).toBe(137);
  });
});
