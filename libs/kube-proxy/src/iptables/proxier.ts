import { objectKey } from '@podlab/apimachinery';
import { deepFreeze, equalJson } from '@podlab/kernel';
import type { Iptables, Network, Rule, TableName } from '@podlab/netstack';
import { parsePrefix, prefixContains, tryParseAddress } from '@podlab/netstack';
import { familyTables } from '../family-tables';
import { installKubeletJumps } from '../kubelet-chains';
import type { Proxier, ProxierSettings, ProxyTarget, ProxyView } from '../proxier';
import { isServiceChainName } from './chain-names';
import { rulesOfService } from './service-cache';
import type { PortRules } from './service-cache';
import { SHARED_CHAINS } from './service-rules';
import { SharedParts } from './shared-parts';
import type { RuleSettings, SharedChain } from './service-rules';
import { nodePortJumps, PROXY_JUMPS, staticChains } from './static-rules';

/** Above this many endpoints their comments are left out. Models proxier.go largeClusterEndpointsThreshold. */
const LARGE_CLUSTER_ENDPOINTS = 1_000;

/** With more Services than this that changed, shared chains are put together anew. */
const EXCHANGES_LIMIT = 32;

type Chains = Record<string, readonly Rule[]>;

/**
 * Writes the rules of all Services into the nodes' iptables: everything on a node that is new, else only the chains of
 * Services that changed. What it knows is derived from the API, so a new one goes on where another left off.
 * Models kubernetes pkg/proxy/iptables/proxier.go.
 */
export class IptablesProxier implements Proxier {
  private readonly services = new Map<string, PortRules[]>();
  /** Whether `services` holds what the nodes have; not so right after a load. */
  private warm = false;
  private large = false;
  private readonly parts = new SharedParts();
  private readonly last_rules = new Map<string, readonly Rule[]>();
  /** Keys of `services` in order, while no Service came or went. */
  private sorted: readonly string[] | undefined;
  /** Of all service ports together. */
  private endpoints = 0;

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
    const large = this.endpoints > LARGE_CLUSTER_ENDPOINTS;
    if (large === this.large) return false;
    this.large = large;
    for (const key of this.allKeys()) this.read(key, before);
    return true;
  }

  private read(key: string, before: Map<string, PortRules[]>): void {
    const previous = before.get(key) ?? this.services.get(key) ?? [];
    before.set(key, previous);
    const { family, cluster_cidr } = this.settings;
    const settings: RuleSettings = { family, cluster_cidr, large_cluster: this.large };
    const ports = rulesOfService(
      this.view.service(key),
      this.view.endpointSlices(key),
      settings,
      this.warm ? previous : [],
    );
    this.endpoints += countEndpoints(ports) - countEndpoints(this.services.get(key) ?? []);
    if (ports.length > 0 !== this.services.has(key)) this.sorted = undefined;
    if (ports.length > 0) this.services.set(key, ports);
    else this.services.delete(key);
  }

  private install(node: ProxyTarget): void {
    const iptables = this.tablesOf(node);
    const shared = this.assemble(node, SHARED_CHAINS);
    const fixed = staticChains(this.settings.family);
    iptables.restore('mangle', fixed.mangle);
    iptables.restore('filter', { ...fixed.filter, ...shared.filter });
    const own = this.ownChains(node, this.services.keys());
    const remove = iptables.chains('nat').filter((chain) => isServiceChainName(chain) && !(chain in own));
    iptables.restore('nat', { ...fixed.nat, ...own, ...shared.nat }, { remove });
    installKubeletJumps(iptables);
    for (const { table, from, rule } of PROXY_JUMPS) iptables.ensureRule(table, from, rule, 'prepend');
    if (this.settings.family === 'IPv4')
      this.network.setSysctl(node.namespace, 'net.ipv4.conf.all.route_localnet', 1);
  }

  private tablesOf(node: ProxyTarget): Iptables {
    return familyTables(this.network, node.namespace, this.settings.family);
  }

  private update(
    node: ProxyTarget,
    keys: ReadonlySet<string>,
    before: ReadonlyMap<string, PortRules[]>,
  ): void {
    const iptables = this.tablesOf(node);
    const own = this.ownChains(node, keys);
    const remove = this.warm
      ? obsoleteChains(node, keys, before, own)
      : iptables.chains('nat').filter((chain) => isServiceChainName(chain) && !(chain in own));
    const chains = this.changedChains(node, keys, before);
    const shared = this.exchangeParts(node, chains, keys, before) ?? this.assemble(node, chains);
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

  /** The shared chains with other parts of some Services; undefined where they have to be put together anew. */
  private exchangeParts(
    node: ProxyTarget,
    chains: readonly SharedChain[],
    keys: ReadonlySet<string>,
    before: ReadonlyMap<string, PortRules[]>,
  ): Record<'nat' | 'filter', Chains> | undefined {
    if (!this.warm || keys.size > EXCHANGES_LIMIT) return undefined;
    const tables: Record<'nat' | 'filter', Chains> = { nat: {}, filter: {} };
    for (const shared of chains) {
      const [table, chain] = shared.split('/') as ['nat' | 'filter', string];
      let rules: readonly Rule[] | undefined = this.tablesOf(node).rules(table, chain);
      for (const key of keys) {
        const old = partOf(before.get(key), node, shared);
        const now = partOf(this.services.get(key), node, shared);
        rules = rules && this.parts.exchange(rules, key, old, now);
      }
      if (rules === undefined) return undefined;
      tables[table][chain] = rules;
    }
    return tables;
  }

  private assemble(node: ProxyTarget, chains: readonly SharedChain[]): Record<'nat' | 'filter', Chains> {
    const tables: Record<'nat' | 'filter', Chains> = { nat: {}, filter: {} };
    const keys = chains.length > 0 ? this.sortedKeys() : [];
    for (const shared of chains) {
      const [table, chain] = shared.split('/') as [Extract<TableName, 'nat' | 'filter'>, string];
      const rules: Rule[] = [];
      for (const key of keys) {
        const part = partOf(this.services.get(key), node, shared);
        this.parts.own(key, part);
        rules.push(...part);
      }
      if (shared === 'nat/KUBE-SERVICES') rules.push(...this.lastRules(node));
      tables[table][chain] = rules;
    }
    return tables;
  }

  private sortedKeys(): readonly string[] {
    return (this.sorted ??= [...this.services.keys()].sort());
  }

  /** The jumps to node ports, the same rules as before where nothing about them changed. */
  private lastRules(node: ProxyTarget): readonly Rule[] {
    const known = this.last_rules.get(node.name);
    const rules = this.nodePortJumps(node);
    if (known !== undefined && equalJson(known, rules)) return known;
    const frozen = deepFreeze([...rules]);
    this.last_rules.set(node.name, frozen);
    return frozen;
  }

  private nodePortJumps(node: ProxyTarget): readonly Rule[] {
    const { nodeport_addresses, family } = this.settings;
    if (nodeport_addresses === 'all') return nodePortJumps('all', family);
    if (nodeport_addresses === 'primary')
      return nodePortJumps(node.address === '' ? [] : [node.address], family);
    const prefixes = nodeport_addresses.map(parsePrefix);
    const interfaces = this.network.state.namespaces.get(node.namespace)?.interfaces.values() ?? [];
    const addresses = [...interfaces].flatMap(({ addresses: all }) => all.map(({ address }) => address));
    return nodePortJumps(
      addresses.filter((text) => {
        const address = tryParseAddress(text);
        return address !== undefined && prefixes.some((prefix) => prefixContains(prefix, address));
      }),
      family,
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

/** What a Service's ports have in a shared chain. */
function partOf(
  ports: readonly PortRules[] | undefined,
  node: ProxyTarget,
  chain: SharedChain,
): readonly Rule[] {
  if (ports === undefined || ports.length === 0) return [];
  if (ports.length === 1) return ports[0].on(node).shared[chain];
  return ports.flatMap((port) => port.on(node).shared[chain]);
}

function countEndpoints(ports: readonly PortRules[]): number {
  return ports.reduce((count, { endpoints }) => count + endpoints.length, 0);
}
