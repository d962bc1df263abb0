import { parseRequestInfo } from '@podlab/apiserver';
import type { Input, InputEntry, KubeInput, LogEntry } from '@podlab/cluster';
import type { Check, HistoryMatcher } from '@podlab/contracts';
import { matchesGlob } from '../cluster/glob';
import { sourceText, targetText } from './names';
import { failed, passed, type Outcome } from './outcome';

type HistoryCheck = Extract<Check, { kind: 'History' }>;

/** The server's own names: the lab's author, the host. */
const OWN_USERS = 'podlab:';
const HOST_USERS = 'system:podlab';
const isOwnUser = (name: string) => name.startsWith(OWN_USERS) || name.startsWith(HOST_USERS);

/** Something that the student did: an input of the log that had an effect. */
interface Deed {
  readonly entry: InputEntry;
  readonly what: string;
  readonly write?: Write;
}

interface Write {
  readonly verb: string;
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
}

const EVIDENCE_MAXIMUM = 10;

/** What the student did, or did not, since the lab began. */
export function lookAtHistory(
  { never, ever }: HistoryCheck,
  history: Iterable<LogEntry>,
  students?: readonly string[],
): Outcome {
  const deeds = deedsOf(history, (name) => (students ? students.includes(name) : !isOwnUser(name)));
  for (const matcher of never ?? []) {
    const found = deeds.filter((deed) => matchesDeed(matcher, deed));
    if (found.length > 0) return failed('DidForbidden', { what: found[0].what }, evidenceOf(found));
  }
  const seen: Deed[] = [];
  for (const matcher of ever ?? []) {
    const deed = deeds.find((one) => matchesDeed(matcher, one));
    if (!deed) return failed('DidNot', { what: matcherText(matcher) });
    seen.push(deed);
  }
  return passed(evidenceOf(seen));
}

function evidenceOf(deeds: readonly Deed[]) {
  const entries = deeds.slice(0, EVIDENCE_MAXIMUM).map(({ entry, what }) => ({
    resourceVersion: String(entry.rv),
    what,
  }));
  return { kind: 'History' as const, entries };
}

/** Writes count when something came of them: what was refused, or only tried, is no deed. */
function deedsOf(history: Iterable<LogEntry>, isStudent: (name: string) => boolean): Deed[] {
  const deeds: Deed[] = [];
  let waiting: Deed | undefined;
  for (const entry of history) {
    if (entry.kind === 'input') {
      waiting = undefined;
      const deed = deedOf(entry, isStudent);
      if (deed?.write) waiting = deed;
      else if (deed) deeds.push(deed);
    } else if (waiting && entry.at === waiting.entry.at) {
      deeds.push(waiting);
      waiting = undefined;
    }
  }
  return deeds;
}

function deedOf(entry: InputEntry, isStudent: (name: string) => boolean): Deed | undefined {
  const { input } = entry;
  if (input.kind === 'Kube') return isStudent(input.user.name) ? writeOf(entry, input) : undefined;
  const what = inputText(input);
  return what === undefined ? undefined : { entry, what };
}

function writeOf(entry: InputEntry, input: KubeInput): Deed | undefined {
  const { path, query, method } = input;
  const info = parseRequestInfo(path);
  if (!info || /(^|&)dryRun=All(&|$)/.test(query)) return undefined;
  const { group, resource, subresource, namespace } = info;
  const title = group === '' ? resource : `${resource}.${group}`;
  const name = info.name === '' ? nameInBody(input.body) : info.name;
  const write = {
    verb: verbOf(method, info.name),
    resource: subresource === '' ? title : `${title}/${subresource}`,
    namespace,
    name,
  };
  const where = namespace === '' ? name : `${namespace}/${name}`;
  return { entry, write, what: `${write.verb} ${write.resource} ${where}`.trim() };
}

function verbOf(method: string, name: string): string {
  if (method === 'DELETE') return name === '' ? 'deletecollection' : 'delete';
  return { POST: 'create', PUT: 'update', PATCH: 'patch' }[method] ?? 'get';
}

function nameInBody(body: string): string {
  try {
    const object = JSON.parse(body) as { metadata?: { name?: unknown } } | null;
    return typeof object?.metadata?.name === 'string' ? object.metadata.name : '';
  } catch {
    // YAML or protobuf: its name is not looked for.
    return '';
  }
}

function inputText(input: Input): string | undefined {
  switch (input.kind) {
    case 'Send':
      return `request from ${sourceText(input.request.from)} to ${targetText(input.request.to)}`;
    case 'Exec':
      return `exec ${input.request.command.join(' ')}`;
    case 'Cloud':
      return 'cloud';
    case 'Fault':
      return `fault ${input.fault.kind}`;
    default:
      return undefined;
  }
}

function matchesDeed(matcher: HistoryMatcher, { entry: { input }, write }: Deed): boolean {
  switch (matcher.kind) {
    case 'Write':
      return write !== undefined && matchesWrite(matcher, write);
    case 'Request':
      return (
        input.kind === 'Send' &&
        (matcher.from === undefined || matcher.from.kind === input.request.from.kind) &&
        (matcher.to === undefined || matchesGlob(matcher.to, targetText(input.request.to)))
      );
    case 'Exec':
      return (
        input.kind === 'Exec' &&
        (matcher.command === undefined || matchesGlob(matcher.command, input.request.command.join(' ')))
      );
    default:
      return input.kind === matcher.kind;
  }
}

function matchesWrite(matcher: Extract<HistoryMatcher, { kind: 'Write' }>, write: Write): boolean {
  const isOneOf = (patterns: readonly string[] | undefined, text: string) =>
    patterns === undefined || patterns.some((pattern) => matchesGlob(pattern, text));
  return (
    isOneOf(matcher.verbs, write.verb) &&
    isOneOf(matcher.resources, write.resource) &&
    isOneOf(matcher.namespaces, write.namespace) &&
    isOneOf(matcher.names, write.name)
  );
}

function matcherText(matcher: HistoryMatcher): string {
  const { kind, ...rest } = matcher;
  const words = Object.values(rest).map((value) =>
    Array.isArray(value) ? value.join('/') : typeof value === 'string' ? value : JSON.stringify(value),
  );
  return [kind, ...words].join(' ');
}
