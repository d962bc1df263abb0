import type { FlowCase } from '../row';

const CITES = 'pkg/proxy/topology_test.go TestCategorizeEndpoints';
const NODES = 'KEP-3015 PreferSameNode (pkg/proxy/topology_test.go TestCategorizeEndpoints)';

export const TOPOLOGY_CASES: readonly FlowCase[] = [
  {
    title: 'hints for both zones',
    cites: CITES,
    service: { type: 'NodePort', trafficDistribution: 'PreferSameZone' },
    endpoints: 'a1@z1 a2@z1 b1@z2',
    rows: [
      ['client-a', 'clusterIP:80', 'a1 a2 | client-a | dnat'],
      ['client-b', 'clusterIP:80', 'b1 | client-b | dnat'],
      ['client-c', 'clusterIP:80', 'b1 | client-c | dnat'],
      ['node-c', 'clusterIP:80', 'b1 | flannel-c | mark dnat masquerade'],
      ['outside', 'node-a:nodePort', 'a1 a2 | bridge-a | mark dnat masquerade'],
      ['outside', 'node-c:nodePort', 'b1 | flannel-c | mark dnat masquerade'],
      ['client-a', 'node-a:nodePort', 'a1 a2 | bridge-a | mark dnat masquerade'],
    ],
  },
  {
    title: 'hints for one zone only',
    cites: CITES,
    service: { trafficDistribution: 'PreferSameZone' },
    endpoints: 'a1@z1 a2@z1',
    rows: [
      ['client-a', 'clusterIP:80', 'a1 a2 | client-a | dnat'],
      ['client-c', 'clusterIP:80', 'a1 a2 | client-c | dnat'],
    ],
  },
  {
    title: 'an endpoint without a hint: no hint counts',
    cites: CITES,
    service: { trafficDistribution: 'PreferSameZone' },
    endpoints: 'a1@z1 b1',
    rows: [
      ['client-a', 'clusterIP:80', 'a1 b1 | client-a | dnat'],
      ['client-c', 'clusterIP:80', 'a1 b1 | client-c | dnat'],
    ],
  },
  {
    title: 'a hint of an endpoint that is not ready',
    cites: CITES,
    service: { trafficDistribution: 'PreferSameZone' },
    endpoints: 'a1/unready@z1 b1@z2',
    rows: [
      ['client-a', 'clusterIP:80', 'b1 | client-a | dnat'],
      ['client-b', 'clusterIP:80', 'b1 | client-b | dnat'],
    ],
  },
  {
    title: 'hints where all endpoints drain',
    cites: CITES,
    service: { trafficDistribution: 'PreferSameZone' },
    endpoints: 'a1/draining@z1 b1/draining@z2',
    rows: [
      ['client-a', 'clusterIP:80', 'a1 b1 | client-a | dnat'],
      ['client-c', 'clusterIP:80', 'a1 b1 | client-c | dnat'],
    ],
  },
  {
    title: 'hints beside externalTrafficPolicy Local',
    cites: CITES,
    service: { type: 'NodePort', externalTrafficPolicy: 'Local', trafficDistribution: 'PreferSameZone' },
    endpoints: 'a1@z2 b1@z1',
    rows: [
      ['outside', 'node-a:nodePort', 'a1 | outside | dnat'],
      ['outside', 'node-b:nodePort', 'b1 | outside | dnat'],
      ['client-a', 'clusterIP:80', 'b1 | client-a | dnat'],
      ['client-c', 'clusterIP:80', 'a1 | client-c | dnat'],
    ],
  },
  {
    title: 'hints beside internalTrafficPolicy Local',
    cites: CITES,
    service: { internalTrafficPolicy: 'Local', trafficDistribution: 'PreferSameZone' },
    endpoints: 'a1@z2 b1@z1',
    rows: [
      ['client-a', 'clusterIP:80', 'a1 | client-a | dnat'],
      ['client-b', 'clusterIP:80', 'b1 | client-b | dnat'],
      ['client-c', 'clusterIP:80', 'TimedOut | drop'],
    ],
  },
  {
    title: 'hints for nodes',
    cites: NODES,
    service: { trafficDistribution: 'PreferSameNode' },
    endpoints: 'a1@node-a b1@node-b',
    rows: [
      ['client-a', 'clusterIP:80', 'a1 | client-a | dnat'],
      ['client-b', 'clusterIP:80', 'b1 | client-b | dnat'],
      ['client-c', 'clusterIP:80', 'a1 b1 | client-c | dnat'],
      ['node-b', 'clusterIP:80', 'b1 | bridge-b | mark dnat masquerade'],
    ],
  },
  {
    title: 'a hint for a node that another endpoint has not',
    cites: NODES,
    service: { trafficDistribution: 'PreferSameNode' },
    endpoints: 'a1@node-a b1',
    rows: [['client-a', 'clusterIP:80', 'a1 b1 | client-a | dnat']],
  },
];
