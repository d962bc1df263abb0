import type { ServiceSpec } from '@podlab/api';
import { hairpin, markedThen } from '../modes';
import type { FlowCase } from '../row';

const CITES = 'test/e2e/network/service.go should serve endpoints on same port and different protocols';
const SCTP = 'test/e2e/network/service.go should create a ClusterIP Service with SCTP ports';
const THREE: Partial<ServiceSpec> = {
  ports: [
    { name: 'tcp', port: 80, protocol: 'TCP', nodePort: 30080 },
    { name: 'udp', port: 80, protocol: 'UDP', nodePort: 30080 },
    { name: 'sctp', port: 80, protocol: 'SCTP', nodePort: 30080 },
  ],
};
const WITHOUT_NODE_PORTS: Partial<ServiceSpec> = {
  ports: THREE.ports?.map(({ nodePort: _, ...port }) => port),
};
const ON_NODE_C = 'a1 b1 | flannel-c | mark dnat masquerade';

export const PROTOCOL_CASES: readonly FlowCase[] = [
  {
    title: 'three protocols on one number',
    cites: CITES,
    service: WITHOUT_NODE_PORTS,
    endpoints: 'a1 b1',
    rows: [
      ['client-a', 'clusterIP:80', 'a1 b1 | client-a | dnat'],
      ['client-a', 'udp clusterIP:80', 'a1 b1 | client-a | dnat'],
      ['client-a', 'sctp clusterIP:80', 'a1 b1 | client-a | dnat'],
      ['node-c', 'clusterIP:80', ON_NODE_C],
      ['node-c', 'udp clusterIP:80', ON_NODE_C],
      ['node-c', 'sctp clusterIP:80', ON_NODE_C],
      ['a1', 'udp clusterIP:80', hairpin('a1 | bridge-a | mark dnat masquerade; b1 | a1 | dnat')],
      ['a1', 'sctp clusterIP:80', hairpin('a1 | bridge-a | mark dnat masquerade; b1 | a1 | dnat')],
    ],
  },
  {
    title: 'three protocols on one node port',
    cites: CITES,
    service: { ...THREE, type: 'NodePort' },
    endpoints: 'a1 b1',
    rows: [
      ['outside', 'node-c:nodePort', ON_NODE_C],
      ['outside', 'udp node-c:nodePort', ON_NODE_C],
      ['outside', 'sctp node-c:nodePort', ON_NODE_C],
      ['client-c', 'udp node-c:nodePort', ON_NODE_C],
    ],
  },
  {
    title: 'three protocols with policy Local',
    cites:
      'test/e2e/network/loadbalancer.go should be able to preserve UDP traffic when server pod cycles for a LoadBalancer service on different nodes',
    service: { ...THREE, type: 'LoadBalancer', externalTrafficPolicy: 'Local' },
    endpoints: 'a1',
    rows: [
      ['outside via node-a', 'loadBalancer:80', 'a1 | outside | dnat'],
      ['outside via node-a', 'udp loadBalancer:80', 'a1 | outside | dnat'],
      ['outside via node-a', 'sctp loadBalancer:80', 'a1 | outside | dnat'],
      ['outside via node-c', 'udp loadBalancer:80', 'TimedOut | drop'],
      ['client-c', 'udp loadBalancer:80', 'a1 | client-c | dnat'],
    ],
  },
  {
    title: 'a UDP port without endpoints',
    cites: 'pkg/proxy/iptables/proxier_test.go TestNoEndpointsReject',
    service: { type: 'NodePort', ports: [{ port: 53, protocol: 'UDP' }] },
    rows: [
      ['client-a', 'udp clusterIP:53', 'Refused | reject'],
      ['node-a', 'udp clusterIP:53', markedThen('Refused | reject')],
      ['outside', 'udp node-a:nodePort', 'Refused | reject'],
    ],
  },
  {
    title: 'a UDP port that is translated to another number',
    cites: 'pkg/proxy/iptables/proxier_test.go TestClusterIPGeneral',
    service: { ports: [{ port: 5300, targetPort: 80, protocol: 'UDP' }] },
    endpoints: 'b1',
    rows: [
      ['client-a', 'udp clusterIP:5300', 'b1 | client-a | dnat'],
      ['node-b', 'udp clusterIP:5300', 'b1 | bridge-b | mark dnat masquerade'],
      ['outside via node-c', 'udp clusterIP:5300', 'b1 | flannel-c | mark dnat masquerade'],
    ],
  },
  {
    title: 'an SCTP port',
    cites: SCTP,
    service: { ports: [{ port: 5060, targetPort: 80, protocol: 'SCTP' }] },
    endpoints: 'b1',
    rows: [
      ['client-a', 'sctp clusterIP:5060', 'b1 | client-a | dnat'],
      ['b1', 'sctp clusterIP:5060', hairpin('b1 | bridge-b | mark dnat masquerade')],
      ['client-a', 'sctp b1:80', 'b1 | client-a | none'],
      ['client-a', 'udp b1:80', 'b1 | client-a | none'],
    ],
  },
];
