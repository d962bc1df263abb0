import type { SocketHandler } from '@podlab/netstack';
import { decodeText, encodeResponse, encodeText, readRequest } from '@podlab/workloads';

/** What answers on hosts that are no pods: a plain page with the host's name, and the API server's refusal. */
export const worldHandler: SocketHandler = {
  onData(connection, bytes) {
    const { host } = connection.listener.data as { host: string };
    const reading = readRequest(decodeText(bytes));
    if (host === 'kube-apiserver' || reading.kind !== 'message') {
      connection.send(encodeText(host === 'kube-apiserver' ? PLAIN_HTTP_TO_TLS : `${host}\n`));
    } else {
      const body = `<!doctype html><title>${host}</title><h1>${host}</h1>\n`;
      connection.send(
        encodeResponse({ status: 200, reason: 'OK', headers: { 'Content-Type': 'text/html' }, body }),
      );
    }
    connection.close();
  },
  onDatagram(datagram) {
    datagram.reply(datagram.bytes);
  },
};

/** What Go's TLS listener says to somebody who speaks plain HTTP. */
const PLAIN_HTTP_TO_TLS = 'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n';
