import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const repository = join(__dirname, '../..');

/** Each row breaks one rule of a pure library: what it does, the code, the rule that must catch it. */
const BREAKS_PURITY = [
  ['reads the wall clock', 'export const now = () => new Date();', 'eslint(no-restricted-globals)'],
  ['reads a clock by call', 'export const now = () => Date.now();', 'eslint(no-restricted-globals)'],
  ['draws from the machine', 'export const draw = () => Math.random();', 'eslint(no-restricted-properties)'],
  ['waits by a timer', 'export const wait = () => setTimeout(wait, 5);', 'eslint(no-restricted-globals)'],
  [
    'queues a microtask',
    'export const later = () => queueMicrotask(later);',
    'eslint(no-restricted-globals)',
  ],
  ['makes a promise', 'export const done = () => Promise.resolve();', 'eslint(no-restricted-globals)'],
  ['declares an async function', 'export async function run() {}', 'podlab(no-async)'],
  ['declares an async arrow', 'export const run = async () => 1;', 'podlab(no-async)'],
  ['declares an async method', 'export class Runner { async run() {} }', 'podlab(no-async)'],
  ['imports at run time', "export const load = () => import('./other');", 'podlab(no-async)'],
  ['formats by language', "export const f = new Intl.NumberFormat('ko');", 'eslint(no-restricted-globals)'],
  ['sorts by language', "export const c = 'a'.localeCompare('b');", 'eslint(no-restricted-properties)'],
  ['writes by language', 'export const t = (1).toLocaleString();', 'eslint(no-restricted-properties)'],
  ['fetches', "export const get = () => fetch('/');", 'eslint(no-restricted-globals)'],
  ['reads the process', 'export const home = process.env.HOME;', 'eslint(no-restricted-globals)'],
  ['reaches for the global object', 'export const g = globalThis;', 'eslint(no-restricted-globals)'],
  ['prints', "export const say = () => console.log('');", 'eslint(no-restricted-globals)'],
  ['uses a Buffer', "export const b = Buffer.from('');", 'eslint(no-restricted-globals)'],
  ['uses TextEncoder', 'export const e = () => new TextEncoder();', 'eslint(no-restricted-globals)'],
  ['imports a Node built-in', "import 'node:fs';", 'eslint(no-restricted-imports)'],
  ['imports NestJS', "import '@nestjs/common';", 'eslint(no-restricted-imports)'],
  ['imports TypeORM', "import 'typeorm';", 'eslint(no-restricted-imports)'],
  ['makes a function from text', "export const one = new Function('');", 'eslint(no-new-func)'],
  ['keeps a module variable', 'let count = 0; export const next = () => count++;', 'podlab(no-module-state)'],
  ['exports a module variable', 'export let count = 0;', 'podlab(no-module-state)'],
  ['keeps a module map', 'export const byName = new Map<string, number>();', 'podlab(no-module-state)'],
  ['keeps a module cache', 'const cache = new WeakMap(); export { cache };', 'podlab(no-module-state)'],
  ['keeps a module list', 'export const seen: string[] = [];', 'podlab(no-module-state)'],
  ['keeps a module object', 'export const seen: Record<string, number> = {};', 'podlab(no-module-state)'],
  ['keeps a static variable', 'export class C { static count = 0; }', 'podlab(no-module-state)'],
  [
    'assigns a closure to a property',
    'export const hear = (to: { heard?: () => object }) => { to.heard = () => to; };',
    'podlab(no-assigned-closure)',
  ],
];

/** Each row is allowed, although it looks like a row above. */
const PURE = [
  ['names a date without reading a clock', 'export interface Entry { readonly date: string }'],
  ['has a constant set', "export const VERBS: ReadonlySet<string> = new Set(['get', 'list']);"],
  ['has a constant list', 'export const PORTS: readonly number[] = [];'],
  ['has a static constant', 'export class C { static readonly limit = 5; }'],
  [
    'has state inside a function',
    'export const make = () => { let n = 0; n += 1; return new Map([[n, n]]); };',
  ],
  [
    'assigns a function that has a name',
    'export const hear = (to: { heard?: () => object }) => { const heard = () => to; to.heard = heard; };',
  ],
  [
    'has a generator that iterates',
    'export function* upTo(n: number) { for (let i = 0; i < n; i++) yield i; }',
  ],
];

/** Each row breaks a rule that holds in every file. */
const BREAKS_EVERYWHERE = [
  ['leaves a note for later', '// TODO: all of it\nexport const x = 1;', 'eslint(no-warning-comments)'],
  ['exports a default', 'export default 1;', 'import(no-default-export)'],
  ['evaluates text', "export const one = eval('1');", 'eslint(no-eval)'],
  ['uses any', 'export const x: any = 1;', 'typescript(no-explicit-any)'],
  [
    'has a function of 71 lines',
    `export function f() {\n${'f();\n'.repeat(69)}}`,
    'eslint(max-lines-per-function)',
  ],
  ['has a file of 601 lines', 'export {};\n'.repeat(601), 'eslint(max-lines)'],
];

const folders = { pure: 'libs/example/src', persistence: 'libs/persistence/src', app: 'apps/api/src' };
let workspace;
let found;

const fileOf = (folder, index) => join(folders[folder], `case-${index}.ts`);

function write(path, text) {
  mkdirSync(dirname(join(workspace, path)), { recursive: true });
  writeFileSync(join(workspace, path), text);
}

beforeAll(() => {
  workspace = mkdtempSync(join(tmpdir(), 'podlab-lint-'));
  cpSync(join(repository, '.oxlintrc.json'), join(workspace, '.oxlintrc.json'));
  symlinkSync(join(repository, 'tools'), join(workspace, 'tools'));
  const all = [...BREAKS_PURITY, ...PURE, ...BREAKS_EVERYWHERE];
  for (const folder of Object.keys(folders)) {
    all.forEach(([, code], index) => write(fileOf(folder, index), code));
  }
  write('libs/example/src/camelCase.ts', 'export {};');
  write('libs/example/src/skipped.spec.ts', "it.skip('is skipped', () => {});");
  write('libs/example/src/focused.spec.ts', "it.only('is alone', () => {});");
  write(
    'libs/example/src/clock.spec.ts',
    "it('may use the host in a spec', async () => { await Date.now(); });",
  );
  const oxlint = join(repository, 'node_modules/oxlint/bin/oxlint');
  const lint = spawnSync(process.execPath, [oxlint, '--format=json', 'libs', 'apps'], {
    cwd: workspace,
    encoding: 'utf8',
  });
  found = JSON.parse(lint.stdout).diagnostics;
});

afterAll(() => rmSync(workspace, { recursive: true }));

const rulesAt = (file) => found.filter((problem) => problem.filename === file).map((problem) => problem.code);

describe('lint of a pure library', () => {
  it.each(BREAKS_PURITY.map((row, index) => [...row, index]))(
    'catches code that %s',
    (_, code, rule, index) => {
      expect(rulesAt(fileOf('pure', index))).toContain(rule);
    },
  );

  it.each(PURE.map((row, index) => [...row, index]))('lets code pass that %s', (_, code, index) => {
    expect(rulesAt(fileOf('pure', BREAKS_PURITY.length + index))).toEqual([]);
  });

  it.each(['persistence', 'app'])('does not hold %s to purity', (folder) => {
    const rules = BREAKS_PURITY.flatMap((_, index) => rulesAt(fileOf(folder, index)));
    const purity = new Set(BREAKS_PURITY.map(([, , rule]) => rule));
    expect(rules.filter((rule) => purity.has(rule))).toEqual([]);
  });

  it('does not hold a spec to purity', () => {
    expect(rulesAt('libs/example/src/clock.spec.ts')).toEqual([]);
  });
});

describe('lint of every file', () => {
  it.each(BREAKS_EVERYWHERE.map((row, index) => [...row, index]))(
    'catches a file that %s',
    (_, code, rule, index) => {
      const at = BREAKS_PURITY.length + PURE.length + index;
      for (const folder of Object.keys(folders)) expect(rulesAt(fileOf(folder, at))).toContain(rule);
    },
  );

  it.each([
    ['a name that is not in kebab-case', 'camelCase.ts', 'unicorn(filename-case)'],
    ['a skipped test', 'skipped.spec.ts', 'jest(no-disabled-tests)'],
    ['a focused test', 'focused.spec.ts', 'jest(no-focused-tests)'],
  ])('catches %s', (_, file, rule) => {
    expect(rulesAt(`libs/example/src/${file}`)).toContain(rule);
  });
});
