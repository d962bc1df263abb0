/** Who wants to hear of attempts: the wall, the grade book's passback. */
import { Injectable } from '@nestjs/common';
import type { AttemptChange } from '@podlab/contracts';
import type { AttemptRecord } from '@podlab/persistence';

export type AttemptListener = (record: AttemptRecord, change: AttemptChange) => void;

@Injectable()
export class AttemptFeed {
  private readonly listeners = new Set<AttemptListener>();

  /** Is told when the change is written; the answer ends it. */
  listen(listener: AttemptListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  tell(record: AttemptRecord, change: AttemptChange): void {
    for (const listener of this.listeners) listener(record, change);
  }
}
