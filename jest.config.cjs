// One Jest run over every project: `npx jest --selectProjects kernel`. A project is called what its project.json says.
const { existsSync, readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const { builtLibraries } = require('./tools/jest/libraries.cjs');

// PODLAB_TEST_SOURCES=1: stack traces lead into the sources of every library, and each spec starts a second later.
const libraries = process.env.PODLAB_TEST_SOURCES ? undefined : builtLibraries();

const swcOptions = (tsx) => ({
  jsc: {
    target: 'es2022',
    keepClassNames: true,
    parser: { syntax: 'typescript', tsx, decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, react: { runtime: 'automatic' } },
  },
  module: { type: 'commonjs' },
  sourceMaps: 'inline',
});

// A global that is looked up in Jest's sandbox goes through a proxy each time: a fifth of a simulation's time. As parameters
// of every module they cost nothing. Only what the language itself gives, and no test replaces.
const LANGUAGE_GLOBALS = [
  ...['Array', 'BigInt', 'Boolean', 'DataView', 'Error', 'JSON', 'Map', 'Math', 'Number', 'Object', 'Proxy'],
  ...[
    'Reflect',
    'RegExp',
    'Set',
    'String',
    'Symbol',
    'Uint8Array',
    'WeakMap',
    'WeakSet',
    'Infinity',
    'isNaN',
  ],
  ...['parseInt', 'decodeURIComponent', 'encodeURIComponent'],
];

/** @returns {import('jest').Config} */
function project(displayName, folder) {
  return {
    displayName,
    rootDir: __dirname,
    roots: [`<rootDir>/${folder}`],
    testMatch: ['**/*.spec.ts', '**/*.spec.tsx', '**/*.spec.mjs'],
    testPathIgnorePatterns: ['/node_modules/', '/dist/', '/.next/', '/out/'],
    modulePathIgnorePatterns: ['<rootDir>/dist/', '/\\.next/', '/out/', '<rootDir>/\\.cache/'],
    moduleFileExtensions: ['ts', 'tsx', 'js', 'mjs', 'cjs', 'json', 'node'],
    transform: {
      '^.+\\.ts$': ['@swc/jest', swcOptions(false)],
      '^.+\\.tsx$': ['@swc/jest', swcOptions(true)],
      '^.+\\.m?js$': '<rootDir>/tools/jest/esm-to-cjs.cjs',
    },
    transformIgnorePatterns: ['\\.cjs$', '\\.node$'],
    moduleNameMapper: {
      ...(libraries && {
        [`^@podlab/(?!${folder.replace('libs/', '')}$)([^/]+)$`]: `${libraries}/$1.cjs`,
        '^zod$': `${libraries}/zod.cjs`,
      }),
      '^@podlab/([^/]+)$': '<rootDir>/libs/$1/src/index.ts',
      '^fast-check$': '<rootDir>/tools/jest/fast-check.cjs',
      '^(\\.{1,2}/.*)\\.js$': ['$1.js', '$1'],
    },
    testEnvironment: 'node',
    sandboxInjectedGlobals: LANGUAGE_GLOBALS,
    setupFiles: ['<rootDir>/tools/jest/short-stacks.cjs'],
  };
}

function projectsIn(parent) {
  return readdirSync(join(__dirname, parent))
    .map((name) => `${parent}/${name}`)
    .filter((folder) => existsSync(join(__dirname, folder, 'project.json')))
    .map((folder) => {
      const { name } = JSON.parse(readFileSync(join(__dirname, folder, 'project.json'), 'utf8'));
      return project(name, folder);
    });
}

module.exports = {
  // A busy machine is no failure; what hangs is stopped all the same. Jest reads it here, not in a project.
  testTimeout: 240_000,
  cacheDirectory: join(__dirname, '.cache/jest'),
  testSequencer: join(__dirname, 'tools/jest/slow-first.cjs'),
  projects: [...projectsIn('libs'), ...projectsIn('apps'), project('tools', 'tools')],
};
