/** Starts the built server as its own process on a temporary data folder and free ports. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MAIN = process.env.PODLAB_E2E_MAIN ?? join(__dirname, '../../../../dist/apps/api/main.mjs');
const READY =
  /Dashboard and API\s+(\S+)[\s\S]*Kubernetes API\s+(\S+)\/clusters[\s\S]*Sign in \(once\)\s+(\S+)\n/;

export interface TestServer {
  folder: string;
  url: string;
  kubeUrl: string;
  signInUrl: string;
  adminToken: string;
  pid: number;
  /** What it wrote to its log. */
  log(): string;
  /** As `kill -9` does; the data folder stays. */
  kill(): Promise<void>;
  /** As SIGTERM does; resolves with the exit code. */
  stop(): Promise<number | null>;
}

export function newDataFolder(): string {
  return mkdtempSync(join(tmpdir(), 'podlab-e2e-'));
}

export function removeDataFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

export interface Limits {
  /** No file may grow beyond this many KiB until `raiseFileSize` is called: a full disk. */
  fileSize?: number;
}

/** The disk has room again. */
export function raiseFileSize(server: TestServer): void {
  execFileSync('prlimit', ['--pid', String(server.pid), '--fsize=unlimited:unlimited']);
}

export async function startServer(
  folder: string,
  environment: Record<string, string> = {},
  limits: Limits = {},
): Promise<TestServer> {
  const { child, output, log } = launch(folder, environment, limits);
  const match = await new Promise<RegExpExecArray>((resolve, reject) => {
    const look = () => {
      const found = READY.exec(output());
      if (found) resolve(found);
    };
    child.stdout?.on('data', look);
    child.on('exit', (code) => reject(new Error(`the server ended with ${code}: ${log()}`)));
  });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const signal = async (name: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    child.kill(name);
    return (await ended)[0];
  };
  const tokenFile = join(folder, 'admin-token');
  return {
    folder,
    url: match[1],
    kubeUrl: match[2],
    signInUrl: match[3],
    adminToken: environment.PODLAB_ADMIN_TOKEN ?? readFileSync(tokenFile, 'utf8').trim(),
    pid: child.pid as number,
    log,
    kill: async () => void (await signal('SIGKILL')),
    stop: () => signal('SIGTERM'),
  };
}

/** Runs the server where it should refuse to start: its exit code and what it says. */
export async function failToStart(folder: string, environment: Record<string, string> = {}) {
  const { child, log } = launch(folder, environment);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, says: log() };
}

function launch(folder: string, environment: Record<string, string>, { fileSize }: Limits = {}) {
  if (!existsSync(MAIN)) throw new Error('dist/apps/api is missing: run `npx nx build api-server` first');
  const settings = {
    PODLAB_DATA: folder,
    PODLAB_PORT: '0',
    PODLAB_KUBE_PORT: '0',
    PODLAB_DASHBOARD: join(folder, 'none'),
    PODLAB_OPENAPI: join(__dirname, '../../../../dist/openapi'),
  };
  const limited = fileSize === undefined ? '' : `ulimit -S -f ${fileSize} && `;
  const child: ChildProcess = spawn('sh', ['-c', `${limited}exec "$0" "$1"`, process.execPath, MAIN], {
    env: { PATH: process.env.PATH, ...settings, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let log = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString()));
  return { child, output: () => output, log: () => log };
}
