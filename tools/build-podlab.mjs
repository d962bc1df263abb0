// Bundles apps/podlab with all it uses into one file, dist/podlab/podlab.mjs: `node podlab.mjs grade …` needs nothing else.
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
rmSync(`${root}dist/podlab`, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: [`${root}apps/podlab/src/main.ts`],
  outfile: `${root}dist/podlab/podlab.mjs`,
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
