// Jest runs CommonJS and Node 20 cannot require() an ES module: dependencies that ship only ESM are rewritten, others left as they are.
const { existsSync, readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const swc = require('@swc/jest').createTransformer({
  jsc: { target: 'es2022', parser: { syntax: 'ecmascript' } },
  module: { type: 'commonjs' },
});

const ESM_STATEMENT =
  /^\s*(import\s*[\w{*'"]|export\s+(default|const|let|var|function|class|async|\*|\{)|export\s*\{)/m;
const COMMONJS_STATEMENT = /\bmodule\.exports\b/;

/** The `type` of the package that a folder belongs to. */
const typeByFolder = new Map();
function packageType(folder) {
  const known = typeByFolder.get(folder);
  if (known !== undefined) return known;
  const manifest = join(folder, 'package.json');
  const parent = dirname(folder);
  const declared = existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).type : undefined;
  const type = declared ?? (existsSync(manifest) || parent === folder ? 'commonjs' : packageType(parent));
  typeByFolder.set(folder, type);
  return type;
}

/** Some packages ship ES modules for bundlers without saying so; strings in CommonJS may look like such statements. */
function isEsm(source, file) {
  if (file.endsWith('.mjs')) return true;
  if (!ESM_STATEMENT.test(source)) return false;
  return packageType(dirname(file)) === 'module' || !COMMONJS_STATEMENT.test(source);
}

module.exports = {
  canInstrument: false,
  getCacheKey: (source, file, options) => swc.getCacheKey(source, file, options),
  process: (source, file, options) =>
    isEsm(source, file) ? swc.process(source, file, options) : { code: source },
};
