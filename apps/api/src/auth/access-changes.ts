/** Tells whoever holds something open for a person that his rights may have become smaller. */
import { Injectable } from '@nestjs/common';

@Injectable()
export class AccessChanges {
  private readonly listeners = new Set<(person: string) => void>();

  onChange(listener: (person: string) => void): void {
    this.listeners.add(listener);
  }

  changed(person: string): void {
    for (const listener of this.listeners) listener(person);
  }
}
