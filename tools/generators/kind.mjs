// `npm run generate:kind policy/v1 PodDisruptionBudget`: the files of a new kind in libs/registry, and its place in the
// registry. What a person must decide is the checklist of docs/adding-a-kind.md.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { findKind } from './find-kind.mjs';
import { folderOf, registerText, specText, strategyText } from './templates.mjs';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** @returns {Promise<string[]>} the paths that were written, relative to `root` */
export async function generateKind(root, apiVersion, kind) {
  const facts = await findKind(apiVersion, kind);
  const types = readFileSync(join(root, 'libs/api/src/generated/types.ts'), 'utf8');
  if (!types.includes(`export interface ${kind} {`)) {
    throw new Error(
      `libs/api has no type ${kind}: add '${facts.className}' to tools/openapi/roots.mjs and run node tools/openapi/generate-api.mjs`,
    );
  }
  const folder = `libs/registry/src/${folderOf(facts)}`;
  if (existsSync(join(root, folder))) throw new Error(`${folder} is there already`);
  const registryFile = 'libs/registry/src/registry.ts';
  const registry = registerText(readFileSync(join(root, registryFile), 'utf8'), facts);
  mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, folder, 'strategy.ts'), strategyText(facts));
  writeFileSync(join(root, folder, 'strategy.spec.ts'), specText(facts));
  writeFileSync(join(root, registryFile), registry);
  return [`${folder}/strategy.ts`, `${folder}/strategy.spec.ts`, registryFile];
}

async function main([apiVersion, kind, ...rest]) {
  if (!apiVersion || !kind || rest.length > 0) {
    console.error(
      'usage: npm run generate:kind <apiVersion> <Kind>, for example policy/v1 PodDisruptionBudget',
    );
    process.exitCode = 2;
    return;
  }
  try {
    for (const path of await generateKind(repository, apiVersion, kind)) console.log(`wrote ${path}`);
    console.log('What remains is told in docs/adding-a-kind.md.');
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) void main(process.argv.slice(2));
