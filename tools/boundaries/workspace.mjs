// Reads what the boundary rules judge: the projects, their imports, and the edges of the Nx graph.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';

/**
 * @typedef {{ specifier: string, line: number }} Import
 * @typedef {{ path: string, spec: boolean, imports: Import[] }} SourceFile
 * @typedef {{ folder: string, name: string, tags: string[], files: SourceFile[] }} Project
 */

const SOURCE = /\.tsx?$/;
/** What only tests load: the specs, and what several specs of a project share. */
const SPEC = /\.spec\.tsx?$|(?:^|\/)test-support\.ts$/;

/** @returns {Project[]} */
export function readProjects(root) {
  const folders = ['libs', 'apps'].flatMap((parent) => foldersIn(root, parent));
  return folders.map((folder) => {
    const file = join(root, folder, 'project.json');
    const { name, tags } = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
    return { folder, name, tags: tags ?? [], files: readSources(root, folder) };
  });
}

function foldersIn(root, parent) {
  if (!existsSync(join(root, parent))) return [];
  return readdirSync(join(root, parent), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${parent}/${entry.name}`);
}

function readSources(root, folder) {
  const source = join(root, folder, 'src');
  if (!existsSync(source)) return [];
  return readdirSync(source, { recursive: true })
    .filter((file) => SOURCE.test(file))
    .sort()
    .map((file) => ({
      path: `${folder}/src/${file}`,
      spec: SPEC.test(file),
      imports: readImports(readFileSync(join(source, file), 'utf8')),
    }));
}

/** @returns {Import[]} */
export function readImports(text) {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName, pos }) => ({
    specifier: fileName,
    line: text.slice(0, pos).split('\n').length,
  }));
}

/** Names of the projects that Nx takes each project to depend on. @returns {Map<string, Set<string>>} */
export function readNxEdges(root) {
  const folder = mkdtempSync(join(tmpdir(), 'podlab-graph-'));
  const file = join(folder, 'graph.json');
  const nx = spawnSync(
    process.execPath,
    [join(root, 'node_modules/nx/dist/bin/nx.js'), 'graph', `--file=${file}`],
    { cwd: root, encoding: 'utf8', env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' } },
  );
  if (nx.status !== 0) throw new Error(`nx graph failed:\n${nx.stdout}${nx.stderr}`);
  const { dependencies } = JSON.parse(readFileSync(file, 'utf8')).graph;
  rmSync(folder, { recursive: true });
  return new Map(
    Object.entries(dependencies).map(([name, edges]) => [name, new Set(edges.map((edge) => edge.target))]),
  );
}
