import type { DnsRecord } from '../../dns-client';

/** The words before a record's data as nslookup prints it. Models bind9 bin/dig/nslookup.c rtypetext. */
const WORDS: Readonly<Record<string, string>> = Object.freeze({
  NS: 'nameserver = ',
  CNAME: 'canonical name = ',
  PTR: 'name = ',
  SRV: 'service = ',
  TXT: 'text = ',
});

const SOA_FIELDS = ['origin', 'mail addr', 'serial', 'refresh', 'retry', 'expire', 'minimum'];

/** One record as nslookup prints it; BusyBox leaves the last dot of names off. */
export function nslookupLine({ name, type, data }: DnsRecord, flavour: 'bind' | 'busybox'): string {
  if (type === 'A' || type === 'AAAA') return `Name:\t${name}\nAddress: ${data}\n`;
  if (type === 'SOA') return soaLines(name, data);
  const shown = flavour === 'busybox' ? data.replace(/\.$/, '') : data;
  return `${name}\t${WORDS[type] ?? `${type.toLowerCase()} = `}${shown}\n`;
}

function soaLines(name: string, data: string): string {
  const values = data.split(' ').map((value) => value.replace(/\.$/, ''));
  return `${name}\n${SOA_FIELDS.map((field, index) => `\t${field} = ${values[index]}\n`).join('')}`;
}

const TAB = 8;

/** Adds `word` to a line at a column. Models bind9 lib/dns/masterdump.c indent. */
function atColumn(
  line: string,
  width: number,
  column: number,
  word: string,
): { line: string; width: number } {
  const target = Math.max(column, width + 1);
  const tabs = Math.floor(target / TAB) - Math.floor(width / TAB);
  const spaces = tabs > 0 ? target % TAB : target - width;
  return { line: line + '\t'.repeat(tabs) + ' '.repeat(spaces) + word, width: target + word.length };
}

function columns(first: string, rest: readonly (readonly [column: number, word: string])[]): string {
  let row = { line: first, width: first.length };
  for (const [column, word] of rest) row = atColumn(row.line, row.width, column, word);
  return row.line;
}

/** A record as dig prints it. Models bind9 bin/dig/dig.c, style columns 24, 32, 40 and 48. */
export function digLine({ name, ttl, type, data }: DnsRecord, withTtl = true): string {
  const owner = name === '' ? '.' : `${name}.`;
  if (!withTtl)
    return `${columns(owner, [
      [24, 'IN'],
      [32, type],
      [40, data],
    ])}\n`;
  return `${columns(owner, [
    [24, String(ttl)],
    [32, 'IN'],
    [40, type],
    [48, data],
  ])}\n`;
}

/** The question as dig prints it. */
export function digQuestion(name: string, type: string): string {
  return `;${columns(name, [
    [32, 'IN'],
    [40, type],
  ])}\n`;
}
