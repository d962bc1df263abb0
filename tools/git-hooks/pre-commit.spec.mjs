import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const repository = join(__dirname, '../..');
let root;

const git = (...args) => {
  const identity = [
    '-c',
    'user.name=Ada',
    '-c',
    'user.email=ada@example.com',
    '-c',
    'core.hooksPath=.githooks',
  ];
  return spawnSync('git', [...identity, ...args], { cwd: root, encoding: 'utf8' });
};

function commit(path, text) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
  git('add', path);
  const { status, stderr } = git('commit', '-m', 'a change');
  return { accepted: status === 0, stderr };
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'podlab-hook-'));
  for (const file of ['.githooks', '.oxlintrc.json', '.prettierrc.json', '.prettierignore']) {
    cpSync(join(repository, file), join(root, file), { recursive: true });
  }
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
  symlinkSync(join(repository, 'tools'), join(root, 'tools'));
  git('init', '--quiet');
});

afterEach(() => rmSync(root, { recursive: true }));

describe('the hook before a commit', () => {
  it.each([
    ['code in good form', 'libs/a/src/a.ts', 'export const a = 1;\n'],
    ['a file that no tool reads', 'libs/a/notes.txt', 'a   b\n'],
    ['a name with a space', 'docs/a b.md', '# a\n'],
  ])('lets %s pass', (_, path, text) => {
    expect(commit(path, text)).toMatchObject({ accepted: true });
  });

  it.each([
    ['code that is not formatted', 'libs/a/src/a.ts', 'export const   a = 1;\n', 'libs/a/src/a.ts'],
    ['code that breaks a rule', 'libs/a/src/a.ts', 'export let a = 1;\n', 'podlab(no-module-state)'],
  ])('stops %s', (_, path, text, told) => {
    const outcome = commit(path, text);
    expect(outcome.accepted).toBe(false);
    expect(outcome.stderr).toContain(told);
  });
});
