/** Who still sends when the answer is out must not lose it by a connection that is cut in the middle of a write. */
import type { IncomingMessage } from 'node:http';

const DISCARDED_BYTES = 32 * 1024 * 1024;
const DISCARDING_MS = 5000;

/** Reads on what comes and throws it away, for a while; then the connection is cut. */
export function linger(request: IncomingMessage): void {
  let bytes = 0;
  const cut = () => request.destroy();
  const timer = setTimeout(cut, DISCARDING_MS);
  timer.unref();
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > DISCARDED_BYTES) cut();
  });
  request.once('close', () => clearTimeout(timer));
  request.resume();
}
