import { hairpin, markedThen, onLoopback } from '../modes';
import type { FlowCase } from '../row';

const EXTERNAL = 'pkg/proxy/iptables/proxier_test.go TestExternalTrafficPolicyLocal';
const INTERNAL = 'pkg/proxy/iptables/proxier_test.go TestInternalTrafficPolicy';
const TOPOLOGY = 'pkg/proxy/topology_test.go TestCategorizeEndpoints';

export const TRAFFIC_POLICY_CASES: readonly FlowCase[] = [
  {
    title: 'externalTrafficPolicy Local with endpoints on two nodes',
    cites: EXTERNAL,
    service: { type: 'NodePort', externalTrafficPolicy: 'Local' },
    endpoints: 'a1 b1',
    rows: [
      ['outside', 'node-a:nodePort', 'a1 | outside | dnat'],
      ['outside', 'node-b:nodePort', 'b1 | outside | dnat'],
      ['outside', 'node-c:nodePort', 'TimedOut | drop'],
      ['client-a', 'node-a:nodePort', 'a1 b1 | client-a | dnat'],
      ['client-c', 'node-c:nodePort', 'a1 b1 | client-c | dnat'],
      ['client-a', 'node-b:nodePort', 'b1 | node-a | flannel dnat'],
      ['client-a', 'node-c:nodePort', 'TimedOut | flannel drop'],
      [
        'node-a',
        'node-a:nodePort',
        'a1 | bridge-a | mark dnat masquerade; b1 | flannel-a | mark dnat masquerade',
      ],
      ['node-c', 'node-c:nodePort', 'a1 b1 | flannel-c | mark dnat masquerade'],
      ['node-a', 'node-b:nodePort', 'b1 | node-a | dnat'],
      ['node-a', 'node-c:nodePort', 'TimedOut | drop'],
      [
        'node-a',
        '127.0.0.1:nodePort',
        onLoopback('a1 | bridge-a | mark dnat masquerade; b1 | flannel-a | mark dnat masquerade'),
      ],
      ['client-a', 'clusterIP:80', 'a1 b1 | client-a | dnat'],
      [
        'node-a',
        'clusterIP:80',
        'a1 | bridge-a | mark dnat masquerade; b1 | flannel-a | mark dnat masquerade',
      ],
    ],
  },
  {
    title: 'externalTrafficPolicy Local without endpoints',
    cites: EXTERNAL,
    service: { type: 'NodePort', externalTrafficPolicy: 'Local' },
    rows: [
      ['outside', 'node-a:nodePort', 'Refused | reject'],
      ['client-a', 'node-a:nodePort', 'Refused | reject'],
      ['client-a', 'clusterIP:80', 'Refused | reject'],
    ],
  },
  {
    title: 'internalTrafficPolicy Local with endpoints on two nodes',
    cites: INTERNAL,
    service: { internalTrafficPolicy: 'Local' },
    endpoints: 'a1 a2 b1',
    rows: [
      ['client-a', 'clusterIP:80', 'a1 a2 | client-a | dnat'],
      ['client-b', 'clusterIP:80', 'b1 | client-b | dnat'],
      ['client-c', 'clusterIP:80', 'TimedOut | drop'],
      ['node-a', 'clusterIP:80', 'a1 a2 | bridge-a | mark dnat masquerade'],
      ['node-b', 'clusterIP:80', 'b1 | bridge-b | mark dnat masquerade'],
      ['node-c', 'clusterIP:80', markedThen('TimedOut | drop')],
      ['b1', 'clusterIP:80', hairpin('b1 | bridge-b | mark dnat masquerade')],
      ['outside via node-b', 'clusterIP:80', 'b1 | bridge-b | mark dnat masquerade'],
      ['outside via node-c', 'clusterIP:80', markedThen('TimedOut | drop')],
    ],
  },
  {
    title: 'internalTrafficPolicy Local without endpoints',
    cites: INTERNAL,
    service: { internalTrafficPolicy: 'Local' },
    rows: [
      ['client-a', 'clusterIP:80', 'Refused | reject'],
      ['node-c', 'clusterIP:80', markedThen('Refused | reject')],
    ],
  },
  {
    title: 'internalTrafficPolicy Local of a NodePort with externalTrafficPolicy Cluster',
    cites: TOPOLOGY,
    service: { type: 'NodePort', internalTrafficPolicy: 'Local' },
    endpoints: 'a1 b1',
    rows: [
      ['client-a', 'clusterIP:80', 'a1 | client-a | dnat'],
      ['client-c', 'clusterIP:80', 'TimedOut | drop'],
      ['outside', 'node-c:nodePort', 'a1 b1 | flannel-c | mark dnat masquerade'],
      ['client-c', 'node-c:nodePort', 'a1 b1 | flannel-c | mark dnat masquerade'],
      ['node-c', 'node-c:nodePort', 'a1 b1 | flannel-c | mark dnat masquerade'],
    ],
  },
  {
    title: 'both traffic policies Local',
    cites: TOPOLOGY,
    service: { type: 'NodePort', internalTrafficPolicy: 'Local', externalTrafficPolicy: 'Local' },
    endpoints: 'a1 b1',
    rows: [
      ['client-a', 'clusterIP:80', 'a1 | client-a | dnat'],
      ['client-c', 'clusterIP:80', 'TimedOut | drop'],
      ['outside', 'node-a:nodePort', 'a1 | outside | dnat'],
      ['outside', 'node-c:nodePort', 'TimedOut | drop'],
      ['client-a', 'node-a:nodePort', 'a1 b1 | client-a | dnat'],
      ['client-c', 'node-c:nodePort', 'a1 b1 | client-c | dnat'],
      ['node-c', 'node-c:nodePort', 'a1 b1 | flannel-c | mark dnat masquerade'],
    ],
  },
];
