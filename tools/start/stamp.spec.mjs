import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forget, hashInputs, isDone, librariesOf, markDone } from './stamp.mjs';

let root;
const write = (path, text) => {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
};
const hash = () => hashInputs(root, ['libs', 'package.json']);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'podlab-stamp-'));
  write('libs/a/src/a.ts', '1');
  write('package.json', '{}');
});

afterEach(() => rmSync(root, { recursive: true }));

describe('the hash of a step', () => {
  it.each([
    ['a changed file', () => write('libs/a/src/a.ts', '2'), true],
    ['a new file', () => write('libs/a/src/b.ts', ''), true],
    ['a file by path', () => write('package.json', '{"a":1}'), true],
    ['a spec', () => write('libs/a/src/a.spec.ts', ''), false],
    ['a README', () => write('libs/a/README.md', ''), false],
    ['what a build left', () => write('libs/a/.next/x.js', ''), false],
    ['a file elsewhere', () => write('docs/a.ts', ''), false],
  ])('sees or passes over %s', (_, change, changes) => {
    const before = hash();
    change();
    expect(hash() !== before).toBe(changes);
  });
});

describe('the libraries of an app', () => {
  it('are those it imports and those that they import, and no others', () => {
    write('apps/web/src/page.tsx', "import { a } from '@podlab/a';");
    write('libs/a/src/a.ts', "import { b } from '@podlab/b-b';\nimport { a } from '@podlab/a';");
    write('libs/a/src/a.spec.ts', "import { c } from '@podlab/c';");
    write('libs/c/src/c.ts', '');
    expect(librariesOf(root, 'apps/web')).toEqual(['libs/a', 'libs/b-b']);
  });
});

describe('a step', () => {
  it('is done once it is marked, with the same inputs, while its output stands', () => {
    expect(isDone(root, 'build', 'h1', 'dist')).toBe(false);
    write('dist/main.mjs', '');
    markDone(root, 'build', 'h1');
    expect(isDone(root, 'build', 'h1', 'dist')).toBe(true);
    expect(isDone(root, 'build', 'h2', 'dist')).toBe(false);
    expect(isDone(root, 'build', 'h1', 'gone')).toBe(false);
    forget(root, 'build');
    expect(isDone(root, 'build', 'h1', 'dist')).toBe(false);
  });
});
