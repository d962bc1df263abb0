import { fieldErrorText, invalid } from './field-errors';
import { Path } from './field-path';
import { labelValueErrors, qualifiedNameErrors } from './names';

export type LabelOperator = '=' | '==' | '!=' | 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt';

/** One condition on labels. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: LabelOperator;
  readonly values: readonly string[];
}

/** A label selector ready to match; data, all requirements must hold. `nothing` matches no object at all. */
export interface Selector {
  readonly requirements: readonly LabelRequirement[];
  readonly nothing?: boolean;
}

export type Labels = Readonly<Record<string, string>>;

/** Matches every object. */
export const EVERYTHING: Selector = { requirements: [] };
/** Matches no object. */
export const NOTHING: Selector = { requirements: [], nothing: true };

/** A label selector that does not parse; the message is upstream's. */
export class LabelSelectorError extends Error {
  override readonly name = 'LabelSelectorError';
}

/** Whether `labels` satisfy the selector. Models apimachinery pkg/labels internalSelector Matches. */
export function matchesLabels(selector: Selector, labels: Labels | undefined): boolean {
  return (
    !selector.nothing &&
    selector.requirements.every((requirement) => matchesRequirement(requirement, labels ?? {}))
  );
}

function matchesRequirement({ key, operator, values }: LabelRequirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case '=':
    case '==':
    case 'in':
      return value !== undefined && values.includes(value);
    case '!=':
    case 'notin':
      return value === undefined || !values.includes(value);
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case 'gt':
    case 'lt':
      return value !== undefined && compareIntegers(value, values[0], operator);
  }
}

const INTEGER = /^[+-]?\d+$/;

function compareIntegers(value: string, bound: string, operator: 'gt' | 'lt'): boolean {
  if (!INTEGER.test(value) || !INTEGER.test(bound)) return false;
  return operator === 'gt' ? BigInt(value) > BigInt(bound) : BigInt(value) < BigInt(bound);
}

/** Every pair of the map must be there; an absent or empty map matches everything. */
export function selectorFromMap(labels: Labels | undefined): Selector {
  const keys = Object.keys(labels ?? {}).sort();
  return { requirements: keys.map((key) => ({ key, operator: '=', values: [(labels as Labels)[key]] })) };
}

/** The selector as text, requirements by key, as kubectl shows it. Models internalSelector String. */
export function formatSelector(selector: Selector): string {
  return selector.requirements.map(formatRequirement).join(',');
}

function formatRequirement({ key, operator, values }: LabelRequirement): string {
  switch (operator) {
    case 'exists':
      return key;
    case '!':
      return `!${key}`;
    case 'in':
    case 'notin':
      return `${key} ${operator} (${[...values].sort().join(',')})`;
    case 'gt':
    case 'lt':
      return `${key}${operator === 'gt' ? '>' : '<'}${values[0]}`;
    default:
      return `${key}${operator}${values[0]}`;
  }
}

/** Reads the text form, `app=web,tier in (a,b),!old`. Models apimachinery pkg/labels Parse with its messages. */
export function parseLabelSelector(text: string): Selector {
  const requirements = new LabelSelectorParser(scan(text)).parse();
  return { requirements: requirements.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)) };
}

/** Builds a requirement or throws with the words of labels.NewRequirement. */
export function newRequirement(
  key: string,
  operator: LabelOperator,
  values: readonly string[],
): LabelRequirement {
  const keyErrors = qualifiedNameErrors(key);
  if (keyErrors.length > 0) fail(Path.of('key'), key, keyErrors);
  const path = Path.of('values');
  if ((operator === 'in' || operator === 'notin') && values.length === 0) {
    fail(path, values, ["for 'in', 'notin' operators, values set can't be empty"]);
  }
  if ((operator === 'gt' || operator === 'lt') && !INTEGER.test(values[0] ?? '')) {
    fail(path.index(0), values[0], ["for 'Gt', 'Lt' operators, the value must be an integer"]);
  }
  values.forEach((value, index) => {
    const errors = labelValueErrors(value);
    if (errors.length > 0) fail(path.index(index).key(key), value, errors);
  });
  return { key, operator, values };
}

function fail(path: Path, value: unknown, errors: readonly string[]): never {
  throw new LabelSelectorError(fieldErrorText(invalid(path, value, errors.join('; '))));
}

type TokenType =
  'identifier' | 'end' | 'error' | ')' | '(' | ',' | '!' | '==' | '=' | '>' | '<' | '!=' | 'in' | 'notin';
interface Token {
  readonly type: TokenType;
  readonly text: string;
}

const SYMBOLS: readonly TokenType[] = ['==', '!=', ')', '(', ',', '!', '=', '>', '<'];
const isSpace = (character: string) => ' \t\r\n'.includes(character);

function scan(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const symbol = SYMBOLS.find((candidate) => text.startsWith(candidate, at));
    if (isSpace(text[at])) at++;
    else if (symbol) {
      tokens.push({ type: symbol, text: symbol });
      at += symbol.length;
    } else {
      let end = at;
      while (end < text.length && !isSpace(text[end]) && !'=!(),><'.includes(text[end])) end++;
      const word = text.slice(at, end);
      tokens.push({ type: word === 'in' || word === 'notin' ? word : 'identifier', text: word });
      at = end;
    }
  }
  tokens.push({ type: 'end', text: '' });
  return tokens;
}

const BINARY_OPERATORS = 'in, notin, =, ==, !=, gt, lt';

class LabelSelectorParser {
  private position = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  parse(): LabelRequirement[] {
    const requirements: LabelRequirement[] = [];
    for (;;) {
      const { type, text } = this.peek();
      if (type === 'end') return requirements;
      if (type !== 'identifier' && type !== '!') throw this.error(text, "!, identifier, or 'end of string'");
      requirements.push(this.requirement());
      const separator = this.next();
      if (separator.type === 'end') return requirements;
      if (separator.type !== ',') throw this.error(separator.text, "',' or 'end of string'");
      const following = this.peek();
      if (following.type !== 'identifier' && following.type !== '!') {
        throw this.error(following.text, "identifier after ','");
      }
    }
  }

  private requirement(): LabelRequirement {
    try {
      const absent = this.peek().type === '!';
      if (absent) this.next();
      const key = this.next();
      if (key.type !== 'identifier') throw this.error(key.text, 'identifier');
      const errors = qualifiedNameErrors(key.text);
      if (errors.length > 0) fail(Path.root, key.text, errors);
      const after = this.peek().type;
      if (after === 'end' || after === ',') return newRequirement(key.text, absent ? '!' : 'exists', []);
      if (absent) return newRequirement(key.text, '!', []);
      const operator = this.operator();
      const values = operator === 'in' || operator === 'notin' ? this.values() : [this.exactValue()];
      return newRequirement(key.text, operator, values);
    } catch (error) {
      if (!(error instanceof LabelSelectorError)) throw error;
      throw new LabelSelectorError(`unable to parse requirement: ${error.message}`);
    }
  }

  private operator(): LabelOperator {
    const { type, text } = this.tokens[this.position++] ?? END;
    if (type === '>') return 'gt';
    if (type === '<') return 'lt';
    if (type === '=' || type === '==' || type === '!=' || type === 'in' || type === 'notin') return type;
    throw this.error(text, BINARY_OPERATORS);
  }

  private values(): string[] {
    const open = this.next();
    if (open.type !== '(') throw new LabelSelectorError(`found '${open.text}' expected: '('`);
    const first = this.peek();
    if (first.type === ')') {
      this.next();
      return [];
    }
    if (first.type !== 'identifier' && first.type !== ',')
      throw this.error(first.text, "',', ')' or identifier");
    const values = this.identifiers();
    if (this.next().type !== ')') throw this.error(first.text, "')'");
    return [...values].sort();
  }

  private identifiers(): Set<string> {
    const values = new Set<string>();
    for (;;) {
      const token = this.next();
      if (token.type === 'identifier') {
        values.add(token.text);
        const following = this.peek();
        if (following.type === ')') return values;
        if (following.type !== ',') throw this.error(following.text, "',' or ')'");
      } else if (token.type === ',') {
        if (values.size === 0) values.add('');
        const following = this.peek();
        if (following.type === ')') return values.add('');
        if (following.type === ',') {
          this.next();
          values.add('');
        }
      } else throw this.error(token.text, "',', or identifier");
    }
  }

  private exactValue(): string {
    const { type } = this.peek();
    if (type === 'end' || type === ',') return '';
    const token = this.next();
    if (token.type !== 'identifier') throw this.error(token.text, 'identifier');
    return token.text;
  }

  private error(found: string, expected: string): LabelSelectorError {
    return new LabelSelectorError(`found '${found}', expected: ${expected}`);
  }

  /** The token here; `in` and `notin` are plain words except where an operator is read. */
  private peek(): Token {
    const token = this.tokens[this.position] ?? END;
    return token.type === 'in' || token.type === 'notin' ? { type: 'identifier', text: token.text } : token;
  }

  private next(): Token {
    const token = this.peek();
    this.position++;
    return token;
  }
}

const END: Token = { type: 'end', text: '' };
