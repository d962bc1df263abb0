// Bundles apps/podlab with all it uses into one file, dist/podlab/podlab.mjs: `node podlab.mjs grade …` needs nothing else.
// With `--`, as `npm run podlab -- grade …` has it, it runs the words behind that too, where npm was called, and ends as
// the command does.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { replaceFile } from './replace-file.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: [`${root}apps/podlab/src/main.ts`],
  write: false,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  keepNames: true,
  minifyWhitespace: true,
  // CommonJS packages inside of it ask for Node's own modules.
  banner: {
    js: "#!/usr/bin/env node\nimport { createRequire } from 'node:module';const require = createRequire(import.meta.url);",
  },
  tsconfig: `${root}tsconfig.base.json`,
  logLevel: 'warning',
});
const command = `${root}dist/podlab/podlab.mjs`;
replaceFile(command, outputFiles[0].contents, 0o755);

const [dashes, ...words] = process.argv.slice(2);
if (dashes === '--') {
  const cwd = process.env.INIT_CWD ?? process.cwd();
  const { status } = spawnSync(process.execPath, [command, ...words], { cwd, stdio: 'inherit' });
  process.exitCode = status ?? 1;
}
