import type { AttemptRecord, Domain } from '@podlab/persistence';

export interface Student {
  id: string;
  /** Under which she writes in the cluster. */
  user: string;
}

/** Who works on an attempt: its person, and the others of the group. */
export async function studentsOf(
  domain: Domain,
  { class_id, person_id, group_name }: AttemptRecord,
): Promise<Student[]> {
  const person = await domain.findPerson(person_id);
  const students = new Map([[person_id, { id: person_id, user: person?.login ?? person_id }]]);
  if (class_id === null || group_name === null) return [...students.values()];
  const members = await domain.listMembers(class_id, { limit: Number.MAX_SAFE_INTEGER });
  for (const { person_id: id, login, group_name: group } of members)
    if (group === group_name) students.set(id, { id, user: login ?? id });
  return [...students.values()];
}
