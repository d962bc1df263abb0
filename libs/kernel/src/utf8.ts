/** UTF-8 without a host API: the pure libraries have neither TextEncoder nor Buffer. */

/** Encodes `text` as UTF-8; a lone surrogate becomes U+FFFD. */
export function utf8Encode(text: string): Uint8Array {
  const { length } = text;
  const ascii = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x80) return encodeAny(text);
    ascii[i] = code;
  }
  return ascii;
}

function encodeAny(text: string): Uint8Array {
  const bytes = new Uint8Array(utf8Length(text));
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    const code = codePointAt(text, i);
    if (code > 0xffff) i++;
    at = writeCodePoint(bytes, at, code);
  }
  return bytes;
}

/** Number of bytes that {@link utf8Encode} gives for `text`. */
export function utf8Length(text: string): number {
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const code = codePointAt(text, i);
    if (code > 0xffff) i++;
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}

function codePointAt(text: string, index: number): number {
  const code = text.codePointAt(index) as number;
  return code >= 0xd800 && code <= 0xdfff ? 0xfffd : code;
}

function writeCodePoint(bytes: Uint8Array, at: number, code: number): number {
  if (code < 0x80) {
    bytes[at] = code;
    return at + 1;
  }
  const extra = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  const lead = extra === 1 ? 0xc0 : extra === 2 ? 0xe0 : 0xf0;
  bytes[at] = lead | (code >> (6 * extra));
  for (let i = 1; i <= extra; i++) bytes[at + i] = 0x80 | ((code >> (6 * (extra - i))) & 0x3f);
  return at + extra + 1;
}

/** Decodes UTF-8; each malformed sequence becomes U+FFFD. */
export function utf8Decode(bytes: Uint8Array): string {
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] >= 0x80) return decodeAny(bytes);
  }
  if (bytes.length <= CHUNK) return String.fromCharCode.apply(undefined, bytes as unknown as number[]);
  const parts: string[] = [];
  for (let i = 0; i < bytes.length; i += CHUNK) parts.push(utf8Decode(bytes.subarray(i, i + CHUNK)));
  return parts.join('');
}

/** So many characters become text in one call: an argument each. */
const CHUNK = 4096;

function decodeAny(bytes: Uint8Array): string {
  const parts: string[] = [];
  let chunk: number[] = [];
  for (let i = 0; i < bytes.length;) {
    const [code, size] = readCodePoint(bytes, i);
    chunk.push(code);
    i += size;
    if (chunk.length === CHUNK) {
      parts.push(String.fromCodePoint(...chunk));
      chunk = [];
    }
  }
  parts.push(String.fromCodePoint(...chunk));
  return parts.join('');
}

const REPLACEMENT: [number, number] = [0xfffd, 1];
const SMALLEST_BY_EXTRA = [0, 0x80, 0x800, 0x10000];

function readCodePoint(bytes: Uint8Array, at: number): [number, number] {
  const lead = bytes[at];
  if (lead < 0x80) return [lead, 1];
  const extra = lead >= 0xf0 && lead < 0xf8 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc2 ? 1 : 0;
  if (extra === 0 || lead >= 0xf8 || at + extra > bytes.length - 1) return REPLACEMENT;
  let code = lead & (0x3f >> extra);
  for (let i = 1; i <= extra; i++) {
    const next = bytes[at + i];
    if ((next & 0xc0) !== 0x80) return REPLACEMENT;
    code = (code << 6) | (next & 0x3f);
  }
  const surrogate = code >= 0xd800 && code <= 0xdfff;
  return code < SMALLEST_BY_EXTRA[extra] || code > 0x10ffff || surrogate ? REPLACEMENT : [code, extra + 1];
}
