/** Stock kubectl against the server under test. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Client } from './client';

/** Whether this machine has a kubectl of its own. */
export const machineHasKubectl = (process.env.PATH ?? '')
  .split(delimiter)
  .some((folder) => existsSync(join(folder, 'kubectl')));

const CLIENTS = join(__dirname, '../../../../.cache/clients');

export interface Run {
  code: number | null;
  stdout: string;
  stderr: string;
}

export class Kubectl {
  private constructor(
    private readonly binary: string,
    readonly folder: string,
  ) {}

  /** With a kubeconfig of the cluster, in a folder of its own. */
  static async for(client: Client, cluster: string, minor = '1.36'): Promise<Kubectl> {
    const { text } = await client.call('GET', `/api/v1/clusters/${cluster}/kubeconfig`);
    const folder = join(client.server.folder, `kubectl-${cluster}-${minor}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'kubeconfig'), text);
    const carried = join(CLIENTS, `kubectl-${minor}`);
    return new Kubectl(existsSync(carried) ? carried : 'kubectl', folder);
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
  }

  /** Runs one line as a shell would split it: words between spaces. */
  run(line: string, stdin?: string, environment: Record<string, string> = {}): Promise<Run> {
    return this.start(line, stdin, environment).ended;
  }

  /** The output of a line that must succeed. */
  async ok(line: string, stdin?: string, environment: Record<string, string> = {}): Promise<string> {
    const { code, stdout, stderr } = await this.run(line, stdin, environment);
    if (code !== 0) throw new Error(`kubectl ${line}: exit ${code}\n${stdout}${stderr}`);
    return stdout;
  }

  start(line: string, stdin?: string, environment: Record<string, string> = {}) {
    const child = spawn(this.binary, line.trim().split(/\s+/), {
      cwd: this.folder,
      env: {
        PATH: process.env.PATH,
        HOME: this.folder,
        KUBECONFIG: join(this.folder, 'kubeconfig'),
        ...environment,
      },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin ?? '');
    const ended = new Promise<Run>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, stdout, stderr }));
    });
    return { ended, kill: () => child.kill('SIGKILL'), output: () => stdout };
  }
}
