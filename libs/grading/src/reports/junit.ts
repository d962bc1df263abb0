import type { CheckResult, Grade } from '@podlab/contracts';

/** JUnit's XML, a suite for each step: what CI systems show as tests. */
export function renderJunit(grade: Grade, language: 'en' | 'ko'): string {
  const suites = grade.steps.map((step) => {
    const checks = grade.checks.filter((check) => check.step === step.name);
    const cases = checks.map((check) => testCase(grade, check, language));
    return [
      `  <testsuite name="${escape(step.title[language])}" ${counts(checks)}>`,
      ...cases,
      '  </testsuite>',
    ].join('\n');
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${escape(grade.lab)}" ${counts(grade.checks)}>`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function counts(checks: readonly CheckResult[]): string {
  const having = (state: CheckResult['state']) => checks.filter((check) => check.state === state).length;
  return `tests="${checks.length}" failures="${having('failed')}" errors="${having('error')}"`;
}

function testCase(grade: Grade, check: CheckResult, language: 'en' | 'ko'): string {
  const classname = escape(`${grade.lab.split('@')[0]}.${check.step}`);
  const open = `    <testcase classname="${classname}" name="${escape(check.title[language])}"`;
  if (check.state === 'passed') return `${open}/>`;
  const element = check.state === 'failed' ? 'failure' : 'error';
  const { code } = check.message;
  const text = escape(check.message[language]);
  return `${open}>\n      <${element} type="${code}" message="${text}"/>\n    </testcase>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\n': '&#10;',
  '\t': '&#9;',
};

/** Text as XML 1.0 can hold it: other control characters and halves of pairs have no form there. */
function escape(text: string): string {
  return text
    .replaceAll(/\p{Cs}/gu, '\ufffd')
    .replaceAll(/[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g, '\ufffd')
    .replaceAll(/[&<>"'\n\t]/g, (character) => ENTITIES[character]);
}
