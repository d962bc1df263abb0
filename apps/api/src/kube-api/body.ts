import type { IncomingMessage } from 'node:http';

export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

/** Models kubernetes staging/src/k8s.io/apiserver/pkg/server/config.go MaxRequestBodyBytes. */
export const KUBE_BODY_BYTES = 3 * 1024 * 1024;

/** So much of a body that is too large is read and thrown away, so that its sender hears the answer. */
const DISCARDED_BYTES = 64 * 1024 * 1024;

/** The whole body; rejects with {@link BodyTooLarge} when it has more than `maximum` bytes. */
export function readBody(request: IncomingMessage, maximum: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => takeBody(request, maximum, resolve, reject));
}

/** Whether a request says that it has a body. */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';

/** As {@link readBody}, for a door that needs no promise for each request; calls one of the two, once. */
export function takeBody(
  request: IncomingMessage,
  maximum: number,
  take: (body: Buffer) => void,
  refuse: (error: Error) => void,
): void {
  let chunks: Buffer[] = [];
  let size = 0;
  let isOver = false;
  const fail = (error: Error) => {
    if (!isOver) refuse(error);
    isOver = true;
  };
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= maximum) chunks.push(chunk);
    else chunks = [];
    if (size > DISCARDED_BYTES) {
      request.pause();
      fail(new BodyTooLarge());
    }
  });
  request.on('end', () => {
    if (size > maximum) return fail(new BodyTooLarge());
    isOver = true;
    take(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
  });
  request.on('error', fail);
  request.on('aborted', () => fail(new Error('the client went away')));
}
