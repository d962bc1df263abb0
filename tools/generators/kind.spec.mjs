import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findKind } from './find-kind.mjs';
import { generateKind } from './kind.mjs';
import { folderOf, kebabCase, registerText } from './templates.mjs';

const repository = join(__dirname, '../..');
const LIBRARIES = ['kernel', 'apimachinery', 'api', 'storage', 'client', 'apiserver'];

/** Kinds of the repository that its copy has lost, so that they can be made. */
const MISSING = [
  ['policy/v1', 'PodDisruptionBudget', 'policy/pod-disruption-budget'],
  ['v1', 'ReplicationController', 'core/replication-controller'],
  ['v1', 'PodTemplate', 'core/pod-template'],
];

/** A workspace with a registry of its own; the libraries below it are the repository's. */
function makeWorkspace() {
  const root = mkdtempSync(join(tmpdir(), 'podlab-kind-'));
  mkdirSync(join(root, 'libs'));
  for (const name of LIBRARIES) symlinkSync(join(repository, 'libs', name), join(root, 'libs', name));
  cpSync(join(repository, 'libs/registry'), join(root, 'libs/registry'), { recursive: true });
  for (const file of ['tsconfig.base.json', 'tsconfig.spec.json'])
    cpSync(join(repository, file), join(root, file));
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
  for (const [, kind, folder] of MISSING) removeKind(root, kind, folder);
  return root;
}

function removeKind(root, kind, folder) {
  rmSync(join(root, 'libs/registry/src', folder), { recursive: true });
  const registry = join(root, 'libs/registry/src/registry.ts');
  const name = `${kind[0].toLowerCase()}${kind.slice(1)}Strategy`;
  const kept = readFileSync(registry, 'utf8')
    .split('\n')
    .filter((line) => !line.includes(name));
  writeFileSync(registry, kept.join('\n'));
}

/** Type errors in the files of a new kind, and in the registry that names it; its spec leads to both. */
function typeErrors(root, files) {
  const tsc = join(repository, 'node_modules/typescript7/bin/tsc');
  const args = [tsc, '-p', 'libs/registry/tsconfig.spec.json'];
  const check = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  return check.stdout.split('\n').filter((line) => files.some((file) => line.startsWith(file)));
}

let root;

beforeEach(() => {
  root = makeWorkspace();
});

afterEach(() => rmSync(root, { recursive: true }));

describe('generating a kind', () => {
  it.each(MISSING)(
    '%s %s writes files that type check and stand in the registry',
    async (apiVersion, kind, folder) => {
      const files = await generateKind(root, apiVersion, kind);
      expect(files).toEqual([
        `libs/registry/src/${folder}/strategy.ts`,
        `libs/registry/src/${folder}/strategy.spec.ts`,
        'libs/registry/src/registry.ts',
      ]);
      expect(typeErrors(root, files)).toEqual([]);
    },
  );

  it('sees a type error in what it wrote', async () => {
    const files = await generateKind(root, 'v1', 'PodTemplate');
    const strategy = join(root, files[0]);
    writeFileSync(strategy, readFileSync(strategy, 'utf8').replace("kind: 'PodTemplate'", 'kind: 5'));
    expect(typeErrors(root, files)).toEqual([
      expect.stringContaining("Type 'number' is not assignable to type 'string'"),
    ]);
  });

  it.each([
    ['policy/v7', 'PodDisruptionBudget', 'Kubernetes 1.36 has no API version policy/v7'],
    ['v1', 'Gadget', 'v1 has no kind Gadget that can be created'],
    ['v1', 'ConfigMap', 'libs/registry/src/core/config-map is there already'],
    [
      'storage.k8s.io/v1',
      'CSIDriver',
      "libs/api has no type CSIDriver: add 'V1CSIDriver' to tools/openapi/roots.mjs",
    ],
  ])('%s %s is refused', async (apiVersion, kind, message) => {
    await expect(generateKind(root, apiVersion, kind)).rejects.toThrow(message);
  });
});

describe('what the model says of a kind', () => {
  it.each([
    ['apps/v1', 'Deployment', { resource: 'deployments', namespaced: true, hasStatus: true, hasScale: true }],
    ['v1', 'Endpoints', { resource: 'endpoints', namespaced: true, hasStatus: false, hasSpec: false }],
    ['v1', 'Node', { resource: 'nodes', namespaced: false, hasStatus: true, hasScale: false }],
    ['networking.k8s.io/v1', 'Ingress', { resource: 'ingresses', group: 'networking.k8s.io', version: 'v1' }],
  ])('%s %s', async (apiVersion, kind, facts) => {
    expect(await findKind(apiVersion, kind)).toMatchObject(facts);
  });
});

describe('the place of a kind', () => {
  it.each([
    ['PodDisruptionBudget', 'pod-disruption-budget'],
    ['APIService', 'api-service'],
    ['CSIDriver', 'csi-driver'],
    ['ConfigMap', 'config-map'],
  ])('%s is %s', (kind, name) => {
    expect(kebabCase(kind)).toBe(name);
  });

  it('is a folder in its group', () => {
    expect(folderOf({ group: 'networking.k8s.io', kind: 'IngressClass' })).toBe('networking/ingress-class');
  });

  it('in the registry is behind its group, its import in the order of paths', () => {
    const registry = [
      "import type { Registry } from '@podlab/apiserver';",
      "import { deploymentStrategy } from './apps/deployment/strategy';",
      "import { podStrategy } from './core/pod/strategy';",
      '',
      'export const REGISTRY: Registry = [',
      '  podStrategy,',
      '  deploymentStrategy,',
      '];',
      '',
    ].join('\n');
    expect(registerText(registry, { group: '', kind: 'LimitRange' }).split('\n')).toEqual([
      "import type { Registry } from '@podlab/apiserver';",
      "import { deploymentStrategy } from './apps/deployment/strategy';",
      "import { limitRangeStrategy } from './core/limit-range/strategy';",
      "import { podStrategy } from './core/pod/strategy';",
      '',
      'export const REGISTRY: Registry = [',
      '  podStrategy,',
      '  limitRangeStrategy,',
      '  deploymentStrategy,',
      '];',
      '',
    ]);
  });
});
