/** Bytes on a TLS connection as they are: what no HTTP client would send. */
import { connect } from 'node:tls';
import type { TestServer } from './server';

export interface RawAnswer {
  /** Of each answer on the connection, in order. */
  statuses: number[];
  text: string;
}

/** How long a busy server may take to say anything, and how long it may then be silent before it counts as done. */
const PATIENCE_MS = 90_000;
const SILENCE_MS = 5_000;

/** Sends text over a new connection and reads until the server is done, or falls silent. */
export function rawRequest(
  server: TestServer,
  text: string | Buffer,
  patience_ms = PATIENCE_MS,
): Promise<RawAnswer> {
  const { hostname, port } = new URL(server.kubeUrl);
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false }, () =>
      socket.write(text),
    );
    socket.setTimeout(patience_ms, () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      socket.setTimeout(SILENCE_MS);
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      const all = Buffer.concat(chunks).toString('latin1');
      const statuses = [...all.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
      resolve({ statuses, text: all });
    });
  });
}

/** A request that closes its connection. */
export function requestText(
  method: string,
  target: string,
  headers: Record<string, string> = {},
  body = '',
): string {
  const all = {
    host: 'localhost',
    connection: 'close',
    ...(body && { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}
