// `npm run sim -- run scenarios/01-clusterip.sim`: bundles apps/simctl into dist/simctl and runs it.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { replaceFile } from './replace-file.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { outputFiles } = await build({
  entryPoints: [`${root}apps/simctl/src/main.ts`],
  write: false,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  tsconfig: `${root}tsconfig.base.json`,
  logLevel: 'warning',
});
replaceFile(`${root}dist/simctl/main.mjs`, outputFiles[0].contents);
const { status } = spawnSync(process.execPath, [`${root}dist/simctl/main.mjs`, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exit(status ?? 1);
