/** What one socket hears of one class. */
import type { ClassGoneEvent } from '@podlab/contracts';
import { type ClientSocket, QUEUE_MESSAGES, unsentMessages } from './unsent';

export class ClassSubscription {
  /** What changed on the wall since it was read for the answer, by person; the answer may be older or newer. */
  readonly missed = new Set<string>();
  private waiting: (() => void)[] | undefined = [];
  private over = false;

  constructor(
    private readonly socket: ClientSocket,
    readonly person: string,
    readonly classId: string,
    /** Whose wall is watched; null: a student's ear. */
    readonly lab: string | null,
    private readonly onOver: () => void,
  ) {}

  get begun(): boolean {
    return this.waiting === undefined;
  }

  /** The answer is out: from here on events go as they come. */
  begin(): void {
    const waiting = this.waiting ?? [];
    this.waiting = undefined;
    for (const send of waiting) send();
  }

  emit(send: (socket: ClientSocket) => void): void {
    if (this.over) return;
    if (this.waiting) this.waiting.push(() => this.send(send));
    else this.send(send);
    if ((this.waiting?.length ?? 0) > QUEUE_MESSAGES) this.gone('TooSlow');
  }

  gone(reason: ClassGoneEvent['reason']): void {
    if (this.over) return;
    this.socket.emit('gone', { class: this.classId, reason });
    this.end();
  }

  end(): void {
    if (this.over) return;
    this.over = true;
    this.onOver();
  }

  private send(send: (socket: ClientSocket) => void): void {
    if (this.over) return;
    if (unsentMessages(this.socket) > QUEUE_MESSAGES) this.gone('TooSlow');
    else send(this.socket);
  }
}
