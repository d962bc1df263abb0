import { rfc3339, utf8Length } from '@podlab/kernel';
import { join } from '../file-system';
import { calendarText } from '../http/date';
import type { CommandContext } from '../shell/host';
import { parseOptions } from './command';
import type { Command, CommandSystem } from './command';
import { humanSize } from './human-size';

interface Listing {
  readonly context: CommandContext;
  readonly system: CommandSystem;
  readonly has: (...letters: string[]) => boolean;
}

/** `ls`: times are all the present one, so that `-t` leaves the order of names. */
export const list: Command = (context, system) => {
  const { letters, operands } = parseOptions(context.arguments, '');
  const has = (...names: string[]): boolean => names.some((name) => letters.has(name));
  const listing = { context, system, has };
  const names = operands.length > 0 ? operands : ['.'];
  const there = names.filter((name) => context.files.exists(context.path(name)));
  for (const name of names)
    if (!there.includes(name)) context.err(`ls: ${name}: No such file or directory\n`);
  const isFolder = (name: string): boolean => context.files.isDirectory(context.path(name)) && !has('d');
  const files = there.filter((name) => !isFolder(name));
  if (files.length > 0) printEntries(listing, files, (name) => context.path(name));
  const folders = there.filter(isFolder);
  const titled = names.length > 1 || has('R', 'recursive');
  for (const [index, folder] of folders.entries()) {
    if (index > 0 || files.length > 0) context.out('\n');
    printFolder(listing, folder, titled);
  }
  return there.length === names.length ? 0 : system.userland === 'gnu' ? 2 : 1;
};

function printFolder(listing: Listing, shown: string, titled: boolean): void {
  const { context, has } = listing;
  const path = context.path(shown);
  if (titled) context.out(`${shown}:\n`);
  const entries = context.files.list(path);
  const dots = has('a', 'all') ? ['.', '..'] : [];
  const visible = has('a', 'all', 'A', 'almost-all')
    ? entries
    : entries.filter((name) => !name.startsWith('.'));
  if (has('l', 'n')) context.out('total 0\n');
  const placeOf = (name: string): string => (dots.includes(name) ? path : join(path, name));
  printEntries(listing, [...dots, ...visible], placeOf);
  if (!has('R', 'recursive')) return;
  for (const name of visible) {
    if (!context.files.isDirectory(join(path, name)) || context.files.link(join(path, name))) continue;
    context.out('\n');
    printFolder(listing, shown === '/' ? `/${name}` : `${shown}/${name}`, true);
  }
}

function printEntries(listing: Listing, names: readonly string[], pathOf: (name: string) => string): void {
  const { context, has } = listing;
  const sizeOf = (name: string): number => utf8Length(context.files.read(pathOf(name)) ?? '');
  const sorted = has('S') ? [...names].sort((one, other) => sizeOf(other) - sizeOf(one)) : [...names];
  if (has('r')) sorted.reverse();
  for (const name of sorted) {
    const link = context.files.link(pathOf(name));
    const isFolder = context.files.isDirectory(pathOf(name)) && link === undefined;
    const mark = isFolder && has('F', 'p') ? '/' : link !== undefined && has('F') && !has('l') ? '@' : '';
    const marked = name + mark;
    context.out(has('l', 'n') ? longLine(listing, pathOf(name), marked) : `${marked}\n`);
  }
}

function longLine({ context, system, has }: Listing, path: string, name: string): string {
  const link = context.files.link(path);
  const directory = context.files.isDirectory(path) && link === undefined;
  const size = directory ? 4096 : utf8Length(link ?? context.files.read(path) ?? '');
  const { month, day, time } = calendarText(rfc3339(system.now()), system.now());
  const mode = directory ? 'drwxr-xr-x    2' : link === undefined ? '-rw-r--r--    1' : 'lrwxrwxrwx    1';
  const owner = has('n') ? '0        0       ' : 'root     root    ';
  const shown = has('h') ? humanSize(size) : String(size);
  return `${mode} ${owner} ${shown.padStart(9)} ${month} ${day.replace(/^0/, ' ')} ${time.slice(0, 5)} ${name}${link === undefined ? '' : ` -> ${link}`}\n`;
}
