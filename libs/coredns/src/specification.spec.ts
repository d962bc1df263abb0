import type { EndpointSlice, Service } from '@podlab/api';
import { buildService } from '@podlab/testkit';
import { createHarness } from './test-support';
import { formatRecordData } from './wire/message';
import type { Question } from './wire/message';

const HEADLESS = { clusterIP: 'None', clusterIPs: ['None'] };
const HTTPS = [{ name: 'https', port: 443, protocol: 'TCP' }];
const alias = (name: string, externalName: string): Service =>
  buildService('default', name, undefined, [], {
    type: 'ExternalName',
    externalName,
    clusterIP: '',
    clusterIPs: [],
  });

const SERVICES: Service[] = [
  buildService('default', 'kubernetes', undefined, HTTPS, {
    clusterIP: '10.3.0.1',
    clusterIPs: ['10.3.0.1', '2001:db8::1'],
  }),
  buildService('default', 'headless', { app: 'pet' }, HTTPS, HEADLESS),
  buildService('default', 'unready', { app: 'slow' }, HTTPS, HEADLESS),
  buildService('default', 'impatient', { app: 'slow' }, HTTPS, {
    ...HEADLESS,
    publishNotReadyAddresses: true,
  }),
  buildService('default', 'single', { app: 'one' }, [{ port: 80, protocol: 'TCP' }], {
    clusterIP: '10.3.0.2',
    clusterIPs: ['10.3.0.2'],
  }),
  buildService('kube-system', 'kube-dns', { app: 'dns' }, [{ name: 'dns', port: 53, protocol: 'UDP' }], {
    clusterIP: '10.3.0.10',
    clusterIPs: ['10.3.0.10'],
  }),
  alias('foo', 'www.example.com'),
  alias('inner', 'kubernetes.default.svc.cluster.local'),
  alias('lost', 'nobody.default.svc.cluster.local'),
  alias('loop', 'loop.default.svc.cluster.local'),
  alias('ring-a', 'ring-b.default.svc.cluster.local'),
  alias('ring-b', 'ring-a.default.svc.cluster.local'),
  alias('address', '192.0.2.1'),
];

function slice(
  name: string,
  service: string,
  addressType: string,
  endpoints: EndpointSlice['endpoints'],
): EndpointSlice {
  const labels = { 'kubernetes.io/service-name': service };
  const ports = [{ name: 'https', port: 443, protocol: 'TCP' }];
  const metadata = { name, namespace: 'default', labels };
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata,
    addressType,
    ports,
    endpoints,
  };
}

const SLICES: EndpointSlice[] = [
  slice('headless-4', 'headless', 'IPv4', [
    { addresses: ['10.3.0.100'], hostname: 'my-pet', conditions: { ready: true } },
    { addresses: ['10.3.0.101'], hostname: 'my-pet-2', conditions: { ready: true } },
    { addresses: ['10.3.0.102'], conditions: { ready: true } },
    { addresses: ['10.3.0.103'], hostname: 'asleep', conditions: { ready: false } },
  ]),
  slice('headless-6', 'headless', 'IPv6', [
    { addresses: ['2001:db8::100'], hostname: 'my-pet', conditions: { ready: true } },
  ]),
  slice('unready-4', 'unready', 'IPv4', [
    { addresses: ['10.3.0.110'], hostname: 'slow', conditions: { ready: false } },
  ]),
  slice('impatient-4', 'impatient', 'IPv4', [
    { addresses: ['10.3.0.110'], hostname: 'slow', conditions: { ready: true, serving: false } },
  ]),
];

type Row = [section: string, name: string, type: Question['type'], rcode: string, ...answers: string[]];

const D = 'default.svc.cluster.local';
const IP6 = '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa';
const PET6 = '0.0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa';
const SOA = 'SOA ns.dns.cluster.local. hostmaster.cluster.local. 1 7200 1800 86400 30';

/** The example records of the Kubernetes DNS specification 1.1.0, by section, and what stands around them. */
const SPECIFICATION: readonly Row[] = [
  ['2.2 schema version', 'dns-version.cluster.local', 'TXT', 'NOERROR', 'TXT "1.1.0"'],
  ['2.3.1 A', `kubernetes.${D}`, 'A', 'NOERROR', 'A 10.3.0.1'],
  ['2.3.1 AAAA', `kubernetes.${D}`, 'AAAA', 'NOERROR', 'AAAA 2001:db8::1'],
  ['2.3.2 SRV', `_https._tcp.kubernetes.${D}`, 'SRV', 'NOERROR', `SRV 0 50 443 kubernetes.${D}.`],
  ['2.3.3 PTR of IPv4', '1.0.3.10.in-addr.arpa', 'PTR', 'NOERROR', `PTR kubernetes.${D}.`],
  ['2.3.3 PTR of IPv6', IP6, 'PTR', 'NOERROR', `PTR kubernetes.${D}.`],
  [
    '2.4.1 A, all ready endpoints',
    `headless.${D}`,
    'A',
    'NOERROR',
    'A 10.3.0.100',
    'A 10.3.0.101',
    'A 10.3.0.102',
  ],
  ['2.4.1 AAAA', `headless.${D}`, 'AAAA', 'NOERROR', 'AAAA 2001:db8::100'],
  ['2.4.1 A of a hostname', `my-pet.headless.${D}`, 'A', 'NOERROR', 'A 10.3.0.100'],
  ['2.4.1 AAAA of a hostname', `my-pet.headless.${D}`, 'AAAA', 'NOERROR', 'AAAA 2001:db8::100'],
  ['2.4.1 an identifier without a hostname', `10-3-0-102.headless.${D}`, 'A', 'NOERROR', 'A 10.3.0.102'],
  ['2.4.1 no ready endpoint', `unready.${D}`, 'A', 'NXDOMAIN'],
  ['2.4.1 a hostname that is not ready', `asleep.headless.${D}`, 'A', 'NXDOMAIN'],
  ['2.1 ready by publishNotReadyAddresses', `impatient.${D}`, 'A', 'NOERROR', 'A 10.3.0.110'],
  ['2.1 its hostname too', `slow.impatient.${D}`, 'A', 'NOERROR', 'A 10.3.0.110'],
  [
    '2.4.2 SRV, endpoint by port',
    `_https._tcp.headless.${D}`,
    'SRV',
    'NOERROR',
    `SRV 0 25 443 10-3-0-102.headless.${D}.`,
    `SRV 0 25 443 my-pet-2.headless.${D}.`,
    `SRV 0 25 443 my-pet.headless.${D}.`,
  ],
  ['2.4.3 PTR of an endpoint', '100.0.3.10.in-addr.arpa', 'PTR', 'NOERROR', `PTR my-pet.headless.${D}.`],
  ['2.4.3 PTR of an IPv6 endpoint', PET6, 'PTR', 'NOERROR', `PTR my-pet.headless.${D}.`],
  ['2.4.3 no PTR without a hostname', '102.0.3.10.in-addr.arpa', 'PTR', 'NXDOMAIN'],
  ['2.4.3 no PTR while not ready', '103.0.3.10.in-addr.arpa', 'PTR', 'NXDOMAIN'],
  ['2.5 CNAME followed to A', `foo.${D}`, 'A', 'NOERROR', 'A 192.0.2.53', 'CNAME www.example.com.'],
  [
    '2.5 CNAME followed to AAAA',
    `foo.${D}`,
    'AAAA',
    'NOERROR',
    'AAAA 2001:db8::53',
    'CNAME www.example.com.',
  ],
  ['2.5 CNAME alone', `foo.${D}`, 'CNAME', 'NOERROR', 'CNAME www.example.com.'],
  ['2.5 CNAME into the zone', `inner.${D}`, 'A', 'NOERROR', 'A 10.3.0.1', `CNAME kubernetes.${D}.`],
  ['2.6 A of a pod', '10-3-0-1.default.pod.cluster.local', 'A', 'NOERROR', 'A 10.3.0.1'],
  ['2.6 AAAA of a pod', '2001-db8--7.default.pod.cluster.local', 'AAAA', 'NOERROR', 'AAAA 2001:db8::7'],
];

const AROUND: readonly Row[] = [
  ['no AAAA where there is no IPv6: NODATA', `single.${D}`, 'AAAA', 'NOERROR'],
  ['an unnamed port has no SRV of its own', `_http._tcp.single.${D}`, 'SRV', 'NXDOMAIN'],
  [
    'an SRV of the Service lists its unnamed port',
    `single.${D}`,
    'SRV',
    'NOERROR',
    `SRV 0 100 80 single.${D}.`,
  ],
  ['TXT of a Service: NODATA', `kubernetes.${D}`, 'TXT', 'NOERROR'],
  ['ANY gives nothing away: NODATA', `kubernetes.${D}`, 'ANY', 'NOERROR'],
  ['ANY of nobody', `nobody.${D}`, 'ANY', 'NXDOMAIN'],
  ['a type that nobody knows: NODATA', `kubernetes.${D}`, 'TYPE65', 'NOERROR'],
  ['a wildcard is a name like any other', `*.${D}`, 'A', 'NXDOMAIN'],
  ['a wildcard for the namespace', 'kubernetes.*.svc.cluster.local', 'A', 'NXDOMAIN'],
  ['`any` is no wildcard any more', `any.${D}`, 'A', 'NXDOMAIN'],
  ['the zone itself: NODATA', 'cluster.local', 'A', 'NOERROR'],
  ['its name server', 'cluster.local', 'NS', 'NOERROR', 'NS kube-dns.kube-system.svc.cluster.local.'],
  ['the address of its name server', 'ns.dns.cluster.local', 'A', 'NOERROR', 'A 10.3.0.10'],
  ['its SOA', 'cluster.local', 'SOA', 'NOERROR', SOA],
  ['a namespace: NODATA', D, 'A', 'NOERROR'],
  ['the pods of a namespace: NODATA', 'default.pod.cluster.local', 'A', 'NOERROR'],
  ['a namespace of nobody', 'nowhere.svc.cluster.local', 'A', 'NXDOMAIN'],
  ['a pod in a namespace of nobody', '10-3-0-1.nowhere.pod.cluster.local', 'A', 'NXDOMAIN'],
  ['no address of a pod', '10-3-0.default.pod.cluster.local', 'A', 'NXDOMAIN'],
  ['too many labels', `a.b.c.kubernetes.${D}`, 'A', 'NXDOMAIN'],
  ['an alias to nobody in the zone: NODATA', `lost.${D}`, 'A', 'NOERROR'],
  ['an alias of itself: NODATA', `loop.${D}`, 'A', 'NOERROR'],
  ['aliases in a ring: NODATA', `ring-a.${D}`, 'A', 'NOERROR'],
  ['an alias that is an address', `address.${D}`, 'A', 'NXDOMAIN'],
  ['an endpoint of an alias', `a.foo.${D}`, 'A', 'NXDOMAIN'],
  ['a host outside', 'www.example.com', 'AAAA', 'NOERROR', 'AAAA 2001:db8::53'],
  ['a host outside without IPv6: NODATA', 'example.com', 'AAAA', 'NOERROR'],
  ['nobody outside', 'example.org', 'A', 'NXDOMAIN'],
];

describe('the DNS specification 1.1', () => {
  const { ask } = createHarness(SERVICES, SLICES);
  it.each<Row>([...SPECIFICATION, ...AROUND])('%s: %s %s', (_section, name, type, rcode, ...answers) => {
    const message = ask(name, type);
    const given = message.answers.map((record) => `${record.type} ${formatRecordData(record)}`).sort();
    expect([message.rcode, given]).toEqual([rcode, answers]);
  });

  it('an answer of the cluster is authoritative, lives 30 s and offers no recursion', () => {
    const { authoritative, recursion_available, answers } = ask(`kubernetes.${D}`);
    expect([authoritative, recursion_available, answers[0].ttl]).toEqual([true, false, 30]);
  });

  it.each<[string, string, Question['type'], string, number]>([
    ['NXDOMAIN', `nobody.${D}`, 'A', 'cluster.local', 30],
    ['NODATA', `single.${D}`, 'AAAA', 'cluster.local', 30],
    ['NXDOMAIN outside', 'example.org', 'A', '', 86400],
  ])('%s has the SOA in authority, for how long to remember it', (_title, name, type, zone, minimum) => {
    const { authorities, answers } = ask(name, type);
    expect(answers).toEqual([]);
    expect(authorities).toMatchObject([{ type: 'SOA', name: zone, ttl: 30, minimum }]);
  });

  it('names come back in the case that they were asked in', () => {
    expect(ask(`KuberNetes.${D}`)).toMatchObject({
      questions: [{ name: `KuberNetes.${D}` }],
      answers: [{ name: `KuberNetes.${D}`, address: '10.3.0.1' }],
    });
  });

  it('an SRV has the addresses of both families beside it', () => {
    const { additionals } = ask(`_https._tcp.kubernetes.${D}`, 'SRV');
    expect(additionals.map(formatRecordData).sort()).toEqual(['10.3.0.1', '2001:db8::1']);
  });
});
