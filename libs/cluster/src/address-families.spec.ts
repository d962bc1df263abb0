import type { EndpointSlice, Node, Pod, Service } from '@podlab/api';
import { ExecRequest } from '@podlab/contracts';
import * as fc from 'fast-check';
import { createCluster, restoreCluster } from './cluster';
import type { Cluster } from './cluster';
import {
  call,
  CLIENT,
  clusterConfig,
  create,
  deployment,
  get,
  OUTSIDE,
  patch,
  send,
  service,
  settle,
} from './test-support';

const RANGES = {
  IPv4: { service: '10.96.0.0/16', pod: '10.244.0.0/16' },
  IPv6: { service: 'fd00:10:96::/112', pod: 'fd00:10:244::/56' },
} as const;
type Family = keyof typeof RANGES;

/** A cluster of these families with a client and three web servers; the default family comes first. */
function lab(families: readonly Family[]): Cluster {
  const cluster = createCluster({
    ...clusterConfig(),
    service_cidr: families.map((family) => RANGES[family].service).join(','),
    pod_cidr: families.map((family) => RANGES[family].pod).join(','),
    world: { hosts: [{ name: 'six.test', ip: '2001:DB8::80', listens: [{ port: 80, protocol: 'TCP' }] }] },
  });
  create(cluster, { kind: 'Namespace', metadata: { name: 'lab06' } });
  settle(cluster, 5_000);
  const containers = [{ name: 'main', image: 'curlimages/curl:8.10.1', command: ['sleep', 'infinity'] }];
  const client = { kind: 'Pod', metadata: { name: 'client', namespace: 'lab06' }, spec: { containers } };
  create(cluster, client);
  const probed = { readinessProbe: { httpGet: { path: '/', port: 80 } } };
  create(cluster, deployment('web', { replicas: 3, container: probed }));
  settle(cluster);
  return cluster;
}

const pods = (cluster: Cluster): Pod[] =>
  (get(cluster, '/api/v1/namespaces/lab06/pods').items as Pod[]).filter(
    ({ metadata }) => metadata.name !== 'client',
  );
const podNamed = (cluster: Cluster, name: string) =>
  get(cluster, `/api/v1/namespaces/lab06/pods/${name}`) as unknown as Pod;
const nodes = (cluster: Cluster): Node[] => get(cluster, '/api/v1/nodes').items as Node[];
const familyOf = (address: string): Family => (address.includes(':') ? 'IPv6' : 'IPv4');
const addressOf = (pod: Pod, family: Family): string =>
  pod.status?.podIPs?.find(({ ip }) => familyOf(ip) === family)?.ip ?? '';
const inUrl = (address: string): string => (address.includes(':') ? `[${address}]` : address);
const nodeAddress = (node: Node, type: string, family: Family): string =>
  node.status?.addresses?.find((each) => each.type === type && familyOf(each.address) === family)?.address ??
  '';

/** What a command on a node prints. */
function shell(cluster: Cluster, name: string, script: string): string {
  const target = { kind: 'Node', name };
  const { id } = cluster.exec(ExecRequest.parse({ target, command: ['sh', '-c', script], stdin: '' }));
  settle(cluster, 10_000);
  const session = cluster.execSession(id);
  cluster.endExec(id);
  return `${session?.stdout}${session?.stderr}`;
}

const CLUSTERS: [string, readonly Family[]][] = [
  ['IPv4 and IPv6', ['IPv4', 'IPv6']],
  ['IPv6 and IPv4', ['IPv6', 'IPv4']],
  ['IPv6 alone', ['IPv6']],
];

describe.each(CLUSTERS)('a cluster of %s', (_, families) => {
  const cluster = lab(families);
  const [first] = families;

  it('gives each node a range and an InternalIP of each family, the default one first', () => {
    for (const node of nodes(cluster)) {
      expect(node.spec.podCIDRs?.map(familyOf)).toEqual(families);
      expect(node.spec.podCIDR).toBe(node.spec.podCIDRs?.[0]);
      const internal = node.status?.addresses?.filter(({ type }) => type === 'InternalIP') ?? [];
      expect(internal.map(({ address }) => familyOf(address))).toEqual(families);
    }
  });

  it('gives each pod an address of each family from its node, and tells the host’s', () => {
    for (const pod of pods(cluster)) {
      const { podIP, podIPs, hostIP, hostIPs } = pod.status ?? {};
      expect(podIPs?.map(({ ip }) => familyOf(ip))).toEqual(families);
      expect(hostIPs?.map(({ ip }) => familyOf(ip))).toEqual(families);
      expect([podIP, hostIP]).toEqual([podIPs?.[0].ip, hostIPs?.[0].ip]);
    }
  });

  it('has its own two Services in the default family', () => {
    for (const path of ['default/services/kubernetes', 'kube-system/services/kube-dns']) {
      const { spec } = get(cluster, `/api/v1/namespaces/${path}`) as { spec: Record<string, unknown> };
      expect(spec).toMatchObject({ ipFamilies: [first], ipFamilyPolicy: 'SingleStack' });
      expect(familyOf(spec['clusterIP'] as string)).toBe(first);
    }
  });

  it.each(families)('takes a request from pod to pod over %s, on the same node and across', (family) => {
    const source = addressOf(podNamed(cluster, 'client'), family);
    for (const pod of pods(cluster)) {
      const address = addressOf(pod, family);
      const request = send(cluster, CLIENT, `http://${inUrl(address)}/`);
      expect(request).toMatchObject({
        disposition: 'Delivered',
        backend: `${inUrl(address)}:80`,
        source_seen_by_backend: source,
        response: { status: 200, served_by: { pod: pod.metadata.name, node: pod.spec.nodeName } },
      });
    }
  });

  it.each(families)('answers an echo over %s', (family) => {
    const host = addressOf(pods(cluster)[0], family);
    expect(send(cluster, CLIENT, { host, protocol: 'ICMP' }).disposition).toBe('Delivered');
  });

  it.each(families)('refuses a closed port over %s and says which are open', (family) => {
    const [pod] = pods(cluster);
    const request = send(cluster, CLIENT, `http://${inUrl(addressOf(pod, family))}:8080/`);
    expect(request).toMatchObject({
      disposition: 'Refused',
      diagnosis: { code: 'PodPortNotListening', expected: [80] },
    });
    expect(request.diagnosis?.fix).toMatchObject({
      action: 'Request',
      request: { to: `http://${inUrl(addressOf(pod, family))}:80/` },
    });
  });

  it.each(families)('lets nodes reach pods, and the outside reach nodes, over %s', (family) => {
    const [pod] = pods(cluster);
    const node = { kind: 'Node', name: 'node-a' } as const;
    expect(send(cluster, node, `http://${inUrl(addressOf(pod, family))}/`).disposition).toBe('Delivered');
    for (const type of ['InternalIP', 'ExternalIP']) {
      const host = nodeAddress(nodes(cluster)[0], type, family);
      expect(send(cluster, OUTSIDE, { host, protocol: 'ICMP' }).disposition).toBe('Delivered');
    }
  });

  it.each(families)('hides pods from the outside over %s', (family) => {
    const [pod] = pods(cluster);
    const request = send(cluster, OUTSIDE, `http://${inUrl(addressOf(pod, family))}/`);
    expect(request).toMatchObject({
      disposition: 'NoRoute',
      diagnosis: { code: 'PodIPNotReachableFromOutside' },
    });
  });

  it('reaches the outside over IPv6, masqueraded by the node', () => {
    const request = send(cluster, CLIENT, 'http://[2001:db8::80]/');
    const host = podNamed(cluster, 'client').status?.hostIPs?.find(({ ip }) => familyOf(ip) === 'IPv6')?.ip;
    expect(request).toMatchObject({ disposition: 'Delivered', source_seen_by_backend: host });
  });

  describe('a Service of type NodePort', () => {
    const policy = families.length === 2 ? 'RequireDualStack' : 'SingleStack';
    const made = lab(families);
    const ports = [{ port: 80, nodePort: 30_123 }];
    const spec = { type: 'NodePort', ipFamilyPolicy: policy, selector: { app: 'web' }, ports };
    create(made, service('web', spec));
    settle(made);
    const web = get(made, '/api/v1/namespaces/lab06/services/web') as unknown as Service;
    const backends = (family: Family) => pods(made).map((pod) => `${inUrl(addressOf(pod, family))}:80`);

    it('has an address and slices of each family', () => {
      expect(web.spec.ipFamilies).toEqual(families);
      expect(web.spec.clusterIPs?.map(familyOf)).toEqual(families);
      const slices = get(made, '/apis/discovery.k8s.io/v1/namespaces/lab06/endpointslices')
        .items as EndpointSlice[];
      expect(slices.map(({ addressType }) => addressType).sort()).toEqual([...families].sort());
    });

    it.each(families)(
      'is reached by pods at its cluster IP over %s, their own address in sight',
      (family) => {
        const address = web.spec.clusterIPs?.find((each) => familyOf(each) === family) ?? '';
        const request = send(made, CLIENT, `http://${inUrl(address)}/`);
        expect(request.disposition).toBe('Delivered');
        expect(backends(family)).toContain(request.backend);
        expect(request.source_seen_by_backend).toBe(addressOf(podNamed(made, 'client'), family));
        const steps = request.trace?.hops.flatMap(({ steps }) => steps) ?? [];
        const translation = steps.find(({ type }) => type === 'DestinationNat');
        expect(translation?.rule?.text).toContain(`--to-destination ${request.backend}`);
        expect(translation?.objects[0]).toMatchObject({ kind: 'Service', name: 'web' });
      },
    );

    it.each(families)('is reached from outside at its node port over %s', (family) => {
      const address = nodeAddress(nodes(made)[1], 'ExternalIP', family);
      const request = send(made, OUTSIDE, `http://${inUrl(address)}:30123/`);
      expect(request.disposition).toBe('Delivered');
      expect(backends(family)).toContain(request.backend);
    });

    it('is on no node’s IPv6 loopback, and the diagnosis says where instead', () => {
      const node = { kind: 'Node', name: 'node-a' } as const;
      const request = send(made, node, 'http://[::1]:30123/');
      const expected = nodeAddress(nodes(made)[0], 'InternalIP', 'IPv6');
      const { diagnosis, disposition } = request;
      expect(disposition).toBe('Refused');
      expect(diagnosis).toMatchObject({ code: 'NodePortNotServedOnAddress', found: '::1', expected });
      const { fix } = diagnosis ?? {};
      const to = fix?.action === 'Request' ? fix.request['to'] : undefined;
      expect(send(made, node, to as string).disposition).toBe('Delivered');
    });

    it.each(families)('has a load balancer that is reached over %s', (family) => {
      made.perform({ kind: 'Cloud', settings: { enabled: true, delay_ms: 0, quota: 5 } });
      create(made, service('public', { ...spec, type: 'LoadBalancer', ports: [{ port: 80 }] }));
      settle(made);
      const { status } = get(made, '/api/v1/namespaces/lab06/services/public') as unknown as Service;
      const addresses = status?.loadBalancer?.ingress?.map(({ ip = '' }) => ip) ?? [];
      expect(addresses.map(familyOf)).toEqual(families);
      const address = addresses[families.indexOf(family)];
      const request = send(made, OUTSIDE, `http://${inUrl(address)}/`);
      expect(request.disposition).toBe('Delivered');
      expect(backends(family)).toContain(request.backend);
      expect(request.trace?.hops.map(({ where }) => where.kind)).toContain('LoadBalancer');
      call(made, 'DELETE', '/api/v1/namespaces/lab06/services/public', undefined);
      settle(made);
      expect(send(made, OUTSIDE, `http://${inUrl(address)}/`).disposition).toBe('NoRoute');
    });

    // glibc prefers IPv6, also a unique local address of it, to IPv4 (its own table in getaddrinfo.c).
    it('is found by its name, over IPv6', () => {
      const request = send(made, CLIENT, 'http://web/');
      expect(request).toMatchObject({ disposition: 'Delivered', dns: { rcode: 'NOERROR' } });
      expect(backends('IPv6')).toContain(request.backend);
    });
  });

  it.each([
    ['ping -c 1 -q ::1', '1 packets transmitted, 1 received'],
    ['ping -c 1 2001:db8:ffff::1', 'Destination unreachable: No route'],
    ['ip -6 route', 'default via fd00:172:18::1 dev eth0 metric 1024 pref medium'],
    ['ip -6 addr show eth0', 'inet6 fd00:172:18::3/64 scope global'],
    [
      'ip6tables -t nat -S FLANNEL-POSTRTG',
      '! -d ff00::/8 -m comment --comment "flanneld masq" -j MASQUERADE',
    ],
  ])('prints on a node for %s what the tool prints', (command, expected) => {
    expect(shell(cluster, 'node-a', command)).toContain(expected);
  });

  it('runs on alike from what was written of it', () => {
    const other = restoreCluster(cluster.checkpoint());
    expect(other.hash()).toBe(cluster.hash());
    const target = `http://${inUrl(addressOf(pods(cluster)[0], 'IPv6'))}/`;
    const [one, two] = [cluster.fork(), other].map((each) => {
      const answer = send(each, CLIENT, target);
      settle(each);
      return [JSON.stringify(answer), each.hash()];
    });
    expect(two).toEqual(one);
  });
});

describe('a family that is not there', () => {
  it('has no route, and the diagnosis names the families of the cluster', () => {
    const cluster = lab(['IPv6']);
    for (const from of [CLIENT, OUTSIDE]) {
      expect(send(cluster, from, 'http://10.244.0.2/')).toMatchObject({
        disposition: 'NoRoute',
        diagnosis: { code: 'AddressFamilyNotInCluster', found: '10.244.0.2', expected: ['IPv6'] },
      });
    }
  });

  it('can’t be spoken from an address of the other one', () => {
    const cluster = lab(['IPv4', 'IPv6']);
    const host = nodeAddress(nodes(cluster)[0], 'InternalIP', 'IPv6');
    const request = send(cluster, { kind: 'External', ip: '198.51.100.9' }, { host, protocol: 'ICMP' });
    expect(request).toMatchObject({
      disposition: 'NoRoute',
      diagnosis: { code: 'AddressFamiliesDiffer', fix: { request: { from: { kind: 'External' } } } },
    });
  });

  it('may be spoken from any address of its own', () => {
    const cluster = lab(['IPv4', 'IPv6']);
    const host = nodeAddress(nodes(cluster)[0], 'InternalIP', 'IPv6');
    const from = { kind: 'External', ip: '2001:DB8::9' } as const;
    expect(send(cluster, from, { host, protocol: 'ICMP' }).disposition).toBe('Delivered');
  });
});

describe('a cluster of both families under random acts', () => {
  const scale = (cluster: Cluster, value: number) =>
    patch(cluster, '/apis/apps/v1/namespaces/lab06/deployments/web', [
      { op: 'replace', path: '/spec/replicas', value },
    ]);
  const request = (cluster: Cluster, family: Family) => {
    const [pod] = pods(cluster).filter(({ status }) => status?.podIPs !== undefined);
    if (pod) send(cluster, CLIENT, `http://${inUrl(addressOf(pod, family))}/`);
  };
  const ACTS: Readonly<Record<string, (cluster: Cluster) => void>> = {
    grow: (cluster) => void scale(cluster, 5),
    shrink: (cluster) => void scale(cluster, 1),
    askOverIPv4: (cluster) => request(cluster, 'IPv4'),
    askOverIPv6: (cluster) => request(cluster, 'IPv6'),
    askTheName: (cluster) => void send(cluster, CLIENT, 'http://web/', { count: 3 }),
    loseNode: (cluster) => void cluster.perform({ kind: 'NodeDown', node: 'node-b', down: true }),
    findNode: (cluster) => void cluster.perform({ kind: 'NodeDown', node: 'node-b', down: false }),
    wait: (cluster) => settle(cluster, 45_000),
  };

  it('ends in the same bytes, loaded again after each of them or forked from any', () => {
    const born = lab(['IPv6', 'IPv4']);
    const ports = [{ port: 80 }];
    create(born, service('web', { ipFamilyPolicy: 'PreferDualStack', selector: { app: 'web' }, ports }));
    settle(born);
    const acts = fc.array(fc.constantFrom(...Object.keys(ACTS)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(acts, fc.nat(), (names, number) => {
        const forkAt = number % names.length;
        let fork: Cluster | undefined;
        const plain = born.fork();
        names.forEach((name, index) => {
          if (index === forkAt) fork = plain.fork();
          ACTS[name](plain);
        });
        for (const name of names.slice(forkAt)) ACTS[name](fork as Cluster);
        const loaded = names.reduce((cluster, name) => {
          ACTS[name](cluster);
          return restoreCluster(cluster.checkpoint());
        }, born.fork());
        expect([fork?.hash(), loaded.hash()]).toEqual([plain.hash(), plain.hash()]);
      }),
      { numRuns: 6 * Number(process.env['PODLAB_TEST_ROUNDS'] ?? 1) },
    );
  }, 300_000);
});
