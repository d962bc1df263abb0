// Jest runs CommonJS and Node 20 cannot require() an ES module: dependencies that ship only ESM are rewritten, others left as they are.
const swc = require('@swc/jest').createTransformer({
  jsc: { target: 'es2022', parser: { syntax: 'ecmascript' } },
  module: { type: 'commonjs' },
});
const ESM_STATEMENT =
  /^\s*(import\s*[\w{*'"]|export\s+(default|const|let|var|function|class|async|\*|\{)|export\s*\{)/m;
const isEsm = (source, file) => file.endsWith('.mjs') || ESM_STATEMENT.test(source);

module.exports = {
  canInstrument: false,
  getCacheKey: (source, file, options) => swc.getCacheKey(source, file, options),
  process: (source, file, options) =>
    isEsm(source, file) ? swc.process(source, file, options) : { code: source },
};
