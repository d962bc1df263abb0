import { ScenarioError, type ScenarioLine } from '../scenario/parse';
import { findKind, pathOf } from './resources';

/** Flags that take no value. */
const SWITCHES: ReadonlySet<string> = new Set(['all-namespaces', 'previous', 'command', 'overwrite']);
const LONG: Readonly<Record<string, string>> = {
  n: 'namespace',
  l: 'selector',
  o: 'output',
  f: 'filename',
  p: 'patch',
  A: 'all-namespaces',
};

/** A line of kubectl taken apart. */
export interface Arguments {
  readonly namespace: string;
  readonly flags: ReadonlyMap<string, string>;
  /** Words that are no flags, after the subcommand. */
  readonly words: readonly string[];
  /** Those after `--`. */
  readonly rest: readonly string[];
}

/** Reads what follows `kubectl SUBCOMMAND`. Throws {@link ScenarioError}. */
export function parseArguments(line: ScenarioLine): Arguments {
  const flags = new Map<string, string>();
  const words: string[] = [];
  const end = line.words.indexOf('--');
  const given = line.words.slice(2, end < 0 ? undefined : end);
  for (let index = 0; index < given.length; index++) {
    const [, dashes, name, value] = /^(--?)([a-zA-Z-]+)(?:=(.*))?$/.exec(given[index]) ?? [];
    if (dashes === undefined) {
      words.push(given[index]);
      continue;
    }
    const long = dashes === '-' ? LONG[name] : name;
    if (long === undefined) throw new ScenarioError(line, `kubectl has no flag ${given[index]} here`);
    if (SWITCHES.has(long)) flags.set(long, 'true');
    else flags.set(long, value ?? given[++index] ?? '');
  }
  const rest = end < 0 ? [] : line.words.slice(end + 1);
  return { namespace: flags.get('namespace') ?? 'default', flags, words, rest };
}

/** The kind, and the object when one is named: `pods`, `pod web`, `deployment/web`. Throws {@link ScenarioError}. */
export function subjectOf(line: ScenarioLine, { namespace, words }: Arguments) {
  const [word, name] = (words[0] ?? '').includes('/') ? words[0].split('/') : words;
  const kind = findKind(word);
  if (!kind) throw new ScenarioError(line, `the server has no resource type ${word}`);
  return { kind, name, path: pathOf(kind, namespace, name) };
}
