import * as fc from 'fast-check';
import { decodeMessage, MalformedMessage } from './decode';
import { encodeMessage } from './encode';
import { createQuery, formatRecordData } from './message';
import type { DnsMessage, ResourceRecord } from './message';

const label = fc.stringMatching(/^[a-z0-9_]([-a-z0-9]{0,10}[a-z0-9])?$/);
const name = fc.array(label, { minLength: 1, maxLength: 6 }).map((labels) => labels.join('.'));
const uint16 = fc.nat(0xffff);
const uint32 = fc.nat(0x7fffffff);
const ipv4 = fc.array(fc.nat(255), { minLength: 4, maxLength: 4 }).map((octets) => octets.join('.'));
const head = { name, ttl: uint32 };
const record: fc.Arbitrary<ResourceRecord> = fc.oneof(
  fc.record({ ...head, type: fc.constant('A' as const), address: ipv4 }),
  fc.record({
    ...head,
    type: fc.constantFrom('CNAME' as const, 'NS' as const, 'PTR' as const),
    target: name,
  }),
  fc.record({
    ...head,
    type: fc.constant('SRV' as const),
    priority: uint16,
    weight: uint16,
    port: uint16,
    target: name,
  }),
  fc.record({ ...head, type: fc.constant('TXT' as const), texts: fc.array(fc.string({ maxLength: 30 })) }),
  fc.record({
    ...head,
    type: fc.constant('SOA' as const),
    server: name,
    mailbox: name,
    serial: uint32,
    refresh: uint32,
    retry: uint32,
    expire: uint32,
    minimum: uint32,
  }),
);
const message: fc.Arbitrary<DnsMessage> = fc.record({
  id: uint16,
  response: fc.boolean(),
  authoritative: fc.boolean(),
  truncated: fc.boolean(),
  recursion_desired: fc.boolean(),
  recursion_available: fc.boolean(),
  rcode: fc.constantFrom('NOERROR' as const, 'NXDOMAIN' as const, 'SERVFAIL' as const, 'REFUSED' as const),
  questions: fc.array(
    fc.record({ name, type: fc.constantFrom('A' as const, 'SRV' as const, 'TYPE65' as const) }),
  ),
  answers: fc.array(record),
  authorities: fc.array(record),
  additionals: fc.array(record),
});

describe('a DNS message', () => {
  it('comes back from its bytes', () => {
    fc.assert(
      fc.property(message, (sent) => {
        expect(JSON.stringify(decodeMessage(encodeMessage(sent)))).toBe(
          JSON.stringify(decodeMessage(encodeMessage(decodeMessage(encodeMessage(sent))))),
        );
        expect(decodeMessage(encodeMessage(sent))).toEqual(sent);
      }),
    );
  });

  it('has the bytes that RFC 1035 says', () => {
    const bytes = encodeMessage(createQuery(0x1234, { name: 'kube-dns.kube-system', type: 'A' }));
    expect([...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')).toBe(
      '1234' +
        '0100' +
        '0001000000000000' +
        '086b7562652d646e73' +
        '0b6b7562652d73797374656d' +
        '00' +
        '00010001',
    );
  });

  it('names a suffix once and points to it afterwards', () => {
    const answer: ResourceRecord = { name: 'a.svc.cluster.local', ttl: 30, type: 'A', address: '10.96.0.10' };
    const one = encodeMessage({ ...createQuery(1, { name: answer.name, type: 'A' }), answers: [answer] });
    expect(one.length).toBe(12 + 21 + 4 + (2 + 10 + 4));
  });

  it('is refused as malformed whatever the bytes are, never with another error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        try {
          decodeMessage(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedMessage);
        }
      }),
    );
  });

  it('whose name points to itself is malformed', () => {
    const bytes = Uint8Array.from([0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xc0, 12, 0, 1, 0, 1]);
    expect(() => decodeMessage(bytes)).toThrow(MalformedMessage);
  });

  it.each<[ResourceRecord, string]>([
    [{ name: 'x', ttl: 1, type: 'A', address: '10.0.0.1' }, '10.0.0.1'],
    [{ name: 'x', ttl: 1, type: 'CNAME', target: 'example.com' }, 'example.com.'],
    [{ name: 'x', ttl: 1, type: 'SRV', priority: 0, weight: 100, port: 80, target: 'y' }, '0 100 80 y.'],
    [{ name: 'x', ttl: 1, type: 'TXT', texts: ['1.1.0'] }, '"1.1.0"'],
  ])('prints data as dig does: %j', (given, expected) => {
    expect(formatRecordData(given)).toBe(expected);
  });
});
