import type { ServiceSpec } from '@podlab/api';
import { hairpin } from '../modes';
import type { FlowCase, FlowRow } from '../row';

/** Every source against every destination under both policies, as upstream's own table of masquerading has it. */
const CITES = 'pkg/proxy/iptables/proxier_test.go TestInternalExternalMasquerade';
const ALL_KINDS: Partial<ServiceSpec> = { type: 'LoadBalancer', externalIPs: ['203.0.113.210'] };

const HERE = 'a1 | bridge-a | mark dnat masquerade';
const FROM_C = 'a1 | flannel-c | mark dnat masquerade';
const kept = (source: string) => `a1 | ${source} | dnat`;

/** The cluster IP does not look at the external policy. */
const CLUSTER_IP: readonly FlowRow[] = [
  ['client-a', 'clusterIP:80', kept('client-a')],
  ['client-c', 'clusterIP:80', kept('client-c')],
  ['a1', 'clusterIP:80', hairpin(HERE)],
  ['node-a', 'clusterIP:80', HERE],
  ['node-c', 'clusterIP:80', FROM_C],
  ['outside via node-a', 'clusterIP:80', HERE],
  ['outside via node-c', 'clusterIP:80', FROM_C],
];

const balanced = (host: 'loadBalancer' | 'externalIP'): readonly FlowRow[] => [
  ['client-a', `${host}:80`, HERE],
  ['client-c', `${host}:80`, FROM_C],
  ['a1', `${host}:80`, HERE],
  ['node-a', `${host}:80`, HERE],
  ['node-c', `${host}:80`, FROM_C],
  ['outside via node-a', `${host}:80`, HERE],
  ['outside via node-c', `${host}:80`, FROM_C],
];

const balancedLocal = (host: 'loadBalancer' | 'externalIP'): readonly FlowRow[] => [
  ['client-a', `${host}:80`, kept('client-a')],
  ['client-c', `${host}:80`, kept('client-c')],
  ['a1', `${host}:80`, hairpin(HERE)],
  ['node-a', `${host}:80`, HERE],
  ['node-c', `${host}:80`, FROM_C],
  ['outside via node-a', `${host}:80`, kept('outside')],
  ['outside via node-c', `${host}:80`, 'TimedOut | drop'],
];

export const SOURCE_ADDRESS_CASES: readonly FlowCase[] = [
  {
    title: 'the source that an endpoint on node-a sees, policy Cluster',
    cites: CITES,
    service: ALL_KINDS,
    endpoints: 'a1',
    rows: [
      ...CLUSTER_IP,
      ...balanced('loadBalancer'),
      ...balanced('externalIP'),
      ['client-a', 'node-a:nodePort', HERE],
      ['client-c', 'node-c:nodePort', FROM_C],
      ['client-c', 'node-a:nodePort', 'a1 | bridge-a | flannel mark dnat masquerade'],
      ['client-a', 'node-c:nodePort', 'a1 | flannel-c | flannel mark dnat masquerade'],
      ['a1', 'node-a:nodePort', HERE],
      ['node-a', 'node-a:nodePort', HERE],
      ['node-c', 'node-c:nodePort', FROM_C],
      ['node-c', 'node-a:nodePort', HERE],
      ['outside', 'node-a:nodePort', HERE],
      ['outside', 'node-c:nodePort', FROM_C],
    ],
  },
  {
    title: 'the source that an endpoint on node-a sees, policy Local',
    cites: CITES,
    service: { ...ALL_KINDS, externalTrafficPolicy: 'Local' },
    endpoints: 'a1',
    rows: [
      ...CLUSTER_IP,
      ...balancedLocal('loadBalancer'),
      ...balancedLocal('externalIP'),
      ['client-a', 'node-a:nodePort', kept('client-a')],
      ['client-c', 'node-c:nodePort', kept('client-c')],
      ['client-c', 'node-a:nodePort', 'a1 | node-c | flannel dnat'],
      ['client-a', 'node-c:nodePort', 'TimedOut | flannel drop'],
      ['a1', 'node-a:nodePort', hairpin(HERE)],
      ['node-a', 'node-a:nodePort', HERE],
      ['node-c', 'node-c:nodePort', FROM_C],
      ['node-c', 'node-a:nodePort', kept('node-c')],
      ['node-a', 'node-c:nodePort', 'TimedOut | drop'],
      ['outside', 'node-a:nodePort', kept('outside')],
      ['outside', 'node-c:nodePort', 'TimedOut | drop'],
    ],
  },
  {
    title: 'what is for a pod itself',
    cites: 'test/e2e/common/network/networking.go Granular Checks: Pods',
    rows: [
      ['client-a', 'a1:80', kept('client-a')],
      ['client-b', 'a1:80', kept('client-b')],
      ['a1', 'a1:80', 'a1 | a1 | none'],
      ['node-a', 'a1:80', 'a1 | bridge-a | none'],
      ['node-c', 'a1:80', 'a1 | flannel-c | none'],
      ['outside', 'a1:80', 'NoRoute | none'],
      ['outside via node-a', 'a1:80', 'a1 | outside | none'],
      ['outside via node-c', 'a1:80', 'a1 | flannel-c | flannel'],
      ['client-a', 'a1:81', 'Refused | none'],
      ['client-a', 'ping b1', 'Delivered | none'],
      ['client-a', '203.0.113.80:80', '203.0.113.80:80 | node-a | flannel'],
      ['node-a', '203.0.113.80:80', '203.0.113.80:80 | node-a | none'],
      ['client-a', 'example.com:80', '203.0.113.80:80 | node-a | flannel'],
    ].map(([from, to, expected]): FlowRow => [from, to, expected.replace('| dnat', '| none')]),
  },
];
