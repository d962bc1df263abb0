import { onLoopback, onOtherAddress, refusedOnLoopback } from '../modes';
import type { FlowCase } from '../row';

const NODE_PORTS = 'pkg/proxy/iptables/proxier_test.go TestNodePorts';
const ON_NODE_A = 'a1 | bridge-a | mark dnat masquerade; b1 | flannel-a | mark dnat masquerade';
const ON_NODE_B = 'a1 | flannel-b | mark dnat masquerade; b1 | bridge-b | mark dnat masquerade';
const ON_NODE_C = 'a1 b1 | flannel-c | mark dnat masquerade';

export const NODE_PORT_CASES: readonly FlowCase[] = [
  {
    title: 'a NodePort with endpoints on two nodes',
    cites: NODE_PORTS,
    service: { type: 'NodePort' },
    endpoints: 'a1 b1',
    rows: [
      ['outside', 'node-a:nodePort', ON_NODE_A],
      ['outside', 'node-b:nodePort', ON_NODE_B],
      ['outside', 'node-c:nodePort', ON_NODE_C],
      ['outside', 'external-a:nodePort', onOtherAddress(ON_NODE_A)],
      ['outside', 'external-c:nodePort', onOtherAddress(ON_NODE_C)],
      ['client-a', 'node-a:nodePort', ON_NODE_A],
      ['client-c', 'node-c:nodePort', ON_NODE_C],
      [
        'client-a',
        'node-b:nodePort',
        'a1 | flannel-b | flannel mark dnat masquerade; b1 | bridge-b | flannel mark dnat masquerade',
      ],
      ['client-a', 'node-c:nodePort', 'a1 b1 | flannel-c | flannel mark dnat masquerade'],
      ['client-a', 'bridge-a:nodePort', onOtherAddress(ON_NODE_A)],
      ['client-a', 'clusterIP:80', 'a1 b1 | client-a | dnat'],
      ['node-a', 'node-a:nodePort', ON_NODE_A],
      ['node-c', 'node-c:nodePort', ON_NODE_C],
      ['node-c', 'node-a:nodePort', ON_NODE_A],
      ['node-a', '127.0.0.1:nodePort', onLoopback(ON_NODE_A)],
      ['node-a 127.0.0.1', '127.0.0.1:nodePort', onLoopback(ON_NODE_A)],
      ['node-c', '127.0.0.1:nodePort', onLoopback(ON_NODE_C)],
      ['node-c', 'bridge-c:nodePort', onOtherAddress(ON_NODE_C)],
      ['outside', 'node-a:80', 'Refused | none'],
      ['outside', 'node-a:30081', 'Refused | none'],
      ['outside', 'udp node-a:nodePort', 'Refused | none'],
      ['outside', 'clusterIP:80', 'NoRoute | none'],
      ['client-a', '127.0.0.1:nodePort', 'Refused | none'],
    ],
  },
  {
    title: 'a NodePort without endpoints',
    cites: 'pkg/proxy/iptables/proxier_test.go TestNoEndpointsReject',
    service: { type: 'NodePort' },
    rows: [
      ['outside', 'node-a:nodePort', 'Refused | reject'],
      ['outside', 'node-c:nodePort', 'Refused | reject'],
      ['client-a', 'node-a:nodePort', 'Refused | reject'],
      ['client-a', 'node-b:nodePort', 'Refused | flannel reject'],
      ['node-a', 'node-a:nodePort', 'Refused | reject'],
      ['node-a', '127.0.0.1:nodePort', refusedOnLoopback()],
      ['client-a', 'clusterIP:80', 'Refused | reject'],
    ],
  },
  {
    title: 'a NodePort for two ports',
    cites: NODE_PORTS,
    service: {
      type: 'NodePort',
      ports: [
        { name: 'http', port: 80, nodePort: 30080 },
        { name: 'alt', port: 8000, targetPort: 80, nodePort: 30081 },
      ],
    },
    endpoints: 'b1',
    rows: [
      ['outside', 'node-b:30080', 'b1 | bridge-b | mark dnat masquerade'],
      ['outside', 'node-b:30081', 'b1 | bridge-b | mark dnat masquerade'],
      ['outside', 'node-c:30081', 'b1 | flannel-c | mark dnat masquerade'],
      ['outside', 'node-b:30082', 'Refused | none'],
      ['client-a', 'clusterIP:8000', 'b1 | client-a | dnat'],
    ],
  },
  {
    title: 'a NodePort whose endpoint does not listen',
    cites: NODE_PORTS,
    service: { type: 'NodePort', ports: [{ port: 80, targetPort: 81, protocol: 'TCP' }] },
    endpoints: 'a1',
    rows: [
      ['outside', 'node-a:nodePort', 'Refused | mark dnat masquerade'],
      ['outside', 'node-c:nodePort', 'Refused | mark dnat masquerade'],
      ['client-a', 'clusterIP:80', 'Refused | dnat'],
    ],
  },
];
