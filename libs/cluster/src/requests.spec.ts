import type { Hop, Request, Step } from '@podlab/contracts';
import type { Rule } from '@podlab/netstack';
import * as fc from 'fast-check';
import type { Cluster } from './cluster';
import type { Composition } from './compose';
import {
  CLIENT,
  clusterIP,
  deployment,
  get,
  lab,
  OUTSIDE,
  patch,
  podsOf,
  sendMany,
  send,
  service,
  settle,
} from './test-support';

const WEB = deployment('web', { replicas: 2 });
const NODE_PORT = { type: 'NodePort', selector: { app: 'web' }, ports: [{ port: 80, nodePort: 30123 }] };
const CLOUD = { enabled: true, delay_ms: 3_000, quota: 20 };

const stepsOf = (request: Request, direction: Hop['direction'] = 'request'): Step[] =>
  (request.trace?.hops ?? []).filter((hop) => hop.direction === direction).flatMap(({ steps }) => steps);
const stepOf = (request: Request, type: Step['type']) => stepsOf(request).find((step) => step.type === type);
const wayOf = (request: Request, direction: Hop['direction'] = 'request') =>
  (request.trace?.hops ?? [])
    .filter((hop) => hop.direction === direction)
    .map(({ where }) => `${where.kind}/${where.name}`);

const nodeOf = (cluster: Cluster, address: string | undefined) =>
  podsOf(cluster, 'web').find(({ status }) => `${status.podIP}:80` === address)?.spec.nodeName;

describe('a request from a pod', () => {
  const cluster = lab([WEB, service('web', NODE_PORT)]);
  const address = clusterIP(cluster, 'web');

  it('to a cluster IP: {service IP}:port becomes {pod IP}:targetPort', () => {
    const request = send(cluster, CLIENT, `http://${address}/`);
    const backends = podsOf(cluster, 'web').map(({ status }) => `${status.podIP}:80`);
    expect(request.disposition).toBe('Delivered');
    expect(backends).toContain(request.backend);
    const nat = stepOf(request, 'DestinationNat');
    expect([nat?.before?.destination, nat?.before?.destination_port]).toEqual([address, 80]);
    expect(`${nat?.after?.destination}:${nat?.after?.destination_port}`).toBe(request.backend);
    expect(nat?.rule).toMatchObject({
      table: 'nat',
      chain: expect.stringMatching(/^KUBE-SEP-[A-Z2-7]{16}$/) as string,
    });
    expect(nat?.rule?.text).toContain(`--to-destination ${request.backend}`);
    expect(nat?.objects.map(({ kind, name }) => `${kind}/${name}`)).toEqual([
      'Service/web',
      `Pod/${request.response?.served_by?.pod}`,
    ]);
    expect(request.source_seen_by_backend).toBe(podAddress(cluster, 'client'));
    expect(request.response).toMatchObject({ status: 200, served_by: { namespace: 'lab06' } });
  });

  it('to a name tells each name that it tried', () => {
    const request = send(cluster, CLIENT, 'http://web.lab06/');
    const names = stepsOf(request).filter(({ type }) => type === 'DnsQuery');
    expect(names.map(({ detail }) => detail)).toEqual([
      { name: 'web.lab06.lab06.svc.cluster.local', type: 'A', rcode: 'NXDOMAIN', answers: [] },
      { name: 'web.lab06.svc.cluster.local', type: 'A', rcode: 'NOERROR', answers: [address] },
    ]);
    expect(request.dns).toEqual({ name: 'web.lab06.svc.cluster.local', rcode: 'NOERROR' });
  });

  it('reaches all endpoints, and a trace is told for each way', () => {
    const { requests, summary } = sendMany(cluster, CLIENT, `http://${address}/`, {
      count: 40,
      traces: 'distinct',
    });
    expect(summary.by_disposition).toEqual({ Delivered: 40 });
    expect(Object.keys(summary.by_backend)).toHaveLength(2);
    expect(requests.filter(({ trace }) => trace)).toHaveLength(2);
  });

  it('comes home the way it went: the answer is translated back', () => {
    const request = send(cluster, CLIENT, `http://${address}/`);
    expect(stepsOf(request, 'reply').at(-1)).toMatchObject({ type: 'Socket', before: { source: address } });
    expect(wayOf(request, 'reply').at(-1)).toBe('Pod/client');
  });

  it('to a host outside leaves with the address of its node', () => {
    const request = send(cluster, CLIENT, 'http://example.com/');
    const [client] = get(cluster, '/api/v1/namespaces/lab06/pods').items as unknown as {
      status: { hostIP: string };
    }[];
    expect([request.disposition, request.source_seen_by_backend]).toEqual([
      'Delivered',
      client.status.hostIP,
    ]);
  });

  it('by ping reaches a pod, and an ICMP header has no ports', () => {
    const host = podsOf(cluster, 'web')[0].status.podIP;
    const request = send(cluster, CLIENT, { host, protocol: 'ICMP' });
    expect(request.disposition).toBe('Delivered');
    expect(stepOf(request, 'Socket')?.before).not.toHaveProperty('destination_port');
  });

  it('over UDP reaches the name server', () => {
    const request = send(cluster, CLIENT, { host: '10.96.0.10', port: 53, protocol: 'UDP' });
    expect([request.disposition, request.diagnosis?.code]).toEqual(['TimedOut', 'NoAnswer']);
  });
});

function podAddress(cluster: Cluster, name: string): string {
  return (get(cluster, `/api/v1/namespaces/lab06/pods/${name}`).status as unknown as { podIP: string }).podIP;
}

describe('a request from outside', () => {
  const cluster = lab([WEB, service('web', NODE_PORT)]);

  it.each(['node-a', 'node-b', 'node-c'])(
    'to node port 30123 of %s is delivered, also where no pod is',
    (node) => {
      const request = send(cluster, OUTSIDE, `http://${node}:30123/`);
      expect(request.disposition).toBe('Delivered');
      expect(wayOf(request).slice(0, 2)).toEqual(['External/external', `Node/${node}`]);
      expect(stepOf(request, 'SourceNat')?.rule?.chain).toBe('KUBE-POSTROUTING');
      const target = nodeOf(cluster, request.backend);
      const seen = request.source_seen_by_backend ?? '';
      expect(seen).toMatch(target === node ? /^10\.244\.\d+\.1$/ : /^10\.244\.\d+\.0$/);
    },
  );

  it('handed to a node reaches even a cluster IP: kube-proxy decides', () => {
    const from = { kind: 'External', via: 'node-b' } as const;
    expect(send(cluster, from, `http://${clusterIP(cluster, 'web')}/`).disposition).toBe('Delivered');
  });

  it('may not take an address of the cluster', () => {
    expect(() => send(cluster, { kind: 'External', ip: '172.18.0.3' }, 'http://node-a:30123/')).toThrow(
      /belongs to the cluster/,
    );
  });

  it('through a load balancer keeps its address up to the node, and with policy Local up to the pod', () => {
    const spec = { type: 'LoadBalancer', selector: { app: 'web' }, ports: [{ port: 80 }] };
    const balanced = lab(
      [WEB, service('lb', spec), service('kept', { ...spec, externalTrafficPolicy: 'Local' })],
      CLOUD,
    );
    const request = send(balanced, OUTSIDE, 'http://lb.lab06/');
    expect(request.disposition).toBe('Delivered');
    expect(wayOf(request)[1]).toMatch(/^LoadBalancer\//);
    expect(stepOf(request, 'DestinationNat')?.before?.destination).toBe('203.0.113.100');
    expect(stepOf(request, 'DestinationNat')?.before?.source).toBe('198.51.100.7');
    const kept = sendMany(balanced, OUTSIDE, 'http://kept.lab06/', { count: 20, traces: 'first' });
    expect(kept.summary.by_disposition).toEqual({ Delivered: 20 });
    expect(new Set(kept.requests.map((one) => one.source_seen_by_backend))).toEqual(
      new Set(['198.51.100.7']),
    );
    expect(Object.keys(kept.summary.by_backend)).toHaveLength(2);
  });

  it('to a pending load balancer is delivered within the delay after the cloud is switched on', () => {
    const pending = lab([
      WEB,
      service('lb', { type: 'LoadBalancer', selector: { app: 'web' }, ports: [{ port: 80 }] }),
    ]);
    expect(send(pending, OUTSIDE, 'http://lb.lab06/').diagnosis?.code).toBe('LoadBalancerPending');
    pending.perform({ kind: 'Cloud', settings: CLOUD });
    pending.runUntil(pending.now() + 2_500, 100_000);
    expect(send(pending, OUTSIDE, 'http://lb.lab06/').diagnosis?.message.code).toBe(
      'LoadBalancerPending.Slow',
    );
    pending.runUntil(pending.now() + 1_000, 100_000);
    expect(send(pending, OUTSIDE, 'http://lb.lab06/').disposition).toBe('Delivered');
  });
});

describe('a request from a node', () => {
  const cluster = lab([WEB, service('web', NODE_PORT)]);
  const from = { kind: 'Node', name: 'node-a' } as const;

  it.each([
    ['a cluster IP', () => `http://${clusterIP(cluster, 'web')}/`],
    ['a pod', () => `http://${podsOf(cluster, 'web')[0].status.podIP}/`],
    ['its own node port', () => 'http://172.18.0.3:30123/'],
    ['its node port on loopback', () => 'http://127.0.0.1:30123/'],
  ])('reaches %s', (_, to) => {
    expect(send(cluster, from, to()).disposition).toBe('Delivered');
  });
});

describe('the rule that a trace cites is the rule that decided', () => {
  it('without it the request is not delivered', () => {
    const cluster = lab([WEB, service('web', NODE_PORT)]);
    const request = send(cluster, CLIENT, `http://${clusterIP(cluster, 'web')}/`);
    const rule = stepOf(request, 'DestinationNat')?.rule;
    const { network } = (cluster as unknown as { parts: Composition }).parts;
    for (const namespace of network.state.namespaces.keys()) {
      if (!namespace.startsWith('node/')) continue;
      const iptables = network.iptables(namespace);
      const captures = iptables.rules('nat', 'KUBE-SERVICES') as readonly Rule[];
      const without = captures.filter(
        ({ matches }) =>
          !matches.some((m) => m.kind === 'destination' && m.address === clusterIP(cluster, 'web')),
      );
      iptables.restore('nat', { 'KUBE-SERVICES': without });
    }
    expect(rule?.text).toContain('DNAT');
    expect(send(cluster, CLIENT, `http://${clusterIP(cluster, 'web')}/`).disposition).not.toBe('Delivered');
  });
});

describe('a failing request', () => {
  it('tells the rule that refused it', () => {
    const cluster = lab([service('web', { selector: { app: 'web' }, ports: [{ port: 80 }] })]);
    const request = send(cluster, CLIENT, 'http://web/');
    expect(stepsOf(request).at(-1)).toMatchObject({
      type: 'Iptables',
      action: 'Rejected',
      after: null,
      rule: { table: 'filter', chain: 'KUBE-SERVICES' },
      objects: [{ kind: 'Service', name: 'web' }],
    });
    expect(stepsOf(request).at(-1)?.rule?.text).toContain('lab06/web has no endpoints');
  });

  it('is delivered again when the Service is mended, without anything else being done', () => {
    const cluster = lab([WEB, service('web', { selector: { app: 'wrong' }, ports: [{ port: 80 }] })]);
    expect(send(cluster, CLIENT, 'http://web/').disposition).toBe('Refused');
    patch(cluster, '/api/v1/namespaces/lab06/services/web', [
      { op: 'replace', path: '/spec/selector/app', value: 'web' },
    ]);
    settle(cluster);
    expect(send(cluster, CLIENT, 'http://web/').disposition).toBe('Delivered');
  });
});

describe('any request', () => {
  const objects = [
    WEB,
    service('web', NODE_PORT),
    service('none', { selector: { app: 'none' }, ports: [{ port: 80 }] }),
  ];
  const cluster = lab([
    ...objects,
    service('lb', { type: 'LoadBalancer', selector: { app: 'web' }, ports: [{ port: 80 }] }),
  ]);
  const [pod] = podsOf(cluster, 'web');
  const hosts = [
    'web',
    'web.lab06',
    'none',
    'lb.lab06',
    'wbe',
    'nowhere.example',
    'example.com',
    'localhost',
    clusterIP(cluster, 'web'),
    clusterIP(cluster, 'none'),
    pod.status.podIP,
    '10.244.9.9',
    '10.96.9.9',
    '172.18.0.3',
    '172.18.0.99',
    '127.0.0.1',
    '203.0.113.80',
    '255.255.255.255',
  ];
  const from = fc.constantFrom<Parameters<typeof send>[1]>(
    CLIENT,
    OUTSIDE,
    { kind: 'External', ip: '198.51.100.200', via: 'node-b' },
    { kind: 'Node', name: 'node-a' },
    { kind: 'Node', name: 'node-a', ip: '127.0.0.1' },
    { kind: 'Pod', namespace: 'lab06', name: pod.metadata.name },
  );
  const to = fc.record({
    host: fc.constantFrom(...hosts),
    port: fc.constantFrom(53, 80, 443, 8080, 10250, 30123),
    protocol: fc.constantFrom('TCP' as const, 'UDP' as const, 'SCTP' as const, 'ICMP' as const),
  });

  it('is delivered, or explained in a whole sentence', () => {
    fc.assert(
      fc.property(from, to, (sender, target) => {
        const { disposition, diagnosis, trace } = send(cluster, sender, target);
        expect(diagnosis === undefined).toBe(disposition === 'Delivered');
        expect(diagnosis?.message.text ?? '').not.toMatch(/undefined|\{|NaN|\[object/);
        expect(trace?.disposition).toBe(disposition);
      }),
    );
  });
});
