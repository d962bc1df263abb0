// The load of `npm run bench:api`: HTTP/1.1 by hand over kept-alive TLS sockets, one request at a time on each. It reads
// of an answer its status and its length, so that both cores are left to the server.
import { once } from 'node:events';
import { connect } from 'node:tls';

const HEAD_END = Buffer.from('\r\n\r\n');
const EVENT_END = Buffer.from('}\n');

export async function openConnection(target) {
  const { host, port, ca } = target;
  const socket = connect({ host, port: Number(port), ca, servername: 'localhost' });
  await once(socket, 'secureConnect');
  socket.setNoDelay(true);
  return socket;
}

/** The bytes of a request to a target. */
export function requestText(target, { method, path, type = 'application/json', body }) {
  const head = `${method} ${target.prefix}${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${target.token}\r\nUser-Agent: bench/1\r\nAccept: application/json\r\n`;
  if (body === undefined) return `${head}\r\n`;
  return `${head}Content-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

/** Sends `count` requests, `request(i)` each, over the connections; resolves with the seconds that all answers took. */
export async function load(target, connections, count, status, request) {
  let next = 0;
  const begun = process.hrtime.bigint();
  await Promise.all(
    connections.map((socket) =>
      exchange(socket, status, () => (next < count ? requestText(target, request(next++)) : undefined)),
    ),
  );
  return Number(process.hrtime.bigint() - begun) / 1e9;
}

/** One request and its whole answer. */
export async function ask(target, request) {
  const socket = await openConnection(target);
  let body = '';
  await exchange(socket, undefined, once1(requestText(target, request)), (bytes) => (body += bytes));
  socket.destroy();
  return body;
}

function once1(text) {
  const left = [text];
  return () => left.pop();
}

/** Writes one request after another on a socket, each when the answer to the one before is whole. */
function exchange(socket, status, nextRequest, onBody = undefined) {
  return new Promise((resolve, reject) => {
    let missing = -1;
    let held;
    const end = (error) => {
      socket.off('data', take);
      socket.off('close', lost);
      if (error) reject(error);
      else resolve();
    };
    const lost = () => end(new Error('the server closed a connection'));
    const send = () => {
      const text = nextRequest();
      if (text === undefined) return end();
      socket.write(text);
    };
    const take = (chunk) => {
      let bytes = held ? Buffer.concat([held, chunk]) : chunk;
      held = undefined;
      if (missing < 0) {
        const at = bytes.indexOf(HEAD_END);
        if (at < 0) return void (held = bytes);
        const head = bytes.latin1Slice(0, at);
        if (status !== undefined && Number(head.slice(9, 12)) !== status)
          return end(new Error(`not ${status}: ${bytes.toString('utf8')}`));
        missing = Number(/content-length: (\d+)/i.exec(head)[1]);
        bytes = bytes.subarray(at + HEAD_END.length);
      }
      missing -= bytes.length;
      onBody?.(bytes.toString('utf8'));
      if (missing > 0) return;
      missing = -1;
      send();
    };
    if (socket.destroyed) return lost();
    socket.on('data', take);
    socket.on('close', lost);
    send();
  });
}

/** Opens `count` watches; `events(n)` resolves when each of them has told n events in all. */
export async function openWatches(target, path, count) {
  const told = new Array(count).fill(0);
  let wake = () => undefined;
  const sockets = await Promise.all(
    told.map(async (_, index) => {
      const socket = await openConnection(target);
      const begun = once(socket, 'data');
      socket.write(requestText(target, { method: 'GET', path }));
      await begun;
      socket.on(
        'data',
        counter((events) => ((told[index] += events), wake())),
      );
      return socket;
    }),
  );
  const events = (wanted) =>
    new Promise((resolve) => {
      wake = () => told.every((each) => each >= wanted) && resolve();
      wake();
    });
  return { events, close: () => sockets.forEach((socket) => socket.destroy()) };
}

/** Counts the ends of JSON lines, also one that is cut in two. */
function counter(tell) {
  let last = 0;
  return (bytes) => {
    let events = last === EVENT_END[0] && bytes[0] === EVENT_END[1] ? 1 : 0;
    for (let at = bytes.indexOf(EVENT_END); at >= 0; at = bytes.indexOf(EVENT_END, at + 2)) events++;
    last = bytes[bytes.length - 1];
    if (events > 0) tell(events);
  };
}
