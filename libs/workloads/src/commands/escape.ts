const SIMPLE: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  e: '\x1b',
  '\\': '\\',
};

/** Text with its backslash escapes carried out, as `echo -e` and `printf` do; `stopped` after `\c`. */
export function unescapeText(text: string): { text: string; stopped: boolean } {
  let result = '';
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== '\\' || i + 1 === text.length) {
      result += text[i];
      continue;
    }
    const next = text[++i];
    if (next === 'c') return { text: result, stopped: true };
    const number = /^(?:x([0-9a-fA-F]{1,2})|0?([0-7]{1,3}))/.exec(text.slice(i));
    if (next in SIMPLE) result += SIMPLE[next];
    else if (number) {
      result += String.fromCharCode(number[1] ? parseInt(number[1], 16) : parseInt(number[2], 8) & 255);
      i += number[0].length - 1;
    } else result += `\\${next}`;
  }
  return { text: result, stopped: false };
}

/** What `printf` prints: the format is used again while arguments are left. */
export function formatPrintf(format: string, words: readonly string[]): string {
  let result = '';
  let used = 0;
  do {
    const before = used;
    result += unescapeText(format).text.replace(
      /%(%|([-0+ #]*)([0-9]*)(?:\.([0-9]+))?([sdiuxXocbqfeg]))/g,
      (_whole, all: string, flags: string, width: string, precision: string | undefined, kind: string) =>
        all === '%' ? '%' : pad(convert(words[used++] ?? '', kind, precision), flags, Number(width || 0)),
    );
    if (used === before) break;
  } while (used < words.length);
  return result;
}

function convert(word: string, kind: string, precision: string | undefined): string {
  switch (kind) {
    case 's':
      return precision === undefined ? word : word.slice(0, Number(precision));
    case 'b':
      return unescapeText(word).text;
    case 'c':
      return word.slice(0, 1);
    case 'q':
      return word;
    case 'f':
    case 'e':
    case 'g':
      return (Number(word) || 0).toFixed(precision === undefined ? 6 : Number(precision));
  }
  const value = Math.trunc(Number(word.startsWith("'") ? word.charCodeAt(1) : word)) || 0;
  if (kind === 'x') return value.toString(16);
  if (kind === 'X') return value.toString(16).toUpperCase();
  return kind === 'o' ? value.toString(8) : String(value);
}

function pad(text: string, flags: string, width: number): string {
  if (flags.includes('-')) return text.padEnd(width);
  return text.padStart(width, flags.includes('0') ? '0' : ' ');
}
