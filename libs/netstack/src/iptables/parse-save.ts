import { IptablesError } from './iptables-error';
import type { AddressType, ConntrackMatchState, Match, Rule, TableName, Target } from './types';

/** A table as `iptables-save` writes it. */
export interface SavedTable {
  readonly table: TableName;
  readonly policies: ReadonlyMap<string, 'ACCEPT' | 'DROP'>;
  readonly chains: Readonly<Record<string, readonly Rule[]>>;
}

/** Reads what {@link Iptables.render} writes. Comment lines are passed over. */
export function parseSave(text: string): SavedTable[] {
  const tables: SavedTable[] = [];
  let chains: Record<string, Rule[]> = {};
  let policies = new Map<string, 'ACCEPT' | 'DROP'>();
  let table: TableName | undefined;
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    if (line.startsWith('*')) {
      table = line.slice(1) as TableName;
      chains = {};
      policies = new Map();
    } else if (line === 'COMMIT' && table !== undefined) {
      tables.push({ table, policies, chains });
    } else if (line.startsWith(':')) {
      const [name, policy] = line.slice(1).split(' ');
      chains[name] = [];
      if (policy !== '-') policies.set(name, policy as 'ACCEPT' | 'DROP');
    } else {
      const [, chain, rest] = /^-A (\S+) ?(.*)$/.exec(line) ?? [];
      if (chains[chain ?? ''] === undefined)
        throw new IptablesError(`iptables-restore: unknown line: ${line}`);
      chains[chain].push(parseRuleText(rest));
    }
  }
  return tables;
}

/** Reads a rule as {@link ruleText} writes it. */
export function parseRuleText(text: string): Rule {
  return new RuleReader(text).rule();
}

type InvertibleMatch = Exclude<Match, { kind: 'comment' | 'protocol-module' | 'address-type' }>;

class RuleReader {
  private readonly words: readonly string[];
  private at = 0;
  private readonly matches: Match[] = [];
  private target: Target = { kind: 'NONE' };
  /** The module that the options are of, while none of them was read. */
  private bare = false;

  constructor(text: string) {
    this.words = (text.match(/"(?:\\.|[^"\\])*"|\S+/g) ?? []).map(unquoted);
  }

  rule(): Rule {
    while (this.at < this.words.length) this.option();
    this.closeModule();
    return { matches: this.matches, target: this.target };
  }

  private next(): string {
    const word = this.words[this.at++];
    if (word === undefined) throw new IptablesError('option requires an argument');
    return word;
  }

  private add(match: Match): void {
    this.matches.push(match);
    this.bare = false;
  }

  private addInvertible(match: InvertibleMatch, invert: boolean): void {
    this.add(invert ? { ...match, invert } : match);
  }

  /** `-m tcp` with no option of its own is a match that always holds. */
  private closeModule(): void {
    if (this.bare) this.add({ kind: 'protocol-module' });
  }

  private option(): void {
    const invert = this.words[this.at] === '!';
    if (invert) this.at++;
    const name = this.next();
    if (name === '-j') {
      this.closeModule();
      this.target = this.readTarget(this.next());
    } else if (name === '-m') {
      this.closeModule();
      this.bare = ['tcp', 'udp', 'sctp', 'icmp'].includes(this.next());
    } else {
      this.readMatch(name, invert);
    }
  }

  private readMatch(name: string, invert: boolean): void {
    switch (name) {
      case '-s':
        return this.addInvertible({ kind: 'source', address: this.next() }, invert);
      case '-d':
        return this.addInvertible({ kind: 'destination', address: this.next() }, invert);
      case '-i':
        return this.addInvertible({ kind: 'in-interface', name: this.next() }, invert);
      case '-o':
        return this.addInvertible({ kind: 'out-interface', name: this.next() }, invert);
      case '-p':
        return this.addInvertible({ kind: 'protocol', protocol: this.next() as 'tcp' }, invert);
      case '--sport':
        return this.addInvertible({ kind: 'source-port', ...portsOf(this.next()) }, invert);
      case '--dport':
        return this.addInvertible({ kind: 'destination-port', ...portsOf(this.next()) }, invert);
      case '--dports': {
        const ports = this.next().split(',').map(Number);
        return this.addInvertible({ kind: 'destination-ports', ports }, invert);
      }
      case '--comment':
        return this.add({ kind: 'comment', comment: this.next() });
      case '--mark':
        return this.addInvertible({ kind: 'mark', ...maskedOf(this.next()) }, invert);
      case '--mode':
        return this.statistic();
      default:
        return this.readExtension(name, invert);
    }
  }

  private readExtension(name: string, invert: boolean): void {
    switch (name) {
      case '--src-type':
      case '--dst-type':
        return this.addressType(name, invert);
      case '--ctstate': {
        const states = this.next().split(',') as ConntrackMatchState[];
        return this.addInvertible({ kind: 'conntrack-state', states }, invert);
      }
      case '--ctorigsrc':
        return this.addInvertible({ kind: 'conntrack-original-source', address: this.next() }, invert);
      case '--ctorigdst':
        return this.addInvertible({ kind: 'conntrack-original-destination', address: this.next() }, invert);
      case '--ctorigdstport': {
        const port = Number(this.next());
        return this.addInvertible({ kind: 'conntrack-original-destination-port', port }, invert);
      }
      case '--set':
      case '--rcheck':
      case '--update':
      case '--remove':
        return this.recent(name.slice(2) as 'set', invert);
      default:
        throw new IptablesError(`unknown option "${name}"`);
    }
  }

  /** Both types of one `-m addrtype` are one match. */
  private addressType(name: string, invert: boolean): void {
    const type = this.next() as AddressType;
    const parts =
      name === '--src-type'
        ? { source_type: type, ...(invert ? { invert_source: true } : {}) }
        : { destination_type: type, ...(invert ? { invert_destination: true } : {}) };
    const last = this.matches.at(-1);
    if (name === '--dst-type' && last?.kind === 'address-type' && last.destination_type === undefined) {
      this.matches[this.matches.length - 1] = { ...last, ...parts };
    } else {
      this.add({ kind: 'address-type', ...parts });
    }
  }

  private statistic(): void {
    this.at++;
    const invert = this.words[this.at] === '!';
    if (invert) this.at++;
    this.at++;
    this.addInvertible({ kind: 'statistic', probability: Number(this.next()) }, invert);
  }

  private recent(operation: 'set' | 'rcheck' | 'update' | 'remove', invert: boolean): void {
    let more: { seconds?: number; reap?: boolean } = {};
    let name = '';
    for (let word = this.next(); word !== '--rsource'; word = this.next()) {
      if (word === '--seconds') more = { ...more, seconds: Number(this.next()) };
      else if (word === '--reap') more = { ...more, reap: true };
      else if (word === '--name') name = this.next();
      else this.at++;
    }
    this.addInvertible({ kind: 'recent', operation, name, ...more }, invert);
  }

  private readTarget(kind: string): Target {
    switch (kind) {
      case 'ACCEPT':
      case 'DROP':
      case 'RETURN':
        return { kind };
      case 'REJECT':
        this.at++;
        return { kind, reject_with: this.next() as 'tcp-reset' };
      case 'DNAT':
        this.at++;
        return { kind, ...endpointOf(this.next()) };
      case 'SNAT':
        this.at++;
        return { kind, address: this.next() };
      case 'MASQUERADE': {
        const random = this.words[this.at] === '--random-fully';
        if (random) this.at++;
        return random ? { kind, random_fully: true } : { kind };
      }
      case 'MARK': {
        this.at++;
        const { value, mask = 0xffffffff } = maskedOf(this.next());
        return { kind, value, mask };
      }
      default:
        return { kind: 'JUMP', chain: kind };
    }
  }
}

function unquoted(word: string): string {
  return word.startsWith('"') ? word.slice(1, -1).replace(/\\(.)/g, '$1') : word;
}

function portsOf(text: string): { port: number; last_port?: number } {
  const [port, last] = text.split(':').map(Number);
  return last === undefined ? { port } : { port, last_port: last };
}

function maskedOf(text: string): { value: number; mask?: number } {
  const [value, mask] = text.split('/').map(Number);
  return mask === undefined ? { value } : { value, mask };
}

function endpointOf(text: string): { address: string; port?: number } {
  const [, bracketed, plain, port] = /^(?:\[(.+)\]|([^:]+)):(\d+)$/.exec(text) ?? [];
  return port === undefined ? { address: text } : { address: bracketed ?? plain, port: Number(port) };
}
