import { hex, sha256 } from '@podlab/kernel';
import { decodeText, encodeText, joinBytes } from './text';

/**
 * TLS as this network has it: the records of RFC 8446 with their types and lengths, around plain text. Nothing is hidden,
 * but whoever does not speak it sees bytes that are no HTTP, and a client decides by the certificate as a real one does.
 */
const HANDSHAKE = 0x16;
const APPLICATION_DATA = 0x17;
const ALERT = 0x15;
const VERSION = [3, 3];
const RECORD_LIMIT_BYTES = 16_384;
const HEAD_BYTES = 5;
const CLIENT_HELLO = '\u0001';
const SERVER_HELLO = '\u0002';

/** What a server shows of itself. */
export interface Certificate {
  /** As OpenSSL prints names: `CN=kube-apiserver`. */
  readonly subject: string;
  readonly issuer: string;
  /** Names and addresses that it is good for. */
  readonly names: readonly string[];
  /** Fingerprint of the authority that signed it. */
  readonly authority: string;
}

/** The fingerprints of the certificates in a file of them. */
export function authoritiesIn(pem: string): string[] {
  const bodies = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  return bodies.map((body) => hex(sha256(body.replace(/\s+/g, ''))));
}

/** Whether a certificate is good for a name or an address. Models RFC 6125, 6.4: an asterisk is one whole label. */
export function isNamedIn({ names }: Certificate, host: string): boolean {
  const wanted = host.toLowerCase().replace(/\.$/, '');
  return names.some((name) => name === wanted || (name.startsWith('*.') && sameBehindLabel(name, wanted)));
}

const sameBehindLabel = (pattern: string, host: string): boolean =>
  host.includes('.') && host.slice(host.indexOf('.')) === pattern.slice(1);

export const clientHello = (serverName: string): Uint8Array =>
  record(HANDSHAKE, encodeText(CLIENT_HELLO + serverName));

export const serverHello = (certificate: Certificate): Uint8Array =>
  record(HANDSHAKE, encodeText(SERVER_HELLO + JSON.stringify(certificate)));

/** What a client says that does not go on. */
export const alert = (): Uint8Array => record(ALERT, Uint8Array.of(2, 48));

/** Whether somebody begins to speak TLS. */
export const isClientHello = (bytes: Uint8Array): boolean =>
  bytes[0] === HANDSHAKE && bytes[HEAD_BYTES] === CLIENT_HELLO.charCodeAt(0);

/** The certificate that a server answered a hello with; undefined where it speaks no TLS. */
export function certificateOf(bytes: Uint8Array): Certificate | undefined {
  if (bytes[0] !== HANDSHAKE || bytes[HEAD_BYTES] !== SERVER_HELLO.charCodeAt(0)) return undefined;
  return JSON.parse(decodeText(bytes.subarray(HEAD_BYTES + 1))) as Certificate;
}

/** Data in as many records as it needs. */
export function sealed(bytes: Uint8Array): Uint8Array {
  const records: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += RECORD_LIMIT_BYTES)
    records.push(record(APPLICATION_DATA, bytes.subarray(at, at + RECORD_LIMIT_BYTES)));
  return joinBytes(records);
}

/** The data in whole records. */
export function opened(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let at = 0; at + HEAD_BYTES <= bytes.length;) {
    const end = at + HEAD_BYTES + bytes[at + 3] * 256 + bytes[at + 4];
    if (bytes[at] === APPLICATION_DATA) parts.push(bytes.subarray(at + HEAD_BYTES, end));
    at = end;
  }
  return joinBytes(parts);
}

function record(type: number, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEAD_BYTES + body.length);
  bytes.set([type, ...VERSION, body.length >> 8, body.length & 0xff]);
  bytes.set(body, HEAD_BYTES);
  return bytes;
}
