import type { FlowCase } from '../row';

const CLUSTER = 'pkg/proxy/iptables/proxier_test.go TestTerminatingEndpointsTrafficPolicyCluster (KEP-1669)';
const LOCAL = 'pkg/proxy/iptables/proxier_test.go TestTerminatingEndpointsTrafficPolicyLocal (KEP-1669)';

export const TERMINATING_CASES: readonly FlowCase[] = [
  {
    title: 'a ready endpoint beside one that drains',
    cites: CLUSTER,
    service: { type: 'NodePort' },
    endpoints: 'a1 b1/draining',
    rows: [
      ['client-a', 'clusterIP:80', 'a1 | client-a | dnat'],
      ['client-b', 'clusterIP:80', 'a1 | client-b | dnat'],
      ['outside', 'node-b:nodePort', 'a1 | flannel-b | mark dnat masquerade'],
      ['node-b', 'clusterIP:80', 'a1 | flannel-b | mark dnat masquerade'],
    ],
  },
  {
    title: 'endpoints that all drain',
    cites: CLUSTER,
    service: { type: 'NodePort' },
    endpoints: 'a1/draining b1/draining',
    rows: [
      ['client-a', 'clusterIP:80', 'a1 b1 | client-a | dnat'],
      ['outside', 'node-c:nodePort', 'a1 b1 | flannel-c | mark dnat masquerade'],
    ],
  },
  {
    title: 'an endpoint that drains beside one that serves no more',
    cites: CLUSTER,
    service: { type: 'NodePort' },
    endpoints: 'a1/gone b1/draining',
    rows: [
      ['client-a', 'clusterIP:80', 'b1 | client-a | dnat'],
      ['outside', 'node-a:nodePort', 'b1 | flannel-a | mark dnat masquerade'],
    ],
  },
  {
    title: 'endpoints that all serve no more',
    cites: CLUSTER,
    service: { type: 'NodePort' },
    endpoints: 'a1/gone b1/gone',
    rows: [
      ['client-a', 'clusterIP:80', 'Refused | reject'],
      ['outside', 'node-a:nodePort', 'Refused | reject'],
    ],
  },
  {
    title: 'endpoints that are not ready',
    cites: CLUSTER,
    service: { type: 'NodePort' },
    endpoints: 'a1/unready b1/unready',
    rows: [
      ['client-a', 'clusterIP:80', 'Refused | reject'],
      ['outside', 'node-a:nodePort', 'Refused | reject'],
    ],
  },
  {
    title: 'an endpoint that is not ready beside one that drains',
    cites: CLUSTER,
    service: {},
    endpoints: 'a1/unready b1/draining',
    rows: [['client-a', 'clusterIP:80', 'b1 | client-a | dnat']],
  },
  {
    title: 'policy Local on a node whose only endpoint drains',
    cites: LOCAL,
    service: { type: 'NodePort', externalTrafficPolicy: 'Local' },
    endpoints: 'a1/draining b1',
    rows: [
      ['outside', 'node-a:nodePort', 'a1 | outside | dnat'],
      ['outside', 'node-b:nodePort', 'b1 | outside | dnat'],
      ['outside', 'node-c:nodePort', 'TimedOut | drop'],
      ['client-a', 'node-a:nodePort', 'b1 | client-a | dnat'],
      ['node-a', 'node-a:nodePort', 'b1 | flannel-a | mark dnat masquerade'],
      ['client-a', 'clusterIP:80', 'b1 | client-a | dnat'],
    ],
  },
  {
    title: 'policy Local on a node with a ready endpoint and one that drains',
    cites: LOCAL,
    service: { type: 'NodePort', externalTrafficPolicy: 'Local' },
    endpoints: 'a1 a2/draining b1/draining',
    rows: [
      ['outside', 'node-a:nodePort', 'a1 | outside | dnat'],
      ['outside', 'node-b:nodePort', 'b1 | outside | dnat'],
      ['client-b', 'clusterIP:80', 'a1 | client-b | dnat'],
    ],
  },
  {
    title: 'policy Local where every endpoint drains',
    cites: LOCAL,
    service: { type: 'NodePort', externalTrafficPolicy: 'Local' },
    endpoints: 'a1/draining b1/draining',
    rows: [
      ['outside', 'node-a:nodePort', 'a1 | outside | dnat'],
      ['outside', 'node-c:nodePort', 'TimedOut | drop'],
      ['client-c', 'clusterIP:80', 'a1 b1 | client-c | dnat'],
      ['client-c', 'node-c:nodePort', 'a1 b1 | client-c | dnat'],
    ],
  },
  {
    title: 'policy Local on a node whose only endpoint serves no more',
    cites: LOCAL,
    service: { type: 'NodePort', externalTrafficPolicy: 'Local' },
    endpoints: 'a1/gone b1',
    rows: [
      ['outside', 'node-a:nodePort', 'TimedOut | drop'],
      ['outside', 'node-b:nodePort', 'b1 | outside | dnat'],
      ['client-a', 'node-a:nodePort', 'b1 | client-a | dnat'],
    ],
  },
  {
    title: 'policy Local where no endpoint serves any more',
    cites: LOCAL,
    service: { type: 'NodePort', externalTrafficPolicy: 'Local' },
    endpoints: 'a1/gone b1/unready',
    rows: [
      ['outside', 'node-a:nodePort', 'Refused | reject'],
      ['outside', 'node-c:nodePort', 'Refused | reject'],
      ['client-a', 'clusterIP:80', 'Refused | reject'],
    ],
  },
  {
    title: 'internal policy Local on a node whose only endpoint drains',
    cites: LOCAL,
    service: { internalTrafficPolicy: 'Local' },
    endpoints: 'a1/draining b1',
    rows: [
      ['client-a', 'clusterIP:80', 'a1 | client-a | dnat'],
      ['client-b', 'clusterIP:80', 'b1 | client-b | dnat'],
      ['client-c', 'clusterIP:80', 'TimedOut | drop'],
      ['node-a', 'clusterIP:80', 'a1 | bridge-a | mark dnat masquerade'],
    ],
  },
  {
    title: 'a balancer with policy Local whose endpoints drain',
    cites: LOCAL,
    service: { type: 'LoadBalancer', externalTrafficPolicy: 'Local' },
    endpoints: 'a1/draining a2/draining b1/gone',
    rows: [
      ['outside via node-a', 'loadBalancer:80', 'a1 a2 | outside | dnat'],
      ['outside via node-b', 'loadBalancer:80', 'TimedOut | drop'],
      ['client-b', 'loadBalancer:80', 'a1 a2 | client-b | dnat'],
    ],
  },
];
