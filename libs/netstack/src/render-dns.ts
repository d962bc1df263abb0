const TYPES: Readonly<Record<number, string>> = {
  1: 'A',
  2: 'NS',
  5: 'CNAME',
  6: 'SOA',
  12: 'PTR',
  16: 'TXT',
  28: 'AAAA',
  33: 'SRV',
  255: 'ANY',
};
const CODES: Readonly<Record<number, string>> = {
  1: 'FormErr',
  2: 'ServFail',
  3: 'NXDomain',
  4: 'NotImp',
  5: 'Refused',
};
const HEADER_BYTES = 12;
const POINTERS_LIMIT = 16;

/** A DNS message in tcpdump's words (`4660+ A? web.default. (33)`); undefined where the bytes are none. */
export function describeDns(bytes: Uint8Array): string | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const word = (at: number): number => bytes[at] * 256 + bytes[at + 1];
  const flags = word(2);
  const question = readName(bytes, HEADER_BYTES);
  if (question === undefined || question.end + 4 > bytes.length) return undefined;
  const type = TYPES[word(question.end)] ?? `Type${word(question.end)}`;
  const size = `(${bytes.length})`;
  if ((flags & 0x8000) === 0)
    return `${word(0)}${flags & 0x0100 ? '+' : ''} ${type}? ${question.name} ${size}`;
  const code = CODES[flags & 15];
  const authoritative = flags & 0x0400 ? '*' : '';
  const counts = `${word(6)}/${word(8)}/${word(10)}`;
  const answers = answersOf(bytes, question.end + 4, word(6));
  return `${word(0)}${code === undefined ? '' : ` ${code}`}${authoritative} ${counts}${answers === '' ? '' : ` ${answers}`} ${size}`;
}

function answersOf(bytes: Uint8Array, start: number, count: number): string {
  const shown: string[] = [];
  let at = start;
  for (let i = 0; i < Math.min(count, 64); i++) {
    const owner = readName(bytes, at);
    if (owner === undefined || owner.end + 10 > bytes.length) break;
    const type = bytes[owner.end] * 256 + bytes[owner.end + 1];
    const length = bytes[owner.end + 8] * 256 + bytes[owner.end + 9];
    const data = owner.end + 10;
    if (data + length > bytes.length) break;
    shown.push(`${TYPES[type] ?? `Type${type}`} ${dataText(bytes, type, data, length)}`.trimEnd());
    at = data + length;
  }
  return shown.join(', ');
}

function dataText(bytes: Uint8Array, type: number, at: number, length: number): string {
  const data = bytes.subarray(at, at + length);
  if (type === 1 && length === 4) return data.join('.');
  if (type === 28 && length === 16) {
    const groups = Array.from({ length: 8 }, (_, i) => (data[i * 2] * 256 + data[i * 2 + 1]).toString(16));
    return groups.join(':').replace(/(^|:)0(:0)+(:|$)/, '::');
  }
  if (type === 5 || type === 12 || type === 2) return readName(bytes, at)?.name ?? '';
  if (type === 33 && length > 6)
    return `${readName(bytes, at + 6)?.name ?? ''}:${data[4] * 256 + data[5]} ${data[0] * 256 + data[1]} ${data[2] * 256 + data[3]}`;
  return '';
}

/** A name and where it ends; compression pointers are followed a bounded number of times. */
function readName(bytes: Uint8Array, start: number): { name: string; end: number } | undefined {
  const labels: string[] = [];
  let at = start;
  let end: number | undefined;
  for (let pointers = 0; ;) {
    const length = bytes[at];
    if (length === undefined) return undefined;
    if (length === 0) return { name: labels.length === 0 ? '.' : `${labels.join('.')}.`, end: end ?? at + 1 };
    if (length >= 0xc0) {
      if (++pointers > POINTERS_LIMIT || at + 1 >= bytes.length) return undefined;
      end ??= at + 2;
      at = (length & 0x3f) * 256 + bytes[at + 1];
      continue;
    }
    if (at + 1 + length > bytes.length) return undefined;
    labels.push(String.fromCharCode(...bytes.subarray(at + 1, at + 1 + length)));
    at += 1 + length;
  }
}
