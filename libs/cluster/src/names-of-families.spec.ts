import type { Request } from '@podlab/contracts';
import { createCluster, type Cluster } from './cluster';
import { CLIENT, clusterConfig, create, deployment, send, service, settle } from './test-support';

const RANGES = {
  IPv4: { service: '10.96.0.0/16', pod: '10.244.0.0/16' },
  IPv6: { service: 'fd00:10:96::/112', pod: 'fd00:10:244::/56' },
} as const;
type Family = keyof typeof RANGES;

const HTTP = { selector: { app: 'web' }, ports: [{ name: 'http', port: 80 }] };

function lab(families: readonly Family[]): Cluster {
  const cluster = createCluster({
    ...clusterConfig(),
    service_cidr: families.map((family) => RANGES[family].service).join(','),
    pod_cidr: families.map((family) => RANGES[family].pod).join(','),
    world: {
      hosts: [
        { name: 'both.test', ip: '203.0.113.81', listens: [{ port: 80, protocol: 'TCP' }] },
        { name: 'six.test', ip: '2001:db8::80', listens: [{ port: 80, protocol: 'TCP' }] },
      ],
    },
  });
  create(cluster, { kind: 'Namespace', metadata: { name: 'lab06' } });
  settle(cluster, 5_000);
  const containers = [{ name: 'main', image: 'curlimages/curl:8.10.1', command: ['sleep', 'infinity'] }];
  create(cluster, {
    kind: 'Pod',
    metadata: { name: 'client', namespace: 'lab06' },
    ...{ spec: { containers } },
  });
  create(cluster, deployment('web', { replicas: 2 }));
  create(cluster, service('web', HTTP));
  create(cluster, service('headless', { ...HTTP, clusterIP: 'None' }));
  if (families.length > 1) {
    create(cluster, service('both', { ...HTTP, ipFamilyPolicy: 'RequireDualStack' }));
    create(cluster, service('pods', { ...HTTP, clusterIP: 'None', ipFamilyPolicy: 'RequireDualStack' }));
  }
  settle(cluster);
  return cluster;
}

/** The questions of a request that found their name: `A 1` is one address. */
const asked = ({ trace }: Request): string[] =>
  (trace?.hops ?? []).flatMap(({ steps }) =>
    steps.flatMap(({ type, detail }) =>
      type === 'DnsQuery' && detail['rcode'] !== 'NXDOMAIN'
        ? [`${String(detail['type'])} ${(detail['answers'] as string[]).length}`]
        : [],
    ),
  );
const family = (address = '') => (address.startsWith('[') ? 'IPv6' : 'IPv4');

type Row = [host: string, families: readonly Family[], asked: string[], backend: Family];

const ROWS: Row[] = [
  ['web', ['IPv4'], ['A 1'], 'IPv4'],
  ['web', ['IPv6'], ['AAAA 1'], 'IPv6'],
  ['headless', ['IPv6'], ['AAAA 2'], 'IPv6'],
  ['web', ['IPv4', 'IPv6'], ['A 1', 'AAAA 0'], 'IPv4'],
  ['web', ['IPv6', 'IPv4'], ['A 0', 'AAAA 1'], 'IPv6'],
  ['both', ['IPv4', 'IPv6'], ['A 1', 'AAAA 1'], 'IPv6'],
  ['both', ['IPv6', 'IPv4'], ['A 1', 'AAAA 1'], 'IPv6'],
  ['pods', ['IPv4', 'IPv6'], ['A 2', 'AAAA 2'], 'IPv6'],
  ['six.test', ['IPv4', 'IPv6'], ['A 0', 'AAAA 1'], 'IPv6'],
  ['both.test', ['IPv4', 'IPv6'], ['A 1', 'AAAA 0'], 'IPv4'],
];

describe('a pod asks for the families that it has an address of, and takes IPv6 where there is one', () => {
  it.each(ROWS)('%s in a cluster of %j: %j', (host, families, questions, backend) => {
    const request = send(lab(families), CLIENT, `http://${host}/`);
    expect([request.disposition, asked(request), family(request.backend)]).toEqual([
      'Delivered',
      questions,
      backend,
    ]);
  });

  it('a host outside of another family alone has no address for the pod', () => {
    const { disposition, dns, diagnosis } = send(lab(['IPv4']), CLIENT, 'http://six.test/');
    expect([disposition, dns?.rcode]).toEqual(['NameNotResolved', 'NODATA']);
    expect(diagnosis?.code).toBe('NoAddressOfFamily');
  });

  it('nodes and the outside ask in their own family', () => {
    const cluster = lab(['IPv6']);
    for (const from of [{ kind: 'Node', name: 'node-a' }, { kind: 'External' }] as const)
      expect(send(cluster, from, 'http://six.test/').disposition).toBe('Delivered');
  });
});
