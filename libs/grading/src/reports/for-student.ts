import type { CheckResult, Grade } from '@podlab/contracts';
import { gradeMessage } from '../messages';

/** The grade without what hidden checks are called, look at and found: only that they are there, and their points. */
export function forStudent(grade: Grade): Grade {
  let hidden = 0;
  return {
    ...grade,
    checks: grade.checks.map((check) => (check.hidden ? masked(check, ++hidden) : check)),
  };
}

function masked(check: CheckResult, number: number): CheckResult {
  const { evidence: _, ...rest } = check;
  const message =
    check.state === 'error'
      ? gradeMessage('HiddenError')
      : gradeMessage(check.state === 'passed' ? 'Passed' : 'Hidden');
  return {
    ...rest,
    name: `hidden-${number}`,
    kind: 'Object',
    title: { en: `Hidden check ${number}`, ko: `숨겨진 확인 ${number}` },
    message,
  };
}
