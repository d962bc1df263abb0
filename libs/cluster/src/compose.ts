import type { ContainerImage, Node } from '@podlab/api';
import {
  ApiServer,
  bindingConnector,
  evictionConnector,
  logConnector,
  proxyConnectors,
  StrategyIndex,
  streamConnectors,
  TokenIssuer,
  tokenConnector,
  type AnyStrategy,
  type ContainerLogs,
} from '@podlab/apiserver';
import type { ResourceMetrics } from '@podlab/client';
import type { CloudProvider } from '@podlab/cloud-provider';
import type {
  ClusterNode,
  ConnectivityAnswer,
  ConnectivityRequest,
  RequestAnswer,
  SendRequest,
} from '@podlab/contracts';
import { COREDNS_HANDLER, createCoreDns, createOutsideDns } from '@podlab/coredns';
import { keyP256, rfc3339, sha256 } from '@podlab/kernel';
import type { KubeProxy } from '@podlab/kube-proxy';
import type { Kubelet } from '@podlab/kubelet';
import { canonicalAddress, Network, type SocketHandler } from '@podlab/netstack';
import { customStrategies, REGISTRY } from '@podlab/registry';
import { MvccStore } from '@podlab/storage';
import type { Workloads } from '@podlab/workloads';
import { Traceflow, type KeptConnections, type Surroundings } from '@podlab/traceflow';
import { proxyExchange } from './api-proxy';
import { addressInCidr } from './bootstrap-objects';
import { addCloud, addControlPlane, addNodes } from './components';
import type { ClusterConfig } from './config';
import { withNodeImages } from './container-images';
import { dnsSockets } from './dns-sockets';
import { composeExecs, type PodStreams } from './exec-composition';
import type { SimulatedRuntime } from './container-runtime';
import { Faults, type FaultTargets } from './faults';
import { resourceMetrics } from './resource-metrics';
import { ComponentRuntime } from './runtime';
import { generator, partOf, quotasOf, type ClusterState } from './state';
import * as world from './world';
import { apiServerCertificate, apiServerSocket } from './world-api-server';
import { worldHandler } from './world-handler';
import { rootCaOf } from './world-root-ca';

/** The parts of one cluster, put together over its state. */
export interface Composition {
  readonly store: MvccStore;
  readonly network: Network;
  readonly apiServer: ApiServer;
  readonly runtime: ComponentRuntime;
  readonly cloudProvider: CloudProvider;
  readonly kubeProxy: KubeProxy;
  send(request: SendRequest): RequestAnswer;
  connectivity(request: ConnectivityRequest): ConnectivityAnswer;
  nodes(): ClusterNode[];
  readonly faults: Faults;
  readonly streams: PodStreams;
  readonly workloads: Workloads;
}

/** Builds everything over `state`; a fresh state gets its first objects by `bootstrap`. */
export function compose(state: ClusterState): Composition {
  const { config } = state;
  const now = () => state.now;
  const store = new MvccStore(state.mvcc, now);
  const packets = generator(state, 'netstack');
  const network = new Network(state.network, { now, random: () => packets.float() });
  const parts: { runtime?: SimulatedRuntime; kubelet?: Kubelet } = {};
  const metrics = resourceMetrics({
    store,
    usage: (...container) => parts.runtime?.usage(...container),
    isSilent: (node) => parts.kubelet?.silentSince(node) !== undefined,
    now,
  });
  const logs = logsOf(() => parts.runtime as SimulatedRuntime);
  const issuer = new TokenIssuer(() => tokenKeyOf(config));
  const apiServer = apiServerOf(state, store, network, {
    logs,
    metrics,
    issuer,
    imagesOn: (node) => parts.kubelet?.imagesOn(node) ?? [],
  });
  network.handlers.set(world.WORLD_HANDLER, worldHandler(socketOf(apiServer, config, issuer, now)));
  const runtime = new ComponentRuntime(state, store, apiServer);
  const controlPlane = () => addControlPlane(runtime, config, metrics);
  // A new cluster's states are made in one order; one that has lived has them all.
  if (state.mvcc.rv === 0) controlPlane();
  else runtime.addWhenNeeded(controlPlane);
  const containers = addNodes(runtime, network, config, issuer);
  parts.runtime = containers.runtime;
  parts.kubelet = containers.kubelet;
  const cloudProvider = addCloud(runtime, network, config);
  containers.kubelet.onSilence(() => cloudProvider.networkChanged());
  const faults = addFaults(runtime, {
    network,
    kubelet: containers.kubelet,
    takeRevision: () => store.takeRevision(),
    networkChanged: () => cloudProvider.networkChanged(),
  });
  const surroundings = surroundingsOf(config);
  const traceflow = new Traceflow({
    network,
    informers: runtime.informers,
    surroundings,
    now,
    resourceVersion: () => store.resourceVersion,
    cloud: () => cloudProvider.settings(),
    balancers: () => cloudProvider.balancers(),
    cloudRefusal: (service) => cloudProvider.failureOf(service),
    faults: () => faults.list(),
    connections: partOf(state, 'traceflow/connections', keptConnections).byName,
    nearestImage: (image) => containers.nearestImage(image),
  });
  runtime.add('coredns', createCoreDns(network, traceflow.outsideNames));
  network.handlers.set(COREDNS_HANDLER, dnsSockets(network.handlers.get(COREDNS_HANDLER) as SocketHandler));
  const outside = createOutsideDns(traceflow.outsideNames, packets);
  network.handlers.set(world.OUTSIDE_DNS_HANDLER, outside);
  return {
    store,
    network,
    apiServer,
    runtime,
    cloudProvider,
    kubeProxy: containers.kube_proxy,
    send: (request) => traceflow.send(request),
    connectivity: (request) => traceflow.connectivity(request),
    nodes: () => nodesOf(store),
    faults,
    streams: composeExecs(runtime, network, config, containers, traceflow, surroundings.cluster_dns_ip),
    workloads: containers.workloads,
  };
}

interface ApiServerSources {
  readonly logs: ContainerLogs;
  readonly metrics: ResourceMetrics;
  readonly issuer: TokenIssuer;
  imagesOn(node: string): ContainerImage[];
}

/** The API server; what its logs and metrics come from is made later. */
function apiServerOf(
  state: ClusterState,
  store: MvccStore,
  network: Network,
  { logs, metrics, issuer, imagesOn }: ApiServerSources,
): ApiServer {
  const { config } = state;
  return new ApiServer({
    store,
    registry: withNodeImages(REGISTRY, imagesOn),
    custom: customStrategies,
    settings: {
      service_cidr: config.service_cidr,
      pod_cidr: config.pod_cidr,
      node_port_range: [30000, 32767],
    },
    random: generator(state, 'apiserver'),
    event_random: generator(state, 'apiserver/events'),
    now: () => state.now,
    timestamp: () => rfc3339(state.now),
    metrics,
    quotas: () => quotasOf(state),
    connectors: [
      bindingConnector,
      evictionConnector(BUDGETS),
      tokenConnector(issuer),
      logConnector(logs),
      ...streamConnectors,
      ...proxyConnectors(proxyExchange(network, () => nodesOf(store))),
    ],
  });
}

/** How pods reach the API server. */
function socketOf(
  apiServer: ApiServer,
  config: ClusterConfig,
  issuer: TokenIssuer,
  now: () => number,
): SocketHandler {
  const certificate = () => {
    const own = world.plansOf(config).map(({ control_plane }) => control_plane);
    return apiServerCertificate(rootCaOf(config), [addressInCidr(config.service_cidr, 1), ...own]);
  };
  return apiServerSocket({ issuer, certificate, now, handle: (request) => apiServer.handle(request) });
}

/** Without a key of its own a cluster signs with one that its seed gives away: good enough where nobody else lets in by it. */
function tokenKeyOf({ seed, token_key }: ClusterConfig): Uint8Array {
  if (token_key !== undefined) {
    return Uint8Array.from(token_key.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  }
  const half = (name: string) => sha256(`service account tokens ${name} of ${seed}`);
  return keyP256(Uint8Array.of(...half('one'), ...half('two')));
}

const BUDGETS = new StrategyIndex(REGISTRY).get('poddisruptionbudgets.policy') as AnyStrategy;

function logsOf(runtime: () => SimulatedRuntime): ContainerLogs {
  return {
    read: (...given) => runtime().read(...given),
    follow: (...given) => runtime().follow(...given),
  };
}

const keptConnections = (): { readonly byName: KeptConnections } => ({ byName: new Map() });

function addFaults(runtime: ComponentRuntime, targets: FaultTargets): Faults {
  const parts: { faults?: Faults } = {};
  runtime.add('faults', (context) => (parts.faults = new Faults(context, targets)));
  return parts.faults as Faults;
}

function surroundingsOf(config: ClusterConfig): Surroundings {
  const plans = world.plansOf(config);
  const [plan] = plans;
  return {
    service_cidr: config.service_cidr,
    pod_cidr: config.pod_cidr,
    load_balancer_cidr: plans.map(({ load_balancer_pool }) => load_balancer_pool.network).join(','),
    external_namespace: world.EXTERNAL_NAMESPACE,
    external_client_ips: plans.map(({ external_client }) => external_client),
    hosts: config.world.hosts.map(({ name, ip }) => ({ name, ip: canonicalAddress(ip) })),
    cluster_dns_ip: addressInCidr(config.service_cidr, 10),
    outside_dns_ip: plan.gateway,
  };
}

const nodesOf = (store: MvccStore): ClusterNode[] => (store.list('nodes') as Node[]).map(clusterNode);

function clusterNode({ metadata, spec, status }: Node): ClusterNode {
  const address = (wanted: string) => status?.addresses?.find(({ type }) => type === wanted)?.address ?? '';
  return {
    name: metadata.name,
    internal_ip: address('InternalIP'),
    external_ip: address('ExternalIP'),
    pod_cidr: spec.podCIDR ?? '',
  };
}
