import { Exec, KubeConfig, type V1Status } from '@kubernetes/client-node';
import type { KubernetesStatus } from '@podlab/contracts';
import { request, type RequestOptions } from 'node:https';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { ClusterRefused } from './cluster-refused';

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface CommandResult {
  readonly exit_code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Container {
  readonly namespace: string;
  readonly pod: string;
  readonly container?: string;
}

const CALL_TIMEOUT_MS = 30_000;
const COMMAND_TIMEOUT_MS = 60_000;

/** What grading asks of a cluster: reading its objects, and running commands in its containers. Nothing is changed. */
export class RealCluster {
  private constructor(private readonly config: KubeConfig) {}

  /** Throws ClusterRefused. */
  static open(file: string, context?: string): RealCluster {
    const config = new KubeConfig();
    try {
      config.loadFromFile(file);
    } catch (error) {
      throw new ClusterRefused(`${file}: ${(error as Error).message}`);
    }
    if (context !== undefined) {
      if (!config.getContextObject(context)) throw new ClusterRefused(`${file} has no context ${context}`);
      config.setCurrentContext(context);
    }
    if (!config.getCurrentCluster()) throw new ClusterRefused(`${file} names no cluster`);
    return new RealCluster(config);
  }

  /** Throws ClusterRefused when nobody answers. */
  async get(path: string): Promise<Answer> {
    const { server = '' } = this.config.getCurrentCluster() ?? {};
    const options: RequestOptions = { headers: { accept: 'application/json' }, timeout: CALL_TIMEOUT_MS };
    await this.config.applyToHTTPSOptions(options);
    const { status, body } = await httpsGet(`${server.replace(/\/+$/, '')}${path}`, options);
    if (status === 401) throw new ClusterRefused(`${server} does not know who we are`);
    try {
      return { status, body: JSON.parse(body) as Answer['body'] };
    } catch {
      return { status, body: { message: body.slice(0, 200), code: status } };
    }
  }

  /** Runs a command to its end; undefined when it does not end in time. Throws ExecRefused. */
  async run({ namespace, pod, container }: Container, command: readonly string[], input = '') {
    const out = new PassThrough();
    const err = new PassThrough();
    const stdin = new PassThrough();
    const ended = new Promise<CommandResult['exit_code']>((resolve, reject) => {
      new Exec(this.config)
        .exec(namespace, pod, container ?? '', [...command], out, err, stdin, false, (status) =>
          resolveExit(status, resolve, reject),
        )
        .then((socket) => socket.on('close', () => [out, err].forEach((stream) => stream.end())))
        .catch((error: Error) => reject(new ExecRefused(error.message || 'the connection was refused')));
    });
    stdin.end(input);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), COMMAND_TIMEOUT_MS);
    });
    try {
      const exit_code = await Promise.race([ended, late]);
      if (exit_code === undefined) return undefined;
      return { exit_code, stdout: await text(out), stderr: await text(err) };
    } finally {
      clearTimeout(timer);
    }
  }
}

/** A command could not be run at all. */
export class ExecRefused extends Error {
  override readonly name = 'ExecRefused';
}

const NOT_FOUND = 127;

function resolveExit(
  { status, details, message = '' }: V1Status,
  resolve: (code: number) => void,
  reject: (error: Error) => void,
): void {
  if (status === 'Success') return resolve(0);
  const code = details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message;
  if (code !== undefined) return resolve(Number(code));
  // A container runtime that finds no such file in the image says so, and no exit code.
  if (/no such file or directory|executable file not found/.test(message)) return resolve(NOT_FOUND);
  reject(new ExecRefused(message));
}

function httpsGet(url: string, options: RequestOptions): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(new ClusterRefused(`${url}: ${error.message}`));
    const sent = request(url, options, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), fail);
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer in time')));
    sent.on('error', fail);
    sent.end();
  });
}

/** What the API said no with. */
export const statusOf = ({ body }: Answer): KubernetesStatus => body as KubernetesStatus;
