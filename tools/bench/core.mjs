// `npm run bench:core`: bundles libs/cluster/bench/core.ts and runs it with its own garbage collector calls.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { SERVER_NODE_OPTIONS } from '../start/node-options.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
await build({
  entryPoints: [`${root}libs/cluster/bench/core.ts`],
  outfile: `${root}dist/bench/core.mjs`,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  tsconfig: `${root}tsconfig.base.json`,
});
const { status } = spawnSync(
  process.execPath,
  [...SERVER_NODE_OPTIONS, '--expose-gc', `${root}dist/bench/core.mjs`],
  {
    stdio: 'inherit',
  },
);
process.exit(status ?? 1);
