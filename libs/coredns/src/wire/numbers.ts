import type { Question, RecordType, ResponseCode } from './message';

const TYPE_NUMBERS: Readonly<Record<RecordType, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  ANY: 255,
};

const TYPE_NAMES: ReadonlyMap<number, RecordType> = new Map(
  Object.entries(TYPE_NUMBERS).map(([name, number]) => [number, name as RecordType]),
);

const RESPONSE_CODES: readonly ResponseCode[] = [
  'NOERROR',
  'FORMERR',
  'SERVFAIL',
  'NXDOMAIN',
  'NOTIMP',
  'REFUSED',
];

/** The number of a type on the wire, RFC 1035 section 3.2.2 and RFC 3597. */
export function typeNumber(type: Question['type']): number {
  return TYPE_NUMBERS[type as RecordType] ?? Number(type.slice('TYPE'.length));
}

export function typeName(number: number): Question['type'] {
  return TYPE_NAMES.get(number) ?? `TYPE${number}`;
}

export function responseCodeNumber(code: ResponseCode): number {
  return RESPONSE_CODES.indexOf(code);
}

export function responseCodeName(number: number): ResponseCode {
  return RESPONSE_CODES[number] ?? 'SERVFAIL';
}
