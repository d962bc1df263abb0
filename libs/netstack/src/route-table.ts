import { maskOf, parseAddress, parsePrefix, prefixContains, tryParseAddress } from './address';
import { renderRoute } from './render-route';
import type { InterfaceState, Route } from './state';

/** A route with its numbers worked out. */
export class CompiledRoute {
  private written: string | undefined;

  constructor(
    readonly route: Route,
    readonly interface_name: string | undefined,
    /** 0 where the destination itself is the neighbour. */
    readonly gateway: number,
    /** Address that a packet made here gets when its sender names none; 0 where the interface has none. */
    readonly source: number,
  ) {}

  /** The route as `ip route` prints it. */
  get text(): string {
    return (this.written ??= renderRoute(this.route));
  }
}

/** Longest-prefix lookup: one map per prefix length in use, the longest asked first. */
export class RouteTable {
  private readonly levels: {
    readonly length: number;
    readonly mask: number;
    readonly routes: Map<number, CompiledRoute>;
  }[] = [];

  constructor(routes: readonly Route[], interfaces: ReadonlyMap<string, InterfaceState>) {
    for (const route of routes) this.add(route, interfaces);
    this.levels.sort((a, b) => b.length - a.length);
  }

  lookup(destination: number): CompiledRoute | undefined {
    const { levels } = this;
    for (let i = 0; i < levels.length; i++) {
      const level = levels[i];
      const found = level.routes.get(destination & level.mask);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private add(route: Route, interfaces: ReadonlyMap<string, InterfaceState>): void {
    const { base, length } = parsePrefix(route.destination);
    let level = this.levels.find((candidate) => candidate.length === length);
    if (level === undefined) {
      level = { length, mask: maskOf(length), routes: new Map() };
      this.levels.push(level);
    }
    const existing = level.routes.get(base);
    if (existing !== undefined && (existing.route.metric ?? 0) <= (route.metric ?? 0)) return;
    level.routes.set(base, compileRoute(route, interfaces));
  }
}

function compileRoute(route: Route, interfaces: ReadonlyMap<string, InterfaceState>): CompiledRoute {
  const gateway = route.via === undefined ? 0 : parseAddress(route.via);
  const name = route.interface ?? (gateway === 0 ? undefined : interfaceTowards(gateway, interfaces));
  const source = (route.source === undefined ? undefined : tryParseAddress(route.source)) ?? 0;
  const link = name === undefined ? undefined : interfaces.get(name);
  const spoken = source !== 0 ? source : link === undefined ? 0 : sourceOn(link, gateway);
  return new CompiledRoute(route, name, gateway, spoken);
}

/** The interface whose own network has `gateway`. */
export function interfaceTowards(
  gateway: number,
  interfaces: ReadonlyMap<string, InterfaceState>,
): string | undefined {
  for (const link of interfaces.values()) {
    if (link.addresses.some((own) => prefixContains(networkOf(own), gateway))) return link.name;
  }
  return undefined;
}

/** The address an interface speaks with: the one in the gateway's network, else its first. */
export function sourceOn(link: InterfaceState, gateway: number): number {
  const near = link.addresses.find((own) => prefixContains(networkOf(own), gateway));
  const chosen = near ?? link.addresses[0];
  return chosen === undefined ? 0 : parseAddress(chosen.address);
}

/** The network that an interface's address lies in. */
export function networkOf(own: { readonly address: string; readonly prefix_length: number }): {
  readonly base: number;
  readonly length: number;
  readonly mask: number;
} {
  return parsePrefix(`${own.address}/${own.prefix_length}`);
}
