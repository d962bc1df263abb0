import type { ServicePort, ServiceSpec } from '@podlab/api';
import type { Request, Step } from '@podlab/contracts';
import * as fc from 'fast-check';
import type { Cluster } from '../cluster';
import { call, sendMany } from '../test-support';
import { applyCase } from './apply';
import { parseSource, parseTarget } from './flow';
import { MODES } from './row';
import type { FlowCase } from './row';
import { buildTopology, NAMESPACE, type Topology } from './topology';

jest.setTimeout(60_000 * Number(process.env['PODLAB_TEST_ROUNDS'] ?? 1));

/** A Service in any shape that the API takes, and endpoints in any state. */
const policy = fc.constantFrom('Cluster', 'Local');
const external = fc.oneof(
  fc.constant<Partial<ServiceSpec>>({}),
  fc.record({
    type: fc.constantFrom('NodePort', 'LoadBalancer'),
    externalTrafficPolicy: policy,
    externalIPs: fc.constantFrom<string[][]>([], ['203.0.113.210']),
  }),
);
const service = fc
  .tuple(
    external,
    fc.record({
      internalTrafficPolicy: policy,
      sessionAffinity: fc.constantFrom('None', 'ClientIP'),
      ports: fc.constantFrom<ServicePort[][]>(
        [{ port: 80 }],
        [{ port: 80, targetPort: 81 }],
        [
          { name: 't', port: 80, protocol: 'TCP' },
          { name: 'u', port: 80, protocol: 'UDP' },
        ],
      ),
    }),
  )
  .map(([outer, inner]): Partial<ServiceSpec> => ({ ...outer, ...inner }));

const state = fc.constantFrom('', '', '', '/unready', '/draining', '/gone');
const hint = fc.constantFrom('', '', '@z1', '@z2', '@node-a', '@node-b');
const endpoints = fc
  .subarray(['a1', 'a2', 'b1', 'port-b', 'host-b', '203.0.113.80'])
  .chain((names) =>
    fc.tuple(...names.map((name) => fc.tuple(fc.constant(name), state, hint).map((parts) => parts.join('')))),
  )
  .map((words) => words.join(' '));

const shape = fc
  .record({ service, endpoints })
  .map((parts): FlowCase => ({ title: 'any', cites: 'any', rows: [], ...parts }));

const from = fc.constantFrom(
  ...['client-a', 'client-b', 'client-c', 'a1', 'b1', 'host-b', 'node-a', 'node-c', 'node-b 127.0.0.1'],
  ...['outside', 'outside via node-a', 'outside via node-c', 'outside 198.51.100.77 via node-b'],
);
const to = fc
  .tuple(
    fc.constantFrom('', '', 'udp ', 'sctp '),
    fc.constantFrom(
      ...[
        'clusterIP:80',
        'clusterIP:81',
        'loadBalancer:80',
        'externalIP:80',
        'node-a:nodePort',
        'node-b:nodePort',
      ],
      ...[
        'node-c:nodePort',
        'external-b:nodePort',
        'bridge-a:nodePort',
        '127.0.0.1:nodePort',
        'a1:80',
        'b1:80',
      ],
      ...['node-b:8080', 'node-b:9090', '127.0.0.1:80', '10.96.77.77:80', '203.0.113.80:80', '10.244.9.9:80'],
    ),
  )
  .map((parts) => parts.join(''));
const packets = fc.array(fc.tuple(from, to), { minLength: 3, maxLength: 5 });

function ask(cluster: Cluster, topology: Topology, source: string, target: string, count = 1): Request[] {
  const [protocol, address] = parseTarget(target, topology);
  const body = protocol === 'TCP' ? '' : 'hostname';
  const traces = count > 1 ? 'first' : 'all';
  return sendMany(cluster, parseSource(source, topology), address, { body, count, traces }).requests;
}

const stepsOf = ({ trace }: Request, direction: 'request' | 'reply'): Step[] =>
  (trace?.hops ?? []).filter((hop) => hop.direction === direction).flatMap(({ steps }) => steps);

describe.each(MODES)('in %s mode, for any Service, endpoints and packets', (mode) => {
  const topology = buildTopology(mode);

  /** Holds `check` against every answer of a random cluster. */
  function holds(check: (request: Request, source: string, target: string) => void): void {
    fc.assert(
      fc.property(shape, packets, (flow, sent) => {
        const cluster = applyCase(topology, flow);
        for (const [source, target] of sent) {
          for (const request of ask(cluster, topology, source, target)) check(request, source, target);
        }
      }),
    );
  }

  test('a reply returns to the sender, from the address that it asked', () => {
    holds((request) => {
      if (request.disposition !== 'Delivered') return;
      const sent = stepsOf(request, 'request').find(({ type }) => type === 'Socket')?.before;
      const received = stepsOf(request, 'reply').at(-1);
      expect(received).toMatchObject({ type: 'Socket', action: 'Delivered' });
      expect(received?.before).toMatchObject({
        source: sent?.destination,
        source_port: sent?.destination_port,
        destination: sent?.source,
        destination_port: sent?.source_port,
      });
    });
  });

  test('no packet goes round in circles', () => {
    holds((request) => {
      for (const direction of ['request', 'reply'] as const) {
        const hops = (request.trace?.hops ?? []).filter((hop) => hop.direction === direction);
        const steps = stepsOf(request, direction);
        expect(steps.map(({ message }) => message.code)).not.toContain('Routing.TtlExceeded');
        expect(hops.length).toBeLessThanOrEqual(6);
      }
    });
  });

  test('what is no endpoint gets nothing, and what is one gets it only where it may', () => {
    fc.assert(
      fc.property(shape, packets, (flow, sent) => {
        const cluster = applyCase(topology, flow);
        const usable = (flow.endpoints ?? '').split(' ').filter((word) => !/unready|gone/.test(word));
        const addresses = usable.map(
          (word) => topology.addresses.get(word.replace(/[/@].*/, '')) ?? word.replace(/[/@].*/, ''),
        );
        for (const [source, target] of sent) {
          if (!/^(udp |sctp )?(clusterIP|loadBalancer|externalIP)/.test(target)) continue;
          const [{ backend }] = ask(cluster, topology, source, target);
          if (backend !== undefined) expect(addresses).toContain(backend.split(':')[0]);
        }
      }),
    );
  });

  test('a Service that has nothing to do with it changes no trace', () => {
    fc.assert(
      fc.property(shape, packets, (flow, sent) => {
        const alone = applyCase(topology, flow);
        const beside = applyCase({ ...topology, cluster: withNeighbour(topology) }, flow);
        for (const [source, target] of sent) {
          const [one] = ask(alone, topology, source, target);
          const [other] = ask(beside, topology, source, target);
          const ways = [other.trace, one.trace].map((trace) => JSON.stringify(trace));
          if (ways[0] !== ways[1]) expect(other.trace).toEqual(one.trace);
          expect(other.disposition).toBe(one.disposition);
        }
      }),
    );
  });

  /** Chances are drawn from the cluster's own seed, so this is the same each time. */
  test.each([
    ['a1 b1', 10.83],
    ['a1 a2 b1', 13.82],
    ['a1 a2 b1 port-b', 16.27],
  ])('over 1000 connections %s get their shares (χ² < %d)', (names, limit) => {
    const cluster = applyCase(topology, { title: '', cites: '', service: {}, endpoints: names, rows: [] });
    const counts = new Map<string, number>();
    for (const { backend = '' } of ask(cluster, topology, 'client-c', 'clusterIP:80', 1000))
      counts.set(backend, (counts.get(backend) ?? 0) + 1);
    const share = 1000 / names.split(' ').length;
    expect([counts.size, [...counts.values()].reduce((sum, count) => sum + count)]).toEqual([
      names.split(' ').length,
      1000,
    ]);
    const distance = [...counts.values()].reduce((sum, count) => sum + (count - share) ** 2 / share, 0);
    expect(distance).toBeLessThan(limit);
  });
});

/** The topology's cluster with a NodePort and endpoints that no packet is for. */
function withNeighbour({ cluster, addresses }: Topology): Cluster {
  const fork = cluster.fork();
  const metadata = { name: 'neighbour', labels: { 'kubernetes.io/service-name': 'neighbour' } };
  const spec = { type: 'NodePort', clusterIP: '10.96.200.200', ports: [{ port: 80, nodePort: 30500 }] };
  call(fork, 'POST', `/api/v1/namespaces/${NAMESPACE}/services`, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec,
  });
  call(fork, 'POST', `/apis/discovery.k8s.io/v1/namespaces/${NAMESPACE}/endpointslices`, {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata,
    addressType: 'IPv4',
    ports: [{ name: '', port: 80, protocol: 'TCP' }],
    endpoints: [{ addresses: [addresses.get('a1')], nodeName: 'node-a' }],
  });
  return fork;
}
