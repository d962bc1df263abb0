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
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maximum) chunks.push(chunk);
      else chunks = [];
      if (size > DISCARDED_BYTES) {
        request.pause();
        reject(new BodyTooLarge());
      }
    });
    request.on('end', () => {
      if (size > maximum) reject(new BodyTooLarge());
      else resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
    });
    request.on('error', reject);
    request.on('aborted', () => reject(new Error('the client went away')));
  });
}
