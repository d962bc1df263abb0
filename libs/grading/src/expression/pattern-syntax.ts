import { LimitExceeded, Refusal } from '@podlab/kernel';
import { CONTRACT_LIMITS } from '@podlab/contracts';

/** A pattern that is not of the subset, or no pattern at all. */
export class InvalidPattern extends Refusal {
  override readonly name = 'InvalidPattern';
}

/** Code points from `low` to `high`, both included. */
type Range = readonly [low: number, high: number];

export type PatternNode =
  | { readonly kind: 'Class'; readonly ranges: readonly Range[]; readonly negated: boolean }
  | { readonly kind: 'Start' | 'End' }
  | { readonly kind: 'Sequence' | 'Choice'; readonly parts: readonly PatternNode[] }
  | {
      readonly kind: 'Repeat';
      readonly part: PatternNode;
      readonly minimum: number;
      /** Absent: without end. */
      readonly maximum?: number;
    };

const DIGITS: readonly Range[] = [[48, 57]];
const SPACES: readonly Range[] = [
  [9, 13],
  [32, 32],
];
const WORDS: readonly Range[] = [
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
];
const NAMED: Readonly<Record<string, readonly Range[]>> = { d: DIGITS, s: SPACES, w: WORDS };
const ESCAPED: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11 };
const NEWLINE: readonly Range[] = [[10, 10]];
const REPEATS_MAXIMUM = 100;
const NESTING_MAXIMUM = 20;

/**
 * Reads what RE2 has and a classroom needs: text, `.`, classes, groups, `|`, `* + ? {m,n}`, `^ $`, `\d \s \w`. What
 * can't be matched in linear time (references back, looking around) is no part of RE2 either. Throws InvalidPattern.
 */
export function parsePattern(text: string): PatternNode {
  if (text.length > CONTRACT_LIMITS.labPatternCharacters)
    throw new LimitExceeded('labPatternCharacters', CONTRACT_LIMITS.labPatternCharacters);
  const reader = new PatternReader([...text]);
  const node = reader.choice(0);
  if (!reader.ended) throw new InvalidPattern(`unexpected ) at ${reader.at}`);
  return node;
}

class PatternReader {
  at = 0;
  constructor(private readonly characters: readonly string[]) {}

  get ended(): boolean {
    return this.at >= this.characters.length;
  }

  choice(depth: number): PatternNode {
    if (depth > NESTING_MAXIMUM) throw new InvalidPattern(`groups nest at most ${NESTING_MAXIMUM} deep`);
    const parts = [this.sequence(depth)];
    while (this.take('|')) parts.push(this.sequence(depth));
    return parts.length === 1 ? parts[0] : { kind: 'Choice', parts };
  }

  private sequence(depth: number): PatternNode {
    const parts: PatternNode[] = [];
    while (!this.ended && !')|'.includes(this.peek())) parts.push(this.repeated(depth));
    return parts.length === 1 ? parts[0] : { kind: 'Sequence', parts };
  }

  private repeated(depth: number): PatternNode {
    let part = this.atom(depth);
    for (let bounds = this.repeat(); bounds !== undefined; bounds = this.repeat())
      part = { kind: 'Repeat', part, ...bounds };
    return part;
  }

  private repeat(): { minimum: number; maximum?: number } | undefined {
    let bounds: { minimum: number; maximum?: number } | undefined;
    if (this.take('*')) bounds = { minimum: 0 };
    else if (this.take('+')) bounds = { minimum: 1 };
    else if (this.take('?')) bounds = { minimum: 0, maximum: 1 };
    else if (!this.ended && this.peek() === '{') bounds = this.counted();
    // A lazy repeat matches the same texts.
    if (bounds !== undefined) this.take('?');
    return bounds;
  }

  private counted(): { minimum: number; maximum?: number } | undefined {
    const rest = this.characters.slice(this.at, this.at + 12).join('');
    const match = /^\{(\d{1,4})(,(\d{0,4}))?\}/.exec(rest);
    if (!match) return undefined;
    this.at += match[0].length;
    const minimum = Number(match[1]);
    const maximum = match[2] === undefined ? minimum : match[3] === '' ? undefined : Number(match[3]);
    if (minimum > REPEATS_MAXIMUM || (maximum ?? 0) > REPEATS_MAXIMUM || (maximum ?? minimum) < minimum)
      throw new InvalidPattern(`a repeat may count from 0 to ${REPEATS_MAXIMUM}`);
    return { minimum, ...(maximum !== undefined && { maximum }) };
  }

  private atom(depth: number): PatternNode {
    const character = this.next();
    switch (character) {
      case '(':
        return this.group(depth);
      case '[':
        return this.class();
      case '.':
        return { kind: 'Class', ranges: NEWLINE, negated: true };
      case '^':
        return { kind: 'Start' };
      case '$':
        return { kind: 'End' };
      case '\\':
        return this.escape();
      case '*':
      case '+':
      case '?':
        throw new InvalidPattern(`nothing to repeat before ${character}`);
      default:
        return literal(character);
    }
  }

  private group(depth: number): PatternNode {
    if (this.take('?') && !this.take(':')) throw new InvalidPattern('only (?:…) may begin with (?');
    const node = this.choice(depth + 1);
    if (!this.take(')')) throw new InvalidPattern('a ( is not closed');
    return node;
  }

  private escape(): PatternNode {
    const character = this.next();
    const named = NAMED[character.toLowerCase()];
    if (named) return { kind: 'Class', ranges: named, negated: character !== character.toLowerCase() };
    if (/[0-9bBAzQEpPkuxcg]/.test(character)) throw new InvalidPattern(`\\${character} is not supported`);
    const point = ESCAPED[character] ?? pointOf(character);
    return { kind: 'Class', ranges: [[point, point]], negated: false };
  }

  private class(): PatternNode {
    const negated = this.take('^');
    const ranges: Range[] = [];
    for (let first = true; first || this.peek() !== ']'; first = false) {
      const low = this.classPoint(ranges);
      if (low === undefined) continue;
      if (this.peek() !== '-' || this.characters[this.at + 1] === ']') {
        ranges.push([low, low]);
        continue;
      }
      this.at++;
      const high = this.classPoint(ranges);
      if (high === undefined || high < low) throw new InvalidPattern('a range of a class goes backwards');
      ranges.push([low, high]);
    }
    this.at++;
    return { kind: 'Class', ranges, negated };
  }

  /** One code point of a class; undefined when it was a named class, whose ranges are added. */
  private classPoint(ranges: Range[]): number | undefined {
    const character = this.next();
    if (character !== '\\') return pointOf(character);
    const escaped = this.next();
    const named = NAMED[escaped];
    if (!named) return ESCAPED[escaped] ?? pointOf(escaped);
    ranges.push(...named);
    return undefined;
  }

  private peek(): string {
    if (this.ended) throw new InvalidPattern('a [ is not closed');
    return this.characters[this.at];
  }

  private next(): string {
    if (this.ended) throw new InvalidPattern('it ends too early');
    return this.characters[this.at++];
  }

  private take(character: string): boolean {
    if (this.characters[this.at] !== character) return false;
    this.at++;
    return true;
  }
}

const pointOf = (character: string): number => character.codePointAt(0) ?? 0;

function literal(character: string): PatternNode {
  const point = pointOf(character);
  return { kind: 'Class', ranges: [[point, point]], negated: false };
}
