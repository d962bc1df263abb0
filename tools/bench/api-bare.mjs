// The measure of `npm run bench:api`: a bare node:https handler in a process of its own. It is told by its parent which
// bytes to answer with, reads each request whole, and answers; a POST to /fan-out writes those bytes to every watcher.
import { createServer } from 'node:https';

const { cert, key } = JSON.parse(process.env.BENCH_TLS);
let answer = { status: 200, body: Buffer.alloc(0) };
const watchers = new Set();

function watch(response) {
  watchers.add(response);
  response.on('close', () => watchers.delete(response));
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
}

const server = createServer({ cert, key }, (request, response) => {
  if (request.url.includes('watch=true')) return watch(response);
  request.on('data', () => undefined);
  request.on('end', () => {
    const { status, body, event } = answer;
    if (event) for (const each of watchers) each.write(event);
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': String(body.length) });
    response.end(body);
  });
});
process.on('message', ({ status, body, event }) => {
  answer = { status, body: Buffer.from(body), event: event && Buffer.from(event) };
  process.send('told');
});
process.on('disconnect', () => process.exit(0));
server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
