/** Streams a watch to one client; one that does not read gets the end of the stream, and lists again. */
import type { ServerResponse } from 'node:http';
import type { HostedCluster } from '../cluster-host/hosted-cluster';
import type { KubeWatch } from '../cluster-host/core';
import { EventLine } from './event-line';
import { sendStatus } from './status';

/** Open watches of one cluster. */
export const WATCHES_PER_CLUSTER = 500;

/** What may wait in memory for a client that reads too slowly. */
const QUEUE_BYTES = 8 * 1024 * 1024;

/** How often a stream tells how far it has come. Models apiserver storage/cacher defaultBookmarkFrequency. */
const BOOKMARK_MS = 60_000;

export function streamWatch(hosted: HostedCluster, watch: KubeWatch, response: ServerResponse): void {
  if (hosted.holders >= WATCHES_PER_CLUSTER) {
    const message = `watchesPerCluster is limited to ${WATCHES_PER_CLUSTER}`;
    return sendStatus(response, 429, 'TooManyRequests', message);
  }
  let stop: (() => void) | undefined;
  let ended = false;
  const release = hosted.hold();
  const end = () => {
    if (ended) return;
    ended = true;
    clearTimeout(timer);
    clearInterval(bookmarks);
    stop?.();
    unlisten();
    release();
    response.end();
  };
  const line = new EventLine(hosted, (bytes) => {
    if (ended) return;
    if (response.writableLength > QUEUE_BYTES) end();
    else response.write(bytes);
  });
  const timer = setTimeout(end, watch.timeout_ms);
  const { bookmark } = watch;
  const bookmarks = bookmark && setInterval(() => line.push(bookmark()), BOOKMARK_MS);
  const unlisten = hosted.listen({ ended: end, restored: end });
  response.on('close', end);
  response.writeHead(200, { ...watch.headers, 'cache-control': 'no-cache, private' });
  response.flushHeaders();
  stop = hosted.turn(() =>
    watch.open({
      event: (bytes, resourceVersion) => line.push({ bytes, resourceVersion }),
      end: () => line.last(hosted.resourceVersion, end),
    }),
  );
  if (ended) stop();
}
