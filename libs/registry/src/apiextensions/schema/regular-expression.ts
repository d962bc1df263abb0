/** Patterns of Go's regexp, matched in time linear in the text, so that no pattern can hang a cluster. */
export interface RegularExpression {
  test(text: string): boolean;
}

type Step =
  | { readonly kind: 'one'; readonly matches: (sign: string) => boolean }
  | { readonly kind: 'split'; readonly to: number[] }
  | { readonly kind: 'start' | 'end' | 'boundary' | 'inside' | 'match' };

type Part =
  | { readonly kind: 'one'; readonly matches: (sign: string) => boolean }
  | { readonly kind: 'sequence'; readonly parts: Part[] }
  | { readonly kind: 'choice'; readonly parts: Part[] }
  | { readonly kind: 'repeat'; readonly part: Part; readonly least: number; readonly most: number }
  | { readonly kind: 'start' | 'end' | 'boundary' | 'inside' };

/** The most steps that a pattern may have, and the highest count in braces, as Go's has it. */
const STEPS_LIMIT = 4_000;
/** A longer text matches no pattern. */
const TEXT_LIMIT = 20_000;
const COUNT_LIMIT = 1_000;
const DEPTH_LIMIT = 100;

class PatternError extends Error {
  override readonly name = 'PatternError';
}

/** Undefined for a pattern that Go refuses, or one beyond the limits here. */
export function parseRegularExpression(pattern: string): RegularExpression | undefined {
  try {
    const steps = compile(new PatternParser(pattern).parse());
    return { test: (text) => text.length <= TEXT_LIMIT && run(steps, [...text]) };
  } catch (error) {
    if (error instanceof PatternError) return undefined;
    throw error;
  }
}

const CLASSES: Readonly<Record<string, RegExp>> = {
  d: /[0-9]/,
  D: /[^0-9]/,
  w: /[0-9A-Za-z_]/,
  W: /[^0-9A-Za-z_]/,
  s: /[\t\n\f\r ]/,
  S: /[^\t\n\f\r ]/,
};
const NAMED: Readonly<Record<string, RegExp>> = {
  alnum: /[0-9A-Za-z]/,
  alpha: /[A-Za-z]/,
  digit: /[0-9]/,
  lower: /[a-z]/,
  upper: /[A-Z]/,
  space: /[\t\n\v\f\r ]/,
  word: /[0-9A-Za-z_]/,
  xdigit: /[0-9A-Fa-f]/,
};
const SIGNS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f', v: '\v', a: '\x07' };

class PatternParser {
  private readonly signs: string[];
  private at = 0;
  private ignoreCase = false;

  constructor(pattern: string) {
    this.signs = [...pattern];
  }

  parse(): Part {
    const part = this.choice(0);
    if (this.at < this.signs.length) throw new PatternError('unexpected )');
    return part;
  }

  private choice(depth: number): Part {
    if (depth > DEPTH_LIMIT) throw new PatternError('nested too deeply');
    const parts = [this.sequence(depth)];
    while (this.take('|')) parts.push(this.sequence(depth));
    return parts.length === 1 ? parts[0] : { kind: 'choice', parts };
  }

  private sequence(depth: number): Part {
    const parts: Part[] = [];
    while (this.at < this.signs.length && this.signs[this.at] !== '|' && this.signs[this.at] !== ')') {
      parts.push(this.repeated(this.atom(depth)));
    }
    return { kind: 'sequence', parts };
  }

  private repeated(part: Part): Part {
    const bounds = this.bounds();
    if (!bounds) return part;
    this.take('?');
    if (this.bounds()) throw new PatternError('invalid nested repetition operator');
    return { kind: 'repeat', part, least: bounds[0], most: bounds[1] };
  }

  private bounds(): readonly [number, number] | undefined {
    if (this.take('*')) return [0, Infinity];
    if (this.take('+')) return [1, Infinity];
    if (this.take('?')) return [0, 1];
    const braces = /^\{(\d+)(,(\d*))?\}/.exec(this.signs.slice(this.at, this.at + 14).join(''));
    if (!braces) return undefined;
    this.at += braces[0].length;
    const least = Number(braces[1]);
    const most = braces[2] === undefined ? least : braces[3] ? Number(braces[3]) : Infinity;
    if (least > COUNT_LIMIT || (most !== Infinity && (most > COUNT_LIMIT || most < least)))
      throw new PatternError('invalid repeat count');
    return [least, most];
  }

  private atom(depth: number): Part {
    const sign = this.next();
    if (sign === '(') return this.group(depth);
    if (sign === '[') return one(this.class());
    if (sign === '.') return one((each) => each !== '\n');
    if (sign === '^') return { kind: 'start' };
    if (sign === '$') return { kind: 'end' };
    if (sign === '\\') return this.escape();
    if (sign === '*' || sign === '+' || sign === '?') throw new PatternError('missing argument');
    return this.literal(sign);
  }

  private group(depth: number): Part {
    const outer = this.ignoreCase;
    if (this.take('?')) this.flags();
    if (this.signs[this.at - 1] === ')') return { kind: 'sequence', parts: [] };
    const part = this.choice(depth + 1);
    if (!this.take(')')) throw new PatternError('missing closing )');
    this.ignoreCase = outer;
    return part;
  }

  /** `?:`, `?i`, `?P<name>`; what looks around is not in Go's expressions. */
  private flags(): void {
    const named = /^P?<[A-Za-z_]\w*>/.exec(this.signs.slice(this.at).join(''));
    if (named) {
      this.at += named[0].length;
      return;
    }
    for (let sign = this.next(); sign !== ':' && sign !== ')'; sign = this.next()) {
      if (sign === 'i') this.ignoreCase = true;
      else if (sign !== 's' && sign !== 'U') throw new PatternError('invalid or unsupported Perl syntax');
    }
  }

  private escape(): Part {
    const sign = this.next();
    if (CLASSES[sign]) return one((each) => CLASSES[sign].test(each));
    if (sign === 'b') return { kind: 'boundary' };
    if (sign === 'B') return { kind: 'inside' };
    if (sign === 'A') return { kind: 'start' };
    if (sign === 'z') return { kind: 'end' };
    return this.literal(this.escaped(sign));
  }

  private escaped(sign: string): string {
    if (SIGNS[sign]) return SIGNS[sign];
    if (sign === 'x') return String.fromCharCode(parseInt(this.next() + this.next(), 16));
    if (/[0-9A-Za-z]/.test(sign)) throw new PatternError('invalid escape sequence');
    return sign;
  }

  private literal(sign: string): Part {
    if (!this.ignoreCase) return one((each) => each === sign);
    const wanted = sign.toLowerCase();
    return one((each) => each.toLowerCase() === wanted);
  }

  private class(): (sign: string) => boolean {
    const negated = this.take('^');
    const tests: ((sign: string) => boolean)[] = [];
    for (let first = true; first || this.signs[this.at] !== ']'; first = false) tests.push(this.range());
    this.at++;
    const isIn = (sign: string) => tests.some((matches) => matches(sign));
    const folded = this.ignoreCase
      ? (sign: string) => isIn(sign.toLowerCase()) || isIn(sign.toUpperCase())
      : isIn;
    return negated ? (sign) => !folded(sign) : folded;
  }

  private range(): (sign: string) => boolean {
    const named = /^\[:(\^?)(\w+):\]/.exec(this.signs.slice(this.at, this.at + 12).join(''));
    if (named) {
      this.at += named[0].length;
      const range = NAMED[named[2]];
      if (!range) throw new PatternError('invalid character class range');
      return (sign) => range.test(sign) !== (named[1] === '^');
    }
    const sign = this.next();
    const next = sign === '\\' ? this.next() : sign;
    if (sign === '\\' && CLASSES[next]) return (each) => CLASSES[next].test(each);
    const low = sign === '\\' ? this.escaped(next) : sign;
    if (this.signs[this.at] !== '-' || this.signs[this.at + 1] === ']') return (each) => each === low;
    this.at++;
    const end = this.next();
    const high = end === '\\' ? this.escaped(this.next()) : end;
    if (high < low) throw new PatternError('invalid character class range');
    return (each) => each >= low && each <= high;
  }

  private next(): string {
    if (this.at >= this.signs.length) throw new PatternError('unexpected end');
    return this.signs[this.at++];
  }

  private take(sign: string): boolean {
    if (this.signs[this.at] !== sign) return false;
    this.at++;
    return true;
  }
}

const one = (matches: (sign: string) => boolean): Part => ({ kind: 'one', matches });

function compile(part: Part): Step[] {
  const steps: Step[] = [];
  emit(part, steps);
  steps.push({ kind: 'match' });
  return steps;
}

function emit(part: Part, steps: Step[]): void {
  if (steps.length > STEPS_LIMIT) throw new PatternError('expression too large');
  if (part.kind === 'sequence') for (const each of part.parts) emit(each, steps);
  else if (part.kind === 'choice') emitChoice(part.parts, steps);
  else if (part.kind === 'repeat') emitRepeat(part.part, part.least, part.most, steps);
  else steps.push(part);
}

function emitChoice(parts: readonly Part[], steps: Step[]): void {
  const ends: { to: number[] }[] = [];
  parts.forEach((part, index) => {
    if (index === parts.length - 1) return emit(part, steps);
    const split = { kind: 'split' as const, to: [steps.length + 1] };
    steps.push(split);
    emit(part, steps);
    const end = { kind: 'split' as const, to: [] as number[] };
    steps.push(end);
    ends.push(end);
    split.to.push(steps.length);
  });
  for (const { to } of ends) to.push(steps.length);
}

function emitRepeat(part: Part, least: number, most: number, steps: Step[]): void {
  for (let count = 0; count < least; count++) emit(part, steps);
  if (most === Infinity) {
    const loop = { kind: 'split' as const, to: [steps.length + 1] };
    const at = steps.push(loop) - 1;
    emit(part, steps);
    steps.push({ kind: 'split', to: [at] });
    loop.to.push(steps.length);
    return;
  }
  const skips: { to: number[] }[] = [];
  for (let count = least; count < most; count++) {
    const skip = { kind: 'split' as const, to: [steps.length + 1] };
    steps.push(skip);
    emit(part, steps);
    skips.push(skip);
  }
  for (const { to } of skips) to.push(steps.length);
}

/** All ways through the steps at once; a match may begin and end anywhere. */
function run(steps: readonly Step[], signs: readonly string[]): boolean {
  let current = new Set<number>();
  for (let at = 0; ; at++) {
    if (follow(steps, current, 0, signs, at)) return true;
    if (at === signs.length) return false;
    const next = new Set<number>();
    for (const index of current) {
      const step = steps[index];
      if (step.kind === 'one' && step.matches(signs[at]) && follow(steps, next, index + 1, signs, at + 1))
        return true;
    }
    current = next;
  }
}

/** Adds the steps that can be reached without a sign; true when the end is among them. */
function follow(
  steps: readonly Step[],
  reached: Set<number>,
  from: number,
  signs: readonly string[],
  at: number,
): boolean {
  const open = [from];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (reached.has(index)) continue;
    reached.add(index);
    const step = steps[index];
    if (step.kind === 'match') return true;
    if (step.kind === 'split') open.push(...step.to);
    else if (step.kind !== 'one' && holds(step.kind, signs, at)) open.push(index + 1);
  }
  return false;
}

function holds(kind: 'start' | 'end' | 'boundary' | 'inside', signs: readonly string[], at: number): boolean {
  if (kind === 'start') return at === 0;
  if (kind === 'end') return at === signs.length;
  const isWord = (index: number) => index >= 0 && index < signs.length && CLASSES['w'].test(signs[index]);
  return (isWord(at - 1) !== isWord(at)) === (kind === 'boundary');
}
