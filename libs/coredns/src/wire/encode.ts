import { utf8Encode } from '@podlab/kernel';
import { parseAddress } from '@podlab/netstack';
import type { DnsMessage, Question, ResourceRecord } from './message';
import { responseCodeNumber, typeNumber } from './numbers';

const CLASS_IN = 1;
/** A compression pointer has 14 bits for the offset. */
const LAST_POINTER_OFFSET = 0x3fff;

/** The bytes of a message, with names compressed. Models RFC 1035 section 4.1. */
export function encodeMessage(message: DnsMessage): Uint8Array {
  const writer = new Writer();
  writer.uint16(message.id);
  writer.uint16(flags(message));
  writer.uint16(message.questions.length);
  writer.uint16(message.answers.length);
  writer.uint16(message.authorities.length);
  writer.uint16(message.additionals.length);
  for (const question of message.questions) writer.question(question);
  for (const section of [message.answers, message.authorities, message.additionals]) {
    for (const record of section) writer.record(record);
  }
  return Uint8Array.from(writer.bytes);
}

function flags(message: DnsMessage): number {
  return (
    (message.response ? 0x8000 : 0) |
    (message.authoritative ? 0x0400 : 0) |
    (message.truncated ? 0x0200 : 0) |
    (message.recursion_desired ? 0x0100 : 0) |
    (message.recursion_available ? 0x0080 : 0) |
    responseCodeNumber(message.rcode)
  );
}

class Writer {
  readonly bytes: number[] = [];
  /** Where each name suffix was written first. */
  private readonly offsets = new Map<string, number>();

  uint16(value: number): void {
    this.bytes.push((value >> 8) & 255, value & 255);
  }

  uint32(value: number): void {
    this.uint16(value >>> 16);
    this.uint16(value & 0xffff);
  }

  name(name: string): void {
    let rest = name;
    while (rest !== '') {
      const known = this.offsets.get(rest);
      if (known !== undefined) return this.uint16(0xc000 | known);
      if (this.bytes.length <= LAST_POINTER_OFFSET) this.offsets.set(rest, this.bytes.length);
      const dot = rest.indexOf('.');
      const label = utf8Encode(dot < 0 ? rest : rest.slice(0, dot));
      this.bytes.push(label.length, ...label);
      rest = dot < 0 ? '' : rest.slice(dot + 1);
    }
    this.bytes.push(0);
  }

  question(question: Question): void {
    this.name(question.name);
    this.uint16(typeNumber(question.type));
    this.uint16(CLASS_IN);
  }

  record(record: ResourceRecord): void {
    this.name(record.name);
    this.uint16(typeNumber(record.type));
    this.uint16(CLASS_IN);
    this.uint32(record.ttl);
    const lengthAt = this.bytes.length;
    this.uint16(0);
    this.data(record);
    const length = this.bytes.length - lengthAt - 2;
    this.bytes[lengthAt] = length >> 8;
    this.bytes[lengthAt + 1] = length & 255;
  }

  private data(record: ResourceRecord): void {
    switch (record.type) {
      case 'A':
        return void this.bytes.push(...record.address.split('.').map(Number));
      case 'AAAA':
        for (const group of String(parseAddress(record.address)).match(/.{4}/g) ?? [])
          this.uint16(parseInt(group, 16));
        return;
      case 'CNAME':
      case 'NS':
      case 'PTR':
        return this.name(record.target);
      case 'SRV':
        this.uint16(record.priority);
        this.uint16(record.weight);
        this.uint16(record.port);
        return this.name(record.target);
      case 'TXT':
        for (const text of record.texts) {
          const bytes = utf8Encode(text);
          this.bytes.push(bytes.length, ...bytes);
        }
        return;
      case 'SOA':
        this.name(record.server);
        this.name(record.mailbox);
        for (const field of ['serial', 'refresh', 'retry', 'expire', 'minimum'] as const)
          this.uint32(record[field]);
    }
  }
}
