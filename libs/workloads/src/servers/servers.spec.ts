import type { ContainerStart } from '../container';
import { WorkloadsLab } from '../test-support';

const AGNHOST = 'registry.k8s.io/e2e-test-images/agnhost:2.59';

function started(changes: Partial<ContainerStart>): WorkloadsLab {
  const lab = new WorkloadsLab();
  expect(lab.start(changes)).toBe('c1');
  return lab;
}

const PAGES: [
  title: string,
  start: Partial<ContainerStart>,
  port: number,
  target: string,
  status: number,
  body: RegExp,
][] = [
  ['nginx welcomes', { image: 'nginx:1.27' }, 80, '/', 200, /<h1>Welcome to nginx!<\/h1>/],
  ['nginx has no such page', { image: 'nginx:1.27' }, 80, '/missing', 404, /<center>nginx\/1\.27<\/center>/],
  ['nginx does not leave its root', { image: 'nginx' }, 80, '/../../etc/hosts', 400, /400 Bad Request/],
  ['unprivileged nginx', { image: 'nginxinc/nginx-unprivileged:1.27' }, 8080, '/', 200, /Welcome/],
  ['httpd works', { image: 'httpd:2.4' }, 80, '/', 200, /It works!/],
  ['httpd has no such page', { image: 'httpd:2.4' }, 80, '/missing', 404, /Not Found/],
  [
    'http-echo',
    { image: 'hashicorp/http-echo', args: ['-text=hello', '-listen=:8080'] },
    8080,
    '/',
    200,
    /^hello\n$/,
  ],
  [
    'http-echo on its own port',
    { image: 'hashicorp/http-echo:1.0', args: ['-text', 'two words'] },
    5678,
    '/',
    200,
    /^two words\n$/,
  ],
  [
    'whoami',
    { image: 'traefik/whoami' },
    80,
    '/x?y=1',
    200,
    /^Hostname: web-1\nIP: 127\.0\.0\.1\nIP: ::1\nIP: 10\.0\.0\.2\nRemoteAddr: 10\.0\.0\.9:\d+\nGET \/x\?y=1 HTTP\/1\.1\nHost: web\n\n$/,
  ],
  [
    'whoami on another port',
    { image: 'traefik/whoami', args: ['--port=8080', '--name=blue'] },
    8080,
    '/',
    200,
    /^Name: blue\n/,
  ],
  ['netexec: hostname', { image: AGNHOST, args: ['netexec'] }, 8080, '/hostname', 200, /^web-1$/],
  [
    'netexec: the client’s address',
    { image: AGNHOST, args: ['netexec', '--http-port=80'] },
    80,
    '/clientip',
    200,
    /^10\.0\.0\.9:\d+$/,
  ],
  [
    'netexec: echo',
    { image: AGNHOST, args: ['netexec', '--http-port', '81'] },
    81,
    '/echo?msg=a%20b',
    200,
    /^a b$/,
  ],
  ['netexec: header', { image: AGNHOST, args: ['netexec'] }, 8080, '/header?key=Host', 200, /^web$/],
  [
    'netexec: shell',
    { image: AGNHOST, args: ['netexec'] },
    8080,
    '/shell?shellCommand=hostname',
    200,
    /^\{"output":"web-1\\n"\}$/,
  ],
  ['serve-hostname', { image: AGNHOST, args: ['serve-hostname'] }, 9376, '/', 200, /^web-1$/],
  [
    'porter',
    {
      image: AGNHOST,
      args: ['porter'],
      environment: { SERVE_PORT_8765: 'it is me', SERVE_SCTP_PORT_99: 'sctp' },
    },
    8765,
    '/',
    200,
    /^it is me$/,
  ],
  [
    'python',
    { image: 'python:3.12', command: ['python', '-m', 'http.server', '8000'] },
    8000,
    '/',
    200,
    /Directory listing/,
  ],
  [
    'busybox httpd',
    {
      image: 'busybox',
      command: ['sh', '-c', 'mkdir /www; echo hi > /www/index.html; httpd -f -p 8080 -h /www'],
    },
    8080,
    '/',
    200,
    /^hi\n$/,
  ],
  [
    'hello-app',
    { image: 'gcr.io/google-samples/hello-app:1.0' },
    8080,
    '/',
    200,
    /Hello, world!\nVersion: 1\.0(\.0)?\nHostname: web-1/,
  ],
  [
    'a well known image of its own kind on its declared port',
    { image: 'ruby:3.3', ports: [{ port: 3000, protocol: 'TCP' }] },
    3000,
    '/cart',
    200,
    /Request: GET \/cart/,
  ],
  [
    'a well known image with a command that nobody knows',
    { image: 'ruby:3.3', command: ['./shop', '--fast'], ports: [{ port: 3000, protocol: 'TCP' }] },
    3000,
    '/',
    200,
    /Pod: default\/web-1/,
  ],
];

describe('what images answer over HTTP', () => {
  it.each(PAGES)('%s', (_title, start, port, target, status, body) => {
    const response = started(start).http(port, target);
    expect(response?.status).toBe(status);
    expect(response?.body).toMatch(body);
  });

  it('the Server header and the access log of nginx', () => {
    const lab = started({ image: 'nginx:1.27.3' });
    expect(lab.http(80, '/', { 'User-Agent': 'test' })?.headers).toMatchObject({
      Server: 'nginx/1.27.3',
      'Content-Type': 'text/html',
      'Content-Length': '615',
    });
    expect(lab.log().at(-1)).toMatch(
      /^10\.0\.0\.9 - - \[02\/Mar\/2026:09:00:00 \+0000\] "GET \/ HTTP\/1\.1" 200 615 "-" "test" "-"$/,
    );
    expect(lab.log()).toContain('/docker-entrypoint.sh: Configuration complete; ready for start up');
  });

  it('a page that is written is the page that is served', () => {
    const lab = started({ image: 'nginx' });
    lab.exec('echo changed > /usr/share/nginx/html/index.html');
    expect(lab.http(80)?.body).toBe('changed\n');
  });
});

const DATAGRAMS: [
  title: string,
  start: Partial<ContainerStart>,
  port: number,
  sent: string,
  reply: string | undefined,
][] = [
  ['netexec over UDP', { image: AGNHOST, args: ['netexec', '--udp-port=90'] }, 90, 'hostname', 'web-1'],
  ['netexec echoes over UDP', { image: AGNHOST, args: ['netexec'] }, 8081, 'echo one two', 'one two'],
  ['netexec says nothing to what it does not know', { image: AGNHOST, args: ['netexec'] }, 8081, 'sing', ''],
  [
    'a well known image of its own kind echoes',
    { image: 'ruby:3.3', ports: [{ port: 5353, protocol: 'UDP' }] },
    5353,
    'ping',
    'ping',
  ],
];

it.each(DATAGRAMS)('%s', (_title, start, port, payload, reply) => {
  expect(started(start).request({ port, protocol: 'UDP', payload }).data ?? '').toBe(reply);
});

it('netexec listens on SCTP where it is told to', () => {
  const lab = started({
    image: AGNHOST,
    args: ['netexec', '--sctp-port=9', '--http-port=-1', '--udp-port=-1'],
  });
  expect(lab.request({ port: 9, protocol: 'SCTP', payload: 'hostname' }).data).toBe('web-1');
  expect(lab.request({ port: 8080 }).disposition).toBe('Refused');
});

const STREAMS: [title: string, start: Partial<ContainerStart>, port: number, sent: string, reply: RegExp][] =
  [
    [
      'redis',
      { image: 'redis:7' },
      6379,
      'PING\r\nSET a 1\r\nGET a\r\nINCR a\r\nGET b\r\nNOPE\r\n',
      /^\+PONG\r\n\+OK\r\n\$1\r\n1\r\n:2\r\n\$-1\r\n-ERR unknown command 'NOPE'/,
    ],
    [
      'redis in its own protocol',
      { image: 'redis' },
      6379,
      '*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$2\r\nhi\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\n',
      /^\+OK\r\n\$2\r\nhi\r\n$/,
    ],
    ['memcached', { image: 'memcached' }, 11_211, 'version\r\n', /^VERSION 1\.6\.39\r\n$/],
    ['mysql greets', { image: 'mysql:8.4', environment: { MYSQL_ROOT_PASSWORD: 'x' } }, 3306, '', /8\.4/],
    [
      'serve-hostname over TCP',
      { image: AGNHOST, args: ['serve-hostname', '--tcp', '--http=false'] },
      9376,
      '',
      /^web-1\n$/,
    ],
    [
      'an echo by nc',
      { image: 'busybox', command: ['nc', '-lk', '-p', '7', '-e', 'cat'] },
      7,
      'abc',
      /^abc$/,
    ],
  ];

it.each(STREAMS)('%s', (_title, start, port, payload, reply) => {
  expect(started(start).request({ port, payload }).data).toMatch(reply);
});

const FAILING: [title: string, start: Partial<ContainerStart>, status: number, log: RegExp][] = [
  [
    'mysql without a password',
    { image: 'mysql:8' },
    1,
    /Database is uninitialized and password option is not specified/,
  ],
  ['mariadb without a password', { image: 'mariadb:11' }, 1, /MARIADB_ROOT_PASSWORD/],
  ['postgres without a password', { image: 'postgres:16' }, 1, /superuser password is not specified/],
  ['http-echo without a text', { image: 'hashicorp/http-echo' }, 127, /Missing -text option!/],
  ['busybox without a command', { image: 'busybox' }, 0, /^$/],
  ['python without a command', { image: 'python:3.12' }, 0, /^$/],
  ['alpine without a command', { image: 'alpine' }, 0, /^$/],
  [
    'agnhost with what it does not know',
    { image: AGNHOST, args: ['dance'] },
    1,
    /agnhost dance is not simulated/,
  ],
  ['a script that fails', { image: 'busybox', command: ['sh', '-c', 'echo no >&2; exit 42'] }, 42, /^no$/],
  [
    'a script that is none',
    { image: 'busybox', command: ['sh', '-c', 'if true; then'] },
    2,
    /syntax error: unexpected end of file/,
  ],
];

describe('containers that end by themselves', () => {
  it.each(FAILING)('%s', (_title, start, status, log) => {
    const lab = started(start);
    expect(lab.ended()).toBe(status);
    expect(lab.log().join('\n')).toMatch(log);
  });

  it.each([
    ['busybox', ['nope'], 'exec: "nope": executable file not found in $PATH'],
    ['busybox', ['/bin/busybox2'], 'exec: "/bin/busybox2": stat /bin/busybox2: no such file or directory'],
    ['hashicorp/http-echo', ['sh'], 'exec: "sh": executable file not found in $PATH'],
    ['busybox', ['curl', 'http://x'], 'exec: "curl": executable file not found in $PATH'],
  ])('%s cannot execute %j', (image, command, reason) => {
    const said = new WorkloadsLab().start({ image, command });
    expect(said).toContain('runc create failed: unable to start container process');
    expect(said).toContain(reason);
  });

  it('two servers on one port: the second says so and ends', () => {
    const lab = started({ image: 'nginx' });
    lab.start({ id: 'c2', name: 'second', image: 'nginx' });
    expect(lab.ended('c2')).toBe(1);
    expect(lab.log('c2').at(-1)).toBe(
      'nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)',
    );
  });
});

const SIGNALS: [title: string, start: Partial<ContainerStart>, status: number | undefined][] = [
  ['nginx', { image: 'nginx' }, 0],
  ['redis', { image: 'redis' }, 0],
  ['whoami', { image: 'traefik/whoami' }, 2],
  ['agnhost netexec', { image: AGNHOST, args: ['netexec'] }, 0],
  ['agnhost pause', { image: AGNHOST }, 0],
  ['pause', { image: 'registry.k8s.io/pause:3.10' }, 0],
  ['sleep as process 1 ignores it', { command: ['sleep', '3600'] }, undefined],
  ['a shell as process 1 ignores it', { command: ['sh', '-c', 'while true; do sleep 1; done'] }, undefined],
  [
    'python as process 1 ignores it',
    { image: 'python:3.12', command: ['python', '-m', 'http.server'] },
    undefined,
  ],
  [
    'a shell that waits runs its trap at once',
    { command: ['sh', '-c', 'trap "echo bye; exit 7" TERM; sleep 3600 & wait'] },
    7,
  ],
  [
    'exec makes the server process 1',
    { image: 'nginx', command: ['sh', '-c', "exec nginx -g 'daemon off;'"] },
    0,
  ],
];

describe('SIGTERM', () => {
  it.each(SIGNALS)('%s', (_title, start, status) => {
    const lab = started(start);
    lab.workloads.terminateContainer('c1');
    expect(lab.ended()).toBe(status);
    lab.workloads.killContainer('c1');
    expect(lab.ended()).toBe(status ?? 137);
  });

  it('reaches a trap when the command in front of it has ended', () => {
    const lab = started({
      command: ['sh', '-c', 'trap "echo bye; exit 0" TERM; while true; do sleep 5; done'],
    });
    lab.workloads.terminateContainer('c1');
    expect(lab.ended()).toBeUndefined();
    lab.harness.advance(5_000);
    expect([lab.ended(), lab.log()]).toEqual([0, ['bye']]);
  });

  it('closes the sockets', () => {
    const lab = started({ image: 'nginx' });
    lab.workloads.terminateContainer('c1');
    expect(lab.request({ port: 80 }).disposition).toBe('Refused');
    expect(lab.network.listeners('pod/web')).toEqual([]);
  });
});

describe('nginx with a configuration of its own', () => {
  const withConfig = (text: string): WorkloadsLab => {
    const lab = new WorkloadsLab();
    lab.workloads.projectVolume('uid-1', 'conf', { 'default.conf': text });
    lab.start({
      image: 'nginx:1.27',
      mounts: [{ path: '/etc/nginx/conf.d', volume: 'conf', readOnly: true }],
    });
    return lab;
  };

  it.each<[string, string, number, string, number, RegExp]>([
    ['another port', 'server { listen 8080; root /usr/share/nginx/html; }', 8080, '/', 200, /Welcome/],
    [
      'a text',
      'server { listen 80; location / { return 200 "from $hostname\\n"; } }',
      80,
      '/',
      200,
      /^from web-1\n$/,
    ],
    [
      'a status',
      'server { location /old { return 410; } location / { return 301 http://web/new; } }',
      80,
      '/old',
      410,
      /410/,
    ],
    [
      'the longest prefix',
      'server { location / { return 200 a; } location /x/ { return 200 b; } location = /x/y { return 200 c; } }',
      80,
      '/x/z',
      200,
      /^b$/,
    ],
    [
      'an exact path',
      'server { location / { return 200 a; } location = /x/y { return 200 c; } }',
      80,
      '/x/y',
      200,
      /^c$/,
    ],
    [
      'a proxy without a backend',
      'server { location / { proxy_pass http://api:80; } }',
      80,
      '/',
      502,
      /502 Bad Gateway/,
    ],
  ])('%s', (_title, text, port, target, status, body) => {
    const response = withConfig(text).http(port, target);
    expect(response?.status).toBe(status);
    expect(response?.body).toMatch(body);
  });

  it('passes on to a backend that it finds by name', () => {
    const lab = new WorkloadsLab();
    lab.start({
      id: 'api',
      podUid: 'uid-2',
      networkNamespace: 'pod/api',
      image: 'hashicorp/http-echo',
      args: ['-text=from api', '-listen=:80'],
    });
    lab.workloads.projectVolume('uid-1', 'conf', {
      'default.conf': 'upstream up { server api:80; }\nserver { location / { proxy_pass http://up; } }',
    });
    lab.start({ image: 'nginx', mounts: [{ path: '/etc/nginx/conf.d', volume: 'conf', readOnly: true }] });
    expect(lab.http(80)?.body).toBe('from api\n');
  });

  it.each([
    ['server { proxy_pass http://nowhere; }', 'host not found in upstream "nowhere"'],
    ['server { listen 80', 'is not terminated by ";"'],
    ['server { listen 80;', 'unexpected end of file, expecting "}"'],
  ])('does not start with %j', (text, reason) => {
    const lab = withConfig(text);
    expect(lab.ended()).toBe(1);
    expect(lab.log().at(-1)).toContain(reason);
  });
});

it('agnhost liveness turns bad after ten seconds and says that something changed', () => {
  const lab = started({ image: AGNHOST, args: ['liveness'] });
  const changes: string[] = [];
  lab.workloads.listener = { changed: (id) => changes.push(id) };
  expect(lab.http(8080, '/healthz')?.status).toBe(200);
  lab.harness.advance(11_000);
  expect(changes).toEqual(['c1']);
  expect(lab.http(8080, '/healthz')?.status).toBe(500);
});

it('netexec ends with the status that it is asked for', () => {
  const lab = started({ image: AGNHOST, args: ['netexec'] });
  expect(lab.http(8080, '/exit?code=5')?.status).toBe(200);
  expect(lab.ended()).toBe(5);
});
