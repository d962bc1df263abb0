// The boundary rules: what each project may import, judged from the table, the tags, the imports and the Nx graph.
import { isBuiltin } from 'node:module';
import { posix } from 'node:path';

/**
 * @typedef {import('./table.mjs').Row} Row
 * @typedef {import('./workspace.mjs').Project} Project
 */

/**
 * @param {{ layers: string[], rows: Map<string, Row> }} table
 * @param {Project[]} projects
 * @param {Map<string, Set<string>>} nxEdges
 * @returns {string[]} one sentence per problem; empty when all holds
 */
export function checkBoundaries(table, projects, nxEdges) {
  const problems = projects.flatMap((project) => checkProject(table, project));
  for (const folder of table.rows.keys()) {
    const planned = !projects.some((project) => project.folder === folder);
    if (planned) problems.push(`docs/architecture.md names ${folder}, which does not exist`);
  }
  const known = projects.filter((project) => project.name && table.rows.has(project.folder));
  for (const project of known) {
    for (const file of project.files) problems.push(...checkFile(table, project, file));
  }
  return [...problems, ...checkNames(known), ...checkNxEdges(known, nxEdges)];
}

function checkProject({ layers, rows }, { folder, name, tags }) {
  if (!name) return [`${folder} has no project.json with a name`];
  const row = rows.get(folder);
  if (!row) return [`${folder} has no row in the table of docs/architecture.md`];
  if (!layers.includes(row.layer)) return [`${folder} stands in an unknown layer, ${row.layer}`];
  const expected = [`layer:${row.layer}`, ...(row.pure ? ['pure'] : [])];
  const same = expected.length === tags.length && expected.every((tag) => tags.includes(tag));
  return same ? [] : [`${folder} is tagged [${tags.join(', ')}], its row says [${expected.join(', ')}]`];
}

function checkNames(projects) {
  const seen = new Map();
  const problems = [];
  for (const { name, folder } of projects) {
    if (seen.has(name)) problems.push(`${folder} and ${seen.get(name)} are both called ${name}`);
    seen.set(name, folder);
  }
  return problems;
}

function checkFile(table, project, file) {
  const row = table.rows.get(project.folder);
  return file.imports.flatMap(({ specifier, line }) => {
    const fault = faultOfImport(table, row, file, specifier);
    return fault ? [`${file.path}:${line} imports ${specifier}: ${fault}`] : [];
  });
}

function faultOfImport(table, row, file, specifier) {
  if (specifier.startsWith('.')) return faultOfRelative(row, file, specifier);
  if (specifier.startsWith('@podlab/')) return faultOfLibrary(table, row, file, specifier);
  if (file.spec || row.anyPackage) return undefined;
  if (isBuiltin(specifier)) return 'a pure library has no Node';
  return row.packages.includes(packageOf(specifier)) ? undefined : 'its row does not name this package';
}

const packageOf = (specifier) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

function faultOfRelative(row, file, specifier) {
  const target = posix.join(posix.dirname(file.path), specifier);
  const tested = row.project.replace(/-e2e$/, '');
  const dataOfTested = target.startsWith(`${tested}/`) && target.endsWith('.json');
  return target.startsWith(`${row.project}/`) || dataOfTested
    ? undefined
    : 'a relative path may not leave the project';
}

function faultOfLibrary({ layers, rows }, row, file, specifier) {
  const target = rows.get(specifier.replace('@podlab/', 'libs/'));
  if (!target) return 'there is no such library; only the root of one may be imported';
  if (target.project === row.project) return 'inside a library paths are relative';
  if (target.layer === 'testkit') return file.spec ? undefined : 'only specs import the testkit';
  if (row.peers.includes(target.project)) return undefined;
  if (!row.lower) return `${row.project} may import only ${row.peers.join(', ')}`;
  if (layers.indexOf(target.layer) < layers.indexOf(row.layer)) return undefined;
  if (target.layer === row.layer) return `both stand in the layer ${row.layer}`;
  return `${target.layer} stands above ${row.layer}`;
}

/** The Nx graph must have an edge for every import, or `nx affected` would pass over a project. */
function checkNxEdges(projects, nxEdges) {
  const nameOf = new Map(projects.map((project) => [project.folder, project.name]));
  return projects.flatMap((project) => {
    const edges = nxEdges.get(project.name) ?? new Set();
    const imported = new Set(
      project.files
        .flatMap((file) => file.imports)
        .map(({ specifier }) => nameOf.get(specifier.replace('@podlab/', 'libs/')))
        .filter((name) => name && name !== project.name),
    );
    const unknown = [...imported].filter((name) => !edges.has(name));
    return unknown.map(
      (name) => `the Nx graph has no edge from ${project.name} to ${name}, which it imports`,
    );
  });
}
