import type { IncomingMessage } from 'node:http';

export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

/** Models kubernetes staging/src/k8s.io/apiserver/pkg/server/config.go MaxRequestBodyBytes. */
export const KUBE_BODY_BYTES = 3 * 1024 * 1024;

/** The whole body; stops reading and rejects with {@link BodyTooLarge} beyond `maximum` bytes. */
export function readBody(request: IncomingMessage, maximum: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maximum) {
        request.pause();
        request.removeAllListeners('data');
        reject(new BodyTooLarge());
      } else chunks.push(chunk);
    });
    request.on('end', () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
    request.on('error', reject);
    request.on('aborted', () => reject(new Error('the client went away')));
  });
}
