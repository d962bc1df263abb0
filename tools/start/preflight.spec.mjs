import { createServer } from 'node:net';
import { checkNode, checkPort } from './preflight.mjs';

describe('what a machine must have', () => {
  it.each(['20.19.0', '20.20.2', '22.1.0', '24.9.0'])('Node %s will do', (version) => {
    expect(checkNode(version)).toEqual([]);
  });

  it.each(['18.20.0', '20.18.3', '25.0.0'])('Node %s will not', (version) => {
    expect(checkNode(version)).toEqual([
      `Node 20.19 to 24 is needed; this is Node ${version} (https://nodejs.org)`,
    ]);
  });

  it('a free port will do, a busy one is named with the setting that chooses another', async () => {
    const server = createServer();
    await new Promise((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
    const { port } = server.address();
    const busy = await checkPort('PODLAB_PORT', '127.0.0.1', port);
    await new Promise((resolve) => server.close(resolve));
    expect(busy).toEqual([
      `port ${port} on 127.0.0.1 is busy: stop what listens there, or choose another, for example PODLAB_PORT=${port + 1} npm start`,
    ]);
    expect(await checkPort('PODLAB_PORT', '127.0.0.1', port)).toEqual([]);
  });

  it.each([
    ['192.0.2.1', 3000, '192.0.2.1 is no address of this machine: set PODLAB_HOST to one that is'],
    ['127.0.0.1', 65536, 'PODLAB_PORT is no port number'],
    ['127.0.0.1', NaN, 'PODLAB_PORT is no port number'],
  ])('%s:%d is refused', async (host, port, problem) => {
    expect(await checkPort('PODLAB_PORT', host, port)).toEqual([problem]);
  });
});
