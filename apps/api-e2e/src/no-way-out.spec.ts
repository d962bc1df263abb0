import type { RequestSource } from '@podlab/contracts';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { Client } from './support/client';
import { newDataFolder, removeDataFolder, startServer, type TestServer } from './support/server';

const POD = `
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {containers: [{name: client, image: "nicolaka/netshoot:latest", command: [sleep, infinity]}]}
`;

let server: TestServer;

beforeAll(async () => {
  server = await startServer(newDataFolder());
});

afterAll(async () => {
  await server.stop();
  removeDataFolder(server.folder);
});

it('nothing that a cluster sends reaches the machine it runs on', async () => {
  const heard: string[] = [];
  const tcp = createServer((socket) => {
    heard.push('tcp');
    socket.destroy();
  });
  const udp = createSocket('udp4', () => heard.push('udp'));
  tcp.listen(0, '0.0.0.0');
  await once(tcp, 'listening');
  const { port } = tcp.address() as AddressInfo;
  udp.bind(port, '0.0.0.0');
  await once(udp, 'listening');

  try {
    const client = new Client(server);
    const cluster = await client.createCluster({ clock: { mode: 'paused' }, manifests: POD });
    await client.settle(cluster.id);
    const own = Object.values(networkInterfaces()).flatMap((all) =>
      (all ?? []).filter(({ family }) => family === 'IPv4'),
    );
    const addresses = ['127.0.0.1', 'localhost', 'registry.npmjs.org', ...own.map(({ address }) => address)];
    const senders: RequestSource[] = [
      { kind: 'External' },
      { kind: 'Node', name: 'node-a' },
      { kind: 'Pod', namespace: 'default', name: 'client' },
    ];
    for (const from of senders) {
      for (const address of addresses) {
        for (const scheme of ['http', 'tcp', 'udp']) {
          const { requests } = await client.send(cluster.id, { from, to: `${scheme}://${address}:${port}` });
          expect([address, requests[0].disposition]).not.toEqual([address, 'Delivered']);
        }
      }
    }
    // The listeners do hear: what is sent to them for real arrives.
    const witness = createSocket('udp4');
    witness.send('x', port, '127.0.0.1');
    await once(udp, 'message');
    witness.close();
    expect(heard).toEqual(['udp']);
  } finally {
    tcp.close();
    udp.close();
  }
});
