import { objectKey } from '@podlab/apimachinery';
import { equalJson } from '@podlab/kernel';
import { parsePrefix, prefixContains, tryParseAddress } from '@podlab/netstack';
import type { Network, NftCommand, NftElement, NftRule, NftTableState } from '@podlab/netstack';
import { endpointsOf } from '../endpoints';
import { installKubeletChains } from '../kubelet-chains';
import { PortVariants } from '../port-variants';
import type { ProxierSettings, Proxier, ProxyTarget, ProxyView } from '../proxier';
import { servicePortsOf } from '../service-port';
import { categorizeEndpoints } from '../topology';
import type { ProxyNode } from '../topology';
import { baseCommands, FAMILY_WORDS } from './base-rules';
import { ElementLedger } from './element-ledger';
import { isAffinitySet, isServiceChain, KUBE_PROXY_TABLE, nftEndpointName } from './names';
import { buildNftRules, hairpinOf } from './service-rules';
import type { NftServiceRules, OwnedElement } from './service-rules';

/** The rules of one service port on every node. */
class NftPort extends PortVariants<NftServiceRules> {
  constructor(
    info: NftPort['info'],
    endpoints: NftPort['endpoints'],
    private readonly settings: ProxierSettings,
  ) {
    super(info, endpoints);
  }

  get owner(): string {
    return `${this.info.name}/${this.info.protocol}`;
  }

  protected build(node: ProxyNode): NftServiceRules {
    return buildNftRules(
      this.info,
      categorizeEndpoints(this.endpoints, this.info, node),
      node,
      this.settings,
    );
  }

  /** Its elements in a node's sets and maps. */
  elementsOn(node: ProxyNode): OwnedElement[] {
    const { elements, reachable } = this.on(node);
    const local = reachable.filter((endpoint) => endpoint.node === node.name);
    return [...elements, ...local.map((endpoint) => hairpinOf(this.info, endpoint))];
  }
}

/** What a node's table is to have of some Services, and what of it is to go. */
interface Wanted {
  readonly rules: readonly NftServiceRules[];
  /** Chains and sets that may be there and are to go unless `rules` has them. */
  readonly old_chains: Iterable<string>;
  readonly old_sets: Iterable<string>;
  /** Elements to look at. */
  readonly touched: Iterable<OwnedElement>;
}

/**
 * Writes the rules of all Services of one family into the nodes' tables of nftables: everything on a node that is new,
 * else what the Services that changed have. What it knows is derived from the API, so a new one goes on where another
 * left off. Models kubernetes pkg/proxy/nftables/proxier.go.
 */
export class NftProxier implements Proxier {
  private readonly services = new Map<string, readonly NftPort[]>();
  /** By node; one that is missing makes the node's table be compared with all Services. */
  private readonly ledgers = new Map<string, ElementLedger>();
  private warm = false;

  constructor(
    private readonly network: Network,
    private readonly view: ProxyView,
    private readonly settings: ProxierSettings,
  ) {}

  sync(changed: ReadonlySet<string>, nodes: readonly ProxyTarget[], fresh: ReadonlySet<string>): void {
    const keys = this.warm
      ? [...changed]
      : [...new Set([...this.view.services().map(objectKey), ...changed])];
    keys.sort();
    const before = new Map(keys.map((key) => [key, this.services.get(key) ?? []]));
    for (const key of keys) this.read(key);
    for (const node of nodes) {
      if (fresh.has(node.name)) this.install(node);
      else if (!this.ledgers.has(node.name)) this.compare(node);
      else this.update(node, keys, before);
    }
    const names = new Set(nodes.map(({ name }) => name));
    for (const name of this.ledgers.keys()) if (!names.has(name)) this.ledgers.delete(name);
    this.warm = true;
  }

  portsOf(keys: Iterable<string>): NftPort[] {
    return [...keys].flatMap((key) => this.services.get(key) ?? []);
  }

  private read(key: string): void {
    const service = this.view.service(key);
    const { settings } = this;
    const slices = this.view.endpointSlices(key);
    const ports = (service === undefined ? [] : servicePortsOf(service, settings.family)).map((info) => {
      const sticky = info.sticky_seconds !== undefined;
      const name = (address: string, port: number): string =>
        sticky ? nftEndpointName(info, address, port) : '';
      return new NftPort(info, endpointsOf(info, slices, settings.family, name), settings);
    });
    if (ports.length > 0) this.services.set(key, ports);
    else this.services.delete(key);
  }

  private get family(): 'ip' | 'ip6' {
    return FAMILY_WORDS[this.settings.family].table;
  }

  private run(node: ProxyTarget, commands: readonly NftCommand[]): void {
    this.network.nftables(node.namespace).run(this.family, KUBE_PROXY_TABLE, commands);
  }

  private tableOf(node: ProxyTarget): NftTableState | undefined {
    return this.network.nftables(node.namespace).table(this.family, KUBE_PROXY_TABLE);
  }

  private install(node: ProxyTarget): void {
    this.run(node, baseCommands(this.settings, this.nodePortIps(node)));
    installKubeletChains(this.network, node.namespace, this.settings.family);
    this.compare(node);
  }

  /** Brings a node's table to what all Services want, whatever it has. */
  private compare(node: ProxyTarget): void {
    const table = this.tableOf(node);
    if (table === undefined) return this.install(node);
    const ports = this.portsOf([...this.services.keys()].sort());
    const ledger = new ElementLedger();
    const touched: OwnedElement[] = [];
    for (const port of ports) {
      for (const owned of port.elementsOn(node)) {
        ledger.claim(port.owner, owned);
        touched.push(owned);
      }
    }
    for (const [set, { elements }] of table.sets) {
      if (isShared(set)) for (const [key, element] of elements) touched.push({ set, key, element });
    }
    this.ledgers.set(node.name, ledger);
    this.write(node, ledger, {
      rules: ports.map((port) => port.on(node)),
      old_chains: [...table.chains.keys()].filter(isServiceChain),
      old_sets: [...table.sets.keys()].filter(isAffinitySet),
      touched,
    });
  }

  /** Brings what the Services under `keys` have in a node's table up to date. */
  private update(
    node: ProxyTarget,
    keys: readonly string[],
    before: ReadonlyMap<string, readonly NftPort[]>,
  ): void {
    const ledger = this.ledgers.get(node.name) as ElementLedger;
    const touched: OwnedElement[] = [];
    const old: NftServiceRules[] = [];
    for (const key of keys) {
      for (const port of before.get(key) ?? []) {
        old.push(port.on(node));
        for (const owned of port.elementsOn(node)) {
          ledger.release(port.owner, owned);
          touched.push(owned);
        }
      }
      for (const port of this.services.get(key) ?? []) {
        for (const owned of port.elementsOn(node)) {
          ledger.claim(port.owner, owned);
          touched.push(owned);
        }
      }
    }
    this.write(node, ledger, {
      rules: this.portsOf(keys).map((port) => port.on(node)),
      old_chains: old.flatMap(({ chains }) => Object.keys(chains)),
      old_sets: old.flatMap(({ affinity_sets }) => Object.keys(affinity_sets)),
      touched,
    });
  }

  /** Only what differs is written, in one transaction: chains and sets first, what leads to them after. */
  private write(node: ProxyTarget, ledger: ElementLedger, wanted: Wanted): void {
    const table = this.tableOf(node);
    if (table === undefined) return;
    const commands: NftCommand[] = [];
    for (const rules of wanted.rules) commands.push(...chainCommands(table, rules, this.settings));
    commands.push(...elementCommands(table, ledger, wanted.touched));
    commands.push(...removals(table, wanted));
    this.run(node, commands);
  }

  /** The node's own addresses that serve node ports; a loopback one never does. */
  private nodePortIps(node: ProxyTarget): string[] {
    const { nodeport_addresses } = this.settings;
    if (nodeport_addresses === 'all') return [];
    if (nodeport_addresses === 'primary') return node.address === '' ? [] : [node.address];
    const prefixes = nodeport_addresses.map(parsePrefix);
    const interfaces = this.network.state.namespaces.get(node.namespace)?.interfaces.values() ?? [];
    return [...interfaces]
      .filter(({ kind }) => kind !== 'loopback')
      .flatMap(({ addresses }) => addresses.map(({ address }) => address))
      .filter((text) => {
        const address = tryParseAddress(text);
        return address !== undefined && prefixes.some((prefix) => prefixContains(prefix, address));
      });
  }
}

/** Sets and maps whose elements come from Services. */
function isShared(set: string): boolean {
  return !isAffinitySet(set) && set !== 'nodeport-ips';
}

function chainCommands(
  table: NftTableState,
  { chains, affinity_sets }: NftServiceRules,
  { family }: ProxierSettings,
): NftCommand[] {
  const commands: NftCommand[] = [];
  const names = Object.keys(chains);
  for (const chain of names) if (!table.chains.has(chain)) commands.push({ do: 'add-chain', chain });
  const retimed = Object.keys(affinity_sets).filter((set) => {
    const known = table.sets.get(set);
    return known !== undefined && known.timeout_s !== affinity_sets[set];
  });
  if (retimed.length > 0) {
    // A set keeps its timeout: one with another is another set, and until it is made nothing may refer to it.
    for (const chain of names) commands.push({ do: 'flush-chain', chain });
    for (const set of retimed) commands.push({ do: 'delete-set', set });
  }
  const type = [FAMILY_WORDS[family].address];
  for (const set of Object.keys(affinity_sets)) {
    if (table.sets.has(set) && !retimed.includes(set)) continue;
    const flags = ['dynamic', 'timeout'] as const;
    commands.push({
      do: 'add-set',
      set,
      options: { map: false, type, flags, timeout_s: affinity_sets[set] },
    });
  }
  for (const chain of names) {
    const known = table.chains.get(chain)?.rules;
    if (known !== undefined && retimed.length === 0 && sameRules(known, chains[chain])) continue;
    commands.push({ do: 'flush-chain', chain });
    for (const rule of chains[chain]) commands.push({ do: 'add-rule', chain, rule });
  }
  return commands;
}

function sameRules(one: readonly NftRule[], other: readonly NftRule[]): boolean {
  return (
    one.length === other.length && one.every((rule, at) => rule === other[at] || equalJson(rule, other[at]))
  );
}

function elementCommands(
  table: NftTableState,
  ledger: ElementLedger,
  touched: Iterable<OwnedElement>,
): NftCommand[] {
  const places = new Map([...touched].map(({ set, key }) => [`${set} ${key}`, { set, key }]));
  const commands: NftCommand[] = [];
  for (const place of [...places.keys()].sort()) {
    const { set, key } = places.get(place) as { set: string; key: string };
    const element = ledger.wanted(set, key);
    const known = table.sets.get(set)?.elements.get(key);
    if (element === undefined) {
      if (known !== undefined) commands.push({ do: 'delete-element', set, key });
    } else if (known === undefined || !sameElement(known, element)) {
      commands.push({ do: 'add-element', set, key, element });
    }
  }
  return commands;
}

function sameElement(one: NftElement, other: NftElement): boolean {
  return one === other || equalJson(one, other);
}

/** Chains are emptied before any is deleted, since they lead to one another. */
function removals(table: NftTableState, { rules, old_chains, old_sets }: Wanted): NftCommand[] {
  const kept = new Set(rules.flatMap(({ chains }) => Object.keys(chains)));
  const kept_sets = new Set(rules.flatMap(({ affinity_sets }) => Object.keys(affinity_sets)));
  const gone = [...new Set(old_chains)].filter((chain) => table.chains.has(chain) && !kept.has(chain)).sort();
  const gone_sets = [...new Set(old_sets)].filter((set) => table.sets.has(set) && !kept_sets.has(set)).sort();
  return [
    ...gone.map((chain): NftCommand => ({ do: 'flush-chain', chain })),
    ...gone.map((chain): NftCommand => ({ do: 'delete-chain', chain })),
    ...gone_sets.map((set): NftCommand => ({ do: 'delete-set', set })),
  ];
}
