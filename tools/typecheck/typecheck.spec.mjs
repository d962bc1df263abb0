import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const repository = join(__dirname, '../..');
let root;

/** Type checks a pure library with these files, and says what is wrong in it. */
function check(files) {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, 'libs/kernel/src', name), text);
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(repository, 'tools/typecheck/typecheck.mjs'), 'libs/kernel'],
    { cwd: root, encoding: 'utf8' },
  );
  return { passed: status === 0, output: stdout };
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'podlab-typecheck-'));
  mkdirSync(join(root, 'libs/kernel/src'), { recursive: true });
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
  for (const file of ['tsconfig.base.json', 'tsconfig.spec.json'])
    cpSync(join(repository, file), join(root, file));
  for (const file of ['tsconfig.json', 'tsconfig.spec.json']) {
    cpSync(join(repository, 'libs/kernel', file), join(root, 'libs/kernel', file));
  }
});

afterEach(() => rmSync(root, { recursive: true }));

describe('type checking a pure library', () => {
  it.each([
    ['a folder without files', {}],
    ['what the language has', { 'a.ts': 'export const last = [1].at(-1) ?? Math.max(1);' }],
    [
      'Node and Jest in a spec',
      { 'a.spec.ts': "import 'node:fs'; it('is', () => expect(process.pid).toBe(1));" },
    ],
  ])('lets %s pass', (_, files) => {
    expect(check(files)).toEqual({ passed: true, output: '' });
  });

  it.each([
    ['the document of a browser', { 'a.ts': 'export const title = document.title;' }, "'document'"],
    ['the process of Node', { 'a.ts': 'export const home = process.env;' }, "'process'"],
    ['a timer', { 'a.ts': 'export const t = setTimeout(() => 1);' }, "'setTimeout'"],
    [
      'a wrong type',
      { 'a.ts': "export const one: number = '1';" },
      "'string' is not assignable to type 'number'",
    ],
    ['a wrong type in a spec', { 'a.spec.ts': "export const one: number = '1';" }, "to type 'number'"],
    [
      'a possibly missing value',
      { 'a.ts': 'export const n = (s?: string) => s.length;' },
      "'s' is possibly 'undefined'",
    ],
  ])('stops %s', (_, files, told) => {
    const outcome = check(files);
    expect(outcome.passed).toBe(false);
    expect(outcome.output).toContain(told);
  });
});

describe('type checking several projects at once', () => {
  /** Each library has one file; answers with what the compiler says. */
  function checkTogether(texts) {
    for (const [name, text] of Object.entries(texts)) {
      const folder = join(root, 'libs', name);
      cpSync(join(root, 'libs/kernel'), folder, { recursive: true });
      writeFileSync(join(folder, 'src/a.ts'), text);
    }
    const folders = Object.keys(texts).map((name) => `libs/${name}`);
    const module = join(repository, 'tools/typecheck/programs.mjs');
    const script = `import(${JSON.stringify(module)}).then(({ typecheck }) => console.log('failed:', typecheck(${JSON.stringify(folders)}).join(' ')))`;
    return spawnSync(process.execPath, ['-e', script], { cwd: root, encoding: 'utf8' }).stdout;
  }

  it('names those that are wrong, and only those', () => {
    const right = 'export const one = 1;';
    expect(checkTogether({ first: right, second: "export const one: number = '1';", third: right })).toMatch(
      /^libs\/second\/src\/a\.ts\(1,14\): error TS2322.*\nfailed: libs\/second\n$/,
    );
  });

  it('what is Node’s is nobody’s in a pure library', () => {
    expect(checkTogether({ first: 'export const home = process.env;', second: 'export {};' })).toMatch(
      /failed: libs\/first\n$/,
    );
  });
});
