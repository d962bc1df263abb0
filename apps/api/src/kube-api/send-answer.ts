import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { KubeAnswer } from '../cluster-host/core';
import { HOST_LIMITS } from '../config/limits';

/** Fast rather than small. Models apiserver handlers/responsewriters defaultGzipContentEncodingLevel. */
const LEVEL = 1;

/** Sends an answer whole, packed where it is long and the client can unpack it; packing blocks nobody. */
export function sendAnswer(request: IncomingMessage, response: ServerResponse, answer: KubeAnswer): void {
  const { body } = answer;
  if (body.length < HOST_LIMITS.packedFromBytes || !acceptsGzip(request))
    return send(request, response, answer, body);
  const more = { 'content-encoding': 'gzip', vary: 'Accept-Encoding' };
  packedOnce(body).then(
    (packed) => send(request, response, answer, packed, more),
    () => send(request, response, answer, body),
  );
}

/** Of bodies that are still in memory, such as a list that several clients ask for. */
const packed = new WeakMap<Uint8Array, Promise<Buffer>>();

function packedOnce(body: Uint8Array): Promise<Buffer> {
  let known = packed.get(body);
  if (!known) packed.set(body, (known = promisify(gzip)(body, { level: LEVEL })));
  return known;
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  answer: KubeAnswer,
  body: Uint8Array,
  more: Record<string, string> = {},
): void {
  const all = { ...answer.headers, ...more, 'content-length': String(body.length) };
  const headers = Object.entries(all).map(([name, value]) => [name, sendable(value)] as const);
  response.writeHead(answer.status, Object.fromEntries(headers));
  if (request.method === 'HEAD') response.end();
  else writeInPieces(response, body, 0);
}

/** A piece is on its way before the next is encrypted: what TLS holds of a long list stays with its connection. */
function writeInPieces(response: ServerResponse, body: Uint8Array, from: number): void {
  const to = from + HOST_LIMITS.answerPieceBytes;
  if (to >= body.length) return void response.end(body.subarray(from));
  if (response.write(body.subarray(from, to))) return writeInPieces(response, body, to);
  response.once('drain', () => writeInPieces(response, body, to));
}

/** As Go sends the words of a header: UTF-8 as it is, and no control character (a warning may name a field that has one). */
function sendable(value: string | readonly string[] | undefined): string | string[] {
  if (typeof value === 'string')
    return Buffer.from(value.replace(/[^\t -~\u{80}-\u{10ffff}]/gu, ' ')).toString('latin1');
  return (value ?? []).map((each) => sendable(each) as string);
}

function acceptsGzip({ headers }: IncomingMessage): boolean {
  const encodings = String(headers['accept-encoding'] ?? '').split(',');
  return encodings.some((each) => /^\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*$).*)?$/i.test(each));
}
