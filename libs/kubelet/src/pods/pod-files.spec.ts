import type { PodSpec } from '@podlab/api';
import { pod } from '../test-support';
import { podDns, resolvConf } from './pod-dns';
import { hostsFile, kernelHostname } from './pod-files';

const CLUSTER =
  'search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n';

const RESOLVERS: Record<string, [Partial<PodSpec>, string]> = {
  'by default': [{}, CLUSTER],
  'ClusterFirst on the host network is the node’s': [
    { hostNetwork: true, dnsPolicy: 'ClusterFirst' },
    'nameserver 172.18.0.1\n',
  ],
  ClusterFirstWithHostNet: [{ hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' }, CLUSTER],
  Default: [{ dnsPolicy: 'Default' }, 'nameserver 172.18.0.1\n'],
  'None takes dnsConfig alone': [
    {
      dnsPolicy: 'None',
      dnsConfig: {
        nameservers: ['1.1.1.1'],
        searches: ['lab.example'],
        options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }],
      },
    },
    'search lab.example\nnameserver 1.1.1.1\noptions ndots:2 edns0\n',
  ],
  'dnsConfig is added, and its options win': [
    { dnsConfig: { searches: ['lab.example'], options: [{ name: 'ndots', value: '1' }] } },
    'search default.svc.cluster.local svc.cluster.local cluster.local lab.example\nnameserver 10.96.0.10\noptions ndots:1\n',
  ],
};

const SETTINGS = { cluster_dns: ['10.96.0.10'], node_nameserver: '172.18.0.1' };

describe('/etc/resolv.conf', () => {
  it.each(Object.entries(RESOLVERS))('%s', (_title, [spec, text]) => {
    const dns = podDns(pod('web', spec), SETTINGS);
    expect(resolvConf(dns)).toBe(text);
    expect(dns.warnings).toEqual([]);
  });

  it('has three name servers at most, and an event says which', () => {
    const dnsConfig = { nameservers: ['1.1.1.1', '10.96.0.10', '8.8.8.8', '9.9.9.9'] };
    const { servers, warnings } = podDns(pod('web', { dnsConfig }), SETTINGS);
    expect(servers).toEqual(['10.96.0.10', '1.1.1.1', '8.8.8.8']);
    expect(warnings).toEqual([
      'Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: 10.96.0.10 1.1.1.1 8.8.8.8',
    ]);
  });

  it.each([
    ['32 domains', Array.from({ length: 40 }, (_, index) => `d${index}.example`), 32],
    [
      '2048 characters',
      Array.from({ length: 30 }, (_, index) => `${'x'.repeat(60)}.${'y'.repeat(40)}${index}`),
      22,
    ],
    ['domains of 253 characters', ['x'.repeat(254), 'lab.example'], 4],
  ])('has at most %s to search', (_title, searches, expected) => {
    const dns = podDns(pod('web', { dnsConfig: { searches } }), SETTINGS);
    expect(dns.searches.length).toBe(expected);
    expect(dns.searches.join(' ').length).toBeLessThanOrEqual(2048);
    expect(dns.warnings).toEqual([
      `Search Line limits were exceeded, some search paths have been omitted, the applied search line is: ${dns.searches.join(' ')}`,
    ]);
  });
});

describe('/etc/hosts', () => {
  const fileOf = (spec: Partial<PodSpec>): string[] =>
    hostsFile(pod('web', spec), ['10.244.0.2']).split('\n').slice(7);
  it.each<[string, Partial<PodSpec>, string[]]>([
    ['has the pod’s own name', {}, ['10.244.0.2\tweb', '']],
    ['has the host name of the spec', { hostname: 'front' }, ['10.244.0.2\tfront', '']],
    [
      'has the full name under a subdomain',
      { hostname: 'web-0', subdomain: 'db' },
      ['10.244.0.2\tweb-0.db.default.svc.cluster.local\tweb-0', ''],
    ],
    [
      'has no domain under an override',
      { hostnameOverride: 'other', subdomain: 'db' },
      ['10.244.0.2\tother', ''],
    ],
    [
      'has host aliases',
      { hostAliases: [{ ip: '1.2.3.4', hostnames: ['foo', 'bar'] }] },
      ['10.244.0.2\tweb', '', '# Entries added by HostAliases.', '1.2.3.4\tfoo\tbar', ''],
    ],
  ])('%s', (_title, spec, lines) => {
    expect(fileOf(spec)).toEqual(lines);
  });

  it('has a line for each family', () => {
    expect(hostsFile(pod('web', {}), ['10.244.0.2', 'fd00::2'])).toMatch(
      /10\.244\.0\.2\tweb\nfd00::2\tweb\n$/,
    );
  });

  it('of a pod on its node’s network is the node’s', () => {
    const spec = {
      hostNetwork: true,
      nodeName: 'node-a',
      hostAliases: [{ ip: '1.2.3.4', hostnames: ['foo'] }],
    };
    expect(hostsFile(pod('web', spec), ['172.18.0.3'])).toBe(
      '# Kubernetes-managed hosts file (host network).\n127.0.0.1\tlocalhost\n' +
        '::1\tlocalhost ip6-localhost ip6-loopback\n172.18.0.3\tnode-a\n' +
        '\n# Entries added by HostAliases.\n1.2.3.4\tfoo\n',
    );
  });
});

describe('the host name of a pod', () => {
  it.each<[string, Partial<PodSpec>, string]>([
    ['is its name', {}, 'web'],
    ['or the spec’s', { hostname: 'front' }, 'front'],
    ['is short under a subdomain', { hostname: 'front', subdomain: 'db' }, 'front'],
    [
      'is the full one with setHostnameAsFQDN',
      { hostname: 'front', subdomain: 'db', setHostnameAsFQDN: true },
      'front.db.default.svc.cluster.local',
    ],
    ['is short without a domain', { setHostnameAsFQDN: true }, 'web'],
    ['is the node’s on its network', { hostNetwork: true, nodeName: 'node-a' }, 'node-a'],
  ])('%s', (_title, spec, expected) => {
    expect(kernelHostname(pod('web', spec))).toBe(expected);
  });
});
