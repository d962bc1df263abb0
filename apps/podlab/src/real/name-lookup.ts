import type { CommandResult } from './real-cluster';

/**
 * The names that a resolver asks for, in its order, each absolute. nslookups differ in whether they search; so we do.
 * Models resolv.conf(5): search and ndots.
 */
export function searched(name: string, resolvConf: string): string[] {
  if (name.endsWith('.')) return [name];
  const words = (key: string) =>
    resolvConf
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([first]) => first === key)
      .flatMap(([, ...rest]) => rest);
  const ndots = Number(/\bndots:(\d+)/.exec(words('options').join(' '))?.[1] ?? 1);
  const within = words('search').map((domain) => `${name}.${domain.replace(/\.$/, '')}.`);
  const dots = name.split('.').length - 1;
  return dots >= ndots ? [`${name}.`, ...within] : [...within, `${name}.`];
}

export interface NameAnswer {
  readonly rcode: 'NOERROR' | 'NODATA' | 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED' | 'TIMEOUT';
  readonly answers: readonly string[];
}

/** What BusyBox's and BIND's nslookup print: the server first, then names with their addresses. */
export function readNslookup({ stdout, stderr }: CommandResult): NameAnswer {
  const printed = `${stdout}\n${stderr}`;
  const blocks = stdout.slice(Math.max(0, stdout.search(/^Name:/m)));
  const answers = /^Name:/m.test(stdout)
    ? [...blocks.matchAll(/^Address(?: \d+)?:\s*(\S+)/gm)].map(([, address]) => address)
    : [];
  if (answers.length > 0) return { rcode: 'NOERROR', answers: [...new Set(answers)] };
  const [, word] = /can't find [^\n]*?: (NXDOMAIN|SERVFAIL|REFUSED)/.exec(printed) ?? [];
  if (word !== undefined) return { rcode: word as NameAnswer['rcode'], answers };
  if (/timed out|no servers could be reached/i.test(printed)) return { rcode: 'TIMEOUT', answers };
  return { rcode: 'NODATA', answers };
}
