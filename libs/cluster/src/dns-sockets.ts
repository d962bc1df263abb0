import type { SocketHandler } from '@podlab/netstack';
import { decodeText, encodeResponse, readRequest } from '@podlab/workloads';

const DNS_PORT = 53;

/** The sockets of a CoreDNS container: DNS on 53; health, readiness and metrics over HTTP on the others. */
export function dnsSockets(dns: SocketHandler): SocketHandler {
  return {
    ...dns,
    onData(connection, bytes) {
      if (connection.listener.port === DNS_PORT) return dns.onData?.(connection, bytes);
      const reading = readRequest(decodeText(bytes));
      const target = reading.kind === 'message' ? reading.message.target : '';
      const known = Object.hasOwn(PAGES, target) && PAGES[target];
      const [status, reason] = known ? [200, 'OK'] : [404, 'Not Found'];
      const headers = { 'Content-Type': 'text/plain; charset=utf-8' };
      connection.send(encodeResponse({ status, reason, headers, body: known || '404 page not found\n' }));
      connection.close();
    },
  };
}

const PAGES: Readonly<Record<string, string>> = {
  '/health': 'OK',
  '/ready': 'OK',
  '/metrics':
    '# HELP coredns_build_info A metric with a constant 1 value.\n# TYPE coredns_build_info gauge\ncoredns_build_info{version="1.13.1"} 1\n',
};
