// Every library as one file for the specs of the others: Jest evaluates the modules of each spec anew, and a file is read
// five times as fast as the three hundred it is made of. Imports between libraries stay imports, so each is there once.
const { buildSync } = require('esbuild');
const { createHash } = require('node:crypto');
const { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '../..');
// Jest looks at nothing under .cache, so they stand beside the packages.
const cache = join(root, 'node_modules/.cache/podlab-libraries');
const KEPT_MS = 3_600_000;

/** @returns {string} the folder that holds `<library>.cjs` and `zod.cjs`, made from the sources as they are now. */
function builtLibraries() {
  const libraries = readdirSync(join(root, 'libs')).filter((name) => existsSync(entryOf(name)));
  const folder = join(cache, stateOf(libraries));
  if (!existsSync(folder)) {
    const unfinished = `${folder}-${process.pid}`;
    build(libraries, unfinished);
    forgetOld();
    putInPlace(unfinished, folder);
  }
  return folder;
}

/** Another run may have made the same meanwhile. */
function putInPlace(unfinished, folder) {
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(unfinished, { recursive: true });
  }
}

const entryOf = (library) => join(root, 'libs', library, 'src/index.ts');

/** Changes whenever a source does. */
function stateOf(libraries) {
  const hash = createHash('sha256');
  const add = (file) => {
    const { mtimeMs, size } = statSync(file);
    hash.update(`${file} ${mtimeMs} ${size}\n`);
  };
  add(join(root, 'package-lock.json'));
  add(__filename);
  for (const library of libraries) {
    const folder = join(root, 'libs', library, 'src');
    for (const file of readdirSync(folder, { recursive: true }).sort()) {
      if (/\.(ts|json)$/.test(file) && !file.endsWith('.spec.ts')) add(join(folder, file));
    }
  }
  return hash.digest('hex').slice(0, 16);
}

function build(libraries, outdir) {
  mkdirSync(outdir, { recursive: true });
  const common = { absWorkingDir: root, bundle: true, platform: 'node', format: 'cjs', target: 'node20' };
  buildSync({
    ...common,
    entryPoints: libraries.map((library) => ({ in: entryOf(library), out: library })),
    outdir,
    outExtension: { '.js': '.cjs' },
    packages: 'external',
    external: ['@podlab/*'],
    keepNames: true,
    tsconfig: join(root, 'tsconfig.base.json'),
    logLevel: 'warning',
  });
  const zod = { contents: "module.exports = require('zod');", resolveDir: root };
  buildSync({ ...common, stdin: zod, outfile: join(outdir, 'zod.cjs') });
}

/** Another run may still read what is not old. */
function forgetOld() {
  for (const name of readdirSync(cache)) {
    const folder = join(cache, name);
    const { mtimeMs } = statSync(folder, { throwIfNoEntry: false }) ?? { mtimeMs: Infinity };
    if (Date.now() - mtimeMs > KEPT_MS) rmSync(folder, { recursive: true, force: true });
  }
}

module.exports = { builtLibraries };
