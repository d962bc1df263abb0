import { InvariantViolation } from '@podlab/kernel';
import type { ConntrackEntry, ConntrackFilter } from './conntrack-types';

/** The connection tracking of one namespace. */
export class Conntrack {
  /** The flows that have not expired, oldest first. */
  list(filter: ConntrackFilter = {}): ConntrackEntry[] {
    throw new InvariantViolation(String(filter.protocol));
  }
  /** Forgets the flows that fit; the number of them. `conntrack -D`. */
  remove(filter: ConntrackFilter): number {
    throw new InvariantViolation(String(filter.protocol));
  }
  /** What `conntrack -L` prints. */
  render(): string {
    throw new InvariantViolation('');
  }
}
