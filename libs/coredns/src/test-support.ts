import type { EndpointSlice, Pod, Service } from '@podlab/api';
import { createNetworkState, Network } from '@podlab/netstack';
import { buildNamespace, buildPod, buildService, ComponentHarness } from '@podlab/testkit';
import { createCoreDns } from './coredns';
import { COREDNS_HANDLER } from './socket-handler';
import { decodeMessage } from './wire/decode';
import { encodeMessage } from './wire/encode';
import { createQuery } from './wire/message';
import type { DnsMessage, Question } from './wire/message';

export function slice(name: string, service: string, changes: Partial<EndpointSlice>): EndpointSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name, namespace: 'lab06', labels: { 'kubernetes.io/service-name': service } },
    addressType: 'IPv4',
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
    ...changes,
  };
}

const SERVICES: Service[] = [
  buildService(
    'lab06',
    'web',
    { app: 'web' },
    [
      { name: 'http', port: 80, protocol: 'TCP' },
      { name: 'dns', port: 53, protocol: 'UDP' },
    ],
    { clusterIP: '10.96.0.20', clusterIPs: ['10.96.0.20'] },
  ),
  buildService('lab06', 'dual', { app: 'dual' }, [{ name: 'http', port: 80, protocol: 'TCP' }], {
    clusterIP: '10.96.0.21',
    clusterIPs: ['10.96.0.21', 'fd00:10:96::21'],
  }),
  buildService('lab06', 'db', { app: 'db' }, [{ name: 'http', port: 80, protocol: 'TCP' }], {
    clusterIP: 'None',
    clusterIPs: ['None'],
  }),
  buildService('lab06', 'empty', { app: 'none' }, [{ port: 80 }], {
    clusterIP: 'None',
    clusterIPs: ['None'],
  }),
  buildService('lab06', 'portless', { app: 'db' }, [], { clusterIP: 'None', clusterIPs: ['None'] }),
  buildService('lab06', 'outside', undefined, [], {
    type: 'ExternalName',
    externalName: 'example.com.',
    clusterIP: '',
    clusterIPs: [],
  }),
  buildService('lab06', 'inside', undefined, [], {
    type: 'ExternalName',
    externalName: 'web.lab06.svc.cluster.local',
    clusterIP: '',
    clusterIPs: [],
  }),
];

const SLICES: EndpointSlice[] = [
  slice('web-1', 'web', { endpoints: [{ addresses: ['10.244.1.5'] }] }),
  slice('db-1', 'db', {
    endpoints: [
      { addresses: ['10.244.1.7'], hostname: 'db-0', conditions: { ready: true } },
      { addresses: ['10.244.2.8'], conditions: { ready: true } },
      { addresses: ['10.244.2.9'], hostname: 'db-2', conditions: { ready: false } },
    ],
  }),
  slice('portless-1', 'portless', { ports: [], endpoints: [{ addresses: ['10.244.3.3'] }] }),
];

const WORLD: ReadonlyMap<string, readonly string[]> = new Map([
  ['example.com', ['203.0.113.80']],
  ['www.example.com', ['192.0.2.53', '2001:db8::53']],
]);

/** CoreDNS over a cluster with namespace lab06, and `ask`, which sends it a question. */
export function createHarness(
  services: readonly Service[] = SERVICES,
  slices: readonly EndpointSlice[] = SLICES,
) {
  const network = new Network(createNetworkState(), { now: () => 0, random: () => 0 });
  const world = (name: string) => WORLD.get(name);
  const harness = new ComponentHarness({ coredns: createCoreDns(network, world) });
  for (const name of ['lab06', 'default', 'kube-system'])
    harness.client.create('namespaces', buildNamespace(name));
  for (const service of services) harness.client.create('services', service);
  for (const endpoints of slices) harness.client.create('endpointslices.discovery.k8s.io', endpoints);
  const pod = buildPod('lab06', 'client');
  harness.client.create('pods', pod);
  harness.client.updateStatus<Pod>('pods', {
    ...harness.get<Pod>('pods', 'lab06/client'),
    status: { phase: 'Running', podIP: '10.244.1.9' },
  });
  const exchange = (bytes: Uint8Array): Uint8Array | undefined => {
    let answer: Uint8Array | undefined;
    const end = { address: '10.244.0.2', port: 53 };
    network.handlers.get(COREDNS_HANDLER)?.onDatagram?.({
      listener: {
        id: 1,
        namespace: 'pod/dns',
        protocol: 'UDP',
        address: '0.0.0.0',
        port: 53,
        handler: '',
        data: {},
      },
      local: end,
      remote: end,
      bytes,
      reply: (reply) => (answer = reply),
    });
    return answer;
  };
  const ask = (name: string, type: Question['type'] = 'A'): DnsMessage =>
    decodeMessage(exchange(encodeMessage(createQuery(7, { name, type }))) as Uint8Array);
  return { harness, network, exchange, ask };
}
