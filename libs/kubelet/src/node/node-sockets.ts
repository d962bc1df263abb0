import { utf8Decode, utf8Encode } from '@podlab/kernel';
import type { Network } from '@podlab/netstack';
import { nodeNamespace } from '../cni/node-network';

/** The names under which the kubelet's sockets find their handlers; before the slash is who listens. */
const API = 'kubelet/api';
const HEALTH = 'kubelet/healthz';
/** Models kubernetes pkg/cluster/ports KubeletPort. */
const API_PORT = 10_250;
/** Models kubernetes pkg/cluster/ports KubeletHealthzPort. */
const HEALTH_PORT = 10_248;

/** What answers on the kubelet's sockets. */
export function handleNodeSockets({ handlers }: Network): void {
  // The kubelet's API is left out: whoever speaks no TLS hears what Go's net/http tells him.
  handlers.set(API, {
    onData: (connection) => {
      connection.send(
        utf8Encode('HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n'),
      );
      connection.close();
    },
  });
  handlers.set(HEALTH, {
    onData: (connection, bytes) => {
      const [, path] = utf8Decode(bytes).split(' ', 2);
      connection.send(utf8Encode(path === '/healthz' ? reply('200 OK', 'ok') : NOT_FOUND));
      connection.close();
    },
  });
}

/** Opens the sockets of a node's kubelet. */
export function openNodeSockets(network: Network, node: string): void {
  const namespace = nodeNamespace(node);
  network.listen(namespace, { protocol: 'TCP', port: API_PORT, handler: API });
  network.listen(namespace, { protocol: 'TCP', address: '127.0.0.1', port: HEALTH_PORT, handler: HEALTH });
}

function reply(status: string, body: string): string {
  return `HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

const NOT_FOUND = reply('404 Not Found', '404 page not found\n');
