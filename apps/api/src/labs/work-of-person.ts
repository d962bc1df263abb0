/** A person's work on labs: handed out whole, and gone with the person. */
import type { AttemptRecord, Domain } from '@podlab/persistence';
import { answersOf, resultsOf, stepsOf } from './attempt-state';
import { timeOf } from './attempt-view';
import { keptEvidence } from './kept-evidence';

/** Attempts with all that is kept of them. */
export async function exportedWork(domain: Domain, person: string): Promise<Record<string, unknown>[]> {
  const attempts = await domain.listPersonAttempts(person);
  return Promise.all(attempts.map((attempt) => exportedAttempt(domain, attempt)));
}

export async function exportedAttempt(
  domain: Domain,
  attempt: AttemptRecord,
): Promise<Record<string, unknown>> {
  const events = await domain.listAttemptEvents(attempt.id);
  const hops = attempt.class_id === null ? [] : await domain.listFailingHops(attempt.class_id, attempt.lab);
  const { id, lab, lab_hash, class_id, group_name, cluster_id, seed, score, max, runs, created_at } = attempt;
  return {
    id,
    lab: `${lab}@${lab_hash}`,
    class: class_id,
    group: group_name,
    person: attempt.person_id,
    cluster: cluster_id,
    seed,
    score,
    max,
    runs,
    started_at: timeOf(created_at),
    answers: answersOf(attempt),
    results: resultsOf(attempt),
    steps: stepsOf(attempt),
    evidence: Object.fromEntries(await keptEvidence(domain, id)),
    timeline: events.map(({ kind, person_id, detail, created_at: at }) => ({
      at: timeOf(at),
      kind,
      person: person_id,
      detail: JSON.parse(detail) as unknown,
    })),
    failing_requests: hops
      .filter(({ attempt_id }) => attempt_id === id)
      .map(({ created_at: at, person_id, request_id, disposition, location, step, code }) => ({
        at: timeOf(at),
        person: person_id,
        request: request_id,
        disposition,
        where: location === null ? null : (JSON.parse(location) as unknown),
        step,
        code,
      })),
  };
}

/** What was said to a person alone, and what he said himself. */
export async function exportedMessages(domain: Domain, person: string): Promise<Record<string, unknown>[]> {
  const memberships = await domain.listMemberships(person);
  const lists = await Promise.all(memberships.map(({ class_id }) => domain.listMessages(class_id, person)));
  return lists
    .flat()
    .filter(({ from_id, to_id }) => from_id === person || to_id === person)
    .map(({ class_id, from_id, to_id, text, created_at }) => ({
      at: timeOf(created_at),
      class: class_id,
      from: from_id,
      to: to_id,
      text,
    }));
}

/** A group's attempt goes over to another of the group, as its cluster does; one's own is deleted. */
export async function removeWork(domain: Domain, person: string): Promise<void> {
  for (const { id, class_id, group_name } of await domain.listPersonAttempts(person)) {
    const heir =
      class_id === null || group_name === null
        ? null
        : await domain.findOtherOfGroup(class_id, group_name, person);
    if (heir === null) await domain.deleteAttempt(id);
    else await domain.updateAttempt(id, { person_id: heir });
  }
}
