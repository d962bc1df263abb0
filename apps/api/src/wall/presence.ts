/** Who has a connection open. */
import { Injectable } from '@nestjs/common';

@Injectable()
export class Presence {
  private readonly sockets = new Map<string, number>();
  private readonly listeners = new Set<(person: string) => void>();

  /** Is told when somebody comes or goes. */
  onChange(listener: (person: string) => void): void {
    this.listeners.add(listener);
  }

  isOnline(person: string): boolean {
    return this.sockets.has(person);
  }

  came(person: string): void {
    const count = this.sockets.get(person) ?? 0;
    this.sockets.set(person, count + 1);
    if (count === 0) this.tell(person);
  }

  went(person: string): void {
    const count = this.sockets.get(person) ?? 0;
    if (count > 1) return void this.sockets.set(person, count - 1);
    this.sockets.delete(person);
    this.tell(person);
  }

  private tell(person: string): void {
    for (const listener of this.listeners) listener(person);
  }
}
