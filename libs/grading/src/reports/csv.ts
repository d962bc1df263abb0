import type { Grade } from '@podlab/contracts';

const COLUMNS = ['lab', 'seed', 'step', 'check', 'title', 'state', 'score', 'max', 'message'];

/** A line a check (RFC 4180); what a spreadsheet would take for a formula is text. */
export function renderCsv(grade: Grade, language: 'en' | 'ko'): string {
  const rows = grade.checks.map(({ step, name, title, state, score, max, message }) => [
    grade.lab,
    grade.seed,
    step,
    name,
    title[language],
    state,
    score === null ? '' : String(score),
    String(max),
    message[language],
  ]);
  return [COLUMNS, ...rows].map((row) => row.map(csvCell).join(',')).join('\r\n') + '\r\n';
}

/** One cell, quoted where it has to be. */
export function csvCell(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
