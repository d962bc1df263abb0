import { createCluster } from '../cluster';
import type { Cluster } from '../cluster';
import type { ClusterConfig } from '../config';
import { call, clusterConfig, create, deployment, get, service, settle } from '../test-support';

/** A cluster in which every request of {@link ASKS} is delivered: what mistakes are made in. */
export interface World {
  readonly name: string;
  readonly cluster: Cluster;
  readonly families: readonly Family[];
}

export type Family = 'IPv4' | 'IPv6';
type Config = Partial<ClusterConfig>;

const AGNHOST = 'registry.k8s.io/e2e-test-images/agnhost:2.53';
const FOUR = { service_cidr: '10.96.0.0/16', pod_cidr: '10.244.0.0/16' };
const DUAL = {
  service_cidr: '10.96.0.0/16,fd00:10:96::/112',
  pod_cidr: '10.244.0.0/16,fd00:10:244::/56',
};

export const WORLDS: Readonly<Record<string, Config>> = {
  'iptables, IPv4': FOUR,
  'nftables, IPv4': { ...FOUR, kube_proxy: { mode: 'nftables' } },
  'iptables, both families': DUAL,
  'nftables, both families': { ...DUAL, kube_proxy: { mode: 'nftables' } },
};

/** The cloud of these worlds: it keeps clients' addresses and gives an address within three seconds. */
const CLOUD = { enabled: true, delay_ms: 3_000, quota: 20 };

export function makeWorld(name: string): World {
  const config = WORLDS[name];
  const cluster = createCluster({
    ...clusterConfig(),
    ...config,
    cloud: CLOUD,
    ingress_controller: { enabled: true },
  });
  for (const namespace of ['lab06', 'other'])
    create(cluster, { kind: 'Namespace', metadata: { name: namespace } });
  settle(cluster, 5_000);
  for (const object of OBJECTS) create(cluster, object);
  call(cluster, 'POST', '/apis/discovery.k8s.io/v1/namespaces/lab06/endpointslices', SLICE);
  settle(cluster);
  const families: Family[] =
    config === FOUR || config.pod_cidr === FOUR.pod_cidr ? ['IPv4'] : ['IPv4', 'IPv6'];
  return { name, cluster, families };
}

const sleeper = (name: string, namespace: string, nodeName: string) => ({
  kind: 'Pod',
  metadata: { name, namespace, labels: { app: name } },
  spec: {
    nodeName,
    containers: [{ name: 'main', image: 'curlimages/curl:8.10.1', command: ['sleep', 'infinity'] }],
  },
});

const netexec = (http: number, udp: number) => ({
  image: AGNHOST,
  args: ['netexec', `--http-port=${http}`, `--udp-port=${udp}`],
});

const dual = (spec: object) => ({ ipFamilyPolicy: 'PreferDualStack', ...spec });

const OBJECTS: Parameters<typeof create>[1][] = [
  sleeper('client', 'lab06', 'node-a'),
  sleeper('far', 'other', 'node-b'),
  deployment('web', { replicas: 2 }),
  service(
    'web',
    dual({
      type: 'LoadBalancer',
      selector: { app: 'web' },
      ports: [{ name: 'http', port: 80, targetPort: 80, nodePort: 30080 }],
    }),
  ),
  deployment('echo', {
    container: {
      ...netexec(8080, 9000),
      ports: [
        { name: 'web', containerPort: 8080 },
        { name: 'datagrams', containerPort: 9000, protocol: 'UDP' },
      ],
      readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 2 },
    },
  }),
  service(
    'echo',
    dual({
      type: 'NodePort',
      selector: { app: 'echo' },
      ports: [
        { name: 'web', port: 8080, targetPort: 'web', nodePort: 30081 },
        { name: 'datagrams', port: 9000, protocol: 'UDP', targetPort: 'datagrams', nodePort: 30082 },
      ],
      externalIPs: ['203.0.113.210'],
    }),
  ),
  service('solo', {
    type: 'NodePort',
    selector: { app: 'echo' },
    ports: [{ port: 8080, targetPort: 'web', nodePort: 30083 }],
  }),
  deployment('shop', { namespace: 'other' }),
  service('shop', { selector: { app: 'shop' }, ports: [{ port: 80 }] }, 'other'),
  service('alias', { type: 'ExternalName', externalName: 'example.com' }),
  service('outer', { ports: [{ port: 80 }] }),
  service('db', { clusterIP: 'None', selector: { app: 'db' }, ports: [{ port: 6379 }] }),
  deployment('db', {
    image: 'redis:7',
    template: { hostname: 'db-0', subdomain: 'db' },
    container: { ports: [{ containerPort: 6379 }] },
  }),
  {
    kind: 'Pod',
    metadata: { name: 'edge', namespace: 'lab06', labels: { app: 'edge' } },
    spec: {
      nodeName: 'node-b',
      containers: [
        {
          name: 'main',
          image: 'nginx:1.27',
          ports: [{ containerPort: 80, hostPort: 8088, protocol: 'TCP' }],
        },
      ],
    },
  } as never,
  {
    kind: 'Ingress',
    metadata: { name: 'main', namespace: 'lab06' },
    spec: {
      ingressClassName: 'nginx',
      rules: [
        {
          host: 'www.example.org',
          http: {
            paths: [
              {
                path: '/',
                pathType: 'Prefix',
                backend: { service: { name: 'web', port: { number: 80 } } },
              },
            ],
          },
        },
      ],
    },
  } as never,
];

/** Endpoints by hand: a host outside. */
const SLICE = {
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 'outer-1', namespace: 'lab06', labels: { 'kubernetes.io/service-name': 'outer' } },
  addressType: 'IPv4',
  endpoints: [{ addresses: ['203.0.113.80'] }],
  ports: [{ port: 80, protocol: 'TCP' }],
};

interface Addressed {
  readonly spec: { readonly clusterIPs?: string[]; readonly nodeName?: string };
  readonly status: {
    readonly podIPs?: { ip: string }[];
    readonly loadBalancer?: { ingress?: { ip: string }[] };
  };
  readonly metadata: { readonly name: string; readonly labels?: Record<string, string> };
}

/** Addresses of a world as they are when a request is written: clients keep them. */
export const serviceOf = (cluster: Cluster, name: string, namespace = 'lab06') =>
  get(cluster, `/api/v1/namespaces/${namespace}/services/${name}`) as unknown as Addressed;

export const podsNamed = (cluster: Cluster, app: string, namespace = 'lab06') =>
  (get(cluster, `/api/v1/namespaces/${namespace}/pods`).items as unknown as Addressed[]).filter(
    ({ metadata }) => metadata.labels?.['app'] === app,
  );

export const ofFamily = (addresses: readonly string[], family: Family) =>
  addresses.find((address) => address.includes(':') === (family === 'IPv6'));

export const inUrl = (address: string) => (address.includes(':') ? `[${address}]` : address);
