import { copyData } from '@podlab/kernel';
import { EXEC_STEPS_LIMIT } from './container-processes';
import { LOG_LIMIT_LINES } from './container-log';
import { WorkloadsLab } from './test-support';

const LIVENESS = ['sh', '-c', 'touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600'];

describe('a script that sleeps', () => {
  it('goes on in virtual time', () => {
    const lab = new WorkloadsLab();
    lab.start({ command: LIVENESS });
    expect(lab.exec('cat /tmp/healthy').status).toBe(0);
    lab.harness.advance(29_999);
    expect(lab.exec('cat /tmp/healthy').status).toBe(0);
    lab.harness.advance(1);
    expect(lab.exec('cat /tmp/healthy')).toMatchObject({
      status: 1,
      stderr: "cat: can't open '/tmp/healthy': No such file or directory\n",
    });
    lab.harness.advance(600_000);
    expect(lab.ended()).toBe(0);
  });

  it('keeps nobody waiting once it is clear that it only keeps alive', () => {
    const lab = new WorkloadsLab();
    lab.start({ command: LIVENESS });
    lab.start({ id: 'c2', command: ['sh', '-c', 'while true; do date; sleep 5; done'] });
    lab.start({ id: 'c3', command: ['tail', '-f', '/dev/null'] });
    const begun = lab.harness.now;
    expect(lab.harness.settle()).toBe(true);
    expect(lab.harness.now - begun).toBe(30_000);
  });

  const SCRIPT =
    'i=0; f() { for x in a b; do sleep 1; i=$((i+1)); echo "$x$i $(sleep 2; echo deep)"; done; }; while [ $i -lt 40 ]; do f | cat; i=$((i+2)); done';
  it.each([0, 500, 1_000, 2_500, 7_777, 30_000])('is copied after %i ms and goes on the same way', (ms) => {
    const lab = new WorkloadsLab();
    lab.start({ command: ['sh', '-c', SCRIPT] });
    lab.harness.advance(ms);
    const copy = lab.copy();
    for (const each of [lab, copy]) each.harness.advance(60_000);
    expect(copy.harness.hash()).toBe(lab.harness.hash());
    expect(copy.log()).toEqual(lab.log());
    expect(lab.log().length).toBeGreaterThan(10);
  });

  it('prints the time it runs at', () => {
    const lab = new WorkloadsLab();
    lab.start({ command: ['sh', '-c', 'date; sleep 61; date +%H:%M:%S'] });
    lab.harness.advance(61_000);
    expect(lab.log()).toEqual(['Mon Mar  2 09:00:00 UTC 2026', '09:01:01']);
  });
});

describe('limits', () => {
  it('an exec that never ends is ended, and names the limit', () => {
    const lab = new WorkloadsLab();
    lab.start({ command: ['sleep', '3600'] });
    expect(lab.exec('while true; do :; done')).toMatchObject({
      status: 137,
      stderr: `shell_steps is limited to ${EXEC_STEPS_LIMIT}\n`,
    });
  });

  it('a busy loop of a container is slowed down, not the cluster', () => {
    const lab = new WorkloadsLab();
    lab.start({ command: ['sh', '-c', 'while true; do i=$((i+1)); done'] });
    expect(lab.harness.settle()).toBe(true);
    lab.harness.advance(10_000);
    expect(lab.ended()).toBeUndefined();
  });

  it.each([
    ['a fork bomb', 'f() { f & f & }; f; wait', /container_processes is limited to 64/],
    ['endless recursion', 'f() { f; }; f', /maximum function nesting level exceeded/],
    [
      'endless sh -c',
      'x() { sh -c "$1" sh "$1"; }; s=\'sh -c "$1" sh "$1"\'; sh -c "$s" sh "$s"',
      /nesting level exceeded|shell_steps is limited/,
    ],
  ])('%s', (_title, script, told) => {
    const lab = new WorkloadsLab();
    lab.start({ command: ['sleep', '3600'] });
    expect(lab.exec(script).stderr).toMatch(told);
  });

  it('a full disk is told', () => {
    const lab = new WorkloadsLab();
    lab.start({ command: ['sleep', '3600'] });
    const { stderr } = lab.exec(
      'x=1234567890; for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18; do x=$x$x; done; echo done',
    );
    expect(stderr).toContain('argument list too long');
  });

  it('a log keeps its last lines', () => {
    const lab = new WorkloadsLab();
    lab.start({ command: ['sh', '-c', 'for i in $(seq 1 4000); do echo line $i; done'] });
    lab.harness.advance(10_000);
    expect(lab.log().length).toBeLessThanOrEqual(2 * LOG_LIMIT_LINES);
    expect(lab.log().at(-1)).toBe('line 4000');
    expect(lab.workloads.logs('c1', { tailLines: 2 }).map(({ text }) => text)).toEqual([
      'line 3999',
      'line 4000',
    ]);
  });

  it.each([['(a+)+$'], ['(a*)*b'], ['\\(a*\\)*']])(
    'a pattern that could take for ever is refused: %s',
    (pattern) => {
      const lab = new WorkloadsLab();
      lab.start({ command: ['sleep', '3600'] });
      expect(lab.exec(`echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac | grep -E '${pattern}'`).status).not.toBe(
        0,
      );
    },
  );
});

describe('files', () => {
  it('an empty volume is shared by the containers of a pod, a ConfigMap can only be read', () => {
    const lab = new WorkloadsLab();
    lab.workloads.addVolume('uid-1', 'shared');
    lab.workloads.projectVolume('uid-1', 'config', { 'app.conf': 'colour=blue\n' });
    const mounts = [
      { path: '/shared', volume: 'shared', readOnly: false },
      { path: '/config', volume: 'config', readOnly: true },
    ];
    lab.start({ command: ['sleep', '3600'], mounts });
    lab.start({
      id: 'c2',
      command: ['sh', '-c', 'touch /data/log; tail -f /data/log'],
      mounts: [{ path: '/data', volume: 'shared', readOnly: false }],
    });
    lab.exec('echo one >> /shared/log; echo two >> /shared/log');
    expect(lab.log('c2')).toEqual(['one', 'two']);
    expect(lab.exec('cat /config/app.conf; ls / | grep -c shared; echo x > /config/new').stdout).toBe(
      'colour=blue\n1\n',
    );
    expect(lab.exec('echo x > /config/app.conf').stderr).toContain('Read-only file system');
  });

  it('what a container wrote is gone with it, and its own files do not reach the image', () => {
    const lab = new WorkloadsLab();
    lab.start({ image: 'nginx' });
    lab.exec('rm /usr/share/nginx/html/index.html');
    expect(lab.http(80)?.status).toBe(403);
    lab.workloads.removeContainer('c1');
    lab.start({ image: 'nginx' });
    expect(lab.http(80)?.status).toBe(200);
  });
});

describe('what no image and no volume holds', () => {
  const DEBIAN = 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\n';
  it.each<[image: string, script: string, stdout: string]>([
    ['alpine:3.20', 'grep PRETTY /etc/os-release', 'PRETTY_NAME="Alpine Linux v3.20"\n'],
    ['nginx', 'head -1 /etc/os-release', DEBIAN],
    ['nginx:1.27-alpine', 'grep ^ID= /etc/os-release', 'ID=alpine\n'],
    ['ubuntu:22.04', 'grep ^VERSION= /etc/os-release', 'VERSION="22.04.5 LTS (Jammy Jellyfish)"\n'],
    ['busybox', 'ls -d /etc/os-release 2>/dev/null; ls /proc', '1\n2\nnet\nsys\nversion\n'],
    ['busybox', "tr '\\0' ' ' </proc/1/cmdline; cat /proc/1/comm", 'sleep 3600 sleep\n'],
    ['busybox', "tr '\\0' '\\n' </proc/1/environ | grep COLOUR", 'COLOUR=blue\n'],
    ['busybox', 'cat /proc/sys/net/ipv4/ip_forward /proc/9/cmdline 2>/dev/null', '0\n'],
    [
      'busybox',
      'nc -l -p 8080 & cat /proc/net/tcp',
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n' +
        '   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 20000 1\n',
    ],
  ])('%s: %s', (image, script, stdout) => {
    const lab = new WorkloadsLab();
    lab.start({ image, command: ['sleep', '3600'], environment: { COLOUR: 'blue' } });
    expect(lab.exec(script).stdout).toBe(stdout);
  });

  it('is written by nobody', () => {
    const lab = new WorkloadsLab();
    lab.start({ command: ['sleep', '3600'] });
    expect(lab.exec('echo 1 >/proc/sys/net/ipv4/ip_forward').stderr).toContain('Read-only file system');
  });
});

const COMMANDS: [
  title: string,
  image: string,
  script: string,
  stdout: string | RegExp,
  stderr: string | RegExp,
  status: number,
][] = [
  ['wget, quiet', 'busybox', 'wget -qO- http://api/x', 'hello\n', '', 0],
  [
    'wget to a file',
    'busybox',
    'cd /tmp; wget http://api/; cat index.html',
    'hello\n',
    /^Connecting to api \(10\.0\.0\.3:80\)\nsaving to 'index\.html'\n.*\n'index\.html' saved\n$/,
    0,
  ],
  [
    'wget, nobody listens',
    'busybox',
    'wget -qO- http://api:81',
    '',
    "wget: can't connect to remote host (10.0.0.3): Connection refused\n",
    1,
  ],
  ['wget, no such name', 'busybox', 'wget -qO- http://nope', '', "wget: bad address 'nope'\n", 1],
  ['curl', 'curlimages/curl', 'curl -s http://api', 'hello\n', '', 0],
  [
    'curl, nobody listens',
    'curlimages/curl',
    'curl http://api:81',
    '',
    'curl: (7) Failed to connect to api port 81 after 1 ms: Could not connect to server\n',
    7,
  ],
  [
    'curl, no such name',
    'curlimages/curl',
    'curl http://nope',
    '',
    'curl: (6) Could not resolve host: nope\n',
    6,
  ],
  [
    'curl, status only',
    'curlimages/curl',
    "curl -s -o /dev/null -w '%{http_code}\\n' http://api",
    '200\n',
    '',
    0,
  ],
  ['curl in busybox is not there', 'busybox', 'curl http://api', '', 'sh: curl: not found\n', 127],
  [
    'nslookup',
    'busybox',
    'nslookup web',
    'Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\nName:\tweb\nAddress: 10.0.0.2\n\n\n',
    '',
    0,
  ],
  ['nslookup, no such name', 'busybox', 'nslookup nope', /\*\* server can't find nope: NXDOMAIN/, '', 1],
  ['nc tries a port', 'busybox', 'nc -zv -w 1 api 80', '', 'api (10.0.0.3:80) open\n', 0],
  [
    'nc, nobody listens',
    'busybox',
    'nc -zv -w 1 api 81',
    '',
    'nc: api (10.0.0.3:81): Connection refused\n',
    1,
  ],
  ['ping', 'busybox', 'ping -c 1 api | head -1', 'PING api (10.0.0.3): 56 data bytes\n', '', 0],
  ['env', 'busybox', 'A=1 env | grep -E "^(A|HOSTNAME|WHO)="', 'A=1\nHOSTNAME=web-1\nWHO=me\n', '', 0],
  ['hostname', 'busybox', 'hostname; hostname -i', 'web-1\n10.0.0.2\n', '', 0],
  [
    'a redirect of an answer',
    'busybox',
    'wget -qO- http://api > /tmp/a; x=$(wget -qO- http://api); echo "$x"; cat /tmp/a',
    'hello\nhello\n',
    '',
    0,
  ],
  ['ps', 'busybox', 'ps | sed -n 2p', '    1 root      0:00 sleep 3600\n', '', 0],
];

describe('commands', () => {
  it.each(COMMANDS)('%s', (_title, image, script, stdout, stderr, status) => {
    const lab = new WorkloadsLab();
    lab.start({
      id: 'api',
      podUid: 'uid-2',
      networkNamespace: 'pod/api',
      image: 'hashicorp/http-echo',
      args: ['-text=hello', '-listen=:80'],
    });
    lab.start({ image, command: ['sleep', '3600'], environment: { WHO: 'me' } });
    const result = lab.exec(script);
    const matching = (text: string | RegExp): unknown =>
      typeof text === 'string' ? text : expect.stringMatching(text);
    expect(result).toEqual({ stdout: matching(stdout), stderr: matching(stderr), status });
  });

  it('a request of a container’s own loop takes its time', () => {
    const lab = new WorkloadsLab();
    lab.start({ id: 'api', podUid: 'uid-2', networkNamespace: 'pod/api', image: 'nginx' });
    lab.start({ command: ['sh', '-c', 'while true; do wget -qO- http://api > /dev/null; done'] });
    lab.harness.advance(1_000);
    const requests = lab.log('api').filter((line) => line.includes('GET /')).length;
    expect(requests).toBeGreaterThan(10);
    expect(requests).toBeLessThanOrEqual(1_001);
  });
});

it('its state is plain data', () => {
  const lab = new WorkloadsLab();
  lab.start({ image: 'nginx' });
  lab.start({ id: 'c2', command: ['sh', '-c', 'sleep 5 & wait'] });
  expect(() => copyData(lab.harness.part('workloads', 'containers'))).not.toThrow();
});
