import { durationText, elementText, quoted, ruleText } from './statement-text';
import { NFT_PRIORITIES } from './types';
import type { NftBase, NftChainState, NftElement, NftSetState, NftTableState, NftType } from './types';

/** Tables one after another as `nft list ruleset` prints them. Expired elements are gone. */
export function renderTables(tables: Iterable<NftTableState>, now: number): string {
  return [...tables].map((table) => renderTable(table, now)).join('');
}

/** Models nftables src/rule.c table_print: the comment, then sets and maps, then chains, an empty line between them. */
function renderTable(table: NftTableState, now: number): string {
  const blocks: string[] = [];
  for (const [name, set] of table.sets) blocks.push(renderSet(name, set, now));
  for (const [name, chain] of table.chains) blocks.push(renderChain(name, chain));
  const comment = table.comment === undefined ? '' : `\tcomment ${quoted(table.comment)}\n`;
  return `table ${table.family} ${table.name} {\n${comment}${blocks.join('\n')}}\n`;
}

/** Models nftables src/rule.c set_print_declaration. Elements stand in order, where a kernel has that of its hashes. */
function renderSet(name: string, set: NftSetState, now: number): string {
  const lines = [`type ${set.type.join(' . ')}${set.map ? ' : verdict' : ''}`];
  if (set.size !== undefined) lines.push(`size ${set.size}`);
  if (set.flags.length > 0) lines.push(`flags ${set.flags.join(',')}`);
  if (set.timeout_s !== undefined) lines.push(`timeout ${durationText(set.timeout_s * 1000)}`);
  if (set.comment !== undefined) lines.push(`comment ${quoted(set.comment)}`);
  const elements = sortedElements(set, now).map(([key, element]) =>
    elementText(key, element, timeText(set, element, now)),
  );
  if (elements.length > 0) lines.push(`elements = { ${joined(elements, perLine(set))} }`);
  return block(`${set.map ? 'map' : 'set'} ${name}`, lines);
}

function timeText(set: NftSetState, { expires_at_ms }: NftElement, now: number): string {
  if (expires_at_ms === undefined) return '';
  const timeout = set.timeout_s === undefined ? '' : ` timeout ${durationText(set.timeout_s * 1000)}`;
  return `${timeout} expires ${durationText(expires_at_ms - now)}`;
}

/** Models nftables src/expression.c calculate_delim: how many elements of a named set share a line. */
function perLine({ map, type }: NftSetState): number {
  if (map || type.length > 1) return 1;
  const counts: Partial<Record<NftType, number>> = { ipv4_addr: 2, inet_service: 5, inet_proto: 5, mark: 5 };
  return counts[type[0]] ?? 1;
}

function joined(elements: readonly string[], per_line: number): string {
  let text = '';
  elements.forEach((element, at) => {
    if (at > 0) text += at % per_line === 0 ? ',\n\t\t\t     ' : ', ';
    text += element;
  });
  return text;
}

function renderChain(name: string, { base, comment, rules }: NftChainState): string {
  const lines = comment === undefined ? [] : [`comment ${quoted(comment)}`];
  if (base !== undefined) lines.push(baseText(base));
  for (const rule of rules) lines.push(ruleText(rule));
  return block(`chain ${name}`, lines);
}

function block(head: string, lines: readonly string[]): string {
  return `\t${head} {\n${lines.map((line) => `\t\t${line}\n`).join('')}\t}\n`;
}

function baseText({ type, hook, priority, policy }: NftBase): string {
  return `type ${type} hook ${hook} priority ${priorityText(priority, hook)}; policy ${policy};`;
}

/** Models nftables src/rule.c prio2str: a name where the priority is at most ten away from it. */
function priorityText(priority: number, hook: NftBase['hook']): string {
  const named = NFT_PRIORITIES.find(
    (one) => (one.hook === undefined || one.hook === hook) && Math.abs(priority - one.priority) <= 10,
  );
  if (named === undefined) return String(priority);
  const offset = priority - named.priority;
  return offset === 0 ? named.name : `${named.name} ${offset > 0 ? '+' : '-'} ${Math.abs(offset)}`;
}

/** Elements that have not expired, by the numbers in their keys and then by their text. */
export function sortedElements(set: NftSetState, now: number): [string, NftElement][] {
  return [...set.elements]
    .filter(([, { expires_at_ms }]) => expires_at_ms === undefined || expires_at_ms > now)
    .map(([key, element]) => ({ key, element, order: orderOf(key) }))
    .sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0))
    .map(({ key, element }) => [key, element]);
}

/** A text that sorts as the numbers in the key do. */
function orderOf(key: string): string {
  return key.replace(/\d+/g, (digits) => digits.padStart(10, '0'));
}
