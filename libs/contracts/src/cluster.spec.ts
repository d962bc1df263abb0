import { ClusterCreate, nodeSpecifications } from './cluster';
import { Problem, PROBLEMS } from './problem';
import { SendRequest } from './request';

it('has the defaults of the contract', () => {
  expect(ClusterCreate.parse({})).toEqual({
    name: 'cluster',
    nodes: 3,
    service_cidr: '10.96.0.0/16',
    pod_cidr: '10.244.0.0/16',
    ip_families: ['IPv4'],
    kube_proxy: { mode: 'iptables' },
    cloud: { enabled: false, delay_ms: 3000, quota: 20 },
    world: { hosts: [{ name: 'example.com', ip: '203.0.113.80', listens: [{ port: 80, protocol: 'TCP' }] }] },
    images: { unknown: 'FailToPull' },
    clock: { mode: 'live', speed: 1 },
  });
  expect(SendRequest.parse({ from: { kind: 'External' }, to: 'http://x/' })).toEqual({
    from: { kind: 'External' },
    to: 'http://x/',
    method: 'GET',
    headers: {},
    body: '',
    count: 1,
    interval_ms: 0,
    timeout_ms: 5000,
    traces: 'distinct',
  });
});

it.each([
  [1, ['node-a']],
  [27, 'node-aa'],
  [100, 'node-cv'],
])('%i nodes have names of their own', (count, expected) => {
  const names = nodeSpecifications(count).map((node) => node.name);
  expect(new Set(names).size).toBe(count);
  expect(Array.isArray(expected) ? names : names.at(-1)).toEqual(expected);
});

it.each([
  [
    { kube_proxy: { mode: 'ipvs' } },
    'ipvs is deprecated by Kubernetes and not simulated: use iptables or nftables',
  ],
  [{ kube_proxy: { mode: 'userspace' } }, 'must be iptables or nftables'],
  [{ ip_families: ['IPv6', 'IPv6'] }, 'must be ["IPv4"], ["IPv6"], ["IPv4", "IPv6"] or ["IPv6", "IPv4"]'],
  [{ ip_families: [] }, 'expected array to have >=1 items'],
  [{ nodes: 101 }, 'clusterNodes is limited to 100'],
  [{ nodes: [{ name: 'a' }, { name: 'a' }] }, 'two nodes have the same name'],
])('refuses %j in words', (body, message) => {
  const { error } = ClusterCreate.safeParse(body);
  expect(JSON.stringify(error?.issues)).toContain(JSON.stringify(message).slice(1, -1));
});

it.each([
  [{ host: '10.0.0.1', port: 53, protocol: 'UDP' }, true],
  [{ host: '10.0.0.1', protocol: 'ICMP' }, true],
  [{ host: '10.0.0.1' }, false],
  ['udp://10.0.0.1:53', true],
  ['file:///etc/passwd', false],
  ['http://', false],
])('to %j: %s', (to, accepted) => {
  expect(SendRequest.safeParse({ from: { kind: 'External' }, to }).success).toBe(accepted);
});

it('every problem has a code, a title and an HTTP status', () => {
  for (const [code, { status, title }] of Object.entries(PROBLEMS)) {
    expect(Problem.safeParse({ type: 'x', title, status, detail: '', code }).success).toBe(true);
    expect(status).toBeGreaterThanOrEqual(400);
  }
});
