import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { utf8Decode } from '@podlab/kernel';
import type { Cluster } from './cluster';
import { create, deployment, lab, service, settle } from './test-support';

const WEB = '10.96.0.20';
const IMAGES = { busybox: 'busybox:1.37', bind: 'nicolaka/netshoot:v0.13', glibc: 'debian:12' };

const OBJECTS = [
  deployment('web'),
  service('web', {
    selector: { app: 'web' },
    clusterIP: WEB,
    ports: [{ name: 'http', port: 80 }],
  }),
  service('alias', { type: 'ExternalName', externalName: 'example.com' }),
];

const BIND = [
  'nslookup web',
  'nslookup nobody',
  `nslookup ${WEB}`,
  'nslookup example.com',
  'dig web.lab06.svc.cluster.local',
  'dig +search +short web',
  'dig web',
  'dig +noall +answer _http._tcp.web.lab06.svc.cluster.local SRV',
  `dig +short -x ${WEB} @10.96.0.10`,
  'host web',
  'host nobody.lab06',
  `host ${WEB}`,
  'host -t AAAA web',
  'dig +tcp +short dns-version.cluster.local TXT',
  'dig +time=1 +tries=1 @203.0.113.99 web',
];

/** What commands print in a container of an image, one after another. */
function printed(cluster: Cluster, image: string, commands: readonly string[]): string[] {
  const script = commands.map((command) => `${command}; echo "=$?"`).join('; ');
  const main = { name: 'main', image, command: ['sh', '-c', `${script}; sleep infinity`] };
  const metadata = { name: 'tools', namespace: 'lab06' };
  create(cluster, { kind: 'Pod', metadata, ...{ spec: { containers: [main] } } });
  settle(cluster);
  const answer = cluster.kube({
    method: 'GET',
    path: '/api/v1/namespaces/lab06/pods/tools/log',
    query: '',
    accept: '*/*',
    content_type: '',
    body: new Uint8Array(),
    user: { name: 'student', groups: ['system:masters'] },
  });
  const text = answer.kind === 'answer' ? utf8Decode(answer.body as Uint8Array) : '';
  return text
    .replace(/^(;; WHEN: ).*/gm, '$1(now)')
    .split(/^=/m)
    .map((part) => part.replace(/^\d+\n/, ''));
}

it('busybox nslookup asks the whole search path for a name without a dot, and nothing else for one with a dot', () => {
  const [short, dotted, full, alias, nobody] = printed(lab(OBJECTS), IMAGES.busybox, [
    'nslookup web',
    'nslookup web.lab06',
    'nslookup web.lab06.svc.cluster.local',
    'nslookup -type=a alias.lab06.svc.cluster.local',
    'nslookup nobody.lab06.svc.cluster.local',
  ]);
  const head = 'Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\n';
  expect(short).toBe(
    `${head}Name:\tweb.lab06.svc.cluster.local
Address: 10.96.0.20

** server can't find web.svc.cluster.local: NXDOMAIN

** server can't find web.cluster.local: NXDOMAIN


** server can't find web.svc.cluster.local: NXDOMAIN

** server can't find web.cluster.local: NXDOMAIN

`,
  );
  const missing = "** server can't find web.lab06: NXDOMAIN\n\n";
  expect(dotted).toBe(head + missing + missing);
  expect(full).toBe(`${head}Name:\tweb.lab06.svc.cluster.local\nAddress: 10.96.0.20\n\n\n`);
  expect(alias).toBe(
    `${head}alias.lab06.svc.cluster.local\tcanonical name = example.com\nName:\texample.com\nAddress: 203.0.113.80\n\n`,
  );
  expect(nobody).toBe(
    `${head}${"** server can't find nobody.lab06.svc.cluster.local: NXDOMAIN\n\n".repeat(2)}`,
  );
});

it('BIND’s tools print what they print on Linux', () => {
  const answers = printed(lab(OBJECTS), IMAGES.bind, BIND);
  const golden = join(__dirname, 'name-tools.golden');
  const transcript = BIND.map((command, index) => `$ ${command}\n${answers[index]}`).join('');
  if (process.env['UPDATE_GOLDEN']) writeFileSync(golden, transcript);
  expect(transcript).toBe(readFileSync(golden, 'utf8'));
});

it('getent reads /etc/hosts first, then asks', () => {
  const [own, name, address, nobody] = printed(lab(OBJECTS), IMAGES.glibc, [
    'getent hosts localhost',
    'getent hosts web',
    `getent hosts ${WEB}`,
    'getent hosts nobody',
  ]);
  expect([own, name, address, nobody]).toEqual([
    '127.0.0.1       localhost\n',
    '10.96.0.20      web.lab06.svc.cluster.local\n',
    '10.96.0.20      web.lab06.svc.cluster.local\n',
    '',
  ]);
});
