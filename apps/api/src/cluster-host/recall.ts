/** Reads the past, in threads of its own: objects as they were, and the trace of a request that was sent then. */
import type { Request } from '@podlab/contracts';
import type { RecallJob } from './recall-job';
import type { Look, RecallPool } from './recall-pool';

/** Which moment, and who wants to see it. */
export interface PastLook extends Omit<Look, 'job'> {
  cluster: string;
  resourceVersion: number;
}

/** Each throws what the pool refuses, and gives undefined when that moment was compacted. */
export class Recall {
  constructor(private readonly pool: Pick<RecallPool, 'ask'>) {}

  /** PastObjects as JSON. */
  objects(look: PastLook): Promise<Uint8Array | undefined> {
    return this.bytes(look, { kind: 'Objects', ...momentOf(look) });
  }

  /**
   * A checkpoint of the cluster as it was, or of a copy with a name and a key of its own; undefined also when that moment
   * lived under another engine.
   */
  async state(look: PastLook, copy?: { id: string; token_key: string }): Promise<string | undefined> {
    const bytes = await this.bytes(look, { kind: 'State', ...momentOf(look), copy });
    return bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  }

  /** The request that stands at that moment, sent once more in the state of then: one of its connections, with the trace. */
  request(look: PastLook, connection: number): Promise<Request | undefined> {
    return this.sent(look, { kind: 'Request', ...momentOf(look), connection });
  }

  /** A request that a command had sent by then, with the trace. */
  commandRequest(look: PastLook, id: string): Promise<Request | undefined> {
    return this.sent(look, { kind: 'CommandRequest', ...momentOf(look), id });
  }

  private async bytes({ caller, isGone }: PastLook, job: RecallJob): Promise<Uint8Array | undefined> {
    const answer = await this.pool.ask({ caller, isGone, job });
    return 'bytes' in answer ? answer.bytes : undefined;
  }

  private async sent({ caller, isGone }: PastLook, job: RecallJob): Promise<Request | undefined> {
    const answer = await this.pool.ask({ caller, isGone, job });
    return 'request' in answer ? answer.request : undefined;
  }
}

const momentOf = ({ cluster, resourceVersion }: PastLook) => ({ cluster, resourceVersion });
