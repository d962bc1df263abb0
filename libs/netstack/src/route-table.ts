import {
  familyOf,
  familyOfText,
  hashAddress,
  maskOf,
  parseAddress,
  parsePrefix,
  prefixContains,
  prefixOf,
  tryParseAddress,
} from './address';
import type { Address, AddressFamily, HeaderTuple, Prefix } from './address';
import { renderRoute } from './render-route';
import type { InterfaceState, Route } from './state';
import type { RoutingDetail } from './trace';

/** A route with its numbers worked out. */
export class CompiledRoute {
  /** What traces tell of it, once one did, for the gateway it was told with. */
  told: RoutingDetail | undefined;
  told_gateway: Address = 0;
  private written: string | undefined;

  constructor(
    readonly route: Route,
    readonly interface_name: string | undefined,
    /** 0 where the destination itself is the neighbour. */
    readonly gateway: Address,
    /** Address that a packet made here gets when its sender names none; 0 where the interface has none. */
    readonly source: Address,
    /** One route for each way of a multipath route. */
    private readonly ways: readonly CompiledRoute[] = [],
  ) {}

  /** The way that a flow takes. Models linux net/ipv4/route.c fib_multipath_hash with fib_multipath_hash_policy=1. */
  wayOf(flow: HeaderTuple): CompiledRoute {
    const { ways } = this;
    return ways.length === 0 ? this : ways[flowHash(flow) % ways.length];
  }

  /** The route as `ip route` prints it. */
  get text(): string {
    return (this.written ??= renderRoute(this.route));
  }
}

/** The same for every packet of a flow, and well spread over flows. */
function flowHash({ source, destination, source_port, destination_port }: HeaderTuple): number {
  let hash = Math.imul(hashAddress(source) ^ Math.imul(hashAddress(destination), 0x9e3779b1), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13) ^ ((source_port << 16) | destination_port), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The routes whose destination has one length. */
interface Level<A extends Address> {
  readonly length: number;
  readonly mask: number;
  readonly routes: Map<A, CompiledRoute>;
}

/** Longest-prefix lookup: one map per family and prefix length in use, the longest asked first. */
export class RouteTable {
  private readonly levels: readonly Level<number>[];
  private readonly ipv6_levels: readonly Level<Address>[];

  constructor(routes: readonly Route[], interfaces: ReadonlyMap<string, InterfaceState>) {
    const levels: Level<number>[] = [];
    const ipv6_levels: Level<Address>[] = [];
    for (const route of routes) {
      const { base, length } = parsePrefix(route.destination);
      if (typeof base === 'number') addTo(levels, base, length, route, interfaces);
      else addTo(ipv6_levels, base, length, route, interfaces);
    }
    // Copies have no room for more.
    this.levels = levels.toSorted((a, b) => b.length - a.length);
    this.ipv6_levels = ipv6_levels.toSorted((a, b) => b.length - a.length);
  }

  lookup(destination: Address): CompiledRoute | undefined {
    if (typeof destination !== 'number') return this.lookupIpv6(destination);
    const { levels } = this;
    for (let i = 0; i < levels.length; i++) {
      const level = levels[i];
      const found = level.routes.get(destination & level.mask);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private lookupIpv6(destination: Address): CompiledRoute | undefined {
    for (const { length, routes } of this.ipv6_levels) {
      const found = routes.get(prefixOf(destination, length).base);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

function addTo<A extends Address>(
  levels: Level<A>[],
  base: A,
  length: number,
  route: Route,
  interfaces: ReadonlyMap<string, InterfaceState>,
): void {
  let level = levels.find((candidate) => candidate.length === length);
  if (level === undefined) {
    level = { length, mask: maskOf(Math.min(length, 32)), routes: new Map() };
    levels.push(level);
  }
  const existing = level.routes.get(base);
  if (existing !== undefined && (existing.route.metric ?? 0) <= (route.metric ?? 0)) return;
  level.routes.set(base, compileRoute(route, interfaces));
}

function compileRoute(route: Route, interfaces: ReadonlyMap<string, InterfaceState>): CompiledRoute {
  const { nexthops } = route;
  if (nexthops !== undefined && nexthops.length > 0) {
    const ways = nexthops.map((hop) => compileRoute({ ...route, ...hop, nexthops: undefined }, interfaces));
    return new CompiledRoute(route, ways[0].interface_name, ways[0].gateway, ways[0].source, ways);
  }
  const gateway = route.via === undefined ? 0 : parseAddress(route.via);
  const name = route.interface ?? (gateway === 0 ? undefined : interfaceTowards(gateway, interfaces));
  const source = (route.source === undefined ? undefined : tryParseAddress(route.source)) ?? 0;
  const link = name === undefined ? undefined : interfaces.get(name);
  const family = familyOfText(route.destination);
  const spoken = source !== 0 ? source : link === undefined ? 0 : sourceOn(link, gateway, family);
  return new CompiledRoute(route, name, gateway, spoken);
}

/** The interface whose own network has `gateway`. */
export function interfaceTowards(
  gateway: Address,
  interfaces: ReadonlyMap<string, InterfaceState>,
): string | undefined {
  for (const link of interfaces.values()) {
    if (link.addresses.some((own) => prefixContains(networkOf(own), gateway))) return link.name;
  }
  return undefined;
}

/** The address of a family that an interface speaks with: the one in the gateway's network, else its first; 0 for none. */
export function sourceOn(link: InterfaceState, gateway: Address, family: AddressFamily): Address {
  let first: Address = 0;
  for (const own of link.addresses) {
    const address = parseAddress(own.address);
    if (familyOf(address) !== family) continue;
    if (prefixContains(prefixOf(address, own.prefix_length), gateway)) return address;
    if (first === 0) first = address;
  }
  return first;
}

/** The network that an interface's address lies in. */
export function networkOf(own: { readonly address: string; readonly prefix_length: number }): Prefix {
  return prefixOf(parseAddress(own.address), own.prefix_length);
}
