/** Who wants to hear of what goes on in classes beside the attempts' own changes. */
import { Injectable } from '@nestjs/common';
import type { BroadcastEvent, ClassMessage, PresenceEvent } from '@podlab/contracts';
import type { AttemptRecord } from '@podlab/persistence';

export type ClassNews =
  /** A student wrote or sent something; `failed`: a request of hers did. */
  | { kind: 'Activity'; attempt: AttemptRecord; failed: boolean }
  | { kind: 'Message'; message: ClassMessage }
  /** `before`: what was shown until then. */
  | { kind: 'Broadcast'; event: BroadcastEvent; before: string | null; by: string }
  /** Somebody came to look at a cluster. */
  | { kind: 'Joined'; cluster: string; person: PresenceEvent['people'][number] };

@Injectable()
export class ClassFeed {
  private readonly listeners = new Set<(news: ClassNews) => void>();

  /** Is told when it is written. */
  listen(listener: (news: ClassNews) => void): void {
    this.listeners.add(listener);
  }

  tell(news: ClassNews): void {
    for (const listener of this.listeners) listener(news);
  }
}
