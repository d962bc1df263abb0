import { onlyIPv4 } from '../modes';
import type { FlowCase } from '../row';

const PORTMAP = 'containernetworking plugins/meta/portmap/portmap_integ_test.go';
const HOST_PORT =
  'test/e2e/network/hostport.go validates that there is no conflict between pods with same hostPort';
const HOST_NETWORK = 'pkg/proxy/iptables/proxier_test.go TestInternalExternalMasquerade';
const PORTS = [{ port: 80, targetPort: 9090, protocol: 'TCP' }];

export const HOST_NETWORK_CASES: readonly FlowCase[] = [
  {
    title: 'a host port of port-b on node-b',
    cites: PORTMAP,
    rows: [
      ['outside', 'node-b:8080', 'port-b | outside | hostport'],
      ['outside', 'external-b:8080', 'port-b | outside | hostport'],
      ['outside', 'node-a:8080', 'Refused | none'],
      ['node-a', 'node-b:8080', 'port-b | node-a | hostport'],
      ['node-b', 'node-b:8080', 'port-b | node-b | hostport'],
      ['node-b', '127.0.0.1:8080', onlyIPv4('port-b | bridge-b | hostport')],
      ['node-b', 'bridge-b:8080', 'port-b | bridge-b | hostport'],
      ['client-a', 'node-b:8080', 'port-b | node-a | flannel hostport'],
      ['client-b', 'node-b:8080', 'port-b | bridge-b | hostport'],
      ['port-b', 'node-b:8080', 'port-b | bridge-b | hostport'],
      ['client-a', 'port-b:80', 'port-b | client-a | none'],
      ['client-a', 'port-b:8080', 'Refused | none'],
      ['outside', 'udp node-b:8080', 'Refused | none'],
      ['outside', 'udp node-b:8053', 'port-b | outside | hostport'],
      ['outside', 'node-b:8053', 'Refused | none'],
      ['client-a', 'udp node-b:8053', 'port-b | node-a | flannel hostport'],
    ],
  },
  {
    title: 'a host port on one address of its node',
    cites: HOST_PORT,
    rows: [
      ['outside', 'node-b:8090', 'port-b | outside | hostport'],
      ['outside', 'external-b:8090', 'Refused | none'],
      ['node-b', '127.0.0.1:8090', 'Refused | none'],
      ['client-b', 'node-b:8090', 'port-b | bridge-b | hostport'],
    ],
  },
  {
    title: 'a pod on its node’s network',
    cites: HOST_NETWORK,
    rows: [
      ['outside', 'node-b:9090', 'node-b:9090 | outside | none'],
      ['outside', 'external-b:9090', 'external-b:9090 | outside | none'],
      ['node-a', 'node-b:9090', 'node-b:9090 | node-a | none'],
      ['node-b', '127.0.0.1:9090', '127.0.0.1:9090 | 127.0.0.1 | none'],
      ['client-a', 'node-b:9090', 'node-b:9090 | node-a | flannel'],
      ['client-b', 'node-b:9090', 'node-b:9090 | client-b | none'],
      ['client-b', 'udp node-b:9090', 'node-b:9090 | client-b | none'],
      ['outside', 'node-a:9090', 'Refused | none'],
      ['host-b', 'a1:80', 'a1 | flannel-b | none'],
      ['host-b', 'b1:80', 'b1 | bridge-b | none'],
    ],
  },
  {
    title: 'a Service over a pod on its node’s network',
    cites: HOST_NETWORK,
    service: { type: 'NodePort', ports: PORTS },
    endpoints: 'host-b',
    rows: [
      ['client-a', 'clusterIP:80', 'node-b:9090 | node-a | dnat flannel'],
      ['client-b', 'clusterIP:80', 'node-b:9090 | client-b | dnat'],
      ['node-a', 'clusterIP:80', 'node-b:9090 | node-a | mark dnat masquerade'],
      ['node-b', 'clusterIP:80', 'node-b:9090 | node-b | mark dnat masquerade'],
      ['outside', 'node-b:nodePort', 'node-b:9090 | outside | mark dnat'],
      ['outside', 'node-c:nodePort', 'node-b:9090 | node-c | mark dnat masquerade'],
    ],
  },
  {
    title: 'a Service with policy Local over a pod on its node’s network',
    cites: HOST_NETWORK,
    service: { type: 'NodePort', externalTrafficPolicy: 'Local', ports: PORTS },
    endpoints: 'host-b',
    rows: [
      ['outside', 'node-b:nodePort', 'node-b:9090 | outside | dnat'],
      ['outside', 'node-a:nodePort', 'TimedOut | drop'],
      ['client-b', 'node-b:nodePort', 'node-b:9090 | client-b | dnat'],
    ],
  },
];
