import type { PodSpec } from '@podlab/api';
import { pod } from '../test-support';
import { hostsFile, resolvConf } from './pod-files';
import { newPodRecord } from './pod-record';

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

describe('/etc/resolv.conf', () => {
  it.each(Object.entries(RESOLVERS))('%s', (_title, [spec, text]) => {
    expect(resolvConf(pod('web', spec), '10.96.0.10')).toBe(text);
  });
});

describe('/etc/hosts', () => {
  const fileOf = (spec: Partial<PodSpec>): string[] => {
    const web = pod('web', spec);
    const record = newPodRecord({ ...web, metadata: { ...web.metadata, uid: 'u' } }, 'default/web', 0);
    record.ip = '10.244.0.2';
    return hostsFile(web, record).split('\n').slice(7);
  };
  it.each<[string, Partial<PodSpec>, string[]]>([
    ['has the pod’s own name', {}, ['10.244.0.2\tweb', '']],
    ['has the host name of the spec', { hostname: 'front' }, ['10.244.0.2\tfront', '']],
    [
      'has the full name under a subdomain',
      { hostname: 'web-0', subdomain: 'db' },
      ['10.244.0.2\tweb-0.db.default.svc.cluster.local\tweb-0', ''],
    ],
    [
      'has host aliases',
      { hostAliases: [{ ip: '1.2.3.4', hostnames: ['foo', 'bar'] }] },
      ['10.244.0.2\tweb', '', '# Entries added by HostAliases.', '1.2.3.4\tfoo\tbar', ''],
    ],
  ])('%s', (_title, spec, lines) => {
    expect(fileOf(spec)).toEqual(lines);
  });
});
