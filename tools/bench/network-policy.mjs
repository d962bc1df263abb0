// `node tools/bench/network-policy.mjs`: full reachability of 1,000 pods under 100 NetworkPolicies, as one line of JSON.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { SERVER_NODE_OPTIONS } from '../start/node-options.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const outfile = `${root}dist/bench/network-policy.mjs`;
await build({
  entryPoints: [`${root}libs/network-policy/bench/run.ts`],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  tsconfig: `${root}tsconfig.base.json`,
});
const { status } = spawnSync(process.execPath, [...SERVER_NODE_OPTIONS, outfile], { stdio: 'inherit' });
process.exit(status ?? 1);
