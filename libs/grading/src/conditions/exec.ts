import type { Condition, GradeEvidence } from '@podlab/contracts';
import { runCommand } from '../cluster/run-command';
import { InvalidRequest, sourceOf } from '../cluster/sender';
import { Expression } from '../expression/expression';
import { failed, passed, type Looking, type Outcome } from './outcome';

type ExecCondition = Extract<Condition, { kind: 'Exec' }>;

const EVIDENCE_CHARACTERS = 4000;

/** Runs a command to its end, on a cluster that changes by that. */
export function lookAtCommand(condition: ExecCondition, looking: Looking): Outcome {
  const { command, stdin = '', exit_code: expected, stdout, holds } = condition;
  const target = sourceOf(looking.cluster, condition.from, looking.namespace);
  if (target.kind === 'External') throw new InvalidRequest('a command runs in a pod or on a node');
  const result = runCommand(looking.cluster, { target, command, stdin });
  const evidence: GradeEvidence = {
    kind: 'Exec',
    ...(result.exit_code !== undefined && { exit_code: result.exit_code }),
    stdout: result.stdout.slice(0, EVIDENCE_CHARACTERS),
    stderr: result.stderr.slice(0, EVIDENCE_CHARACTERS),
  };
  const { exit_code: found } = result;
  if (found === undefined) return failed('NeverEnded', {}, evidence);
  if (found !== expected) return failed('WrongExit', { found, expected }, evidence);
  if (stdout !== undefined && !result.stdout.includes(stdout))
    return failed('WrongOutput', { expected: stdout }, evidence);
  if (holds !== undefined && !new Expression(holds).holds({ result, values: looking.values }))
    return failed('ResultDiffers', { expression: holds }, evidence);
  return passed(evidence);
}
