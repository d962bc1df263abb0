// `npm run generate:lab my-lab`: a small lab that passes `npm run labs:verify` as it is, to be written over.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const TEMPLATE = 'labs/template';
/** The name of the template's lab and of its namespace. */
const TEMPLATE_NAME = 'my-lab';
const LAB_NAME = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** @returns {string[]} the paths that were written, relative to `root` */
export function generateLab(root, name) {
  if (!LAB_NAME.test(name))
    throw new Error(`${name} is no name of a lab: lower case letters, digits and "-", at most 63`);
  const folder = `labs/${name}`;
  if (existsSync(join(root, folder))) throw new Error(`${folder} is there already`);
  return filesOf(join(root, TEMPLATE)).map((path) => {
    const text = readFileSync(join(root, TEMPLATE, path), 'utf8').replaceAll(TEMPLATE_NAME, name);
    const target = `${folder}/${path.replace('lab.template.yaml', 'lab.yaml')}`;
    mkdirSync(dirname(join(root, target)), { recursive: true });
    writeFileSync(join(root, target), text);
    return target;
  });
}

function filesOf(folder, under = '') {
  return readdirSync(join(folder, under), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = under === '' ? entry.name : `${under}/${entry.name}`;
      return entry.isDirectory() ? filesOf(folder, path) : [path];
    });
}

function main([name, ...rest]) {
  if (!name || rest.length > 0) {
    console.error('usage: npm run generate:lab <name>, for example my-first-lab');
    process.exitCode = 2;
    return;
  }
  try {
    for (const path of generateLab(repository, name)) console.log(`wrote ${path}`);
    console.log(
      'Write over what is there, then prove it with npm run labs:verify. docs/labs.md tells the rest.',
    );
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) main(process.argv.slice(2));
