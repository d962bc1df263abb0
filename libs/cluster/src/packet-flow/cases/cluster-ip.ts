import { hairpin, markedThen } from '../modes';
import type { FlowCase } from '../row';

const GENERAL = 'pkg/proxy/iptables/proxier_test.go TestClusterIPGeneral';
const REJECT = 'pkg/proxy/iptables/proxier_test.go TestNoEndpointsReject';
const ON_NODE_A = 'a1 | bridge-a | mark dnat masquerade; b1 | flannel-a | mark dnat masquerade';
/** What kube-proxy does not capture goes to the default gateway, which has no way to a cluster IP. */
const UNKNOWN_PORT = { iptables: 'Refused | flannel', nftables: 'Refused | reject' };

export const CLUSTER_IP_CASES: readonly FlowCase[] = [
  {
    title: 'a ClusterIP with endpoints on two nodes',
    cites: GENERAL,
    service: {},
    endpoints: 'a1 b1',
    rows: [
      ['client-a', 'clusterIP:80', 'a1 b1 | client-a | dnat'],
      ['client-b', 'clusterIP:80', 'a1 b1 | client-b | dnat'],
      ['client-c', 'clusterIP:80', 'a1 b1 | client-c | dnat'],
      ['a1', 'clusterIP:80', hairpin('a1 | bridge-a | mark dnat masquerade; b1 | a1 | dnat')],
      ['b1', 'clusterIP:80', hairpin('a1 | b1 | dnat; b1 | bridge-b | mark dnat masquerade')],
      ['a2', 'clusterIP:80', 'a1 b1 | a2 | dnat'],
      ['node-a', 'clusterIP:80', ON_NODE_A],
      ['node-c', 'clusterIP:80', 'a1 b1 | flannel-c | mark dnat masquerade'],
      [
        'host-b',
        'clusterIP:80',
        'a1 | flannel-b | mark dnat masquerade; b1 | bridge-b | mark dnat masquerade',
      ],
      ['outside', 'clusterIP:80', 'NoRoute | none'],
      ['outside via node-a', 'clusterIP:80', ON_NODE_A],
      ['outside via node-c', 'clusterIP:80', 'a1 b1 | flannel-c | mark dnat masquerade'],
      ['client-a', 'clusterIP:81', UNKNOWN_PORT],
      ['client-a', 'udp clusterIP:80', UNKNOWN_PORT],
      ['client-a', 'sctp clusterIP:80', UNKNOWN_PORT],
      ['client-a', 'ping clusterIP', UNKNOWN_PORT],
      ['node-a', 'clusterIP:81', { iptables: 'Refused | none', nftables: 'Refused | mark reject' }],
    ],
  },
  {
    title: 'a ClusterIP with one endpoint',
    cites: GENERAL,
    service: {},
    endpoints: 'b1',
    rows: [
      ['client-a', 'clusterIP:80', 'b1 | client-a | dnat'],
      ['client-b', 'clusterIP:80', 'b1 | client-b | dnat'],
      ['b1', 'clusterIP:80', hairpin('b1 | bridge-b | mark dnat masquerade')],
      ['node-b', 'clusterIP:80', 'b1 | bridge-b | mark dnat masquerade'],
      ['node-c', 'clusterIP:80', 'b1 | flannel-c | mark dnat masquerade'],
    ],
  },
  {
    title: 'a ClusterIP with several ports',
    cites: GENERAL,
    service: {
      ports: [
        { name: 'http', port: 80, targetPort: 80 },
        { name: 'alt', port: 8000, targetPort: 80 },
        { name: 'dead', port: 9000, targetPort: 81 },
      ],
    },
    endpoints: 'a1 b1',
    rows: [
      ['client-c', 'clusterIP:80', 'a1 b1 | client-c | dnat'],
      ['client-c', 'clusterIP:8000', 'a1 b1 | client-c | dnat'],
      ['client-c', 'clusterIP:9000', 'Refused | dnat'],
      ['node-c', 'clusterIP:8000', 'a1 b1 | flannel-c | mark dnat masquerade'],
    ],
  },
  {
    title: 'a ClusterIP without endpoints',
    cites: REJECT,
    service: {},
    rows: [
      ['client-a', 'clusterIP:80', 'Refused | reject'],
      ['client-a', 'clusterIP:81', UNKNOWN_PORT],
      ['node-a', 'clusterIP:80', markedThen('Refused | reject')],
      ['host-b', 'clusterIP:80', markedThen('Refused | reject')],
      ['outside via node-a', 'clusterIP:80', markedThen('Refused | reject')],
    ],
  },
  {
    title: 'a ClusterIP whose pods are picked by its selector',
    cites: 'test/e2e/network/service.go should serve a basic endpoint from pods',
    service: { selector: { app: 'server' } },
    rows: [
      ['client-a', 'clusterIP:80', 'Refused | dnat flannel; a1 a2 b1 port-b | client-a | dnat'],
      [
        'node-c',
        'clusterIP:80',
        'Refused | mark dnat masquerade; a1 a2 b1 port-b | flannel-c | mark dnat masquerade',
      ],
    ],
  },
  {
    title: 'a ClusterIP whose selector picks nothing that listens',
    cites: 'test/e2e/network/service.go should be rejected when no endpoints exist',
    service: { selector: { app: 'nobody' } },
    rows: [
      ['client-a', 'clusterIP:80', 'Refused | reject'],
      ['node-b', 'clusterIP:80', markedThen('Refused | reject')],
    ],
  },
  {
    title: 'an address of the range that no Service has',
    cites: 'pkg/proxy/nftables/proxier.go cluster-ips-check',
    rows: [
      ['client-a', '10.96.77.77:80', { iptables: 'Refused | flannel', nftables: 'TimedOut | drop' }],
      ['node-a', '10.96.77.77:80', { iptables: 'Refused | none', nftables: 'TimedOut | drop' }],
      ['outside', '10.96.77.77:80', 'NoRoute | none'],
    ],
  },
];
