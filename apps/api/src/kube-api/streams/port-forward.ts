/** The protocols of `portforward`: pairs of SPDY streams, plain or in a WebSocket, and the older channels. */
import type { PodStream } from '@podlab/apiserver';
import type { WebSocket } from 'ws';
import type { HostedCluster } from '../../cluster-host/hosted-cluster';
import { SpdyConnection, type SpdyCarrier, type SpdyStream } from '../spdy/spdy-connection';
import { PortTunnel } from './port-tunnel';

interface Pair {
  error?: SpdyStream;
  data?: SpdyStream;
}

const FIRST_PORT = 1;
const LAST_PORT = 65_535;

/** Models k8s.io/kubelet pkg/cri/streaming/portforward/httpstream.go: a request is an error and a data stream. */
export function forwardOverSpdy(
  hosted: HostedCluster,
  asked: PodStream,
  carrier: SpdyCarrier,
): SpdyConnection {
  const pairs = new Map<string, Pair>();
  const tunnels = new Set<PortTunnel>();
  return new SpdyConnection(carrier, {
    opened: (stream) => {
      const type = stream.headers.get('streamtype');
      const port = Number(stream.headers.get('port'));
      const isPort = Number.isInteger(port) && port >= FIRST_PORT && port <= LAST_PORT;
      if ((type !== 'error' && type !== 'data') || !isPort) return stream.reset();
      const key = stream.headers.get('requestid') ?? String(type === 'error' ? stream.id : stream.id - 2);
      const pair = pairs.get(key) ?? {};
      pair[type] = stream;
      pairs.set(key, pair);
      if (!pair.error || !pair.data) return;
      pairs.delete(key);
      const tunnel = tunnelOf(hosted, asked, port, pair as Required<Pair>, () => tunnels.delete(tunnel));
      tunnels.add(tunnel);
    },
    closed: () => {
      for (const tunnel of tunnels) tunnel.close();
    },
  });
}

function tunnelOf(
  hosted: HostedCluster,
  asked: PodStream,
  port: number,
  { data, error }: Required<Pair>,
  over: () => void,
): PortTunnel {
  const finish = () => {
    data.end();
    error.end();
    over();
  };
  const tunnel = new PortTunnel(hosted, asked, port, {
    data: (bytes) => data.write(bytes),
    ended: finish,
    failed: (message) => {
      error.write(Buffer.from(message, 'utf8'));
      finish();
    },
  });
  data.data = (bytes) => tunnel.send(bytes);
  data.ended = () => tunnel.end();
  return tunnel;
}

/** SPDY in the binary messages of a WebSocket, as kubectl speaks it since 1.30. Models client-go tools/portforward/tunneling_dialer.go. */
export function forwardOverTunnel(hosted: HostedCluster, asked: PodStream, socket: WebSocket): void {
  const connection = forwardOverSpdy(hosted, asked, {
    write: (bytes) => socket.send(bytes),
    close: () => socket.close(),
  });
  socket.on('message', (bytes: Buffer) => connection.receive(bytes));
  socket.on('close', () => connection.close());
  socket.on('error', () => socket.terminate());
}

/** Two channels a port, data and errors, each begun with the port's number. Models pkg/cri/streaming/portforward/websocket.go. */
export function forwardOverChannels(hosted: HostedCluster, asked: PodStream, socket: WebSocket): void {
  const send = (channel: number, bytes: Buffer) =>
    socket.send(Buffer.concat([Buffer.from([channel]), bytes]));
  const tunnels = asked.ports.map((port, index) => {
    const number = Buffer.from([port & 0xff, port >> 8]);
    send(index * 2, number);
    send(index * 2 + 1, number);
    return new PortTunnel(hosted, asked, port, {
      data: (bytes) => send(index * 2, bytes),
      ended: () => socket.close(),
      failed: (message) => {
        send(index * 2 + 1, Buffer.from(message, 'utf8'));
        socket.close();
      },
    });
  });
  socket.on('message', (bytes: Buffer) => {
    if (bytes.length > 1 && bytes[0] % 2 === 0) tunnels[bytes[0] / 2]?.send(bytes.subarray(1));
  });
  socket.on('close', () => tunnels.forEach((tunnel) => tunnel.close()));
  socket.on('error', () => socket.terminate());
}
