import { utf8Decode, utf8Encode } from '@podlab/kernel';

/** A member of a tar archive: a directory has no text. */
export interface TarMember {
  readonly name: string;
  readonly text?: string;
}

/** Why an archive cannot be read, as busybox says it. */
export class TarError extends Error {
  override readonly name = 'TarError';
}

const BLOCK = 512;
const NAME_BYTES = 100;
const SPACE = 0x20;

/** One member in the format of POSIX.1-1988 (ustar), as text: all of its bytes but those of the file are ASCII. */
export function encodeMember({ name, text }: TarMember, mtimeSeconds: number): string {
  const size = text === undefined ? 0 : utf8Encode(text).length;
  const fields: [text: string, width: number][] = [
    [name, NAME_BYTES],
    [text === undefined ? '0000755' : '0000644', 8],
    ['0000000', 8],
    ['0000000', 8],
    [octal(size, 11), 12],
    [octal(mtimeSeconds, 11), 12],
    [' '.repeat(8), 8],
    [text === undefined ? '5' : '0', 1],
    ['', NAME_BYTES],
    ['ustar', 6],
    ['00', 2],
    ['root', 32],
    ['root', 32],
  ];
  const bytes = new Uint8Array(BLOCK);
  let at = 0;
  for (const [value, width] of fields) {
    const encoded = utf8Encode(value);
    if (encoded.length > width) throw new TarError(`${name}: file name is too long`);
    bytes.set(encoded, at);
    at += width;
  }
  bytes.set(utf8Encode(`${octal(sum(bytes), 6)}\0 `), 148);
  const padding = '\0'.repeat((BLOCK - (size % BLOCK)) % BLOCK);
  return `${utf8Decode(bytes)}${text ?? ''}${padding}`;
}

/** What stands at the end of an archive. */
export const END_OF_ARCHIVE = '\0'.repeat(2 * BLOCK);

/** The members of an archive that came as text. Throws TarError for what is none, and for files that are no text. */
export function decodeArchive(archive: string): TarMember[] {
  // Bytes that were no UTF-8 have become this mark: what is kept would not be what was sent.
  if (archive.includes('\uFFFD'))
    throw new TarError('files here hold text: one in this archive is not UTF-8');
  const bytes = utf8Encode(archive);
  const members: TarMember[] = [];
  let longName: string | undefined;
  for (let at = 0; at + BLOCK <= bytes.length;) {
    const header = bytes.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) return members;
    checkHeader(header);
    const size = Number.parseInt(field(header, 124, 12) || '0', 8);
    const content = bytes.subarray(at + BLOCK, at + BLOCK + size);
    if (content.length < size) throw new TarError('short read');
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    const type = String.fromCharCode(header[156] || 0x30);
    if (type === 'x' || type === 'g') longName = paxPath(utf8Decode(content)) ?? longName;
    else if (type === 'L') longName = utf8Decode(content).replace(/\0+$/, '');
    else {
      const name = longName ?? nameOf(header);
      longName = undefined;
      if (type === '5') members.push({ name });
      else if (type === '0') members.push({ name, text: utf8Decode(content) });
      else throw new TarError(`${name}: unknown typeflag: 0x${type.charCodeAt(0).toString(16)}`);
    }
  }
  return members;
}

function checkHeader(header: Uint8Array): void {
  const told = Number.parseInt(field(header, 148, 8), 8);
  const blank = header.slice();
  blank.fill(SPACE, 148, 156);
  if (told === sum(blank)) return;
  throw new TarError('invalid tar header checksum');
}

function nameOf(header: Uint8Array): string {
  const prefix = field(header, 257, 5) === 'ustar' ? field(header, 345, 155) : '';
  const name = field(header, 0, NAME_BYTES);
  return prefix === '' ? name : `${prefix}/${name}`;
}

function field(header: Uint8Array, at: number, width: number): string {
  const bytes = header.subarray(at, at + width);
  const end = bytes.indexOf(0);
  return utf8Decode(end < 0 ? bytes : bytes.subarray(0, end)).trim();
}

function paxPath(records: string): string | undefined {
  return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(records)?.[1];
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

function sum(bytes: Uint8Array): number {
  return bytes.reduce((total, byte) => total + byte, 0);
}
