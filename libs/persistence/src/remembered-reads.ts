/** Keeps in memory what every request asks of the domain tables: who calls, and which cluster is meant. */
import type { Domain } from './domain';

/** How many answers are kept of each kind; beyond it all are asked for anew. */
const KEPT_ANSWERS = 1_000;

/** A domain that says when something may have changed of what it remembers. */
export interface RememberedDomain extends Domain {
  /** Goes up as a write begins, and once more as it ends. */
  readonly generation: number;
}

type Call = (...parameters: never[]) => Promise<unknown>;

/** Reads whose answers are kept, and how many of their parameters name the record; a time may follow. */
export const REMEMBERED: ReadonlyMap<string, number> = new Map<keyof Domain, number>([
  ['findToken', 1],
  ['findSession', 1],
  ['findPerson', 1],
  ['findCluster', 1],
  ['findClass', 1],
  ['findMembership', 2],
]);

/** Calls that change nothing of what is kept, beside all that read. Any other makes all forgotten. Its spec proves each. */
export const READING = /^(?:find|list|count)[A-Z]/;
export const APART: ReadonlySet<string> = new Set<keyof Domain>([
  'requestsBetween',
  'saveRequests',
  'saveIdempotent',
  'saveAttempt',
  'updateAttempt',
  'saveAttemptEvents',
  'saveEvidence',
  'saveSignInFailure',
  'saveFailingHop',
  'saveMessage',
  'isBroadcastTo',
]);

/**
 * The domain with answers of {@link REMEMBERED} reads kept until anything is written through it: a token that is taken
 * back opens nothing from the moment its deletion is asked for. One process owns the tables, so nobody writes past it.
 */
export function withRememberedReads(domain: Domain): RememberedDomain {
  const answers = new Map<string, Map<string, object>>();
  let generation = 0;
  const forget = () => {
    generation++;
    answers.clear();
  };
  const writing =
    (call: Call): Call =>
    async (...parameters) => {
      forget();
      try {
        return await call(...parameters);
      } finally {
        forget();
      }
    };
  const reading =
    (name: string, named: number, call: Call): Call =>
    async (...parameters) => {
      const key = parameters.slice(0, named).join('\n');
      const now = parameters[named] as number | undefined;
      const known = answers.get(name)?.get(key);
      if (known && !isExpired(known, now)) return { ...known };
      const asked = generation;
      const found = await call(...parameters);
      if (found && asked === generation) keep(answers, name, key, found);
      return found;
    };
  const calls = Object.entries(domain as unknown as Record<string, Call>).map(([name, call]) => {
    const named = REMEMBERED.get(name);
    if (named !== undefined) return [name, reading(name, named, call)];
    return [name, READING.test(name) || APART.has(name) ? call : writing(call)];
  });
  const remembering = Object.fromEntries(calls) as unknown as Domain;
  return Object.defineProperty(remembering as RememberedDomain, 'generation', { get: () => generation });
}

/** Each reader gets a copy of its own. */
function keep(answers: Map<string, Map<string, object>>, name: string, key: string, found: object): void {
  let known = answers.get(name);
  if (!known || known.size >= KEPT_ANSWERS) answers.set(name, (known = new Map()));
  known.set(key, { ...found });
}

function isExpired(record: object, now: number | undefined): boolean {
  const { expires_at } = record as { expires_at?: number };
  return now !== undefined && expires_at !== undefined && expires_at <= now;
}
