// `npm run labs:verify [-- LAB …]`: the solution of every lab scores full, its start none, and each wrong answer is
// caught by the checks it names.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));
await build({
  entryPoints: [`${root}tools/labs/verify.ts`],
  outfile: `${root}dist/labs/verify.mjs`,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  tsconfig: `${root}tsconfig.base.json`,
  logLevel: 'warning',
});
const { status } = spawnSync(
  process.execPath,
  [`${root}dist/labs/verify.mjs`, `${root}labs`, ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
process.exit(status ?? 1);
