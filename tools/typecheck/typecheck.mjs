// Type checks one project: its sources and, with the types of Jest, its specs. What has no file yet is passed over.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const projectRoot = process.argv[2];
const sourceFolder = join(projectRoot, 'src');
const files = existsSync(sourceFolder)
  ? readdirSync(sourceFolder, { recursive: true }).filter((file) => /\.tsx?$/.test(file))
  : [];
const isSpec = (file) => /\.spec\.tsx?$/.test(file);

let failed = false;
for (const [config, present] of [
  ['tsconfig.json', files.some((file) => !isSpec(file))],
  ['tsconfig.spec.json', files.some(isSpec)],
]) {
  const path = join(projectRoot, config);
  if (!present || !existsSync(path)) continue;
  const check = spawnSync(process.execPath, ['node_modules/typescript7/bin/tsc', '-p', path], {
    stdio: 'inherit',
  });
  failed ||= check.status !== 0;
}
process.exit(failed ? 1 : 0);
