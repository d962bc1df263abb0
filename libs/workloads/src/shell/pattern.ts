/** Shell patterns: `*`, `?`, `[…]`; a backslash takes the next character as it is. */

type Token =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'star' }
  | { readonly kind: 'set'; readonly negated: boolean; readonly items: string };

/** Characters that one match looks at before it counts as none: long texts against long patterns. */
const STEPS_LIMIT = 2_000_000;

/** Whether the whole of `text` matches; time is at most the product of both lengths. */
export function matchesPattern(pattern: string, text: string): boolean {
  return matchesTokens(tokens(pattern), text, { left: STEPS_LIMIT });
}

/** The text without the shortest or longest part at its start or end that matches. */
export function removePattern(text: string, pattern: string, at: 'start' | 'end', longest: boolean): string {
  const parsed = tokens(pattern);
  const steps = { left: STEPS_LIMIT };
  for (let i = 0; i <= text.length; i++) {
    const length = longest ? text.length - i : i;
    const part = at === 'start' ? text.slice(0, length) : text.slice(text.length - length);
    if (steps.left <= 0) return text;
    if (matchesTokens(parsed, part, steps)) {
      return at === 'start' ? text.slice(length) : text.slice(0, text.length - length);
    }
  }
  return text;
}

/** Whether the pattern has anything to expand. */
export function hasWildcard(pattern: string): boolean {
  return tokens(pattern).some((token) => token.kind !== 'literal');
}

/** A pattern that matches `text` and nothing else. */
export function escapePattern(text: string): string {
  return text.replace(/[*?[\]\\]/g, '\\$&');
}

/** The pattern's text with its backslashes taken away. */
export function unescapePattern(pattern: string): string {
  return pattern.replace(/\\(.)/gs, '$1');
}

function tokens(pattern: string): Token[] {
  const result: Token[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i];
    if (character === '*') {
      if (result[result.length - 1]?.kind !== 'star') result.push({ kind: 'star' });
    } else if (character === '?') result.push({ kind: 'any' });
    else if (character === '[') {
      const set = /^\[([!^]?)(\]?[^\]]*)\]/.exec(pattern.slice(i));
      if (set) {
        result.push({ kind: 'set', negated: set[1] !== '', items: set[2] });
        i += set[0].length - 1;
      } else result.push({ kind: 'literal', text: '[' });
    } else if (character === '\\' && i + 1 < pattern.length)
      result.push({ kind: 'literal', text: pattern[++i] });
    else result.push({ kind: 'literal', text: character });
  }
  return result;
}

/** Goes back to the last star only, which is enough for a match to be found. */
function matchesTokens(pattern: readonly Token[], text: string, steps: { left: number }): boolean {
  let at = 0;
  let token = 0;
  let star = -1;
  let starAt = 0;
  while (at < text.length) {
    if (--steps.left < 0) return false;
    const current = pattern[token];
    if (current?.kind === 'star') {
      star = token++;
      starAt = at;
    } else if (current && matchesOne(current, text[at])) {
      token++;
      at++;
    } else if (star >= 0) {
      token = star + 1;
      at = ++starAt;
    } else return false;
  }
  while (pattern[token]?.kind === 'star') token++;
  return token === pattern.length;
}

function matchesOne(token: Token, character: string): boolean {
  switch (token.kind) {
    case 'literal':
      return token.text === character;
    case 'set':
      return inSet(token.items, character) !== token.negated;
    default:
      return true;
  }
}

const CLASSES: Readonly<Record<string, RegExp>> = {
  alpha: /[A-Za-z]/,
  digit: /[0-9]/,
  alnum: /[A-Za-z0-9]/,
  upper: /[A-Z]/,
  lower: /[a-z]/,
  space: /\s/,
  punct: /[!-/:-@[-`{-~]/,
};

function inSet(items: string, character: string): boolean {
  for (let i = 0; i < items.length; i++) {
    const named = /^\[:([a-z]+):/.exec(items.slice(i));
    if (named) {
      if (CLASSES[named[1]]?.test(character)) return true;
      i += named[0].length - 1;
    } else if (items[i + 1] === '-' && i + 2 < items.length) {
      if (character >= items[i] && character <= items[i + 2]) return true;
      i += 2;
    } else if (items[i] === character) return true;
  }
  return false;
}
