import type { ServiceSpec } from '@podlab/api';
import type { FlowCase } from '../row';

const FILE = 'pkg/proxy/iptables/proxier_test.go';
const SERVICE: Partial<ServiceSpec> = { externalIPs: ['203.0.113.210'] };
const ON_NODE_A = 'a1 | bridge-a | mark dnat masquerade; b1 | flannel-a | mark dnat masquerade';
const ON_NODE_C = 'a1 b1 | flannel-c | mark dnat masquerade';

/** KUBE-EXTERNAL-SERVICES stands in INPUT and FORWARD only, so a node's own packet goes on to its gateway. */
const UNCHECKED_ON_OUTPUT = { iptables: 'Refused | none', nftables: 'Refused | reject' };

/** The node hands it back to the router that it came from: IPv4 drops what has an own address as its source. */
const BACK_AT_THE_ROUTER = {
  iptables: 'TimedOut | none',
  nftables: 'TimedOut | none',
  IPv6: 'Refused | none',
};

export const EXTERNAL_IP_CASES: readonly FlowCase[] = [
  {
    title: 'an external IP with policy Cluster',
    cites: `${FILE} TestNonLocalExternalIPs`,
    service: SERVICE,
    endpoints: 'a1 b1',
    rows: [
      ['outside via node-a', 'externalIP:80', ON_NODE_A],
      ['outside via node-c', 'externalIP:80', ON_NODE_C],
      ['client-a', 'externalIP:80', ON_NODE_A],
      ['node-a', 'externalIP:80', ON_NODE_A],
      ['node-c', 'externalIP:80', ON_NODE_C],
      ['outside', 'externalIP:80', 'NoRoute | none'],
      ['client-a', 'externalIP:81', 'Refused | flannel'],
      ['client-a', 'clusterIP:80', 'a1 b1 | client-a | dnat'],
    ],
  },
  {
    title: 'an external IP with policy Local',
    cites: `${FILE} TestExternalTrafficPolicyLocal`,
    service: { ...SERVICE, externalTrafficPolicy: 'Local' },
    endpoints: 'a1 b1',
    rows: [
      ['outside via node-a', 'externalIP:80', 'a1 | outside | dnat'],
      ['outside via node-b', 'externalIP:80', 'b1 | outside | dnat'],
      ['outside via node-c', 'externalIP:80', 'TimedOut | drop'],
      ['client-c', 'externalIP:80', 'a1 b1 | client-c | dnat'],
      ['node-c', 'externalIP:80', ON_NODE_C],
    ],
  },
  {
    title: 'an external IP without endpoints',
    cites: `${FILE} TestNoEndpointsReject`,
    service: SERVICE,
    rows: [
      ['outside via node-a', 'externalIP:80', 'Refused | reject'],
      ['client-a', 'externalIP:80', 'Refused | reject'],
      ['node-c', 'externalIP:80', UNCHECKED_ON_OUTPUT],
    ],
  },
  {
    title: 'an external IP beside a node port',
    cites: `${FILE} TestNonLocalExternalIPs`,
    service: { ...SERVICE, type: 'NodePort' },
    endpoints: 'a1',
    rows: [
      ['outside via node-c', 'externalIP:80', 'a1 | flannel-c | mark dnat masquerade'],
      ['outside', 'node-c:nodePort', 'a1 | flannel-c | mark dnat masquerade'],
      ['outside via node-c', 'externalIP:nodePort', BACK_AT_THE_ROUTER],
    ],
  },
  {
    title: 'an external IP that is the address of a node',
    cites: `${FILE} TestNonLocalExternalIPs`,
    service: { externalIPs: ['172.18.0.5'] },
    endpoints: 'a1',
    rows: [
      ['outside', 'node-c:80', 'a1 | flannel-c | mark dnat masquerade'],
      ['client-c', 'node-c:80', 'a1 | flannel-c | mark dnat masquerade'],
      ['client-a', 'node-c:80', 'a1 | bridge-a | mark dnat masquerade'],
      ['outside', 'node-b:80', 'Refused | none'],
    ],
  },
];
