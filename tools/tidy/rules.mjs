// The repository's rules that no linter has: each takes the files and gives one sentence per breach.
import { posix } from 'node:path';

/** @typedef {{ path: string, text: string }} File */

const CODE = /\.(tsx?|[cm]?js)$/;
const STYLE = /\.css$/;
const GENERATED = /(^|\/)generated\//;
const MAX_LINES = 600;

const linesOf = (text) => text.split('\n');
const isCode = (path) => CODE.test(path) && !GENERATED.test(path);

/** Style sheets too: oxlint counts the lines of code only. */
function fileSize(files) {
  return files
    .filter(({ path }) => STYLE.test(path))
    .map(({ path, text }) => ({ path, lines: linesOf(text).length }))
    .filter(({ lines }) => lines > MAX_LINES)
    .map(({ path, lines }) => `${path} has ${lines} lines; ${MAX_LINES} are the most`);
}

const EMPTY_NAMES = /^(utils?|helpers?|common|misc|shared)(\.|$)/;
const KEBAB_FOLDER = /^[a-z0-9]+(-[a-z0-9]+)*$/;
/** Folders whose form a framework dictates: `[id]`, `(group)`, `_private`, `.ci`. */
const FRAMEWORK_FOLDER = /^[.[(_@]/;

function names(files) {
  const folders = new Set();
  const problems = [];
  for (const { path } of files) {
    const parts = path.split('/');
    parts.slice(0, -1).forEach((_, index) => folders.add(parts.slice(0, index + 1).join('/')));
    if (isCode(path) && EMPTY_NAMES.test(parts.at(-1))) problems.push(`${path} has a name that says nothing`);
  }
  for (const folder of folders) {
    const name = posix.basename(folder);
    if (EMPTY_NAMES.test(name)) problems.push(`${folder}/ has a name that says nothing`);
    if (!KEBAB_FOLDER.test(name) && !FRAMEWORK_FOLDER.test(name))
      problems.push(`${folder}/ is not in kebab-case`);
  }
  return problems;
}

function indexFiles(files) {
  return files
    .filter(({ path }) => /\/index\.tsx?$/.test(path) && !/^libs\/[^/]+\/src\/index\.ts$/.test(path))
    .map(({ path }) => `${path}: index.ts stands only at a library's root`);
}

function readmes(files) {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const projects = files
    .map(({ path }) => /^((libs|apps)\/[^/]+)\/project\.json$/.exec(path)?.[1])
    .filter((project) => project !== undefined);
  return projects.flatMap((project) => {
    const text = texts.get(`${project}/README.md`);
    if (!text) return [`${project} has no README.md`];
    const missing = ['May import', 'Leaves out'].filter((words) => !text.includes(words));
    return missing.map((words) => `${project}/README.md does not say what it "${words}"`);
  });
}

const DIRECTIVE = /(?:oxlint|eslint)-disable|prettier-ignore|@ts-expect-error/;
const DIRECTIVE_WITH_REASON =
  /(?:(?:oxlint|eslint)-disable|prettier-ignore|@ts-expect-error).*?(?:--|:) *\S.{8,}/;
const TYPE_CHECK_OFF = /@ts-(?:ignore|nocheck)/;

/** A rule that is switched off says why: `// oxlint-disable-next-line rule -- the reason`. */
function directives(files) {
  return files
    .filter(({ path }) => isCode(path) && !path.startsWith('tools/tidy/'))
    .flatMap(({ path, text }) =>
      linesOf(text).flatMap((line, index) => {
        const at = `${path}:${index + 1}`;
        if (TYPE_CHECK_OFF.test(line)) return [`${at} switches the type check off`];
        const bare = DIRECTIVE.test(line) && !DIRECTIVE_WITH_REASON.test(line);
        return bare ? [`${at} switches a rule off and does not say why`] : [];
      }),
    );
}

const MACHINE_PATH = /(?<![\w.])\/(?:(?:home|Users|work)\/\w+|root\/\.)/;

function machinePaths(files) {
  return files
    .filter(({ path }) => !GENERATED.test(path) && !path.startsWith('tools/tidy/'))
    .flatMap(({ path, text }) =>
      linesOf(text).flatMap((line, index) =>
        MACHINE_PATH.test(line) ? [`${path}:${index + 1} names a folder of one machine`] : [],
      ),
    );
}

/** Law 8: Service and Controller are Kubernetes' words. */
function words(files) {
  return files
    .filter(({ path }) => /^(apps\/api|libs\/persistence)\/src\/.*\.ts$/.test(path))
    .flatMap(({ path, text }) => {
      const problems = [];
      const provider = /@Injectable\([^)]*\)\s*export (?:abstract )?class (\w+Service)\b/.exec(text);
      if (provider) problems.push(`${path}: the provider ${provider[1]} may not be called a Service`);
      if (/^@Controller\(/m.test(text) && !path.endsWith('.http-controller.ts')) {
        problems.push(`${path}: HTTP handlers stand in *.http-controller.ts`);
      }
      return problems;
    });
}

export const RULES = { fileSize, names, indexFiles, readmes, directives, machinePaths, words };
