/** What check runs rest on, kept beside the attempt: of each step the newest run, within bounds. */
import { type CheckResult, CONTRACT_LIMITS, type GradeEvidence } from '@podlab/contracts';
import type { Domain, EvidenceRecord } from '@podlab/persistence';

/** What to keep of these results. Of hidden checks nothing; of too much, what comes first. */
export function evidenceOf(attempt_id: string, results: readonly CheckResult[]): EvidenceRecord[] {
  const steps = [...new Set(results.map(({ step }) => step))];
  return steps.map((step) => ({ attempt_id, step, evidence: ofStep(results, step) }));
}

function ofStep(results: readonly CheckResult[], asked: string): string {
  const { evidenceCharacters, evidenceOfStepCharacters } = CONTRACT_LIMITS;
  const kept: Record<string, GradeEvidence> = {};
  let characters = 0;
  for (const { step, name, hidden, evidence } of results) {
    if (step !== asked || hidden || !evidence) continue;
    const size = JSON.stringify(evidence).length;
    if (size > evidenceCharacters || characters + size > evidenceOfStepCharacters) continue;
    kept[name] = evidence;
    characters += size;
  }
  return JSON.stringify(kept);
}

/** By check. */
export async function keptEvidence(
  domain: Domain,
  attempt: string,
): Promise<ReadonlyMap<string, GradeEvidence>> {
  const rows = await domain.listEvidence(attempt);
  return new Map(
    rows.flatMap(({ evidence }) => Object.entries(JSON.parse(evidence) as Record<string, GradeEvidence>)),
  );
}
