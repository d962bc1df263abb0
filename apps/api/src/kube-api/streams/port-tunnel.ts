/** One connection of `kubectl port-forward`: from the client's machine into a simulated pod. */
import type { PodStream } from '@podlab/apiserver';
import { StatusError } from '@podlab/apimachinery';
import type { HostedCluster } from '../../cluster-host/hosted-cluster';

export interface TunnelClient {
  data(bytes: Buffer): void;
  /** The pod sends no more. */
  ended(): void;
  failed(message: string): void;
}

/** The client's bytes wait in chunks of this size, each an input of the cluster. */
const CHUNK_BYTES = 64 * 1024;
/** What may wait; a client that sends more is cut off. */
const WAITING_BYTES = 4 * 1024 * 1024;

export class PortTunnel {
  private waiting: Buffer = Buffer.alloc(0);
  private isLast = false;
  private tunnel: number | undefined;
  private isPassing = false;
  private isOver = false;
  private readonly letGo: (() => void)[];

  constructor(
    private readonly hosted: HostedCluster,
    { namespace, name }: PodStream,
    private readonly port: number,
    private readonly client: TunnelClient,
  ) {
    this.letGo = [
      hosted.hold(),
      hosted.listen({
        moved: () => this.look(),
        restored: () => this.fail('the cluster went back to another moment'),
        ended: () => this.fail('the cluster is gone'),
      }),
    ];
    hosted
      .change((core) => core.dial(namespace, name, port))
      .then(
        (dialled) => this.opened(dialled, `${name}_${namespace}`),
        (error: unknown) => this.fail(messageOf(error)),
      );
  }

  send(bytes: Buffer): void {
    if (this.isOver) return;
    this.waiting = Buffer.concat([this.waiting, bytes]);
    if (this.waiting.length > WAITING_BYTES) this.fail(`tunnelBytes is limited to ${WAITING_BYTES}`);
    else this.pass();
  }

  /** The client sends no more. */
  end(): void {
    this.isLast = true;
    this.pass();
  }

  /** The client is gone. */
  close(): void {
    this.finish();
  }

  private opened(dialled: number | { readonly error: string }, pod: string): void {
    if (typeof dialled !== 'number') {
      const why = `failed to execute portforward in network namespace: ${dialled.error}`;
      return this.fail(`error forwarding port ${this.port} to pod ${pod}, uid : ${why}`);
    }
    this.tunnel = dialled;
    if (this.isOver) this.hangUp(dialled);
    else this.pass();
  }

  private pass(): void {
    const { tunnel, waiting } = this;
    if (tunnel === undefined || this.isPassing || this.isOver) return;
    if (waiting.length === 0 && !this.isLast) return this.look();
    this.passOn(tunnel, waiting.subarray(0, CHUNK_BYTES));
  }

  private passOn(tunnel: number, chunk: Buffer): void {
    this.isPassing = true;
    this.waiting = this.waiting.subarray(chunk.length);
    const last = this.isLast && this.waiting.length === 0;
    if (last) this.isLast = false;
    this.hosted
      .change((core) => core.passTunnel(tunnel, chunk, last))
      .then(
        ({ received, ended }) => {
          this.isPassing = false;
          if (this.isOver) return;
          for (const bytes of received) this.client.data(Buffer.from(bytes));
          if (!ended) return this.pass();
          this.tunnel = undefined;
          this.client.ended();
          this.finish();
        },
        (error: unknown) => this.fail(messageOf(error)),
      );
  }

  /** Something may have come that nobody sent for. */
  private look(): void {
    const { tunnel } = this;
    if (tunnel === undefined || this.isPassing || this.isOver) return;
    if (this.hosted.peek((core) => core.isTunnelWaiting(tunnel))) this.passOn(tunnel, Buffer.alloc(0));
  }

  private fail(message: string): void {
    if (this.isOver) return;
    this.client.failed(message);
    this.finish();
  }

  private finish(): void {
    if (this.isOver) return;
    this.isOver = true;
    for (const release of this.letGo) release();
    if (this.tunnel !== undefined) this.hangUp(this.tunnel);
  }

  private hangUp(tunnel: number): void {
    // Where the cluster is gone, so is the tunnel.
    this.hosted.change((core) => core.endTunnel(tunnel)).catch(() => undefined);
  }
}

function messageOf(error: unknown): string {
  return error instanceof StatusError ? error.message : (error as Error).message;
}
