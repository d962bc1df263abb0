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
  Fault,
  RequestAnswer,
  SendRequest,
} from '@podlab/contracts';
import { COREDNS_HANDLER, CorefileReader, createCoreDns, createOutsideDns } from '@podlab/coredns';
import { keyP256, rfc3339, sha256, type Prng } from '@podlab/kernel';
import type { KubeProxy } from '@podlab/kube-proxy';
import type { Kubelet } from '@podlab/kubelet';
import { canonicalAddress, Network, type SocketHandler } from '@podlab/netstack';
import { createNetworkPolicy } from '@podlab/network-policy';
import { customStrategies, REGISTRY } from '@podlab/registry';
import { MvccStore } from '@podlab/storage';
import { ImageRegistry, WORKLOADS_HANDLER, type Workloads } from '@podlab/workloads';
import { Traceflow, type KeptConnections, type Surroundings } from '@podlab/traceflow';
import { proxyExchange } from './api-proxy';
import { addressInCidr } from './bootstrap-objects';
import {
  addCloud,
  addContainers,
  addControlPlane,
  addKubelets,
  addKubeProxies,
  type ContainerParts,
  type ContainerSources,
} from './components';
import type { ClusterConfig } from './config';
import { withNodeImages } from './container-images';
import { dnsSockets } from './dns-sockets';
import { composeExecs, type PodStreams } from './exec-composition';
import type { SimulatedRuntime } from './container-runtime';
import { Faults, type FaultTargets } from './faults';
import { resourceMetrics } from './resource-metrics';
import { ComponentRuntime } from './runtime';
import { generator, ownObjects, partOf, quotasOf, type ClusterState } from './state';
import * as world from './world';
import { apiServerCertificate, apiServerSocket } from './world-api-server';
import { worldHandler } from './world-handler';
import { rootCaOf } from './world-root-ca';

/**
 * The parts of one cluster, put together over its state; a fresh state gets its first objects by `bootstrap`. What a
 * cluster that has lived needs for a request or a command is made when that is asked for, all else before the first
 * write or event.
 */
export class Composition {
  readonly store: MvccStore;
  readonly network: Network;
  readonly runtime: ComponentRuntime;
  /** Hears of each fault that begins or ends. */
  onFault: (fault: Fault) => void = () => undefined;
  private readonly surroundings: Surroundings;
  private readonly issuer: TokenIssuer;
  private readonly metrics: ResourceMetrics;
  private readonly packets: Prng;
  private readonly images: ImageRegistry;
  private readonly corefiles: CorefileReader;
  private readonly containers: () => ContainerParts;
  private readonly kubelets: () => Kubelet;
  private readonly proxies: () => KubeProxy;
  private readonly policies: () => unknown;
  private readonly cloud: () => CloudProvider;
  private readonly faultParts: () => Faults;
  private readonly traceflow: () => Traceflow;
  private readonly dns: () => unknown;
  private madeApiServer: ApiServer | undefined;
  private madeStreams: PodStreams | undefined;

  /** `lender`, of whose state this one is borrowed, must rest: what it has derived serves here, too. */
  constructor(
    private readonly state: ClusterState,
    lender?: Composition,
  ) {
    const { config } = state;
    const now = () => state.now;
    this.store = new MvccStore(state.mvcc, now);
    this.packets = generator(state, 'netstack');
    const environment = { now, random: () => this.packets.float() };
    this.network = new Network(state.network, environment, lender?.network);
    this.surroundings = lender?.surroundings ?? surroundingsOf(config);
    this.images = lender?.images ?? new ImageRegistry({ unknownImages: config.images.unknown });
    this.corefiles = lender?.corefiles ?? new CorefileReader();
    this.issuer = new TokenIssuer(() => tokenKeyOf(config));
    this.metrics = this.resourceMetrics();
    // A new cluster's states are made in one order; one that has lived has them all.
    const needsAll = state.mvcc.rv === 0;
    if (needsAll) this.madeApiServer = this.makeApiServer();
    const { store, network } = this;
    const runtime = new ComponentRuntime(state, () => this.apiServer, {
      store,
      needsAll,
      ...(lender && { lender: lender.runtime }),
    });
    this.runtime = runtime;
    store.beforeNextWrite(() => {
      if (lender) ownObjects(state);
      runtime.makeAll();
    });
    this.awaitPackets();
    runtime.part(() => addControlPlane(runtime, config, this.metrics));
    this.containers = runtime.part(() => addContainers(runtime, network, config, this.containerSources()));
    this.kubelets = runtime.part(() => this.makeKubelets());
    this.proxies = runtime.part(() => addKubeProxies(runtime, network, config));
    this.policies = runtime.part(() => runtime.add('network-policy', createNetworkPolicy(network)));
    this.cloud = runtime.part(() => addCloud(runtime, network, config));
    this.faultParts = runtime.part(() => this.makeFaults());
    this.traceflow = runtime.part(() => this.makeTraceflow());
    this.dns = runtime.part(() => this.addCoreDns());
  }

  get apiServer(): ApiServer {
    return (this.madeApiServer ??= this.makeApiServer());
  }

  get cloudProvider(): CloudProvider {
    return this.cloud();
  }

  get kubeProxy(): KubeProxy {
    return this.proxies();
  }

  get faults(): Faults {
    return this.faultParts();
  }

  get workloads(): Workloads {
    return this.containers().workloads;
  }

  get streams(): PodStreams {
    return (this.madeStreams ??= composeExecs(this.runtime, this.network, this.containers()));
  }

  send(request: SendRequest): RequestAnswer {
    return this.traceflow().send(request);
  }

  connectivity(request: ConnectivityRequest): ConnectivityAnswer {
    return this.traceflow().connectivity(request);
  }

  nodes(): ClusterNode[] {
    return nodesOf(this.store);
  }

  /** Who answers packets is made when one comes. */
  private awaitPackets(): void {
    const { handlers, queueHandlers, captures } = this.network;
    // V8 puts a function that is written as assigned to a property among the old ones, and whatever it reaches with it:
    // a fork's whole cluster would stay until the next full collection.
    const makeHandler = (name: string) => this.makeHandler(name);
    const makePolicies = () => this.policies();
    const listener: typeof captures.listener = (capture) => {
      this.containers();
      captures.listener?.(capture);
    };
    handlers.onMissing = makeHandler;
    queueHandlers.onMissing = makePolicies;
    captures.listener = listener;
  }

  private makeHandler(name: string): void {
    const { issuer, network, packets, state } = this;
    const { config } = state;
    switch (name) {
      case world.WORLD_HANDLER:
        return network.handlers.set(
          name,
          worldHandler(
            socketOf(
              () => this.apiServer,
              config,
              issuer,
              () => state.now,
            ),
          ),
        );
      case world.OUTSIDE_DNS_HANDLER:
        return network.handlers.set(name, createOutsideDns(this.traceflow().outsideNames, packets));
      case WORKLOADS_HANDLER:
        return void this.containers();
      case COREDNS_HANDLER:
        return void this.dns();
      default:
        return this.runtime.makeAll();
    }
  }

  private makeApiServer(): ApiServer {
    const { state, store, network, metrics, issuer } = this;
    const logs = logsOf(() => this.containers().runtime);
    const imagesOn = (node: string) => this.kubelets().imagesOn(node);
    return apiServerOf(state, store, network, { logs, metrics, issuer, imagesOn });
  }

  private resourceMetrics(): ResourceMetrics {
    return resourceMetrics({
      store: this.store,
      usage: (...container) => this.containers().runtime.usage(...container),
      isSilent: (node) => this.kubelets().silentSince(node) !== undefined,
      now: () => this.state.now,
    });
  }

  private containerSources(): ContainerSources {
    return { issuer: this.issuer, registry: this.images, traceflow: () => this.traceflow() };
  }

  private makeKubelets(): Kubelet {
    const { runtime, network, state } = this;
    const kubelets = addKubelets(runtime, network, state.config, this.containers().runtime);
    kubelets.onSilence(() => this.cloud().networkChanged());
    return kubelets;
  }

  private makeFaults(): Faults {
    const targets: FaultTargets = {
      network: this.network,
      kubelet: this.kubelets(),
      takeRevision: () => this.store.takeRevision(),
      networkChanged: () => this.cloud().networkChanged(),
    };
    const faults = this.runtime.add('faults', (context) => new Faults(context, targets));
    const onChange = (fault: Fault) => this.onFault(fault);
    faults.onChange = onChange;
    return faults;
  }

  private makeTraceflow(): Traceflow {
    const { network, runtime, surroundings, state, store } = this;
    return new Traceflow({
      network,
      informers: runtime.informers,
      surroundings,
      now: () => state.now,
      resourceVersion: () => store.resourceVersion,
      cloud: () => this.cloud().settings(),
      balancers: () => this.cloud().balancers(),
      cloudRefusal: (service) => this.cloud().failureOf(service),
      faults: () => this.faults.list(),
      connections: partOf(state, 'traceflow/connections', keptConnections).byName,
      nearestImage: (image) => {
        const answer = this.workloads.resolveImage(image);
        return answer.kind === 'Failure' ? answer.nearMiss : undefined;
      },
    });
  }

  private addCoreDns(): void {
    const { network, runtime } = this;
    const { handlers } = network;
    runtime.add('coredns', createCoreDns(network, this.traceflow().outsideNames, this.corefiles));
    handlers.set(COREDNS_HANDLER, dnsSockets(handlers.get(COREDNS_HANDLER) as SocketHandler));
  }
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
  apiServer: () => ApiServer,
  config: ClusterConfig,
  issuer: TokenIssuer,
  now: () => number,
): SocketHandler {
  const certificate = () => {
    const own = world.plansOf(config).map(({ control_plane }) => control_plane);
    return apiServerCertificate(rootCaOf(config), [addressInCidr(config.service_cidr, 1), ...own]);
  };
  return apiServerSocket({ issuer, certificate, now, handle: (request) => apiServer().handle(request) });
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
