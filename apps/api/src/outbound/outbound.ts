/**
 * The one way by which this server calls others, whose addresses somebody else may have chosen: a learning platform, a
 * provider of identities. No address of this machine or its network is called but where the administrator named the host:
 * that is judged as the connection is made, so that no name becomes another address in between.
 */
import { Inject, Injectable } from '@nestjs/common';
import { lookup as resolve, type LookupAddress } from 'node:dns';
import { type IncomingMessage, request as requestClear } from 'node:http';
import { request as requestEncrypted } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Settings } from '../config/settings';
import { SETTINGS } from '../tokens';
import { type InternalHost, isNamed } from './internal-hosts';
import { isOnInternet } from './internet';

/** From the question for the address to the last byte. */
const DEADLINE_MS = 15_000;
const ANSWER_BYTES = 4 * 1024 * 1024;
const HEADER_BYTES = 32 * 1024;
/** Answers that have no body. */
const EMPTY = new Set([204, 205, 304]);

/** What is asked of this server to call is not called, or not listened to any more. */
export class RefusedCall extends Error {
  override readonly name = 'RefusedCall';
}

export interface OutboundRequest {
  method?: string;
  headers?: RequestInit['headers'];
  body?: unknown;
  signal?: AbortSignal | null;
}

export interface OutboundLimits {
  deadlineMs: number;
  answerBytes: number;
}

@Injectable()
export class Outbound {
  constructor(@Inject(SETTINGS) private readonly settings: Pick<Settings, 'internalHosts'>) {}

  /** Throws RefusedCall for a URL that is not called, whatever its name stands for. */
  require(url: string | URL, also: readonly InternalHost[] = []): void {
    this.isInternal(new URL(url), also);
  }

  /** As `fetch`, for answers of 4 MiB within 15 seconds; redirections are answers, and not followed. */
  fetch(
    url: string | URL,
    { method = 'GET', headers, body, signal }: OutboundRequest = {},
    also: readonly InternalHost[] = [],
    { deadlineMs, answerBytes }: OutboundLimits = { deadlineMs: DEADLINE_MS, answerBytes: ANSWER_BYTES },
  ): Promise<Response> {
    const target = new URL(url);
    const lookup = this.isInternal(target, also) ? undefined : lookupOnInternet;
    const deadline = AbortSignal.timeout(deadlineMs);
    const bytes = body === undefined || body === null ? undefined : Buffer.from(String(body));
    const options = {
      method,
      headers: {
        ...Object.fromEntries(new Headers(headers)),
        ...(bytes && { 'content-length': bytes.length }),
      },
      ...(lookup && { lookup }),
      signal: signal ? AbortSignal.any([deadline, signal]) : deadline,
      // No connection is another call's: each is judged when it is made.
      agent: false as const,
      maxHeaderSize: HEADER_BYTES,
    };
    return new Promise((answer, refuse) => {
      const fail = (error: Error) =>
        refuse(deadline.aborted ? new RefusedCall(`no answer within ${deadlineMs / 1000} s`) : error);
      const request = target.protocol === 'https:' ? requestEncrypted : requestClear;
      request(target, options, (message) => read(message, answerBytes).then(answer, fail))
        .on('error', fail)
        .end(bytes);
    });
  }

  /** Whether the administrator named the host. */
  private isInternal(url: URL, also: readonly InternalHost[]): boolean {
    if (isNamed(url, [...this.settings.internalHosts, ...also])) return true;
    if (url.protocol !== 'https:') throw new RefusedCall(`${url.host} is called by https only`);
    const literal = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(literal) !== 0 && !isOnInternet(literal)) throw notOnInternet(literal);
    return false;
  }
}

/** All addresses of a name, where all of them are on the internet. */
const lookupOnInternet: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
    if (error) return callback(error, []);
    if (found.some(({ address }) => !isOnInternet(address))) return callback(notOnInternet(hostname), []);
    const [first] = found;
    if (options.all) callback(null, found);
    else callback(null, first.address, first.family);
  });
};

/** The answer with its body, as long as that is not too large: what comes after is not waited for. */
async function read(message: IncomingMessage, most: number): Promise<Response> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > most) {
      message.destroy();
      throw new RefusedCall(`the answer has more than ${most} bytes`);
    }
    chunks.push(chunk);
  }
  const { statusCode: status = 0, headersDistinct } = message;
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(headersDistinct))
    for (const value of values) headers.append(name, value);
  if (status < 200 || status > 599) throw new RefusedCall(`the answer has the status ${status}`);
  return new Response(EMPTY.has(status) ? null : Buffer.concat(chunks), { status, headers });
}

const notOnInternet = (host: string) =>
  new RefusedCall(`${host} is no host of the internet, and PODLAB_INTERNAL_HOSTS does not name it`);
