/** A match: where it begins and ends, and its groups, the whole one first. */
export interface Match {
  readonly index: number;
  readonly end: number;
  readonly groups: readonly (string | undefined)[];
}

/** Longest pattern that is taken, in characters, and most instructions it may become. */
const PATTERN_LIMIT_CHARACTERS = 200;
const PROGRAM_LIMIT = 2000;
const DEPTH_LIMIT = 50;
/** Steps that one expression may take over all texts it is tried on. */
const STEPS_LIMIT = 20_000_000;

type CharacterTest = (code: number) => boolean;

type Instruction =
  | { readonly op: 'character'; readonly fits: CharacterTest }
  | { readonly op: 'save'; readonly slot: number }
  | { op: 'split'; first: number; second: number }
  | { op: 'jump'; to: number }
  | { readonly op: 'assert'; readonly what: 'start' | 'end' | 'word' | 'inside' }
  | { readonly op: 'match' };

class PatternError extends Error {
  override readonly name = 'PatternError';
}

/**
 * A regular expression whose time is bounded by the product of pattern and text: all ways are walked side by side, so no
 * pattern of a student can hold up the others. Back references are not taken. Of several matches that begin at one place
 * the first by the order of the pattern wins, as in Perl, where POSIX takes the longest.
 */
export class RegularExpression {
  private readonly program: readonly Instruction[];
  private readonly slots: number;
  private steps = 0;

  private constructor(source: string, ignoreCase: boolean) {
    const parser = new Parser(source, ignoreCase);
    this.program = new Compiler().compile(parser.parse());
    this.slots = parser.slots;
  }

  /** Undefined where the text is no extended expression. */
  static compile(source: string, flags = ''): RegularExpression | undefined {
    if (source.length > PATTERN_LIMIT_CHARACTERS) return undefined;
    try {
      return new RegularExpression(source, flags.includes('i'));
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      return undefined;
    }
  }

  test(text: string): boolean {
    return this.find(text) !== undefined;
  }

  /** The first match at or after `from`. */
  find(text: string, from = 0): Match | undefined {
    let threads: Thread[] = [];
    let best: Match | undefined;
    for (let at = from; at <= text.length; at++) {
      const next: Thread[] = [];
      // A match that is found ends the search for later beginnings, not that of the threads before it.
      if (!best)
        this.follow(
          threads,
          new Set(threads.map(({ counter }) => counter)),
          0,
          new Array<number>(this.slots).fill(-1),
          text,
          at,
        );
      if (threads.length === 0 && best) break;
      const following = new Set<number>();
      for (const { counter, saved } of threads) {
        if (++this.steps > STEPS_LIMIT) return best;
        const instruction = this.program[counter];
        if (instruction.op === 'match') {
          best = matchOf(text, saved);
          break;
        }
        if (instruction.op === 'character' && at < text.length && instruction.fits(text.charCodeAt(at)))
          this.follow(next, following, counter + 1, saved, text, at + 1);
      }
      threads = next;
    }
    return best;
  }

  /** All matches, none inside another. */
  findAll(text: string): Match[] {
    const found: Match[] = [];
    for (let at = 0; at <= text.length;) {
      const match = this.find(text, at);
      if (!match) break;
      found.push(match);
      at = match.end > match.index ? match.end : match.end + 1;
    }
    return found;
  }

  /** The text with its first match, or all of them, replaced. */
  replace(text: string, by: (match: Match) => string, all: boolean): string {
    let result = '';
    let copied = 0;
    for (const match of all ? this.findAll(text) : [this.find(text)]) {
      if (!match) break;
      result += text.slice(copied, match.index) + by(match);
      copied = match.end;
    }
    return result + text.slice(copied);
  }

  /** Adds the thread at `counter` with all it reaches without a character, in order of preference. */
  private follow(
    threads: Thread[],
    seen: Set<number>,
    counter: number,
    saved: readonly number[],
    text: string,
    at: number,
  ): void {
    const stack: Thread[] = [{ counter, saved }];
    while (stack.length > 0) {
      const thread = stack.pop() as Thread;
      if (seen.has(thread.counter)) continue;
      seen.add(thread.counter);
      this.steps++;
      const instruction = this.program[thread.counter];
      switch (instruction.op) {
        case 'jump':
          stack.push({ counter: instruction.to, saved: thread.saved });
          break;
        case 'split':
          stack.push({ counter: instruction.second, saved: thread.saved });
          stack.push({ counter: instruction.first, saved: thread.saved });
          break;
        case 'save': {
          const changed = [...thread.saved];
          changed[instruction.slot] = at;
          stack.push({ counter: thread.counter + 1, saved: changed });
          break;
        }
        case 'assert':
          if (holds(instruction.what, text, at)) stack.push({ ...thread, counter: thread.counter + 1 });
          break;
        default:
          threads.push(thread);
      }
    }
  }
}

interface Thread {
  readonly counter: number;
  readonly saved: readonly number[];
}

function matchOf(text: string, saved: readonly number[]): Match {
  const groups: (string | undefined)[] = [];
  for (let slot = 0; slot < saved.length; slot += 2)
    groups.push(
      saved[slot] < 0 || saved[slot + 1] < 0 ? undefined : text.slice(saved[slot], saved[slot + 1]),
    );
  return { index: saved[0], end: saved[1], groups };
}

function holds(what: 'start' | 'end' | 'word' | 'inside', text: string, at: number): boolean {
  if (what === 'start') return at === 0;
  if (what === 'end') return at === text.length;
  const border = isWord(text.charCodeAt(at - 1)) !== isWord(text.charCodeAt(at));
  return border === (what === 'word');
}

const isDigit: CharacterTest = (code) => code >= 48 && code <= 57;
const isUpper: CharacterTest = (code) => code >= 65 && code <= 90;
const isLower: CharacterTest = (code) => code >= 97 && code <= 122;
const isSpace: CharacterTest = (code) => code === 32 || (code >= 9 && code <= 13);
const isAlpha: CharacterTest = (code) => isUpper(code) || isLower(code);
const isAlnum: CharacterTest = (code) => isAlpha(code) || isDigit(code);
const isWord: CharacterTest = (code) => isAlnum(code) || code === 95;
const CLASSES: Readonly<Record<string, CharacterTest>> = {
  alpha: isAlpha,
  digit: isDigit,
  alnum: isAlnum,
  upper: isUpper,
  lower: isLower,
  space: isSpace,
  blank: (code) => code === 32 || code === 9,
  punct: (code) => code > 32 && code < 127 && !isAlnum(code),
  xdigit: (code) => isDigit(code) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102),
};
const ESCAPED: Readonly<Record<string, CharacterTest>> = {
  d: isDigit,
  D: (code) => !isDigit(code),
  w: isWord,
  W: (code) => !isWord(code),
  s: isSpace,
  S: (code) => !isSpace(code),
};
const CONTROL: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

type Node =
  | { readonly kind: 'character'; readonly fits: CharacterTest }
  | { readonly kind: 'assert'; readonly what: 'start' | 'end' | 'word' | 'inside' }
  | { readonly kind: 'sequence' | 'either'; readonly parts: readonly Node[] }
  | { readonly kind: 'group'; readonly slot: number; readonly part: Node }
  | {
      readonly kind: 'repeat';
      readonly part: Node;
      readonly least: number;
      readonly most: number;
      readonly lazy: boolean;
    };

/** Reads a pattern by recursive descent. */
class Parser {
  slots = 2;
  private at = 0;
  private depth = 0;

  constructor(
    private readonly source: string,
    private readonly ignoreCase: boolean,
  ) {}

  parse(): Node {
    const node = this.alternatives();
    if (this.at < this.source.length) throw new PatternError('unmatched )');
    return node;
  }

  private alternatives(): Node {
    if (++this.depth > DEPTH_LIMIT) throw new PatternError('too deep');
    const parts = [this.sequence()];
    while (this.source[this.at] === '|') {
      this.at++;
      parts.push(this.sequence());
    }
    this.depth--;
    return parts.length === 1 ? parts[0] : { kind: 'either', parts };
  }

  private sequence(): Node {
    const parts: Node[] = [];
    while (this.at < this.source.length && !'|)'.includes(this.source[this.at])) parts.push(this.repeated());
    return { kind: 'sequence', parts };
  }

  private repeated(): Node {
    let node = this.single();
    for (let bounds = this.bounds(); bounds; bounds = this.bounds()) {
      const lazy = this.source[this.at] === '?';
      if (lazy) this.at++;
      node = { kind: 'repeat', part: node, ...bounds, lazy };
    }
    return node;
  }

  private bounds(): { least: number; most: number } | undefined {
    const character = this.source[this.at];
    if (character === '*' || character === '+' || character === '?') {
      this.at++;
      return { least: character === '+' ? 1 : 0, most: character === '?' ? 1 : Infinity };
    }
    const match = /^\{([0-9]{1,3})(,([0-9]{0,3}))?\}/.exec(this.source.slice(this.at, this.at + 10));
    if (!match) return undefined;
    this.at += match[0].length;
    const least = Number(match[1]);
    const most = match[2] === undefined ? least : match[3] === '' ? Infinity : Number(match[3]);
    if (most < least) throw new PatternError('bad repeat');
    return { least, most };
  }

  private single(): Node {
    const character = this.source[this.at++];
    switch (character) {
      case '(':
        return this.group();
      case '[':
        return { kind: 'character', fits: this.folded(this.set()) };
      case '.':
        return { kind: 'character', fits: (code) => code !== 10 };
      case '^':
        return { kind: 'assert', what: 'start' };
      case '$':
        return { kind: 'assert', what: 'end' };
      case '\\':
        return this.escape();
      case '*':
      case '+':
      case '?':
        throw new PatternError('nothing to repeat');
      default:
        return this.literal(character);
    }
  }

  private group(): Node {
    const plain = this.source.startsWith('?:', this.at);
    if (!plain && this.source[this.at] === '?') throw new PatternError('unknown group');
    if (plain) this.at += 2;
    const slot = this.slots;
    if (!plain) this.slots += 2;
    const part = this.alternatives();
    if (this.source[this.at++] !== ')') throw new PatternError('missing )');
    return plain ? part : { kind: 'group', slot, part };
  }

  private escape(): Node {
    const character = this.source[this.at++];
    if (character === undefined || /[1-9]/.test(character)) throw new PatternError('back reference');
    if (character === 'b' || character === '<' || character === '>') return { kind: 'assert', what: 'word' };
    if (character === 'B') return { kind: 'assert', what: 'inside' };
    if (Object.hasOwn(ESCAPED, character)) return { kind: 'character', fits: ESCAPED[character] };
    return this.literal(CONTROL[character] ?? character);
  }

  private literal(character: string): Node {
    const wanted = character.charCodeAt(0);
    return { kind: 'character', fits: this.folded((code) => code === wanted) };
  }

  private folded(fits: CharacterTest): CharacterTest {
    if (!this.ignoreCase) return fits;
    return (code) => fits(code) || (isUpper(code) && fits(code + 32)) || (isLower(code) && fits(code - 32));
  }

  private set(): CharacterTest {
    const negated = this.source[this.at] === '^';
    if (negated) this.at++;
    const tests: CharacterTest[] = [];
    for (let first = true; ; first = false) {
      const character = this.source[this.at++];
      if (character === undefined) throw new PatternError('missing ]');
      if (character === ']' && !first) break;
      const named = character === '[' ? /^:([a-z]+):\]/.exec(this.source.slice(this.at, this.at + 12)) : null;
      if (named) {
        if (!Object.hasOwn(CLASSES, named[1])) throw new PatternError('unknown class');
        tests.push(CLASSES[named[1]]);
        this.at += named[0].length;
      } else tests.push(this.range(character));
    }
    return (code) => tests.some((fits) => fits(code)) !== negated;
  }

  private range(character: string): CharacterTest {
    let low = character;
    if (character === '\\') {
      const escaped = this.source[this.at++] ?? '';
      if (Object.hasOwn(ESCAPED, escaped)) return ESCAPED[escaped];
      low = CONTROL[escaped] ?? escaped;
    }
    const high = this.source[this.at + 1];
    const from = low.charCodeAt(0);
    if (this.source[this.at] !== '-' || high === undefined || high === ']') return (code) => code === from;
    this.at += 2;
    const to = high.charCodeAt(0);
    if (to < from) throw new PatternError('bad range');
    return (code) => code >= from && code <= to;
  }
}

/** Writes the instructions of a pattern. */
class Compiler {
  private readonly program: Instruction[] = [];

  compile(node: Node): readonly Instruction[] {
    this.emit({ op: 'save', slot: 0 });
    this.write(node);
    this.emit({ op: 'save', slot: 1 });
    this.emit({ op: 'match' });
    return this.program;
  }

  private emit<I extends Instruction>(instruction: I): I {
    if (this.program.length >= PROGRAM_LIMIT) throw new PatternError('too large');
    this.program.push(instruction);
    return instruction;
  }

  private write(node: Node): void {
    switch (node.kind) {
      case 'character':
        this.emit({ op: 'character', fits: node.fits });
        return;
      case 'assert':
        this.emit({ op: 'assert', what: node.what });
        return;
      case 'sequence':
        for (const part of node.parts) this.write(part);
        return;
      case 'either':
        this.writeEither(node.parts);
        return;
      case 'group':
        this.emit({ op: 'save', slot: node.slot });
        this.write(node.part);
        this.emit({ op: 'save', slot: node.slot + 1 });
        return;
      case 'repeat':
        this.writeRepeat(node);
    }
  }

  private writeEither(parts: readonly Node[]): void {
    const ends: { to: number }[] = [];
    parts.forEach((part, index) => {
      if (index === parts.length - 1) {
        this.write(part);
        return;
      }
      const split = this.emit({ op: 'split', first: this.program.length + 1, second: 0 });
      this.write(part);
      ends.push(this.emit({ op: 'jump', to: 0 }));
      split.second = this.program.length;
    });
    for (const end of ends) end.to = this.program.length;
  }

  private writeRepeat({ part, least, most, lazy }: Extract<Node, { kind: 'repeat' }>): void {
    for (let i = 0; i < least; i++) this.write(part);
    const splits: { into: number; split: { first: number; second: number } }[] = [];
    const optional = (): number => {
      const into = this.program.length + 1;
      splits.push({ into, split: this.emit({ op: 'split', first: 0, second: 0 }) });
      this.write(part);
      return into - 1;
    };
    if (most === Infinity) this.emit({ op: 'jump', to: optional() });
    else for (let i = least; i < most; i++) optional();
    const past = this.program.length;
    for (const { into, split } of splits) {
      split.first = lazy ? past : into;
      split.second = lazy ? into : past;
    }
  }
}
