import type { FlowCase } from '../row';

const HEADLESS = 'pkg/proxy/servicechangetracker_test.go (headless Services are skipped)';
const WEB = 'web.lab06.svc.cluster.local';

/** Services that kube-proxy writes no rules for, and Services whose endpoints a user wrote. */
export const OTHER_SERVICE_CASES: readonly FlowCase[] = [
  {
    title: 'a headless Service',
    cites: HEADLESS,
    service: { clusterIP: 'None' },
    endpoints: 'a1 b1',
    rows: [
      ['client-a', `${WEB}:80`, 'one of a1 b1 | client-a | none'],
      ['client-a', 'web:80', 'one of a1 b1 | client-a | none'],
      ['client-a', 'clusterIP:80', { iptables: 'Refused | flannel', nftables: 'TimedOut | drop' }],
    ],
  },
  {
    title: 'a headless Service whose port is another number than its target',
    cites: 'KEP-752 EndpointSlice (headless Services do not translate ports)',
    service: { clusterIP: 'None', ports: [{ port: 8000, targetPort: 80 }] },
    endpoints: 'a1',
    rows: [
      ['client-a', 'web:8000', 'Refused | none'],
      ['client-a', 'web:80', 'a1 | client-a | none'],
    ],
  },
  {
    title: 'a headless Service without endpoints',
    cites: HEADLESS,
    service: { clusterIP: 'None' },
    rows: [['client-a', 'web:80', 'NameNotResolved | none']],
  },
  {
    title: 'an ExternalName',
    cites: 'test/e2e/network/dns.go should provide DNS for ExternalName services',
    service: { type: 'ExternalName', externalName: 'example.com' },
    rows: [
      ['client-a', 'web:80', '203.0.113.80:80 | node-a | flannel'],
      ['client-a', `${WEB}:80`, '203.0.113.80:80 | node-a | flannel'],
      ['client-a', 'web:81', 'Refused | flannel'],
    ],
  },
  {
    title: 'an ExternalName that nobody has',
    cites: 'test/e2e/network/dns.go should provide DNS for ExternalName services',
    service: { type: 'ExternalName', externalName: 'nowhere.example' },
    rows: [['client-a', 'web:80', 'NameNotResolved | none']],
  },
  {
    title: 'a Service by its name',
    cites: 'test/e2e/network/dns.go should provide DNS for services',
    service: {},
    endpoints: 'a1',
    rows: [
      ['client-a', 'web:80', 'a1 | client-a | dnat'],
      ['client-a', 'web.lab06:80', 'a1 | client-a | dnat'],
      ['client-a', 'web.lab06.svc:80', 'a1 | client-a | dnat'],
      ['client-a', 'web.default:80', 'NameNotResolved | none'],
      ['outside', `${WEB}:80`, 'NameNotResolved | none'],
      ['node-a', `${WEB}:80`, 'NameNotResolved | none'],
    ],
  },
  {
    title: 'a Service without selector whose slice is written by hand, for a host outside',
    cites: 'test/e2e/network/endpointslice.go should support creating EndpointSlice API operations',
    service: { type: 'NodePort' },
    endpoints: '203.0.113.80',
    rows: [
      ['client-a', 'clusterIP:80', '203.0.113.80:80 | node-a | dnat flannel'],
      ['node-a', 'clusterIP:80', '203.0.113.80:80 | node-a | mark dnat masquerade'],
      ['outside', 'node-c:nodePort', '203.0.113.80:80 | node-c | mark dnat masquerade'],
    ],
  },
  {
    title: 'a Service without selector whose Endpoints are mirrored',
    cites:
      'test/e2e/network/endpointslicemirroring.go should mirror a custom Endpoints resource through create update and delete',
    service: {},
    mirrored: 'a1 203.0.113.80',
    rows: [
      ['client-a', 'clusterIP:80', '203.0.113.80:80 | node-a | dnat flannel; a1 | client-a | dnat'],
      [
        'node-a',
        'clusterIP:80',
        '203.0.113.80:80 | node-a | mark dnat masquerade; a1 | bridge-a | mark dnat masquerade',
      ],
    ],
  },
  {
    title: 'Endpoints of a Service that has a selector are not mirrored',
    cites:
      'pkg/controller/endpointslicemirroring/endpointslicemirroring_controller_test.go TestSyncEndpoints',
    service: { selector: { app: 'nobody' } },
    mirrored: 'a1',
    rows: [['client-a', 'clusterIP:80', 'Refused | reject']],
  },
  {
    title: 'the Service kubernetes',
    cites: 'test/e2e/network/service.go should provide secure master service',
    rows: [
      ['client-a', 'tcp 10.96.0.1:443', '172.18.0.2:6443 | node-a | dnat flannel'],
      ['node-a', 'tcp 10.96.0.1:443', '172.18.0.2:6443 | node-a | mark dnat masquerade'],
    ],
  },
  {
    title: 'loopback and addresses of nodes',
    cites:
      'pkg/proxy/iptables/proxier_test.go TestEnableLocalhostNodePortsIPv4 and TestEnableLocalhostNodePortsIPv6',
    rows: [
      ['client-a', '127.0.0.1:80', 'Refused | none'],
      ['a1', '127.0.0.1:80', '127.0.0.1:80 | 127.0.0.1 | none'],
      ['node-a', '127.0.0.1:80', 'Refused | none'],
      ['client-a', 'node-a:80', 'Refused | none'],
      ['client-a', 'node-b:80', 'Refused | flannel'],
      ['outside', 'node-a:80', 'Refused | none'],
      ['client-a', 'ping node-a', 'Delivered | none'],
      ['client-a', 'bridge-a:80', 'Refused | none'],
    ],
  },
];
