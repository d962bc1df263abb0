// Bundles apps/api, with the libraries and the packages it uses, into dist/apps/api/main.mjs; each *.worker.ts becomes a
// file of its own beside it. A thousand files of packages took Node a second of each start to find and to read. esbuild
// writes no decorator metadata, so a file with decorators goes through SWC first.
import { transform } from '@swc/core';
import { build } from 'esbuild';
import { readdirSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const sources = join(root, 'apps/api/src');
const output = join(root, 'dist/apps/api');

const DECORATOR = /^\s*@[A-Z]\w*\(/m;
const SWC_OPTIONS = {
  sourceMaps: 'inline',
  module: { type: 'es6' },
  jsc: {
    target: 'es2022',
    keepClassNames: true,
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
  },
};

const decorators = {
  name: 'decorators',
  setup(pluginBuild) {
    pluginBuild.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!DECORATOR.test(text) && !/[(,]\s*@[A-Z]\w*\(/.test(text)) return { contents: text, loader: 'ts' };
      const { code } = await transform(text, { ...SWC_OPTIONS, filename: path });
      return { contents: code, loader: 'js' };
    });
  },
};

/** Compiled for this machine, they find their binary beside themselves; and what decorators write to, before all others. */
const OUTSIDE = ['better-sqlite3', 'better-sqlite3-13', '@node-rs/argon2', 'reflect-metadata'];

/** A package may ask for another that is not installed, when it comes to need it; the question stays one. */
const optionalPackages = {
  name: 'optional-packages',
  setup(pluginBuild) {
    pluginBuild.onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...from }) => {
      if (pluginData === optionalPackages || from.kind === 'entry-point') return undefined;
      if (OUTSIDE.includes(path)) return { path, external: true };
      const found = await pluginBuild.resolve(path, { ...from, pluginData: optionalPackages });
      return found.errors.length > 0 && !path.startsWith('@podlab/') ? { path, external: true } : found;
    });
  },
};

/** What a CommonJS package finds around it. */
const COMMONJS = [
  "import 'reflect-metadata';",
  "import { createRequire as createCommonJsRequire } from 'node:module';",
  'const require = createCommonJsRequire(import.meta.url);',
  'const { filename: __filename, dirname: __dirname } = {',
  "  filename: require('node:url').fileURLToPath(import.meta.url),",
  "  dirname: require('node:url').fileURLToPath(new URL('.', import.meta.url)),",
  '};',
].join('\n');

const workers = readdirSync(sources, { recursive: true })
  .filter((file) => file.endsWith('.worker.ts'))
  .map((file) => ({ in: join(sources, file), out: basename(file, '.ts') }));

rmSync(output, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: [{ in: join(sources, 'main.ts'), out: 'main' }, ...workers],
  outdir: output,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  banner: { js: COMMONJS },
  sourcemap: true,
  // A stack trace needs the places, not the sources, and Node keeps the whole map in memory.
  sourcesContent: false,
  keepNames: true,
  tsconfig: join(root, 'tsconfig.base.json'),
  logLevel: 'warning',
  plugins: [optionalPackages, decorators],
});

// One letter beyond Latin-1, be it in a comment, makes Node keep the whole file at two bytes a letter.
const escaped = (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
for (const file of readdirSync(output).filter((name) => name.endsWith('.mjs'))) {
  const text = await readFile(join(output, file), 'utf8');
  await writeFile(join(output, file), text.replace(/[^\0-\x7f]/g, escaped));
}
