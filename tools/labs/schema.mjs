// `npm run generate:lab-schema`: writes docs/lab.schema.json from the schema of libs/contracts.
import { writeFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { format, resolveConfig } from 'prettier';

const root = fileURLToPath(new URL('../../', import.meta.url));
const outfile = `${root}dist/labs/contracts.mjs`;
await build({
  entryPoints: [`${root}libs/contracts/src/index.ts`],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  tsconfig: `${root}tsconfig.base.json`,
  logLevel: 'warning',
});
const { labSchema } = await import(pathToFileURL(outfile).href);
const target = `${root}docs/lab.schema.json`;
const options = await resolveConfig(target);
await writeFile(target, await format(JSON.stringify(labSchema()), { ...options, filepath: target }));
