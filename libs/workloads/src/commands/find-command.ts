import { baseName } from '../file-system';
import { matchesPattern } from '../shell/pattern';
import type { Command } from './command';

/** The tests of `find` that are done; any other is refused as busybox does. */
const TESTS: readonly string[] = ['-name', '-iname', '-path', '-type', '-maxdepth', '-mindepth'];

export const find: Command = (context) => {
  const starts: string[] = [];
  const tests = new Map<string, string>();
  const words = context.arguments;
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (TESTS.includes(word)) tests.set(word, words[++at] ?? '');
    else if (word === '-print') continue;
    else if (word.startsWith('-')) {
      context.err(`find: unrecognized: ${word}\n`);
      return 1;
    } else starts.push(word);
  }
  const fits = (shown: string, kind: string, depth: number): boolean => {
    const name = baseName(shown);
    const type = tests.get('-type');
    return (
      matchesPattern(tests.get('-name') ?? '*', name) &&
      matchesPattern((tests.get('-iname') ?? '*').toLowerCase(), name.toLowerCase()) &&
      matchesPattern(tests.get('-path') ?? '*', shown) &&
      (type === undefined || type === kind) &&
      depth >= Number(tests.get('-mindepth') ?? 0)
    );
  };
  const deepest = Number(tests.get('-maxdepth') ?? Infinity);
  const visit = (shown: string, depth: number): void => {
    const path = context.path(shown);
    const isLink = depth > 0 && context.files.link(path) !== undefined;
    const directory = context.files.isDirectory(path) && !isLink;
    if (fits(shown, isLink ? 'l' : directory ? 'd' : 'f', depth)) context.out(`${shown}\n`);
    if (!directory || depth >= deepest) return;
    for (const name of context.files.list(path))
      visit(shown === '/' ? `/${name}` : `${shown}/${name}`, depth + 1);
  };
  let status = 0;
  for (const start of starts.length > 0 ? starts : ['.']) {
    if (context.files.exists(context.path(start))) visit(start, 0);
    else {
      context.err(`find: ${start}: No such file or directory\n`);
      status = 1;
    }
  }
  return status;
};
