import type { Hop, PacketMatcher, Step, StepMatcher, Trace } from '@podlab/contracts';
import { isInRange } from '../cluster/address';
import { matchesGlob } from '../cluster/glob';
import { listOf } from './bounds';

/** The first matcher that finds no step after those of the matchers before it; undefined when all do. */
export function missingStep({ hops }: Trace, path: readonly StepMatcher[]): StepMatcher | undefined {
  let wanted = 0;
  for (const hop of hops)
    for (const step of hop.steps) {
      if (wanted < path.length && matchesStep(path[wanted], hop, step)) wanted++;
    }
  return path[wanted];
}

/** The first matcher that finds a step. */
export function foundStep({ hops }: Trace, never: readonly StepMatcher[]): StepMatcher | undefined {
  return never.find((matcher) =>
    hops.some((hop) => hop.steps.some((step) => matchesStep(matcher, hop, step))),
  );
}

function matchesStep(matcher: StepMatcher, { where, direction }: Hop, step: Step): boolean {
  const { where: place, rule, object } = matcher;
  return (
    (matcher.direction === undefined || matcher.direction === direction) &&
    (place === undefined || isAs({ ...place }, { ...where })) &&
    isOneOf(matcher.type, step.type) &&
    isOneOf(matcher.action, step.action) &&
    (matcher.message === undefined || matchesGlob(matcher.message, step.message.code)) &&
    (rule === undefined || matchesRule(rule, step.rule)) &&
    (object === undefined || step.objects.some((reference) => isAs({ ...object }, { ...reference }))) &&
    matchesPacket(matcher.before, step.before) &&
    matchesPacket(matcher.after, step.after)
  );
}

function matchesRule({ text, ...place }: NonNullable<StepMatcher['rule']>, rule: Step['rule']): boolean {
  return (
    rule !== undefined && (text === undefined || rule.text.includes(text)) && isAs({ ...place }, { ...rule })
  );
}

function matchesPacket(matcher: PacketMatcher | undefined, packet: Step['before']): boolean {
  if (matcher === undefined) return true;
  if (packet === null) return false;
  return Object.entries(matcher).every(([field, wanted]) => {
    const value = (packet as Readonly<Record<string, unknown>>)[field];
    return value !== undefined && listOf(wanted).some((one) => matchesAddress(String(one), String(value)));
  });
}

/** An address or a port: itself, a text with `*`, or a range. */
export function matchesAddress(wanted: string, value: string): boolean {
  return wanted.includes('/') ? isInRange(wanted, value) : matchesGlob(wanted, value);
}

/** Every field of the one that is given is that of the other. */
function isAs(wanted: Readonly<Record<string, unknown>>, there: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(wanted).every(
    ([key, text]) => text === undefined || matchesGlob(String(text), String(there[key] ?? '')),
  );
}

function isOneOf<T>(wanted: T | readonly T[] | undefined, value: T): boolean {
  return wanted === undefined || listOf(wanted).includes(value);
}

/** A matcher in a few words: `DestinationNat Translated on Node node-a`. */
export function stepText(matcher: StepMatcher): string {
  const { where, type, action, object, rule, before, after, direction, message } = matcher;
  const words = [
    listOf(type).join('/'),
    listOf(action).join('/'),
    direction ?? '',
    where ? `on ${[where.kind, where.namespace, where.name].filter(Boolean).join(' ')}` : '',
    object ? `of ${[object.kind, object.namespace, object.name].filter(Boolean).join(' ')}` : '',
    rule ? `rule ${[rule.table, rule.chain, rule.text].filter(Boolean).join(' ')}` : '',
    before ? `before ${addressText(before)}` : '',
    after ? `after ${addressText(after)}` : '',
    message ?? '',
  ];
  return words.filter((word) => word !== '').join(' ');
}

function addressText(matcher: PacketMatcher): string {
  return Object.entries(matcher)
    .map(([field, wanted]) => `${field} ${listOf(wanted).join('/')}`)
    .join(' ');
}
