import { SCHEMAS } from '@podlab/api';
import type { Prng } from '@podlab/kernel';

/** One of a list. */
export function pick<T>(random: Prng, list: readonly T[]): T {
  return list[random.integer(0, list.length - 1)];
}

/** Whether something happens that does so once in `times`. */
export const once = (random: Prng, times: number): boolean => random.integer(1, times) === 1;

const TEXTS = [
  '',
  'a',
  'web',
  'client',
  'default',
  'nginx:1.27',
  'Always',
  'TCP',
  'UDP',
  'ClusterIP',
  'NodePort',
  'LoadBalancer',
  'None',
  '10.96.0.77',
  'fd00::1',
  '0.0.0.0/0',
  '50%',
  '-1%',
  '1Gi',
  '100m',
  'kubernetes.io/metadata.name',
  '/',
  '../../etc/passwd',
  '$(HOME)',
  '*/5 * * * *',
  '2026-11-23T00:00:00Z',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '\u0000',
  '\ud800',
  '\u202e한글🙂',
  'a'.repeat(300),
  'YmFy',
  'not base64!',
  '.status.phase',
  '{.spec[?(@.a==1)]}',
  '^(a+)+$',
];
const NUMBERS = [
  0,
  1,
  2,
  3,
  80,
  443,
  8080,
  30_080,
  65_535,
  65_536,
  -1,
  2 ** 31 - 1,
  2 ** 31,
  -(2 ** 31),
  1e300,
];
const QUANTITIES = ['0', '1', '100m', '1Gi', '-1', '1e3', '0.1', '999999999999999999999', '1.5Ki', '1E'];
const TIMES = ['2026-11-23T00:00:00Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z', 'yesterday'];

const SCALARS: Readonly<Record<string, (random: Prng) => unknown>> = {
  any: (random) => anything(random, 2),
  boolean: (random) => once(random, 2),
  byte: (random) => pick(random, ['', 'YmFy', 'YmF', '====']),
  double: (random) => random.float() * 1000,
  int32: (random) => pick(random, NUMBERS),
  int64: (random) => pick(random, NUMBERS),
  intOrString: (random) => (once(random, 2) ? pick(random, NUMBERS) : pick(random, TEXTS)),
  microtime: (random) => pick(random, TIMES),
  quantity: (random) => pick(random, QUANTITIES),
  string: (random) => pick(random, TEXTS),
  time: (random) => pick(random, TIMES),
};

/** Any JSON value, whatever the place it comes to. */
export function anything(random: Prng, depth: number): unknown {
  const kind = random.integer(0, depth > 0 ? 6 : 4);
  if (kind === 0) return null;
  if (kind === 1) return once(random, 2);
  if (kind === 2) return pick(random, NUMBERS);
  if (kind <= 4) return pick(random, TEXTS);
  const size = random.integer(0, 3);
  if (kind === 5) return Array.from({ length: size }, () => anything(random, depth - 1));
  const keys = Array.from({ length: size }, () => pick(random, TEXTS));
  return Object.fromEntries(keys.map((key) => [key, anything(random, depth - 1)]));
}

/** A value of a type of the API, as its schema has it: here and there a field, deeper ones less often. */
export function valueOf(random: Prng, type: string, depth: number): unknown {
  if (type.startsWith('[')) {
    const length = random.integer(0, 2);
    return Array.from({ length }, () => valueOf(random, type.slice(1, -1), depth - 1));
  }
  if (type.startsWith('{')) {
    const keys = Array.from({ length: random.integer(0, 2) }, () => pick(random, TEXTS));
    return Object.fromEntries(keys.map((key) => [key, valueOf(random, type.slice(1, -1), depth - 1)]));
  }
  if (!Object.hasOwn(SCHEMAS, type)) return (SCALARS[type] ?? SCALARS['any'])(random);
  const { fields, required = [] } = SCHEMAS[type];
  const object: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) {
    const wanted = required.includes(name) ? !once(random, 10) : depth > 0 && once(random, 4);
    if (wanted) object[name] = valueOf(random, field, depth - 1);
  }
  return object;
}

/** The value with one place in it changed: another type, an absent or unknown field, an item too many. */
export function mutated(random: Prng, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || once(random, 12)) return replaced(random, value);
  if (Array.isArray(value)) return mutatedList(random, value);
  const keys = Object.keys(value);
  const copy: Record<string, unknown> = { ...value };
  if (keys.length === 0 || once(random, 8)) {
    Object.defineProperty(copy, pick(random, TEXTS), { value: anything(random, 2), enumerable: true });
    return copy;
  }
  const key = pick(random, keys);
  if (once(random, 6)) delete copy[key];
  else copy[key] = mutated(random, copy[key]);
  return copy;
}

/** Another value in its place, more often one of its own type. */
function replaced(random: Prng, value: unknown): unknown {
  if (once(random, 3)) return anything(random, 2);
  if (typeof value === 'string') return pick(random, TEXTS);
  if (typeof value === 'number') return pick(random, NUMBERS);
  return typeof value === 'boolean' ? !value : anything(random, 2);
}

function mutatedList(random: Prng, list: readonly unknown[]): unknown[] {
  const copy = [...list];
  const at = random.integer(0, Math.max(0, list.length - 1));
  const way = random.integer(0, 3);
  if (list.length === 0 || way === 0) copy.push(anything(random, 2));
  else if (way === 1) copy.push(copy[at]);
  else if (way === 2) copy.splice(at, 1);
  else copy[at] = mutated(random, copy[at]);
  return copy;
}
