// The libraries, bundled for a tool that asks them what they serve.
import { build } from 'esbuild';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const ENTRY = `
export { createCluster } from '@podlab/cluster';
export { CUSTOM_OPENAPI_ROOTS, encodeSwaggerHead, encodeSwaggerParts, swaggerParts } from '@podlab/apiserver';
`;

export async function loadLibraries() {
  const outfile = join(root, 'dist/tools/libraries.mjs');
  await mkdir(join(root, 'dist/tools'), { recursive: true });
  await build({
    stdin: { contents: ENTRY, resolveDir: root, loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    tsconfig: join(root, 'tsconfig.base.json'),
    logLevel: 'warning',
  });
  return import(pathToFileURL(outfile).href);
}
