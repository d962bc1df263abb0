import { addToAddress, formatAddress, parsePrefix } from '@podlab/netstack';
import { createCluster } from '../cluster';
import type { Cluster } from '../cluster';
import { clusterConfig, create, get, settle } from '../test-support';
import { inFamily, RANGES, type Family } from './family';
import type { Mode } from './row';

export const NAMESPACE = 'lab06';
const AGNHOST = 'registry.k8s.io/e2e-test-images/agnhost:2.53';
const ZONES: Readonly<Record<string, string>> = { 'node-a': 'z1', 'node-b': 'z2', 'node-c': 'z2' };

/** A cluster that the rows of one mode are sent through, each in a fork of its own. */
export interface Topology {
  readonly cluster: Cluster;
  readonly family: Family;
  /** Addresses by name: pods, `node-a`, `external-a`, `bridge-a`, `flannel-a`, `outside`. */
  readonly addresses: ReadonlyMap<string, string>;
  /** The first name of an address. */
  readonly names: ReadonlyMap<string, string>;
}

interface Server {
  readonly name: string;
  readonly node: string;
  readonly port?: number;
  readonly ports?: readonly object[];
  readonly hostNetwork?: boolean;
}

/** A server that answers with its name over TCP, UDP and SCTP, on port 80 unless given. */
function server({ name, node, port = 80, ports = [], hostNetwork = false }: Server) {
  const args = ['netexec', `--http-port=${port}`, `--udp-port=${port}`, `--sctp-port=${port}`];
  const containers = [{ name: 'main', image: AGNHOST, args, ports }];
  const spec = { nodeName: node, hostNetwork, containers };
  return { kind: 'Pod', metadata: metadata(name, { app: 'server' }), spec };
}

function client(name: string, node: string) {
  const containers = [{ name: 'main', image: 'curlimages/curl:8.10.1', command: ['sleep', 'infinity'] }];
  return { kind: 'Pod', metadata: metadata(name, { app: 'client' }), spec: { nodeName: node, containers } };
}

const metadata = (name: string, labels: Record<string, string>) => ({ name, namespace: NAMESPACE, labels });

const HOST_PORTS = [
  { containerPort: 80, hostPort: 8080, protocol: 'TCP' },
  { containerPort: 80, hostPort: 8053, protocol: 'UDP' },
  { containerPort: 80, hostPort: 8090, hostIP: '172.18.0.4', protocol: 'TCP' },
];

const SERVERS: readonly Server[] = [
  { name: 'a1', node: 'node-a' },
  { name: 'a2', node: 'node-a' },
  { name: 'b1', node: 'node-b' },
  { name: 'port-b', node: 'node-b', ports: HOST_PORTS },
  { name: 'host-b', node: 'node-b', port: 9090, ports: [{ containerPort: 9090 }], hostNetwork: true },
];

/**
 * Zone z1: node-a with servers a1 and a2; zone z2: node-b with b1, port-b (host ports) and host-b (on the host's network,
 * port 9090), node-c without a server. A client on each node.
 */
export function buildTopology(mode: Mode, family: Family = 'IPv4'): Topology {
  const config = clusterConfig();
  const nodes = config.nodes.map(({ name }) => ({
    name,
    labels: { 'topology.kubernetes.io/zone': ZONES[name] },
  }));
  const cluster = createCluster({
    ...config,
    ...RANGES[family],
    world: worldOf(family),
    kube_proxy: { mode },
    nodes,
  });
  create(cluster, { kind: 'Namespace', metadata: { name: NAMESPACE } });
  settle(cluster, 5_000);
  for (const each of SERVERS) create(cluster, inFamilyOf(server(each), family));
  for (const node of Object.keys(ZONES)) create(cluster, client(node.replace('node', 'client'), node));
  settle(cluster);
  return { cluster, family, ...nameAddresses(cluster, family) };
}

function worldOf(family: Family): ReturnType<typeof clusterConfig>['world'] {
  return inFamilyOf(clusterConfig().world, family);
}

/** Data of a row as it reads in a cluster of `family`. */
export function inFamilyOf<T>(data: T, family: Family): T {
  return JSON.parse(inFamily(JSON.stringify(data), family)) as T;
}

function nameAddresses(cluster: Cluster, family: Family): Pick<Topology, 'addresses' | 'names'> {
  const addresses = new Map([['outside', inFamily('198.51.100.7', family)]]);
  for (const { name, internal_ip, external_ip, pod_cidr } of cluster.nodes()) {
    const letter = name.slice(-1);
    addresses.set(name, internal_ip).set(`external-${letter}`, external_ip);
    const { base } = parsePrefix(pod_cidr);
    addresses.set(`flannel-${letter}`, formatAddress(base));
    addresses.set(`bridge-${letter}`, formatAddress(addToAddress(base, 1)));
  }
  const { items } = get(cluster, `/api/v1/namespaces/${NAMESPACE}/pods`);
  for (const { metadata: meta, status } of items as {
    metadata: { name: string };
    status: { podIP: string };
  }[])
    addresses.set(meta.name, status.podIP);
  const names = new Map<string, string>();
  for (const [name, address] of addresses) if (!names.has(address)) names.set(address, name);
  return { addresses, names };
}
