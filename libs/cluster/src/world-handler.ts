import type { ServerConnection, SocketHandler } from '@podlab/netstack';
import { decodeText, encodeResponse, encodeText, readRequest } from '@podlab/workloads';

/** What answers on hosts that are no pods: a plain page with the host's name, and the API server. */
export function worldHandler(apiServer: SocketHandler): SocketHandler {
  return {
    onData(connection, bytes) {
      const { host } = connection.listener.data as { host: string };
      if (host === 'kube-apiserver') apiServer.onData?.(connection, bytes);
      else showPage(connection, bytes, host);
    },
    onDatagram(datagram) {
      datagram.reply(datagram.bytes);
    },
  };
}

function showPage(connection: ServerConnection, bytes: Uint8Array, host: string): void {
  const body = `<!doctype html><title>${host}</title><h1>${host}</h1>\n`;
  const page = { status: 200, reason: 'OK', headers: { 'Content-Type': 'text/html' }, body };
  const isHttp = readRequest(decodeText(bytes)).kind === 'message';
  connection.send(isHttp ? encodeResponse(page) : encodeText(`${host}\n`));
  connection.close();
}
