import type { EndpointInfo } from './endpoints';
import type { ServicePortInfo } from './service-port';
import { categorizeEndpoints } from './topology';

const NODE = { name: 'node-a', address: '172.18.0.3', zone: 'zone-a' };

function port(changes: Partial<ServicePortInfo> = {}): ServicePortInfo {
  return {
    service: 'lab06/web',
    name: 'lab06/web',
    port_name: '',
    protocol: 'TCP',
    cluster_ip: '10.96.0.20',
    port: 80,
    node_port: 0,
    external_ips: [],
    load_balancer_vips: [],
    load_balancer_source_ranges: [],
    health_check_node_port: 0,
    external_policy_local: false,
    internal_policy_local: false,
    sticky_seconds: undefined,
    ...changes,
  };
}

function endpoint(name: string, changes: Partial<EndpointInfo> = {}): EndpointInfo {
  return {
    address: name,
    port: 80,
    text: name,
    chain: `KUBE-SEP-${name}`,
    node: undefined,
    ready: true,
    serving: true,
    terminating: false,
    zone_hints: [],
    node_hints: [],
    ...changes,
  };
}

const here = { node: 'node-a' };
const away = { node: 'node-b' };
const notReady = { ready: false, serving: false };
const ending = { ready: false, serving: true, terminating: true };
const local = { external_policy_local: true, node_port: 30_123 };

/** The questions of kubernetes pkg/proxy/topology_test.go TestCategorizeEndpoints, with our own names. */
describe('the endpoints that a node uses', () => {
  it.each<
    [
      sentence: string,
      port: ServicePortInfo,
      endpoints: EndpointInfo[],
      cluster: string,
      local: string,
      reachable: string,
      any: boolean,
    ]
  >([
    ['none', port(), [], '', '', '', false],
    ['all that are ready', port(), [endpoint('a'), endpoint('b', notReady)], 'a', '', 'a', true],
    ['none is ready', port(), [endpoint('a', notReady)], '', '', '', false],
    [
      'ending ones only where none is ready',
      port(),
      [endpoint('a', ending), endpoint('b')],
      'b',
      '',
      'b',
      true,
    ],
    [
      'ending ones that serve, as a last resort',
      port(),
      [endpoint('a', ending), endpoint('b', notReady)],
      'a',
      '',
      'a',
      true,
    ],
    [
      'hints of the zone, where every ready one has hints',
      port(),
      [endpoint('a', { zone_hints: ['zone-a'] }), endpoint('b', { zone_hints: ['zone-b'] })],
      'a',
      '',
      'a',
      true,
    ],
    [
      'all, where one has no hint',
      port(),
      [endpoint('a', { zone_hints: ['zone-a'] }), endpoint('b')],
      'a b',
      '',
      'a b',
      true,
    ],
    [
      'all, where no hint is for this zone',
      port(),
      [endpoint('a', { zone_hints: ['zone-c'] }), endpoint('b', { zone_hints: ['zone-b'] })],
      'a b',
      '',
      'a b',
      true,
    ],
    [
      'hints of the node before those of the zone',
      port(),
      [
        endpoint('a', { zone_hints: ['zone-a'], node_hints: ['node-b'] }),
        endpoint('b', { zone_hints: ['zone-b'], node_hints: ['node-a'] }),
      ],
      'b',
      '',
      'b',
      true,
    ],
    [
      'policy Local from outside, and all of them for short circuits',
      port(local),
      [endpoint('a', here), endpoint('b', away)],
      'a b',
      'a',
      'a b',
      true,
    ],
    ['policy Local without one of its own', port(local), [endpoint('b', away)], 'b', '', 'b', true],
    [
      'policy Local inside only: nobody else is reachable',
      port({ internal_policy_local: true }),
      [endpoint('a', here), endpoint('b', away)],
      '',
      'a',
      'a',
      true,
    ],
    [
      'policy Local with an ending one of its own',
      port(local),
      [endpoint('a', { ...here, ...ending }), endpoint('b', away)],
      'b',
      'a',
      'b a',
      true,
    ],
    [
      'policy Local without node port, load balancer or external address has no local ones',
      port({ external_policy_local: true }),
      [endpoint('a', here)],
      'a',
      '',
      'a',
      true,
    ],
  ])('%s', (_, info, endpoints, cluster, ownOnes, reachable, any) => {
    const found = categorizeEndpoints(endpoints, info, NODE);
    const names = (list: readonly EndpointInfo[]) => list.map(({ text }) => text).join(' ');
    expect([names(found.cluster), names(found.local), names(found.reachable), found.any]).toEqual([
      cluster,
      ownOnes,
      reachable,
      any,
    ]);
  });
});
