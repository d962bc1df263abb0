import { applyCase } from './apply';
import { AFFINITY_CASES } from './cases/affinity';
import { CLUSTER_IP_CASES } from './cases/cluster-ip';
import { EXTERNAL_IP_CASES } from './cases/external-ips';
import { HOST_NETWORK_CASES } from './cases/host-network';
import { LOAD_BALANCER_CASES } from './cases/load-balancer';
import { NODE_PORT_CASES } from './cases/node-port';
import { PROTOCOL_CASES } from './cases/protocols';
import { SOURCE_ADDRESS_CASES } from './cases/source-address';
import { TERMINATING_CASES } from './cases/terminating';
import { TOPOLOGY_CASES } from './cases/topology';
import { TRAFFIC_POLICY_CASES } from './cases/traffic-policy';
import { OTHER_SERVICE_CASES } from './cases/without-proxy';
import { FAMILIES } from './family';
import { fits, flowOf } from './flow';
import { expectedOf, MODES } from './row';
import type { FlowCase } from './row';
import { buildTopology } from './topology';

const CASES: readonly FlowCase[] = [
  ...AFFINITY_CASES,
  ...CLUSTER_IP_CASES,
  ...EXTERNAL_IP_CASES,
  ...HOST_NETWORK_CASES,
  ...LOAD_BALANCER_CASES,
  ...NODE_PORT_CASES,
  ...PROTOCOL_CASES,
  ...SOURCE_ADDRESS_CASES,
  ...TERMINATING_CASES,
  ...TOPOLOGY_CASES,
  ...TRAFFIC_POLICY_CASES,
  ...OTHER_SERVICE_CASES,
];

const CLUSTERS = FAMILIES.flatMap((family) => MODES.map((mode) => [mode, family] as const));

describe.each(CLUSTERS)('in %s mode over %s', (mode, family) => {
  const topology = buildTopology(mode, family);

  describe.each(CASES)('$title ($cites)', (flow) => {
    const cluster = applyCase(topology, flow);
    const rows = flow.rows.filter(([, , expected]) => expectedOf(expected, mode, family) !== null);

    test.each(rows)('%s → %s', (from, to, expected) => {
      const wanted = expectedOf(expected, mode, family) as string;
      const actual = flowOf(cluster.fork(), topology, [from, to], wanted);
      if (!fits(actual, wanted)) expect(actual).toBe(wanted);
    });
  });
});
