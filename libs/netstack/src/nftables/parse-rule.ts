import { parseDuration, rejectionNamed } from './statement-text';
import { NftablesError } from './nftables-error';
import type { NftEndpoint, NftField, NftMapping, NftRule, NftStatement, NftVerdict } from './types';

const FIELDS: ReadonlySet<string> = new Set<NftField>([
  'ip saddr',
  'ip daddr',
  'ip6 saddr',
  'ip6 daddr',
  'meta l4proto',
  'meta mark',
  'iifname',
  'oifname',
  'th sport',
  'th dport',
  'tcp sport',
  'tcp dport',
  'udp sport',
  'udp dport',
  'sctp sport',
  'sctp dport',
  'ct state',
  'ct status',
  'fib saddr type',
  'fib daddr type',
]);

/** The longest field has three words. */
const FIELD_WORDS = 3;

/** Reads one rule in the form that {@link ruleText} writes; what stands behind a # is no part of it. */
export function parseRule(text: string): NftRule {
  return new RuleParser(text).rule();
}

/** Reads a verdict: `accept`, `goto CHAIN`. */
export function parseVerdict(text: string): NftVerdict {
  const parser = new RuleParser(text);
  const verdict = parser.verdict(parser.next());
  if (verdict === undefined) throw syntaxError(text);
  return verdict;
}

function syntaxError(found: string | undefined): NftablesError {
  return new NftablesError(`Error: syntax error, unexpected ${found ?? 'end of file'}`);
}

class RuleParser {
  private readonly words: readonly string[];
  private at = 0;

  constructor(text: string) {
    const words: string[] = text.match(/"[^"]*"|[{},]|[^\s,{}]+/g) ?? [];
    const remark = words.indexOf('#');
    this.words = remark < 0 ? words : words.slice(0, remark);
  }

  rule(): NftRule {
    const statements: NftStatement[] = [];
    while (this.at < this.words.length) {
      if (this.accept('comment')) {
        const comment = unquoted(this.next());
        if (this.at < this.words.length) throw syntaxError(this.peek());
        return { statements, comment };
      }
      statements.push(this.statement());
    }
    return { statements };
  }

  next(): string {
    const word = this.words[this.at++];
    if (word === undefined) throw syntaxError(word);
    return word;
  }

  private peek(): string | undefined {
    return this.words[this.at];
  }

  private accept(...wanted: string[]): boolean {
    if (wanted.some((word, ahead) => this.words[this.at + ahead] !== word)) return false;
    this.at += wanted.length;
    return true;
  }

  private expect(...wanted: string[]): void {
    if (!this.accept(...wanted)) throw syntaxError(this.peek());
  }

  private statement(): NftStatement {
    if (this.accept('meta', 'mark', 'set')) return this.setMark();
    if (this.accept('meta', 'mark', '&')) return this.markMatch();
    if (this.accept('numgen', 'random', 'mod')) return this.randomMap();
    if (this.accept('update')) return this.update();
    if (this.accept('dnat')) return this.dnat();
    if (this.accept('snat', 'to')) return { kind: 'snat', address: this.next() };
    if (this.accept('masquerade', 'fully-random')) return { kind: 'masquerade', fully_random: true };
    if (this.accept('masquerade')) return { kind: 'masquerade' };
    if (this.accept('reject')) return this.reject();
    const field = this.field();
    if (field !== undefined) return this.aboutField(field);
    const word = this.next();
    const verdict = this.verdict(word);
    if (verdict === undefined) throw syntaxError(word);
    return { kind: 'verdict', verdict };
  }

  verdict(word: string): NftVerdict | undefined {
    switch (word) {
      case 'accept':
      case 'drop':
      case 'return':
      case 'continue':
        return { kind: word };
      case 'jump':
      case 'goto':
        return { kind: word, chain: this.next() };
      default:
        return undefined;
    }
  }

  private field(): NftField | undefined {
    for (let count = FIELD_WORDS; count > 0; count--) {
      const words = this.words.slice(this.at, this.at + count).join(' ');
      if (!FIELDS.has(words)) continue;
      this.at += count;
      return words as NftField;
    }
    return undefined;
  }

  private aboutField(first: NftField): NftStatement {
    const fields = [first];
    while (this.accept('.')) {
      const more = this.field();
      if (more === undefined) throw syntaxError(this.peek());
      fields.push(more);
    }
    if (this.accept('vmap')) return this.verdictMap(fields);
    const invert = this.accept('!=') ? { invert: true } : {};
    if (this.peek()?.startsWith('@') === true) {
      return { kind: 'lookup', fields, set: this.next().slice(1), ...invert };
    }
    if (fields.length > 1) throw syntaxError(this.peek());
    return { kind: 'match', field: first, values: this.values(), ...invert };
  }

  private verdictMap(fields: NftField[]): NftStatement {
    if (this.peek()?.startsWith('@') === true) return { kind: 'vmap', fields, map: this.next().slice(1) };
    const mappings: NftMapping[] = [];
    this.list(() => {
      const key = this.next();
      this.expect(':');
      mappings.push({ key, verdict: this.mappedVerdict() });
    });
    return { kind: 'vmap-own', field: fields[0], mappings };
  }

  private mappedVerdict(): NftVerdict {
    const word = this.next();
    const verdict = this.verdict(word);
    if (verdict === undefined) throw syntaxError(word);
    return verdict;
  }

  /** One value, a set of the rule's own, or flags with commas between. */
  private values(): string[] {
    const values: string[] = [];
    if (this.peek() === '{') {
      this.list(() => values.push(unquoted(this.next())));
      return values;
    }
    do values.push(unquoted(this.next()));
    while (this.accept(','));
    return values;
  }

  /** `{ one, other }` */
  private list(item: () => void): void {
    this.expect('{');
    do item();
    while (this.accept(','));
    this.expect('}');
  }

  private setMark(): NftStatement {
    if (!this.accept('meta', 'mark')) return { kind: 'set-mark', operation: 'set', value: this.number() };
    const operation = this.next();
    if (operation !== '|' && operation !== '&' && operation !== '^') throw syntaxError(operation);
    return { kind: 'set-mark', operation, value: this.number() };
  }

  private markMatch(): NftStatement {
    const mask = this.number();
    const relation = this.next();
    if (relation !== '==' && relation !== '!=') throw syntaxError(relation);
    return { kind: 'mark', mask, value: this.number(), ...(relation === '!=' ? { invert: true } : {}) };
  }

  private number(): number {
    const word = this.next();
    if (!/^(0x[0-9a-f]+|\d+)$/.test(word)) throw syntaxError(word);
    return Number(word);
  }

  private randomMap(): NftStatement {
    const count = this.number();
    this.expect('vmap');
    const verdicts = this.numbered(count, () => this.mappedVerdict());
    return { kind: 'vmap-random', verdicts };
  }

  /** `{ 0 : …, 1 : … }` with as many as there are numbers. */
  private numbered<T>(count: number, read: () => T): T[] {
    const found: T[] = [];
    this.list(() => {
      this.expect(String(found.length), ':');
      found.push(read());
    });
    if (found.length !== count) throw syntaxError('}');
    return found;
  }

  private update(): NftStatement {
    const set = this.next().slice(1);
    this.expect('{');
    const field = this.field();
    if (field === undefined) throw syntaxError(this.peek());
    const timeout = this.accept('timeout') ? parseDuration(this.next()) : undefined;
    this.expect('}');
    return { kind: 'update', set, field, ...(timeout === undefined ? {} : { timeout_s: timeout / 1000 }) };
  }

  private dnat(): NftStatement {
    if (this.accept('to')) return { kind: 'dnat', to: endpointNamed(this.next()) };
    if (!this.accept('ip')) this.expect('ip6');
    this.expect('to', 'numgen', 'random', 'mod');
    const count = this.number();
    this.expect('map');
    const to = this.numbered(count, (): NftEndpoint => {
      const address = this.next();
      return this.accept('.') ? { address, port: this.number() } : { address };
    });
    return { kind: 'dnat-random', to };
  }

  private reject(): NftStatement {
    if (!this.accept('with')) return { kind: 'reject' };
    const name = `${this.next()} ${this.next()}`;
    const how = rejectionNamed(name);
    if (how === undefined) throw syntaxError(name);
    return { kind: 'reject', with: how };
  }
}

function unquoted(word: string): string {
  return word.startsWith('"') ? word.slice(1, -1) : word;
}

function endpointNamed(text: string): NftEndpoint {
  const [, bracketed, plain, port] = /^(?:\[(.+)\]|([^:]+)):(\d+)$/.exec(text) ?? [];
  return port === undefined ? { address: text } : { address: bracketed ?? plain, port: Number(port) };
}
