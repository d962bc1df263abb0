import type { FlowCase } from '../row';

const LOAD_BALANCER = 'pkg/proxy/iptables/proxier_test.go TestLoadBalancer';
const RANGES = 'pkg/proxy/iptables/proxier_test.go TestLoadBalancer (loadBalancerSourceRanges)';
const ON_NODE_A = 'a1 | bridge-a | mark dnat masquerade; b1 | flannel-a | mark dnat masquerade';
const ON_NODE_C = 'a1 b1 | flannel-c | mark dnat masquerade';

export const LOAD_BALANCER_CASES: readonly FlowCase[] = [
  {
    title: 'a LoadBalancer with endpoints on two nodes',
    cites: LOAD_BALANCER,
    service: { type: 'LoadBalancer' },
    endpoints: 'a1 b1',
    rows: [
      ['outside via node-a', 'loadBalancer:80', ON_NODE_A],
      ['outside via node-c', 'loadBalancer:80', ON_NODE_C],
      ['outside', 'node-a:nodePort', ON_NODE_A],
      ['client-a', 'loadBalancer:80', ON_NODE_A],
      ['client-c', 'loadBalancer:80', ON_NODE_C],
      ['node-a', 'loadBalancer:80', ON_NODE_A],
      ['node-c', 'loadBalancer:80', ON_NODE_C],
      ['client-a', 'clusterIP:80', 'a1 b1 | client-a | dnat'],
      ['client-a', 'loadBalancer:81', 'Refused | flannel'],
    ],
  },
  {
    title: 'a LoadBalancer without endpoints',
    cites: 'pkg/proxy/iptables/proxier_test.go TestNoEndpointsReject',
    service: { type: 'LoadBalancer' },
    rows: [
      ['outside via node-a', 'loadBalancer:80', 'Refused | reject'],
      ['client-a', 'loadBalancer:80', 'Refused | reject'],
      // KUBE-EXTERNAL-SERVICES stands in INPUT and FORWARD only, so a node's own packet goes on to its gateway.
      ['node-a', 'loadBalancer:80', { iptables: 'Refused | none', nftables: 'Refused | reject' }],
      ['outside', 'node-a:nodePort', 'Refused | reject'],
    ],
  },
  {
    title: 'a LoadBalancer with policy Local',
    cites: 'pkg/proxy/iptables/proxier_test.go TestExternalTrafficPolicyLocal',
    service: { type: 'LoadBalancer', externalTrafficPolicy: 'Local' },
    endpoints: 'a1 a2',
    rows: [
      ['outside via node-a', 'loadBalancer:80', 'a1 a2 | outside | dnat'],
      ['outside via node-c', 'loadBalancer:80', 'TimedOut | drop'],
      ['client-a', 'loadBalancer:80', 'a1 a2 | client-a | dnat'],
      ['client-c', 'loadBalancer:80', 'a1 a2 | client-c | dnat'],
      ['node-a', 'loadBalancer:80', 'a1 a2 | bridge-a | mark dnat masquerade'],
      ['node-c', 'loadBalancer:80', 'a1 a2 | flannel-c | mark dnat masquerade'],
      ['outside', 'node-a:health', 'node-a:30999 | outside | none'],
      ['outside', 'node-c:health', 'node-c:30999(503) | outside | none'],
    ],
  },
  {
    title: 'a LoadBalancer that only some sources may use',
    cites: RANGES,
    service: { type: 'LoadBalancer', loadBalancerSourceRanges: ['198.51.100.0/28'] },
    endpoints: 'a1 b1',
    rows: [
      ['outside via node-a', 'loadBalancer:80', ON_NODE_A],
      ['outside 198.51.100.77 via node-a', 'loadBalancer:80', 'TimedOut | drop'],
      ['outside via node-c', 'loadBalancer:80', ON_NODE_C],
      ['outside 198.51.100.77 via node-c', 'loadBalancer:80', 'TimedOut | drop'],
      ['client-a', 'loadBalancer:80', 'TimedOut | drop'],
      ['node-a', 'loadBalancer:80', 'TimedOut | drop'],
      ['outside 198.51.100.77', 'node-a:nodePort', ON_NODE_A],
      ['client-a', 'clusterIP:80', 'a1 b1 | client-a | dnat'],
    ],
  },
  {
    title: 'a LoadBalancer whose sources include nodes and pods',
    cites: RANGES,
    service: { type: 'LoadBalancer', loadBalancerSourceRanges: [' 172.18.0.0/16', '10.244.0.0/16'] },
    endpoints: 'a1 b1',
    rows: [
      ['node-a', 'loadBalancer:80', ON_NODE_A],
      ['client-a', 'loadBalancer:80', ON_NODE_A],
      ['outside via node-a', 'loadBalancer:80', 'TimedOut | drop'],
    ],
  },
  {
    title: 'a LoadBalancer with policy Local that only some sources may use',
    cites: RANGES,
    service: {
      type: 'LoadBalancer',
      externalTrafficPolicy: 'Local',
      loadBalancerSourceRanges: ['198.51.100.0/28', '10.244.0.0/16'],
    },
    endpoints: 'a1',
    rows: [
      ['outside via node-a', 'loadBalancer:80', 'a1 | outside | dnat'],
      ['outside 198.51.100.77 via node-a', 'loadBalancer:80', 'TimedOut | drop'],
      ['client-c', 'loadBalancer:80', 'a1 | client-c | dnat'],
      ['outside via node-c', 'loadBalancer:80', 'TimedOut | drop'],
    ],
  },
  {
    title: 'a LoadBalancer without node ports',
    cites: 'KEP-1864 disable NodePort for LoadBalancer',
    service: { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false },
    endpoints: 'a1 b1',
    rows: [
      ['outside via node-a', 'loadBalancer:80', ON_NODE_A],
      ['outside', 'node-a:nodePort', 'Refused | none'],
      ['client-c', 'loadBalancer:80', ON_NODE_C],
      ['client-a', 'clusterIP:80', 'a1 b1 | client-a | dnat'],
    ],
  },
  {
    title: 'a LoadBalancer that is a proxy',
    cites: 'KEP-1860 status.loadBalancer.ingress[].ipMode Proxy',
    service: { type: 'LoadBalancer' },
    balancer: 'Proxy',
    endpoints: 'a1 b1',
    rows: [
      ['client-a', 'loadBalancer:80', 'Refused | flannel'],
      ['node-a', 'loadBalancer:80', 'Refused | none'],
      ['outside', 'node-a:nodePort', ON_NODE_A],
      ['client-a', 'clusterIP:80', 'a1 b1 | client-a | dnat'],
    ],
  },
];
