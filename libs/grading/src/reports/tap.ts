import type { CheckResult, Grade } from '@podlab/contracts';

/** TAP version 14: a line a check, and a block of YAML for what did not pass. */
export function renderTap(grade: Grade, language: 'en' | 'ko'): string {
  const lines = grade.checks.flatMap((check, index) => [
    `${check.state === 'passed' ? 'ok' : 'not ok'} ${index + 1} - ${description(check, language)}`,
    ...(check.state === 'passed' ? [] : diagnostics(check, language)),
  ]);
  const score =
    grade.score === null ? '# no score: a check could not be run' : `# score ${grade.score} of ${grade.max}`;
  return [
    'TAP version 14',
    `1..${grade.checks.length}`,
    `# ${grade.lab} seed ${grade.seed}`,
    ...lines,
    score,
    '',
  ].join('\n');
}

/** On one line; a number sign would begin a directive. */
function description({ step, title }: CheckResult, language: 'en' | 'ko'): string {
  return `${step}: ${title[language]}`
    .replaceAll(/[\r\n]+/g, ' ')
    .trim()
    .replaceAll('\\', '\\\\')
    .replaceAll('#', '\\#');
}

/** A JSON string is a YAML string. */
function diagnostics(check: CheckResult, language: 'en' | 'ko'): string[] {
  const { state, message, score, max } = check;
  return [
    '  ---',
    `  message: ${JSON.stringify(message[language])}`,
    `  severity: ${state === 'failed' ? 'fail' : 'error'}`,
    `  code: ${message.code}`,
    ...(score === null ? [] : [`  score: ${score}`]),
    `  max: ${max}`,
    '  ...',
  ];
}
