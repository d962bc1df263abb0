import type { ServiceSpec } from '@podlab/api';
import { hairpin } from '../modes';
import type { FlowCase } from '../row';

const CITES = 'test/e2e/network/service.go should have session affinity work';
const STICKY: Partial<ServiceSpec> = { sessionAffinity: 'ClientIP' };

export const AFFINITY_CASES: readonly FlowCase[] = [
  {
    title: 'affinity to a client for a ClusterIP',
    cites: `${CITES} for service with type clusterIP`,
    service: STICKY,
    endpoints: 'a1 a2 b1',
    rows: [
      ['client-a', 'clusterIP:80', 'one of a1 a2 b1 | client-a | dnat'],
      ['client-b', 'clusterIP:80', 'one of a1 a2 b1 | client-b | dnat'],
      ['client-c', 'clusterIP:80', 'one of a1 a2 b1 | client-c | dnat'],
      ['node-c', 'clusterIP:80', 'one of a1 a2 b1 | flannel-c | mark dnat masquerade'],
    ],
  },
  {
    title: 'affinity to a client for a NodePort',
    cites: `${CITES} for NodePort service`,
    service: { ...STICKY, type: 'NodePort' },
    endpoints: 'a1 a2 b1',
    rows: [
      ['outside', 'node-c:nodePort', 'one of a1 a2 b1 | flannel-c | mark dnat masquerade'],
      ['outside 198.51.100.77', 'node-c:nodePort', 'one of a1 a2 b1 | flannel-c | mark dnat masquerade'],
      ['client-c', 'node-c:nodePort', 'one of a1 a2 b1 | flannel-c | mark dnat masquerade'],
      ['client-c', 'clusterIP:80', 'one of a1 a2 b1 | client-c | dnat'],
    ],
  },
  {
    title: 'affinity to a client with policy Local',
    cites: `${CITES} for LoadBalancer service with Local`,
    service: { ...STICKY, type: 'LoadBalancer', externalTrafficPolicy: 'Local' },
    endpoints: 'a1 a2 b1',
    rows: [
      ['outside via node-a', 'loadBalancer:80', 'one of a1 a2 | outside | dnat'],
      ['outside via node-b', 'loadBalancer:80', 'b1 | outside | dnat'],
      ['outside via node-c', 'loadBalancer:80', 'TimedOut | drop'],
      ['outside', 'node-a:nodePort', 'one of a1 a2 | outside | dnat'],
      ['client-c', 'loadBalancer:80', 'one of a1 a2 b1 | client-c | dnat'],
    ],
  },
  {
    title: 'affinity with one endpoint that terminates',
    cites: 'pkg/proxy/iptables/proxier_test.go TestTerminatingEndpointsTrafficPolicyCluster',
    service: STICKY,
    endpoints: 'a1/draining b1 a2/unready',
    rows: [
      ['client-a', 'clusterIP:80', 'b1 | client-a | dnat'],
      ['b1', 'clusterIP:80', hairpin('b1 | bridge-b | mark dnat masquerade')],
    ],
  },
];
