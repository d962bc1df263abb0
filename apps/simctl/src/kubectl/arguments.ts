import { ScenarioError, type ScenarioLine } from '../scenario/parse';
import { findKind, pathOf } from './resources';

/** Flags that take no value. */
const SWITCHES: ReadonlySet<string> = new Set(['all-namespaces', 'previous']);
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
}

/** Reads what follows `kubectl SUBCOMMAND`. Throws {@link ScenarioError}. */
export function parseArguments(line: ScenarioLine): Arguments {
  const flags = new Map<string, string>();
  const words: string[] = [];
  const rest = line.words.slice(2);
  for (let index = 0; index < rest.length; index++) {
    const [, dashes, name, value] = /^(--?)([a-zA-Z-]+)(?:=(.*))?$/.exec(rest[index]) ?? [];
    if (dashes === undefined) {
      words.push(rest[index]);
      continue;
    }
    const long = dashes === '-' ? LONG[name] : name;
    if (long === undefined) throw new ScenarioError(line, `kubectl has no flag ${rest[index]} here`);
    if (SWITCHES.has(long)) flags.set(long, 'true');
    else flags.set(long, value ?? rest[++index] ?? '');
  }
  return { namespace: flags.get('namespace') ?? 'default', flags, words };
}

/** The kind, and the object when one is named: `pods`, `pod web`, `deployment/web`. Throws {@link ScenarioError}. */
export function subjectOf(line: ScenarioLine, { namespace, words }: Arguments) {
  const [word, name] = (words[0] ?? '').includes('/') ? words[0].split('/') : words;
  const kind = findKind(word);
  if (!kind) throw new ScenarioError(line, `the server has no resource type ${word}`);
  return { kind, name, path: pathOf(kind, namespace, name) };
}
