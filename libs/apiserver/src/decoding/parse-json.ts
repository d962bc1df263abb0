import { utf8Decode } from '@podlab/kernel';
import { newBadRequest, quote } from '@podlab/apimachinery';

/** The deepest nesting of a body, in levels; deeper than any kind of the API. Models encoding/json maxNestingDepth. */
const OBJECT_DEPTH_LEVELS = 200;

/** Where {@link parseJson} leaves what a strict reader complains of: on the outermost value. */
const FAULTS = Symbol('strict faults');

/** What {@link parseJson} found in the body that only a strict reader refuses: keys that occur twice in one object. */
export function strictFaults(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return (value as { [FAULTS]?: readonly string[] })[FAULTS] ?? [];
}

/** Gives a value the faults of the patch that it came out of. */
export function withStrictFaults<T>(value: T, faults: readonly string[]): T {
  if (faults.length > 0 && typeof value === 'object' && value !== null)
    Object.defineProperty(value, FAULTS, { value: faults });
  return value;
}

/** What stands before the words of Go's decoder when it reads an object. */
const OBJECT_DECODING = "couldn't get version/kind; json parse error: ";

/**
 * The JSON value of a body; throws 400 with the words of Go's decoder, and `decoding` before them. A key `__proto__` is an
 * own property.
 */
export function parseJson(body: Uint8Array | string, decoding = OBJECT_DECODING): unknown {
  const text = typeof body === 'string' ? body : utf8Decode(body);
  const plain = parsePlain(text);
  if (plain !== undefined) return plain;
  const parser = new JsonParser(text, decoding);
  const value = parser.parse();
  return withStrictFaults(
    value,
    parser.duplicates.map((path) => `duplicate field "${path}"`),
  );
}

/**
 * The object of a text in which no key is twice in one object, by the platform's parser, which is the faster one.
 * Undefined for every other text, and for some that are written unusually.
 */
function parsePlain(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    const quotes = quotesOf(value, OBJECT_DEPTH_LEVELS);
    const isWhole = text.includes('\\') ? quotes > 0 && isText(value, text) : quotes === quotesIn(text);
    return isWhole ? value : undefined;
  } catch {
    return undefined; // the parser below says what is wrong
  }
}

/** What is the same text when it is written again has no key twice. */
function isText(value: object, text: string): boolean {
  const again = JSON.stringify(value);
  return again === text || `${again}\n` === text;
}

/**
 * How many quotes a value has when it is written without escapes: a text has more where the parser kept one of two equal
 * keys. NaN where the value is nested deeper than `levels`.
 */
function quotesOf(value: unknown, levels: number): number {
  if (typeof value === 'string') return 2;
  if (typeof value !== 'object' || value === null) return 0;
  if (levels === 0) return NaN;
  let quotes = 0;
  if (Array.isArray(value)) for (const item of value) quotes += quotesOf(item, levels - 1);
  else for (const key in value) quotes += 2 + quotesOf((value as Record<string, unknown>)[key], levels - 1);
  return quotes;
}

function quotesIn(text: string): number {
  let quotes = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) quotes++;
  return quotes;
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
const PLAIN_TEXT = /[^"\\\u0000-\u001f]*/y;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};
const LITERALS: readonly (readonly [string, unknown])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

class JsonParser {
  readonly duplicates: string[] = [];
  private at = 0;
  private readonly path: string[] = [];

  constructor(
    private readonly text: string,
    private readonly decoding: string,
  ) {}

  parse(): unknown {
    const value = this.value(0);
    this.space();
    if (this.at < this.text.length) throw this.unexpected('after top-level value');
    return value;
  }

  private value(depth: number): unknown {
    if (depth > OBJECT_DEPTH_LEVELS) {
      throw newBadRequest(
        `json: exceeded max depth: OBJECT_DEPTH_LEVELS is limited to ${OBJECT_DEPTH_LEVELS}`,
      );
    }
    this.space();
    const character = this.text[this.at];
    if (character === '{') return this.object(depth);
    if (character === '[') return this.array(depth);
    if (character === '"') return this.string();
    if (character === '-' || (character >= '0' && character <= '9')) return this.number();
    for (const [word, value] of LITERALS) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    }
    throw this.unexpected('looking for beginning of value');
  }

  private object(depth: number): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    this.at++;
    this.space();
    if (this.take('}')) return result;
    for (;;) {
      this.space();
      if (this.text[this.at] !== '"') throw this.unexpected('looking for beginning of object key string');
      const key = this.string();
      this.space();
      if (!this.take(':')) throw this.unexpected('after object key');
      this.path.push(this.path.length === 0 ? key : `.${key}`);
      if (Object.hasOwn(result, key)) this.duplicates.push(this.path.join(''));
      const value = this.value(depth + 1);
      if (key === '__proto__')
        Object.defineProperty(result, key, { value, enumerable: true, configurable: true, writable: true });
      else result[key] = value;
      this.path.pop();
      this.space();
      if (this.take('}')) return result;
      if (!this.take(',')) throw this.unexpected('after object key:value pair');
    }
  }

  private array(depth: number): unknown[] {
    const result: unknown[] = [];
    this.at++;
    this.space();
    if (this.take(']')) return result;
    for (;;) {
      this.path.push(`[${result.length}]`);
      result.push(this.value(depth + 1));
      this.path.pop();
      this.space();
      if (this.take(']')) return result;
      if (!this.take(',')) throw this.unexpected('after array element');
    }
  }

  private string(): string {
    let result = '';
    this.at++;
    for (;;) {
      PLAIN_TEXT.lastIndex = this.at;
      const plain = PLAIN_TEXT.exec(this.text)?.[0] ?? '';
      result += plain;
      this.at += plain.length;
      if (this.take('"')) return result;
      if (!this.take('\\')) throw this.unexpected('in string literal');
      result += this.escape();
    }
  }

  private escape(): string {
    const character = this.text[this.at];
    if (character === 'u') {
      const digits = this.text.slice(this.at + 1, this.at + 5);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.unexpected('in \\u hexadecimal character escape');
      this.at += 5;
      return String.fromCharCode(parseInt(digits, 16));
    }
    if (!Object.hasOwn(ESCAPES, character ?? '')) throw this.unexpected('in string escape code');
    this.at++;
    return ESCAPES[character];
  }

  private number(): number {
    NUMBER.lastIndex = this.at;
    const match = NUMBER.exec(this.text);
    if (!match) {
      this.at++;
      throw this.unexpected('in numeric literal');
    }
    this.at += match[0].length;
    return Number(match[0]);
  }

  private space(): void {
    while (' \t\r\n'.includes(this.text[this.at] ?? 'x')) this.at++;
  }

  private take(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  private unexpected(where: string): Error {
    if (this.at >= this.text.length) return this.malformed('unexpected end of JSON input');
    const character = this.text[this.at];
    const shown =
      character === "'" ? `'\\''` : character === '"' ? `'"'` : `'${quote(character).slice(1, -1)}'`;
    return this.malformed(`invalid character ${shown} ${where}`);
  }

  private malformed(detail: string): Error {
    return newBadRequest(`${this.decoding}${detail}`);
  }
}
