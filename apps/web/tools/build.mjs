// Builds the dashboard: exports it with Next and copies the files to dist/apps/web, from where the API process serves
// them, each page under a policy with the hashes of its own inline scripts.
import { spawnSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const web = join(dirname(fileURLToPath(import.meta.url)), '..');
const workspace = join(web, '../..');
const target = join(workspace, 'dist/apps/web');

const next = join(workspace, 'node_modules/next/dist/bin/next');
const built = spawnSync(process.execPath, [next, 'build'], {
  cwd: web,
  stdio: 'inherit',
  env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' },
});
if (built.status !== 0) process.exit(built.status ?? 1);

rmSync(target, { recursive: true, force: true });
cpSync(join(web, 'out'), target, { recursive: true });
