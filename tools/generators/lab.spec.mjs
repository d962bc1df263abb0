import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readLab, verifyLab } from '@podlab/grading';
import { generateLab } from './lab.mjs';

const repository = join(__dirname, '../..');

let root;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'podlab-lab-'));
  mkdirSync(join(root, 'labs'));
  cpSync(join(repository, 'labs/template'), join(root, 'labs/template'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

it('a new lab has its name in every file, and texts in both languages', () => {
  const files = generateLab(root, 'two-ports');
  expect(files).toEqual([
    'labs/two-ports/first-step.ko.md',
    'labs/two-ports/first-step.md',
    'labs/two-ports/lab.yaml',
    'labs/two-ports/solution.yaml',
    'labs/two-ports/start.yaml',
    'labs/two-ports/wrong/by-hand.yaml',
  ]);
  const text = files.map((path) => readFileSync(join(root, path), 'utf8')).join('\n');
  expect(text).toContain('name: two-ports');
  expect(text).not.toContain('my-lab');
});

it('a new lab proves itself as it is', () => {
  const files = generateLab(root, 'two-ports').map((path) => [
    path.replace('labs/two-ports/', ''),
    readFileSync(join(root, path), 'utf8'),
  ]);
  const { lab, problems = [] } = readLab(Object.fromEntries(files));
  expect(problems).toEqual([]);
  expect(verifyLab(lab, { seeds: ['1', '2'] })).toEqual([]);
});

it.each([['Two-Ports'], ['../secret'], ['two ports'], ['-'], ['']])('refuses the name %j', (name) => {
  expect(() => generateLab(root, name)).toThrow('is no name of a lab');
});

it('touches no lab that is there', () => {
  expect(() => generateLab(root, 'template')).toThrow('labs/template is there already');
});
