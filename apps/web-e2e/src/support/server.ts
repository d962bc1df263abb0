/** Starts the built server with the built dashboard on a temporary data folder and free ports. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const DIST = join(__dirname, '../../../../dist/apps');
const LABS = join(__dirname, '../../../../labs');
const READY = /Dashboard and API\s+(\S+)[\s\S]*Sign in \(once\)\s+\S+\n/;
const ADMIN_TOKEN = 'token-of-the-administrator-in-browser-tests';

export interface TestServer {
  url: string;
  /** Lets the administrator in, once. */
  newLink(): Promise<string>;
  /** The next reader finds an empty page again. */
  deleteClusters(): Promise<void>;
  /** Calls the REST API as the administrator. */
  call<Answer>(method: string, path: string, body?: unknown): Promise<Answer>;
  stop(): Promise<void>;
  /** As after `kill -9`: the same data, the same port. */
  killAndRestart(): Promise<TestServer>;
}

/** `port` and `folder` of an earlier one: it comes back where it was. With `labs` it offers the labs of this repository. */
export async function startServer(
  again: { port?: string; folder?: string; labs?: boolean } = {},
): Promise<TestServer> {
  const main = process.env.PODLAB_E2E_MAIN ?? join(DIST, 'api/main.mjs');
  const dashboard = join(DIST, 'web');
  for (const path of [main, dashboard])
    if (!existsSync(path)) throw new Error(`${path} is missing: build it first`);
  const folder = again.folder ?? mkdtempSync(join(tmpdir(), 'podlab-web-e2e-'));
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env.PATH,
      PODLAB_DATA: folder,
      PODLAB_PORT: again.port ?? '0',
      PODLAB_KUBE_PORT: '0',
      PODLAB_DASHBOARD: dashboard,
      PODLAB_ADMIN_TOKEN: ADMIN_TOKEN,
      ...(again.labs && { PODLAB_LABS: LABS }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const ended = once(child, 'exit');
  const url = await new Promise<string>((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      const found = READY.exec((output += chunk.toString()));
      if (found) resolve(found[1]!);
    });
    child.on('exit', (code) => reject(new Error(`the server ended with ${code}: ${log}`)));
  });
  const call = async <Answer>(method: string, path: string, body?: unknown): Promise<Answer> => {
    const text = typeof body === 'string';
    const answer = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${ADMIN_TOKEN}`,
        ...(body !== undefined && { 'content-type': text ? 'application/yaml' : 'application/json' }),
      },
      body: text ? body : JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (answer.status === 204 ? undefined : await answer.json()) as Answer;
  };
  const newLink = async () => (await call<{ url: string }>('POST', '/auth/links')).url;
  const deleteClusters = async () => {
    const { items } = await call<{ items: { id: string }[] }>('GET', '/clusters');
    for (const { id } of items) await call('DELETE', `/clusters/${id}`);
  };
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await ended;
  };
  const stop = async () => {
    await end('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  };
  const killAndRestart = async () => {
    await end('SIGKILL');
    return startServer({ ...again, folder, port: new URL(url).port });
  };
  return { url, call, newLink, deleteClusters, stop, killAndRestart };
}
