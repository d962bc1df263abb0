// `npm run tidy`: the repository's own rules, the boundaries between its parts, lint and format, in a few seconds.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readFiles } from './files.mjs';
import { RULES } from './rules.mjs';

/** Runs a tool of node_modules; its output is the problem when it fails. @returns {Promise<string[]>} */
function runTool(root, script, ...args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, script), ...args], { cwd: root });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve(code === 0 ? [] : [`${script} ${args.join(' ')}\n${output.trim()}`]));
  });
}

/** @returns {Promise<string[]>} one text per problem; empty when the repository is tidy */
export async function findProblems(root) {
  const files = readFiles(root);
  const tools = [
    runTool(root, 'tools/boundaries/boundaries.mjs'),
    runTool(root, 'node_modules/oxlint/bin/oxlint', '--format=unix'),
    runTool(
      root,
      'node_modules/prettier/bin/prettier.cjs',
      '--check',
      '--log-level=warn',
      '--cache',
      '--cache-location=.cache/prettier',
      '.',
    ),
  ];
  const own = Object.values(RULES).flatMap((rule) => rule(files));
  return [...own, ...(await Promise.all(tools)).flat()];
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const problems = await findProblems(process.cwd());
  for (const problem of problems) console.error(problem);
  console.log(problems.length === 0 ? 'tidy' : `not tidy: ${problems.length} problems`);
  process.exit(problems.length === 0 ? 0 : 1);
}
