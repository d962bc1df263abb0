import type { PresenceEvent } from '@podlab/contracts';

type Person = PresenceEvent['people'][number];

/** Everybody but the reader: first who helps (a teacher, an assistant, the administrator), then who works along. */
export function othersHere(
  people: readonly Person[],
  reader: string | undefined,
): { helpers: Person[]; others: Person[] } {
  const rest = people.filter(({ id }) => id !== reader);
  return {
    helpers: rest.filter(({ role }) => role !== 'student'),
    others: rest.filter(({ role }) => role === 'student'),
  };
}
