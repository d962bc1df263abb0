// `npm run bench:grading`: bundles libs/grading/bench/grading.ts and runs it; JSON on stdout, progress on stderr.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { SERVER_NODE_OPTIONS } from '../start/node-options.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
await build({
  entryPoints: [`${root}libs/grading/bench/grading.ts`],
  outfile: `${root}dist/bench/grading.mjs`,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  tsconfig: `${root}tsconfig.base.json`,
});
const { status } = spawnSync(process.execPath, [...SERVER_NODE_OPTIONS, `${root}dist/bench/grading.mjs`], {
  stdio: 'inherit',
});
process.exit(status ?? 1);
