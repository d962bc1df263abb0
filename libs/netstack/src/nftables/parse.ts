import { NftablesError } from './nftables-error';
import { parseRule, parseVerdict } from './parse-rule';
import { parseDuration } from './statement-text';
import { NFT_PRIORITIES } from './types';
import type {
  NftBase,
  NftCommand,
  NftElement,
  NftFamily,
  NftHook,
  NftSetFlag,
  NftSetOptions,
  NftType,
} from './types';

/** A table of a file, and what makes it. */
export interface NftTableText {
  readonly family: NftFamily;
  readonly name: string;
  readonly commands: readonly NftCommand[];
}

/** Reads what `nft list ruleset` prints: the commands that make the same tables. `now` is what `expires` counts from. */
export function parseRuleset(text: string, now = 0): NftTableText[] {
  const reader = new LineReader(text);
  const tables: NftTableText[] = [];
  for (let line = reader.next(); line !== undefined; line = reader.next()) {
    const [, family, name] = /^table (ip|ip6|inet) (\S+) \{$/.exec(line) ?? [];
    if (family === undefined) throw unexpected(line);
    tables.push({ family: family as NftFamily, name, commands: tableCommands(reader, now) });
  }
  return tables;
}

function unexpected(line: string | undefined): NftablesError {
  return new NftablesError(`Error: syntax error, unexpected ${line ?? 'end of file'}`);
}

/** Lines without indentation and empty ones; a list of elements is one line. */
class LineReader {
  private readonly lines: readonly string[];
  private at = 0;

  constructor(text: string) {
    const lines = text.split('\n').map((line) => line.trim());
    this.lines = lines.filter((line) => line !== '');
  }

  next(): string | undefined {
    let line = this.lines[this.at++];
    while (line?.startsWith('elements = {') === true && !line.endsWith('}') && this.at < this.lines.length) {
      line = `${line} ${this.lines[this.at++]}`;
    }
    return line;
  }

  /** The lines of a block up to its closing brace. */
  block(): string[] {
    const lines: string[] = [];
    for (let line = this.next(); line !== '}'; line = this.next()) {
      if (line === undefined) throw unexpected(line);
      lines.push(line);
    }
    return lines;
  }
}

/** Sets and chains first, then rules and elements, which may lead to any of them. */
function tableCommands(reader: LineReader, now: number): NftCommand[] {
  const made: NftCommand[] = [];
  const filled: NftCommand[] = [];
  let comment: string | undefined;
  for (let line = reader.next(); line !== '}'; line = reader.next()) {
    const [, kind, name] = /^(set|map|chain) (\S+) \{$/.exec(line ?? '') ?? [];
    if (kind === undefined) {
      comment = commentOf(line ?? '');
      if (comment === undefined) throw unexpected(line);
    } else if (kind === 'chain') {
      readChain(name, reader.block(), made, filled);
    } else {
      readSet(name, kind === 'map', reader.block(), now, made, filled);
    }
  }
  return [{ do: 'add-table', ...(comment === undefined ? {} : { comment }) }, ...made, ...filled];
}

function commentOf(line: string): string | undefined {
  return /^comment "([^"]*)"$/.exec(line)?.[1];
}

function readChain(chain: string, lines: readonly string[], made: NftCommand[], filled: NftCommand[]): void {
  let base: NftBase | undefined;
  let comment: string | undefined;
  for (const line of lines) {
    const remark = commentOf(line);
    const found = baseOf(line);
    if (remark !== undefined) comment = remark;
    else if (found !== undefined) base = found;
    else filled.push({ do: 'add-rule', chain, rule: parseRule(line) });
  }
  made.push({
    do: 'add-chain',
    chain,
    ...(base === undefined ? {} : { base }),
    ...(comment === undefined ? {} : { comment }),
  });
}

const BASE =
  /^type (filter|nat) hook (prerouting|input|forward|output|postrouting) priority (.+); policy (accept|drop);$/;

function baseOf(line: string): NftBase | undefined {
  const [, type, hook, priority, policy] = BASE.exec(line) ?? [];
  if (type === undefined) return undefined;
  return {
    type: type as NftBase['type'],
    hook: hook as NftHook,
    priority: priorityNamed(priority),
    policy: policy as NftBase['policy'],
  };
}

function priorityNamed(text: string): number {
  if (/^-?\d+$/.test(text)) return Number(text);
  const [, name, sign, offset = '0'] = /^([a-z]+)(?: ([+-]) (\d+))?$/.exec(text) ?? [];
  const named = NFT_PRIORITIES.find((one) => one.name === name);
  if (named === undefined) throw unexpected(text);
  return named.priority + (sign === '-' ? -Number(offset) : Number(offset));
}

function readSet(
  set: string,
  map: boolean,
  lines: readonly string[],
  now: number,
  made: NftCommand[],
  filled: NftCommand[],
): void {
  let options: NftSetOptions = { map, type: [] };
  for (const line of lines) {
    const elements = /^elements = \{ (.*) \}$/.exec(line)?.[1];
    if (elements === undefined) options = { ...options, ...optionOf(line, map) };
    else for (const text of elements.split(BETWEEN_ELEMENTS)) filled.push(elementCommand(set, text, now));
  }
  made.push({ do: 'add-set', set, options });
}

function optionOf(line: string, map: boolean): Partial<NftSetOptions> {
  const space = line.indexOf(' ');
  const value = line.slice(space + 1);
  switch (line.slice(0, space)) {
    case 'type':
      return { type: (map ? value.replace(/ : verdict$/, '') : value).split(' . ') as NftType[] };
    case 'size':
      return { size: Number(value) };
    case 'flags':
      return { flags: value.split(',') as NftSetFlag[] };
    case 'timeout':
      return { timeout_s: (parseDuration(value) ?? 0) / 1000 };
    case 'comment':
      return { comment: commentOf(line) };
    default:
      throw unexpected(line);
  }
}

/** A comma that stands in no comment. */
const BETWEEN_ELEMENTS = /,\s+(?=(?:[^"]*"[^"]*")*[^"]*$)/;

const ELEMENT =
  /^(.+?)(?: timeout (\S+))?(?: expires (\S+))?(?: comment "([^"]*)")?(?: : ([a-z]+(?: \S+)?))?$/;

function elementCommand(set: string, text: string, now: number): NftCommand {
  const [, key, , expires, comment, verdict] = ELEMENT.exec(text) ?? [];
  if (key === undefined) throw unexpected(text);
  const element: NftElement = {
    ...(comment === undefined ? {} : { comment }),
    ...(verdict === undefined ? {} : { verdict: parseVerdict(verdict) }),
    ...(expires === undefined ? {} : { expires_at_ms: now + (parseDuration(expires) ?? 0) }),
  };
  return { do: 'add-element', set, key, element };
}
