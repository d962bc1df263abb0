import { evaluateArithmetic } from './arithmetic';
import { escapePattern, hasWildcard, removePattern, unescapePattern } from './pattern';
import { ShellSyntaxError } from './syntax';
import type { ParameterOperator, Word, WordPart } from './syntax';

/** What an expansion reads and writes of the shell that runs it. */
export interface ExpansionScope {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
  readonly positional: readonly string[];
  /** Texts of the word's command substitutions, by slot. */
  readonly captured: readonly string[];
  /** Whether an unset parameter is an error (`set -u`). */
  readonly failUnset: boolean;
  /** Paths that match a pattern, in order of code units; empty when none does. */
  glob(pattern: string): readonly string[];
}

/** An expansion that ends the shell: `${x:?message}` or an unset variable under `set -u`. */
export class ExpansionError extends Error {
  override readonly name = 'ExpansionError';
}

/** Longest text that one word may expand to, in characters. */
const EXPANSION_LIMIT_CHARACTERS = 262_144;

interface Field {
  pattern: string;
  /** Whether anything quoted is in it: then an empty one stays. */
  quoted: boolean;
}

/** The fields a list of words expands to, with field splitting and pathname expansion. */
export function expandWords(words: readonly Word[], scope: ExpansionScope): string[] {
  const result: string[] = [];
  for (const word of words) for (const field of expandFields(word, scope)) pushField(field, scope, result);
  return result;
}

function pushField(field: Field, scope: ExpansionScope, result: string[]): void {
  if (hasWildcard(field.pattern)) {
    const paths = scope.glob(field.pattern);
    if (paths.length > 0) {
      result.push(...paths);
      return;
    }
  }
  result.push(unescapePattern(field.pattern));
}

/** One word as one text, without splitting: assignments, redirects, here-documents, `case`. */
export function expandText(word: Word, scope: ExpansionScope): string {
  return unescapePattern(expandPattern(word, scope));
}

/** One word as a shell pattern in which what was quoted is escaped. */
export function expandPattern(word: Word, scope: ExpansionScope): string {
  let pattern = '';
  for (const part of word) {
    const text = partText(part, scope);
    pattern += part.quoted ? escapePattern(text) : part.kind === 'text' ? text : escapeBackslash(text);
  }
  if (pattern.length > EXPANSION_LIMIT_CHARACTERS) throw new ExpansionError('argument list too long');
  return pattern;
}

function expandFields(word: Word, scope: ExpansionScope): Field[] {
  const fields: Field[] = [];
  let current: Field | undefined;
  const append = (text: string, quoted: boolean): void => {
    current ??= { pattern: '', quoted: false };
    current.pattern += text;
    current.quoted ||= quoted;
  };
  const finish = (evenEmpty = false): void => {
    if (current && (current.pattern !== '' || current.quoted)) fields.push(current);
    else if (evenEmpty) fields.push({ pattern: '', quoted: true });
    current = undefined;
  };
  for (const part of word) {
    if (isPositionalList(part)) {
      appendPositional(part.quoted, scope, append, finish);
      continue;
    }
    const text = partText(part, scope);
    if (part.quoted) append(escapePattern(text), true);
    else if (part.kind === 'text') append(text, false);
    else splitFields(text, scope.get('IFS') ?? ' \t\n', append, finish);
    if ((current?.pattern.length ?? 0) > EXPANSION_LIMIT_CHARACTERS)
      throw new ExpansionError('argument list too long');
  }
  finish();
  return fields;
}

function isPositionalList(part: WordPart): boolean {
  return (
    part.kind === 'parameter' &&
    part.operator === undefined &&
    (part.name === '@' || (part.name === '*' && !part.quoted))
  );
}

function appendPositional(
  quoted: boolean,
  scope: ExpansionScope,
  append: (text: string, quoted: boolean) => void,
  finish: (evenEmpty?: boolean) => void,
): void {
  scope.positional.forEach((value, index) => {
    if (index > 0) finish();
    if (quoted) append(escapePattern(value), true);
    else splitFields(value, scope.get('IFS') ?? ' \t\n', append, finish);
  });
}

/** White space around separators counts once; any other separator ends a field each time it stands there. */
function splitFields(
  text: string,
  separators: string,
  append: (text: string, quoted: boolean) => void,
  finish: (evenEmpty?: boolean) => void,
): void {
  let start = 0;
  for (let i = 0; i <= text.length; i++) {
    if (i < text.length && !separators.includes(text[i])) continue;
    if (i > start) append(escapeBackslash(text.slice(start, i)), false);
    start = i + 1;
    if (i === text.length) return;
    if (isBlank(text[i])) finish();
    else finish(true);
  }
}

const isBlank = (character: string): boolean => character === ' ' || character === '\t' || character === '\n';

/** The result of an expansion may hold wildcards, but its backslashes are plain characters. */
const escapeBackslash = (text: string): string => text.replace(/\\/g, '\\\\');

function partText(part: WordPart, scope: ExpansionScope): string {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'captured':
      return scope.captured[part.slot] ?? '';
    case 'arithmetic':
      return String(evaluateArithmetic(expandText(part.expression, scope), scope));
    case 'parameter':
      return parameterText(part.name, part.operator, part.word ?? [], scope);
    case 'command':
      throw new ShellSyntaxError('syntax error: substitution was not compiled');
  }
}

function parameterText(
  name: string,
  operator: ParameterOperator | undefined,
  word: Word,
  scope: ExpansionScope,
): string {
  const value = parameterValue(name, scope);
  switch (operator) {
    case undefined:
      if (value === undefined && scope.failUnset) throw new ExpansionError(`${name}: parameter not set`);
      return value ?? '';
    case 'length':
      return String(name === '@' || name === '*' ? scope.positional.length : (value ?? '').length);
    case '#':
    case '##':
      return removePattern(value ?? '', expandPattern(word, scope), 'start', operator === '##');
    case '%':
    case '%%':
      return removePattern(value ?? '', expandPattern(word, scope), 'end', operator === '%%');
  }
  const missing = operator.startsWith(':') ? value === undefined || value === '' : value === undefined;
  const kind = operator[operator.length - 1];
  if (kind === '+') return missing ? '' : expandText(word, scope);
  if (!missing) return value as string;
  const alternative = expandText(word, scope);
  if (kind === '?') throw new ExpansionError(`${name}: ${alternative || 'parameter not set'}`);
  if (kind === '=') scope.set(name, alternative);
  return alternative;
}

function parameterValue(name: string, scope: ExpansionScope): string | undefined {
  if (name === '@' || name === '*') return scope.positional.join(' ');
  if (name === '#') return String(scope.positional.length);
  if (/^[1-9][0-9]*$/.test(name)) return scope.positional[Number(name) - 1];
  return scope.get(name);
}

/** An error of the script: of its text, or a number or length that nothing has (how deep it nests is bounded). */
export function isScriptError(error: unknown): error is Error {
  return error instanceof ShellSyntaxError || error instanceof ExpansionError || error instanceof RangeError;
}
