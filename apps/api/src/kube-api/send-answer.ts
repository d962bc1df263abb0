import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzip } from 'node:zlib';
import type { KubeAnswer } from '../cluster-host/core';

/** From so many bytes on an answer is packed. Models apiserver handlers/responsewriters defaultGzipThresholdBytes. */
export const PACKED_FROM_BYTES = 128 * 1024;
/** Fast rather than small. Models apiserver handlers/responsewriters defaultGzipContentEncodingLevel. */
const LEVEL = 1;

/** Sends an answer whole, packed where it is long and the client can unpack it; packing blocks nobody. */
export function sendAnswer(request: IncomingMessage, response: ServerResponse, answer: KubeAnswer): void {
  const { body } = answer;
  if (body.length < PACKED_FROM_BYTES || !acceptsGzip(request)) return send(request, response, answer, body);
  gzip(body, { level: LEVEL }, (error, packed) => {
    if (error) return send(request, response, answer, body);
    send(request, response, answer, packed, { 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
  });
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  answer: KubeAnswer,
  body: Uint8Array,
  more: Record<string, string> = {},
): void {
  const headers = { ...answer.headers, ...more, 'content-length': String(body.length) };
  response.writeHead(answer.status, headers as Record<string, string | string[]>);
  response.end(request.method === 'HEAD' ? undefined : body);
}

function acceptsGzip({ headers }: IncomingMessage): boolean {
  const encodings = String(headers['accept-encoding'] ?? '').split(',');
  return encodings.some((each) => /^\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*$).*)?$/i.test(each));
}
