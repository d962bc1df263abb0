import { utf8Decode } from '@podlab/kernel';
import { canonicalAddress } from '@podlab/netstack';
import type { DnsMessage, Question, ResourceRecord } from './message';
import { responseCodeName, typeName } from './numbers';

/** Thrown for bytes that are no DNS message. */
export class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage';
}

/** A name has at most 255 bytes, so more labels than this are a loop of pointers. */
const MAXIMUM_LABELS = 128;

/** Reads a message; records of types that are not known here are left out. Throws {@link MalformedMessage}. */
export function decodeMessage(bytes: Uint8Array): DnsMessage {
  const reader = new Reader(bytes);
  const id = reader.uint16();
  const flags = reader.uint16();
  const counts = [reader.uint16(), reader.uint16(), reader.uint16(), reader.uint16()];
  const questions = Array.from({ length: counts[0] }, () => reader.question());
  const [answers, authorities, additionals] = counts.slice(1).map((count) => reader.records(count));
  return {
    id,
    response: (flags & 0x8000) !== 0,
    authoritative: (flags & 0x0400) !== 0,
    truncated: (flags & 0x0200) !== 0,
    recursion_desired: (flags & 0x0100) !== 0,
    recursion_available: (flags & 0x0080) !== 0,
    rcode: responseCodeName(flags & 0xf),
    questions,
    answers,
    authorities,
    additionals,
  };
}

class Reader {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  private uint8(): number {
    if (this.at >= this.bytes.length) throw new MalformedMessage(`message ends at byte ${this.at}`);
    return this.bytes[this.at++];
  }

  uint16(): number {
    return (this.uint8() << 8) | this.uint8();
  }

  private uint32(): number {
    return this.uint16() * 0x10000 + this.uint16();
  }

  private name(): string {
    const labels: string[] = [];
    let after = -1;
    for (let steps = 0; steps < MAXIMUM_LABELS; steps++) {
      const length = this.uint8();
      if (length === 0) {
        if (after >= 0) this.at = after;
        return labels.join('.');
      }
      if ((length & 0xc0) === 0xc0) {
        const target = ((length & 0x3f) << 8) | this.uint8();
        if (after < 0) after = this.at;
        this.at = target;
      } else {
        labels.push(utf8Decode(this.take(length)));
      }
    }
    throw new MalformedMessage('name has no end');
  }

  private take(length: number): Uint8Array {
    if (this.at + length > this.bytes.length)
      throw new MalformedMessage(`message ends at byte ${this.bytes.length}`);
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  question(): Question {
    const name = this.name();
    const type = typeName(this.uint16());
    this.uint16();
    return { name, type };
  }

  records(count: number): ResourceRecord[] {
    const records: ResourceRecord[] = [];
    for (let i = 0; i < count; i++) {
      const record = this.record();
      if (record) records.push(record);
    }
    return records;
  }

  private record(): ResourceRecord | undefined {
    const name = this.name();
    const type = typeName(this.uint16());
    this.uint16();
    const ttl = this.uint32();
    const length = this.uint16();
    const end = this.at + length;
    const record = this.data({ name, ttl }, type, end);
    this.at = end;
    return record;
  }

  private data(
    head: { name: string; ttl: number },
    type: Question['type'],
    end: number,
  ): ResourceRecord | undefined {
    switch (type) {
      case 'A':
        return { ...head, type, address: [...this.take(4)].join('.') };
      case 'AAAA':
        return {
          ...head,
          type,
          address: canonicalAddress(Array.from({ length: 8 }, () => this.uint16().toString(16)).join(':')),
        };
      case 'CNAME':
      case 'NS':
      case 'PTR':
        return { ...head, type, target: this.name() };
      case 'SRV':
        return {
          ...head,
          type,
          priority: this.uint16(),
          weight: this.uint16(),
          port: this.uint16(),
          target: this.name(),
        };
      case 'TXT': {
        const texts: string[] = [];
        while (this.at < end) texts.push(utf8Decode(this.take(this.uint8())));
        return { ...head, type, texts };
      }
      case 'SOA':
        return {
          ...head,
          type,
          server: this.name(),
          mailbox: this.name(),
          serial: this.uint32(),
          refresh: this.uint32(),
          retry: this.uint32(),
          expire: this.uint32(),
          minimum: this.uint32(),
        };
      default:
        return undefined;
    }
  }
}
