// `node tools/boundaries/boundaries.mjs`: holds every import against the table of docs/architecture.md.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkBoundaries } from './check.mjs';
import { readTable } from './table.mjs';
import { readNxEdges, readProjects } from './workspace.mjs';

/** @returns {string[]} one sentence per problem */
export function findBoundaryProblems(root) {
  const table = readTable(readFileSync(join(root, 'docs/architecture.md'), 'utf8'));
  return [
    ...checkBoundaries(table, readProjects(root), readNxEdges(root)),
    ...checkPurityOfLint(table, JSON.parse(readFileSync(join(root, '.oxlintrc.json'), 'utf8'))),
  ];
}

/** The lint rules of purity must leave out exactly the libraries that the table does not call pure. */
export function checkPurityOfLint({ rows }, { overrides }) {
  const purity = overrides.find((override) => override.files.includes('libs/*/src/**/*.ts'));
  const excluded = purity.excludeFiles.filter((pattern) => pattern.startsWith('libs/')).sort();
  const impure = [...rows.values()]
    .filter((row) => !row.pure && row.project.startsWith('libs/'))
    .map((row) => `${row.project}/**`)
    .sort();
  return excluded.join() === impure.join()
    ? []
    : [
        `.oxlintrc.json leaves out [${excluded.join(', ')}], by the table it should be [${impure.join(', ')}]`,
      ];
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const problems = findBoundaryProblems(process.cwd());
  for (const problem of problems) console.error(problem);
  process.exit(problems.length > 0 ? 1 : 0);
}
