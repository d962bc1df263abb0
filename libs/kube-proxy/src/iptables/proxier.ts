import type { EndpointSlice, Service } from '@podlab/api';
import { objectKey } from '@podlab/apimachinery';
import type { Network, Rule, TableName } from '@podlab/netstack';
import { parsePrefix, prefixContains, tryParseAddress } from '@podlab/netstack';
import type { ProxyNode } from '../topology';
import { isServiceChainName } from './chain-names';
import { rulesOfService } from './service-cache';
import type { PortRules } from './service-cache';
import { SHARED_CHAINS } from './service-rules';
import type { RuleSettings, SharedChain } from './service-rules';
import { KUBELET_JUMPS, nodePortJumps, PROXY_JUMPS, STATIC_CHAINS } from './static-rules';

/** The objects that rules are made from. */
export interface ProxyView {
  services(): readonly Service[];
  service(key: string): Service | undefined;
  endpointSlices(service: string): readonly EndpointSlice[];
}

export interface ProxierSettings {
  readonly cluster_cidr: string;
  /** `--nodeport-addresses`: prefixes of the node addresses that serve node ports, or all of them. */
  readonly nodeport_addresses: readonly string[] | 'all';
}

export interface ProxyTarget extends ProxyNode {
  /** The node's network namespace. */
  readonly namespace: string;
}

/** Above this many endpoints their comments are left out. Models proxier.go largeClusterEndpointsThreshold. */
const LARGE_CLUSTER_ENDPOINTS = 1_000;

type Chains = Record<string, readonly Rule[]>;

/**
 * Writes the rules of all Services into the nodes' iptables: everything on a node that is new, else only the chains of
 * Services that changed. What it knows is derived from the API, so a new one goes on where another left off.
 * Models kubernetes pkg/proxy/iptables/proxier.go.
 */
export class Proxier {
  private readonly services = new Map<string, PortRules[]>();
  /** Whether `services` holds what the nodes have; not so right after a load. */
  private warm = false;
  private large = false;

  constructor(
    private readonly network: Network,
    private readonly view: ProxyView,
    private readonly settings: ProxierSettings,
  ) {}

  /** Brings nodes up to date. `fresh` names the nodes that have no rules of a proxy yet. */
  sync(changed: ReadonlySet<string>, nodes: readonly ProxyTarget[], fresh: ReadonlySet<string>): void {
    const before = new Map<string, PortRules[]>();
    const keys = this.warm ? changed : new Set([...this.allKeys(), ...changed]);
    const all = this.refresh(keys, before) ? new Set([...keys, ...this.services.keys()]) : keys;
    for (const node of nodes) {
      if (fresh.has(node.name)) this.install(node);
      else this.update(node, all, before);
    }
    for (const key of all) {
      const ports = this.services.get(key);
      if (ports)
        this.services.set(
          key,
          ports.map((port) => port.settled()),
        );
    }
    this.warm = true;
  }

  /** The ports of Services under `keys` as they are known now. */
  portsOf(keys: Iterable<string>): PortRules[] {
    return [...keys].flatMap((key) => this.services.get(key) ?? []);
  }

  private allKeys(): string[] {
    return this.view.services().map(objectKey);
  }

  /** Reads Services again; true when the cluster became large or small, so that all were read. */
  private refresh(keys: ReadonlySet<string>, before: Map<string, PortRules[]>): boolean {
    for (const key of keys) this.read(key, before);
    let endpoints = 0;
    for (const ports of this.services.values()) for (const port of ports) endpoints += port.endpoints.length;
    const large = endpoints > LARGE_CLUSTER_ENDPOINTS;
    if (large === this.large) return false;
    this.large = large;
    for (const key of this.allKeys()) this.read(key, before);
    return true;
  }

  private read(key: string, before: Map<string, PortRules[]>): void {
    const previous = before.get(key) ?? this.services.get(key) ?? [];
    before.set(key, previous);
    const settings: RuleSettings = { cluster_cidr: this.settings.cluster_cidr, large_cluster: this.large };
    const ports = rulesOfService(
      this.view.service(key),
      this.view.endpointSlices(key),
      settings,
      this.warm ? previous : [],
    );
    if (ports.length > 0) this.services.set(key, ports);
    else this.services.delete(key);
  }

  private install(node: ProxyTarget): void {
    const iptables = this.network.iptables(node.namespace);
    const shared = this.assemble(node, SHARED_CHAINS);
    iptables.restore('mangle', STATIC_CHAINS.mangle);
    iptables.restore('filter', { ...STATIC_CHAINS.filter, ...shared.filter });
    const own = this.ownChains(node, this.services.keys());
    const remove = iptables.chains('nat').filter((chain) => isServiceChainName(chain) && !(chain in own));
    iptables.restore('nat', { ...STATIC_CHAINS.nat, ...own, ...shared.nat }, { remove });
    for (const { table, from, rule } of KUBELET_JUMPS) iptables.ensureRule(table, from, rule, 'append');
    for (const { table, from, rule } of PROXY_JUMPS) iptables.ensureRule(table, from, rule, 'prepend');
    this.network.setSysctl(node.namespace, 'net.ipv4.conf.all.route_localnet', 1);
  }

  private update(
    node: ProxyTarget,
    keys: ReadonlySet<string>,
    before: ReadonlyMap<string, PortRules[]>,
  ): void {
    const iptables = this.network.iptables(node.namespace);
    const own = this.ownChains(node, keys);
    const remove = this.warm
      ? obsoleteChains(node, keys, before, own)
      : iptables.chains('nat').filter((chain) => isServiceChainName(chain) && !(chain in own));
    const shared = this.assemble(node, this.changedChains(node, keys, before));
    if (Object.keys(shared.filter).length > 0) iptables.restore('filter', shared.filter);
    const nat = { ...own, ...shared.nat };
    if (Object.keys(nat).length + remove.length > 0) iptables.restore('nat', nat, { remove });
  }

  private ownChains(node: ProxyTarget, keys: Iterable<string>): Chains {
    const chains: Chains = {};
    for (const port of this.portsOf([...keys].sort())) Object.assign(chains, port.on(node).own);
    return chains;
  }

  /** Shared chains in which some Service's part differs from before. */
  private changedChains(
    node: ProxyTarget,
    keys: ReadonlySet<string>,
    before: ReadonlyMap<string, PortRules[]>,
  ): readonly SharedChain[] {
    if (!this.warm) return SHARED_CHAINS;
    return SHARED_CHAINS.filter((chain) =>
      [...keys].some((key) => {
        const parts = (ports: readonly PortRules[]) =>
          ports.map((port) => port.on(node).shared[chain]).filter((part) => part.length > 0);
        const [old, now] = [parts(before.get(key) ?? []), parts(this.services.get(key) ?? [])];
        return old.length !== now.length || old.some((part, index) => part !== now[index]);
      }),
    );
  }

  private assemble(node: ProxyTarget, chains: readonly SharedChain[]): Record<'nat' | 'filter', Chains> {
    const tables: Record<'nat' | 'filter', Chains> = { nat: {}, filter: {} };
    const keys = chains.length > 0 ? [...this.services.keys()].sort() : [];
    for (const shared of chains) {
      const [table, chain] = shared.split('/') as [Extract<TableName, 'nat' | 'filter'>, string];
      const rules: Rule[] = [];
      for (const port of this.portsOf(keys)) rules.push(...port.on(node).shared[shared]);
      if (shared === 'nat/KUBE-SERVICES') rules.push(...this.nodePortJumps(node));
      tables[table][chain] = rules;
    }
    return tables;
  }

  private nodePortJumps(node: ProxyTarget): readonly Rule[] {
    const { nodeport_addresses } = this.settings;
    if (nodeport_addresses === 'all') return nodePortJumps('all');
    const prefixes = nodeport_addresses.map(parsePrefix);
    const interfaces = this.network.state.namespaces.get(node.namespace)?.interfaces.values() ?? [];
    const addresses = [...interfaces].flatMap(({ addresses: all }) => all.map(({ address }) => address));
    return nodePortJumps(
      addresses.filter((address) =>
        prefixes.some((prefix) => prefixContains(prefix, tryParseAddress(address) ?? 0)),
      ),
    );
  }
}

/** Chains that Services had and have no longer. */
function obsoleteChains(
  node: ProxyTarget,
  keys: ReadonlySet<string>,
  before: ReadonlyMap<string, PortRules[]>,
  own: Chains,
): string[] {
  const old = [...keys].flatMap((key) => before.get(key) ?? []);
  const chains = old.flatMap((port) => Object.keys(port.on(node).own));
  return [...new Set(chains)].filter((chain) => !(chain in own));
}
