import { tryParseAddress } from './address';
import type { CapturedPacket } from './capture';

type Side = 'src' | 'dst' | 'either';

/** What a capture wants to see, as data: the common part of pcap-filter(7). */
export type PacketFilter =
  | { readonly kind: 'all' }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly PacketFilter[] }
  | { readonly kind: 'not'; readonly part: PacketFilter }
  | { readonly kind: 'protocol'; readonly protocol: string }
  | { readonly kind: 'family'; readonly six: boolean }
  | { readonly kind: 'host'; readonly side: Side; readonly address: string }
  | { readonly kind: 'net'; readonly side: Side; readonly prefix: string; readonly length: number }
  | { readonly kind: 'port'; readonly side: Side; readonly from: number; readonly to: number };

/** The expression is none; tcpdump says so and ends. */
export class FilterSyntaxError extends Error {
  override readonly name = 'FilterSyntaxError';
}

const PROTOCOLS: Readonly<Record<string, string>> = {
  tcp: 'TCP',
  udp: 'UDP',
  icmp: 'ICMP',
  icmp6: 'ICMP',
  sctp: 'SCTP',
};
const DEPTH_LIMIT = 32;

/** Reads an expression such as `tcp port 80 and not host 10.0.0.1`. Throws {@link FilterSyntaxError}. */
export function parseFilter(words: readonly string[]): PacketFilter {
  const tokens = words.flatMap((word) => word.match(/[()!]|&&|\|\||[^\s()!&|]+/g) ?? []);
  if (tokens.length === 0) return { kind: 'all' };
  const parser = new FilterParser(tokens);
  const filter = parser.alternatives(0);
  parser.end();
  return filter;
}

class FilterParser {
  private at = 0;

  constructor(private readonly tokens: readonly string[]) {}

  end(): void {
    if (this.at < this.tokens.length) throw new FilterSyntaxError('syntax error');
  }

  alternatives(depth: number): PacketFilter {
    if (depth > DEPTH_LIMIT) throw new FilterSyntaxError('expression is too deep');
    const parts = [this.all(depth)];
    while (this.accept('or', '||')) parts.push(this.all(depth));
    return parts.length === 1 ? parts[0] : { kind: 'or', parts };
  }

  private all(depth: number): PacketFilter {
    const parts = [this.one(depth)];
    while (this.accept('and', '&&')) parts.push(this.one(depth));
    return parts.length === 1 ? parts[0] : { kind: 'and', parts };
  }

  private one(depth: number): PacketFilter {
    if (depth > DEPTH_LIMIT) throw new FilterSyntaxError('expression is too deep');
    if (this.accept('not', '!')) return { kind: 'not', part: this.one(depth + 1) };
    if (this.accept('(')) {
      const inner = this.alternatives(depth + 1);
      if (!this.accept(')')) throw new FilterSyntaxError('syntax error');
      return inner;
    }
    return this.primitive();
  }

  private primitive(): PacketFilter {
    const token = this.next();
    if (token === 'ip' || token === 'ip6') {
      const family: PacketFilter = { kind: 'family', six: token === 'ip6' };
      return this.qualified() ? { kind: 'and', parts: [family, this.primitive()] } : family;
    }
    if (Object.hasOwn(PROTOCOLS, token)) {
      const protocol: PacketFilter = { kind: 'protocol', protocol: PROTOCOLS[token] };
      return this.qualified() ? { kind: 'and', parts: [protocol, this.primitive()] } : protocol;
    }
    if (token === 'src' || token === 'dst') {
      const kind = this.peek();
      return kind === 'host' || kind === 'port' || kind === 'net' || kind === 'portrange'
        ? this.qualifier(this.next(), token)
        : this.qualifier('host', token);
    }
    if (tryParseAddress(token) !== undefined) return { kind: 'host', side: 'either', address: token };
    return this.qualifier(token, 'either');
  }

  private qualified(): boolean {
    return ['src', 'dst', 'host', 'port', 'net', 'portrange'].includes(this.peek() ?? '');
  }

  private qualifier(kind: string, side: Side): PacketFilter {
    const value = this.next();
    switch (kind) {
      case 'host':
        if (tryParseAddress(value) === undefined) throw new FilterSyntaxError(`unknown host '${value}'`);
        return { kind: 'host', side, address: value };
      case 'net': {
        const [prefix, length = '32'] = value.split('/');
        if (tryParseAddress(prefix) === undefined || !/^[0-9]{1,3}$/.test(length))
          throw new FilterSyntaxError(`unknown network '${value}'`);
        return { kind: 'net', side, prefix, length: Number(length) };
      }
      case 'port':
      case 'portrange': {
        const [from, to = from] = value.split('-').map(portNumber);
        if (from === undefined || to === undefined) throw new FilterSyntaxError(`unknown port '${value}'`);
        return { kind: 'port', side, from, to };
      }
      default:
        throw new FilterSyntaxError('syntax error');
    }
  }

  private peek(): string | undefined {
    return this.tokens[this.at];
  }

  private next(): string {
    const token = this.tokens[this.at++];
    if (token === undefined) throw new FilterSyntaxError('syntax error');
    return token;
  }

  private accept(...wanted: readonly string[]): boolean {
    if (!wanted.includes(this.peek() ?? '')) return false;
    this.at++;
    return true;
  }
}

const PORT_NAMES: Readonly<Record<string, number>> = {
  domain: 53,
  http: 80,
  https: 443,
  ssh: 22,
  mysql: 3306,
  redis: 6379,
};

function portNumber(text: string): number | undefined {
  if (Object.hasOwn(PORT_NAMES, text)) return PORT_NAMES[text];
  return /^[0-9]{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined;
}

/** Whether a capture wants the packet. */
export function matchesFilter(filter: PacketFilter, packet: CapturedPacket): boolean {
  const { header } = packet;
  switch (filter.kind) {
    case 'all':
      return true;
    case 'and':
      return filter.parts.every((part) => matchesFilter(part, packet));
    case 'or':
      return filter.parts.some((part) => matchesFilter(part, packet));
    case 'not':
      return !matchesFilter(filter.part, packet);
    case 'protocol':
      return header.protocol === filter.protocol;
    case 'family':
      return header.source.includes(':') === filter.six;
    case 'host':
      return sided(filter.side, header.source === filter.address, header.destination === filter.address);
    case 'net': {
      const within = (address: string): boolean => isWithin(address, filter.prefix, filter.length);
      return sided(filter.side, within(header.source), within(header.destination));
    }
    case 'port': {
      const within = (port: number): boolean => port >= filter.from && port <= filter.to;
      if (header.protocol === 'ICMP') return false;
      return sided(filter.side, within(header.source_port), within(header.destination_port));
    }
  }
}

function sided(side: Side, source: boolean, destination: boolean): boolean {
  return side === 'src' ? source : side === 'dst' ? destination : source || destination;
}

/** Compares dotted quads bit by bit; of IPv6 networks only whole addresses are compared. */
function isWithin(address: string, prefix: string, length: number): boolean {
  if (address.includes(':') || prefix.includes(':')) return address === prefix;
  const bits = (text: string): number =>
    text.split('.').reduce((number, part) => number * 256 + Number(part), 0);
  const size = 2 ** Math.max(0, 32 - length);
  return Math.floor(bits(address) / size) === Math.floor(bits(prefix) / size);
}
