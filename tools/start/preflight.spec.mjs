import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { checkNode, checkPort } from './preflight.mjs';
import { checkReadyMadeSqlite, installsSqlite } from './sqlite.mjs';

describe('what a machine must have', () => {
  it.each(['20.19.0', '20.20.2', '22.1.0', '24.9.0'])('Node %s will do', (version) => {
    expect(checkNode(version)).toEqual([]);
  });

  it.each(['18.20.0', '20.18.3', '25.0.0'])('Node %s will not', (version) => {
    expect(checkNode(version)).toEqual([
      `Node 20.19 to 24 is needed; this is Node ${version} (https://nodejs.org)`,
    ]);
  });

  it.each([
    ['9', true],
    ['10', false],
    ['11', false],
  ])('under Node-API %s SQLite has an install script to run: %s', (napi, runs) => {
    expect(installsSqlite(napi)).toBe(runs);
  });

  it('a processor that SQLite has no binary for is told so', () => {
    expect(checkReadyMadeSqlite('linux-x64')).toEqual([]);
    expect(checkReadyMadeSqlite('linux-riscv64')).toEqual([
      'SQLite has no binary for linux-riscv64 under this Node: use Node 20, where it can be compiled',
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

describe('npm start on a machine that is not ready', () => {
  const listen = (server) =>
    new Promise((resolve) =>
      server.listen({ host: '127.0.0.1', port: 0 }, () => resolve(server.address().port)),
    );
  const start = (environment) =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, [join(__dirname, 'start.mjs')], {
        env: { ...process.env, ...environment },
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
      child.on('close', (code) => resolve({ code, output }));
    });

  it('says all that is missing, and does nothing else', async () => {
    const servers = [createServer(), createServer()];
    const [port, kubePort] = await Promise.all(servers.map(listen));
    const { code, output } = await start({
      PODLAB_HOST: '127.0.0.1',
      PODLAB_PORT: port,
      PODLAB_KUBE_PORT: kubePort,
    });
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    expect(code).toBe(1);
    expect(output.split('\n')).toEqual([
      'Podlab cannot start on this machine yet:',
      expect.stringContaining(`port ${port} on 127.0.0.1 is busy`),
      expect.stringContaining(`port ${kubePort} on 127.0.0.1 is busy`),
      '',
    ]);
  });
});
