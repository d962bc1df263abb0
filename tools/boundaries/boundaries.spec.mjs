import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkPurityOfLint } from './boundaries.mjs';
import { checkBoundaries } from './check.mjs';
import { readTable } from './table.mjs';
import { readImports } from './workspace.mjs';

const TABLE = readTable(`
The layers from below: \`kernel\`, \`substrate\`, \`component\`, \`adapter\`, \`app\`, \`testkit\`.

| project | layer | pure | may import | packages |
|---|---|---|---|---|
| \`libs/kernel\` | kernel | yes | lower layers | \`@noble/hashes\` |
| \`libs/storage\` | substrate | yes | lower layers | |
| \`libs/netstack\` | substrate | yes | only \`libs/kernel\` | |
| \`libs/client\` | substrate | yes | lower layers, \`libs/storage\` | |
| \`libs/scheduler\` | component | yes | lower layers | |
| \`libs/kubelet\` | component | yes | lower layers | |
| \`libs/persistence\` | adapter | no | lower layers | any |
| \`apps/api\` | app | no | lower layers | any |
| \`apps/api-e2e\` | app | no | lower layers | any |
| \`libs/testkit\` | testkit | no | lower layers | any |
`);

const nameOf = (folder) => folder.replace(/^apps\//, 'app-').replace('libs/', '');

/** A workspace that keeps every rule. */
function workspace() {
  return [...TABLE.rows.values()].map((row) => ({
    folder: row.project,
    name: nameOf(row.project),
    tags: [`layer:${row.layer}`, ...(row.pure ? ['pure'] : [])],
    files: [],
  }));
}

const edgesOf = (projects) =>
  new Map(
    projects.map(({ name, files }) => [
      name,
      new Set(
        files.flatMap((file) => file.imports.map(({ specifier }) => specifier.replace('@podlab/', ''))),
      ),
    ]),
  );

/** The problems of a workspace in which the file at `path` imports `specifier`. */
function problemsOf(path, specifier) {
  const projects = workspace();
  const owner = projects.find(({ folder }) => path.startsWith(`${folder}/`));
  owner.files.push({ path, spec: path.includes('.spec.'), imports: [{ specifier, line: 1 }] });
  return checkBoundaries(TABLE, projects, edgesOf(projects));
}

describe('what a project may import', () => {
  it.each([
    ['a lower layer', 'libs/scheduler/src/queue.ts', '@podlab/kernel'],
    ['a sister that its row names', 'libs/client/src/informer.ts', '@podlab/storage'],
    ['its own file', 'libs/kernel/src/hash.ts', './utf8'],
    ['its own file above', 'libs/kernel/src/deep/hash.ts', '../utf8'],
    ['a package that its row names', 'libs/kernel/src/hash.ts', '@noble/hashes/sha2.js'],
    ['the testkit, from a spec', 'libs/scheduler/src/queue.spec.ts', '@podlab/testkit'],
    ['any package, from a spec', 'libs/scheduler/src/queue.spec.ts', 'fast-check'],
    ['Node, from a spec', 'libs/scheduler/src/queue.spec.ts', 'node:fs'],
    ['any package, from an adapter', 'libs/persistence/src/log.ts', 'typeorm'],
    ['data of the app that it tests', 'apps/api-e2e/src/words.ts', '../../api/words/en.json'],
    ['Node, from an app', 'apps/api/src/main.ts', 'node:fs'],
  ])('%s', (_, path, specifier) => {
    expect(problemsOf(path, specifier)).toEqual([]);
  });

  it.each([
    ['libs/scheduler/src/queue.ts', '@podlab/kubelet', 'both stand in the layer component'],
    ['libs/scheduler/src/queue.spec.ts', '@podlab/kubelet', 'both stand in the layer component'],
    ['libs/storage/src/store.ts', '@podlab/client', 'both stand in the layer substrate'],
    ['libs/kernel/src/hash.ts', '@podlab/storage', 'substrate stands above kernel'],
    ['libs/scheduler/src/queue.ts', '@podlab/persistence', 'adapter stands above component'],
    ['libs/netstack/src/packet.ts', '@podlab/storage', 'libs/netstack may import only libs/kernel'],
    ['libs/kernel/src/hash.ts', '@podlab/kernel', 'inside a library paths are relative'],
    [
      'libs/scheduler/src/queue.ts',
      '@podlab/kernel/src/hash',
      'there is no such library; only the root of one may be imported',
    ],
    [
      'libs/scheduler/src/queue.ts',
      '@podlab/absent',
      'there is no such library; only the root of one may be imported',
    ],
    ['libs/scheduler/src/queue.ts', '../../kubelet/src/pod', 'a relative path may not leave the project'],
    ['apps/api-e2e/src/words.ts', '../../api/src/main', 'a relative path may not leave the project'],
    ['apps/api/src/main.ts', '../../../libs/kernel/src/hash', 'a relative path may not leave the project'],
    ['libs/scheduler/src/queue.ts', '@podlab/testkit', 'only specs import the testkit'],
    ['libs/scheduler/src/queue.ts', 'yaml', 'its row does not name this package'],
    ['libs/scheduler/src/queue.ts', 'node:fs', 'a pure library has no Node'],
    ['libs/scheduler/src/queue.ts', 'fs', 'a pure library has no Node'],
  ])('not: %s importing %s', (path, specifier, fault) => {
    expect(problemsOf(path, specifier)).toEqual([`${path}:1 imports ${specifier}: ${fault}`]);
  });
});

describe('what a project must be', () => {
  const broken = (change) => {
    const projects = workspace();
    change(projects);
    return checkBoundaries(TABLE, projects, edgesOf(projects));
  };

  it.each([
    [
      'untagged',
      (projects) => (projects[0].tags = []),
      'libs/kernel is tagged [], its row says [layer:kernel, pure]',
    ],
    [
      'tagged with another layer',
      (projects) => (projects[0].tags = ['layer:app', 'pure']),
      'libs/kernel is tagged [layer:app, pure], its row says [layer:kernel, pure]',
    ],
    [
      'not in the table',
      (projects) => projects.push({ folder: 'libs/new', name: 'new', tags: [], files: [] }),
      'libs/new has no row in the table of docs/architecture.md',
    ],
    [
      'without a project.json',
      (projects) => (projects[0].name = undefined),
      'libs/kernel has no project.json with a name',
    ],
    ['gone', (projects) => projects.shift(), 'docs/architecture.md names libs/kernel, which does not exist'],
    [
      'called like another',
      (projects) => (projects[1].name = 'kernel'),
      'libs/storage and libs/kernel are both called kernel',
    ],
  ])('a project that is %s is caught', (_, change, problem) => {
    expect(broken(change)).toEqual([problem]);
  });

  it('an import that the Nx graph has no edge for is caught', () => {
    const projects = workspace();
    projects[1].files.push({
      path: 'libs/storage/src/store.ts',
      spec: false,
      imports: [{ specifier: '@podlab/kernel', line: 1 }],
    });
    expect(checkBoundaries(TABLE, projects, new Map())).toEqual([
      'the Nx graph has no edge from storage to kernel, which it imports',
    ]);
  });
});

describe('what counts as an import', () => {
  it.each([
    ["import { a } from './a';", ['./a']],
    ["import type { A } from './a';", ['./a']],
    ["import './a';", ['./a']],
    ["export * from './a';", ['./a']],
    ["export { type A } from './a';", ['./a']],
    ["const a = import('./a');", ['./a']],
    ["const a = require('./a');", ['./a']],
    ["// import './a';", []],
    ["const text = `import './a';`;", []],
  ])('%s', (text, specifiers) => {
    expect(readImports(text).map((found) => found.specifier)).toEqual(specifiers);
  });

  it('is told with its line', () => {
    expect(readImports("import './a';\n\nimport './b';")).toEqual([
      { specifier: './a', line: 1 },
      { specifier: './b', line: 3 },
    ]);
  });
});

describe('the lint rules of purity', () => {
  const lint = JSON.parse(readFileSync(join(__dirname, '../../.oxlintrc.json'), 'utf8'));
  const table = () => readTable(readFileSync(join(__dirname, '../../docs/architecture.md'), 'utf8'));

  it('leave out the libraries that the table does not call pure', () => {
    expect(checkPurityOfLint(table(), lint)).toEqual([]);
  });

  it('are caught when they leave out another', () => {
    const { layers, rows } = table();
    rows.set('libs/kernel', { ...rows.get('libs/kernel'), pure: false });
    expect(checkPurityOfLint({ layers, rows }, lint)).toEqual([
      '.oxlintrc.json leaves out [libs/persistence/**, libs/testkit/**], ' +
        'by the table it should be [libs/kernel/**, libs/persistence/**, libs/testkit/**]',
    ]);
  });
});
