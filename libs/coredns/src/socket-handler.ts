import type { SocketHandler } from '@podlab/netstack';
import type { DnsServer } from './server';

/** The name under which CoreDNS's sockets find their handler. */
export const COREDNS_HANDLER = 'coredns';

/** Serves DNS on sockets: a datagram is a message; on a stream each message has its length before it (RFC 1035 4.2.2). */
export function createDnsHandler(server: DnsServer): SocketHandler {
  return {
    onDatagram(datagram) {
      const answer = server.handle(datagram.bytes);
      if (answer) datagram.reply(answer);
    },
    onData(connection, bytes) {
      let rest = concat((connection.state as Uint8Array | undefined) ?? new Uint8Array(0), bytes);
      while (rest.length >= 2 && rest.length >= 2 + lengthPrefix(rest)) {
        const end = 2 + lengthPrefix(rest);
        const answer = server.handle(rest.subarray(2, end));
        if (answer) connection.send(withLength(answer));
        rest = rest.slice(end);
      }
      connection.state = rest;
    },
    onClose(connection) {
      connection.close();
    },
  };
}

function lengthPrefix(bytes: Uint8Array): number {
  return (bytes[0] << 8) | bytes[1];
}

/** A message as it goes over a stream. */
export function withLength(message: Uint8Array): Uint8Array {
  return concat(Uint8Array.from([message.length >> 8, message.length & 255]), message);
}

function concat(one: Uint8Array, other: Uint8Array): Uint8Array {
  const joined = new Uint8Array(one.length + other.length);
  joined.set(one);
  joined.set(other, one.length);
  return joined;
}
