import { utf8Length } from '@podlab/kernel';
import { headerValue } from './message';
import type { HttpHeaders, HttpRequest, HttpResponse } from './message';
import { decodeText, encodeText } from './text';

/** Longest head (request line or status line with headers), in bytes. */
export const HTTP_HEAD_LIMIT_BYTES = 16_384;
/** Longest body that a reader takes, in bytes. */
export const HTTP_BODY_LIMIT_BYTES = 1_048_576;

/** The bytes of a request; `Content-Length` is added when there is a body and no such header. */
export function encodeRequest(request: HttpRequest): Uint8Array {
  let text = `${request.method} ${request.target} HTTP/${request.version ?? '1.1'}\r\n${headerLines(request.headers)}`;
  if (request.body !== '' && headerValue(request.headers, 'content-length') === undefined) {
    text += `Content-Length: ${utf8Length(request.body)}\r\n`;
  }
  return encodeText(`${text}\r\n${request.body}`);
}

/** The bytes of a response; `Content-Length` is added unless there is one or the status allows no body. */
export function encodeResponse(response: HttpResponse, method = 'GET'): Uint8Array {
  let text = `HTTP/1.1 ${response.status} ${response.reason}\r\n${headerLines(response.headers)}`;
  if (bodyAllowed(response.status) && headerValue(response.headers, 'content-length') === undefined) {
    text += `Content-Length: ${utf8Length(response.body)}\r\n`;
  }
  return encodeText(`${text}\r\n${method === 'HEAD' ? '' : response.body}`);
}

function headerLines(headers: HttpHeaders): string {
  let text = '';
  for (const name in headers) text += `${name}: ${headers[name]}\r\n`;
  return text;
}

function bodyAllowed(status: number): boolean {
  return status >= 200 && status !== 204 && status !== 304;
}

/** What a reader found: a whole message, the need of more bytes, or bytes that are no HTTP. */
export type HttpReading<T> =
  | { readonly kind: 'message'; readonly message: T; /** What followed the message. */ readonly rest: string }
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'malformed'; readonly reason: string };

const INCOMPLETE = Object.freeze({ kind: 'incomplete' } as const);

/** Reads a request from the start of `text` (the bytes so far, one character a byte or decoded UTF-8). */
export function readRequest(text: string): HttpReading<HttpRequest> {
  const head = readHead(text);
  if (head.kind !== 'head') return head;
  const words = head.firstLine.split(' ');
  if (words.length !== 3 || !words[2].startsWith('HTTP/1.')) {
    return { kind: 'malformed', reason: `malformed HTTP request "${head.firstLine.slice(0, 80)}"` };
  }
  const body = readBody(text, head.bodyAt, head.headers, false);
  if (body.kind !== 'body') return body;
  const [method, target, version] = words;
  const message = { method, target, version: version.slice(5), headers: head.headers, body: body.body };
  return { kind: 'message', message, rest: body.rest };
}

/** Reads a response from `text`; `closed` says that no more will come, which ends a body without a length. */
export function readResponse(text: string, closed = false, method = 'GET'): HttpReading<HttpResponse> {
  const head = readHead(text);
  if (head.kind !== 'head') return head;
  const match = /^HTTP\/1\.[01] ([0-9]{3})(?: (.*))?$/.exec(head.firstLine);
  if (!match) {
    return { kind: 'malformed', reason: `malformed HTTP response "${head.firstLine.slice(0, 80)}"` };
  }
  const status = Number(match[1]);
  const reason = match[2] ?? '';
  if (method === 'HEAD' || !bodyAllowed(status)) {
    return {
      kind: 'message',
      message: { status, reason, headers: head.headers, body: '' },
      rest: text.slice(head.bodyAt),
    };
  }
  const unknownLength = !isChunked(head.headers) && headerValue(head.headers, 'content-length') === undefined;
  if (unknownLength && !closed) return INCOMPLETE;
  const body = readBody(text, head.bodyAt, head.headers, unknownLength);
  if (body.kind !== 'body') return body;
  return {
    kind: 'message',
    message: { status, reason, headers: head.headers, body: body.body },
    rest: body.rest,
  };
}

/** Reads a response from bytes as they came from a connection. */
export function decodeResponse(bytes: Uint8Array, closed = false, method = 'GET'): HttpReading<HttpResponse> {
  return readResponse(decodeText(bytes), closed, method);
}

type Head = { kind: 'head'; firstLine: string; headers: Record<string, string>; bodyAt: number };

function readHead(text: string): Head | { kind: 'incomplete' } | { kind: 'malformed'; reason: string } {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) {
    if (text.length > HTTP_HEAD_LIMIT_BYTES) return { kind: 'malformed', reason: 'head too long' };
    return INCOMPLETE;
  }
  let at = text.indexOf('\r\n');
  const firstLine = text.slice(0, at);
  const headers: Record<string, string> = Object.create(null) as Record<string, string>;
  while (at < end) {
    const start = at + 2;
    at = text.indexOf('\r\n', start);
    const colon = text.indexOf(':', start);
    if (colon < 0 || colon > at || colon === start)
      return { kind: 'malformed', reason: 'malformed header line' };
    headers[text.slice(start, colon)] = text.slice(colon + 1, at).trim();
  }
  return { kind: 'head', firstLine, headers, bodyAt: end + 4 };
}

type Body = { kind: 'body'; body: string; rest: string };

function readBody(
  text: string,
  at: number,
  headers: HttpHeaders,
  untilClose: boolean,
): Body | { kind: 'incomplete' } | { kind: 'malformed'; reason: string } {
  if (untilClose) return { kind: 'body', body: text.slice(at), rest: '' };
  if (isChunked(headers)) return readChunks(text, at);
  const declared = headerValue(headers, 'content-length');
  if (declared === undefined) return { kind: 'body', body: '', rest: text.slice(at) };
  if (!/^[0-9]{1,9}$/.test(declared))
    return { kind: 'malformed', reason: `bad Content-Length "${declared}"` };
  const length = Number(declared);
  if (length > HTTP_BODY_LIMIT_BYTES) return { kind: 'malformed', reason: 'body too long' };
  const end = endOfBytes(text, at, length);
  if (end === undefined) return INCOMPLETE;
  return { kind: 'body', body: text.slice(at, end), rest: text.slice(end) };
}

function isChunked(headers: HttpHeaders): boolean {
  return headerValue(headers, 'transfer-encoding')?.toLowerCase() === 'chunked';
}

function readChunks(
  text: string,
  start: number,
): Body | { kind: 'incomplete' } | { kind: 'malformed'; reason: string } {
  let body = '';
  let at = start;
  for (;;) {
    const line = text.indexOf('\r\n', at);
    if (line < 0) return INCOMPLETE;
    const size = text.slice(at, line).split(';')[0];
    if (!/^[0-9a-fA-F]{1,6}$/.test(size)) return { kind: 'malformed', reason: 'bad chunk size' };
    const length = parseInt(size, 16);
    const end = endOfBytes(text, line + 2, length);
    if (end === undefined || text.length < end + 2) return INCOMPLETE;
    if (length === 0) return { kind: 'body', body, rest: text.slice(end + 2) };
    body += text.slice(line + 2, end);
    if (body.length > HTTP_BODY_LIMIT_BYTES) return { kind: 'malformed', reason: 'body too long' };
    at = end + 2;
  }
}

/** Index after `length` UTF-8 bytes counted from `at`, or undefined when there are fewer. */
function endOfBytes(text: string, at: number, length: number): number | undefined {
  let left = length;
  let index = at;
  while (left > 0) {
    if (index >= text.length) return undefined;
    const code = text.codePointAt(index) as number;
    left -= code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    index += code > 0xffff ? 2 : 1;
  }
  return index;
}
