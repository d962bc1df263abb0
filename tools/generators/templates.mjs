// The files of a new kind in libs/registry.

/** `PodDisruptionBudget` is pod-disruption-budget, `APIService` is api-service. */
export const kebabCase = (kind) =>
  kind
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();

const camelCase = (kind) => kebabCase(kind).replace(/-(\w)/g, (_, letter) => letter.toUpperCase());

export const strategyName = ({ kind }) => `${camelCase(kind)}Strategy`;

/** Where a kind stands in libs/registry/src: `policy/pod-disruption-budget`. */
export const folderOf = ({ group, kind }) =>
  `${group === '' ? 'core' : group.split('.')[0]}/${kebabCase(kind)}`;

export function strategyText(facts) {
  const { group, version, kind, resource, namespaced } = facts;
  const folder = group === '' ? 'core' : group.split('.')[0];
  return `import type { ${kind} } from '@podlab/api';
import type { Strategy } from '@podlab/apiserver';
import { AGE_COLUMN, NAME_COLUMN } from '../../printing/cells';

/** Models k8s.io/kubernetes pkg/registry/${folder}/${kind.toLowerCase()} strategy. */
export const ${strategyName(facts)}: Strategy<${kind}> = {
  group: '${group}',
  version: '${version}',
  kind: '${kind}',
  resource: '${resource}',
  singular: '${kind.toLowerCase()}',
  namespaced: ${namespaced},
  columns: [NAME_COLUMN, AGE_COLUMN],
${statusLines(facts)}};
`;
}

function statusLines({ hasSpec, hasStatus }) {
  if (!hasStatus) return '';
  return `${hasSpec ? '  hasGeneration: true,\n' : ''}  prepareForCreate(draft) {
    delete draft.status;
  },
  prepareForUpdate(draft, old) {
    draft.status = old.status;
  },
  status: {},
`;
}

export function specText(facts) {
  const { group, version, kind, resource, namespaced } = facts;
  const name = strategyName(facts);
  return `import { REGISTRY } from '../../registry';
import { ${name} } from './strategy';

describe('${kind}', () => {
  it('is served under its names', () => {
    expect(REGISTRY).toContain(${name});
    expect(${name}).toMatchObject({
      group: '${group}',
      version: '${version}',
      kind: '${kind}',
      resource: '${resource}',
      namespaced: ${namespaced},
    });
  });

  it('shows its columns', () => {
    expect(${name}.columns.map((column) => column.name)).toEqual(['Name', 'Age']);
  });
});
`;
}

/** registry.ts with the kind in it: behind the last kind of its group, or at the end. */
export function registerText(registry, facts) {
  const name = strategyName(facts);
  if (registry.includes(`${name},`)) throw new Error(`${facts.kind} is registered already`);
  const folder = folderOf(facts).split('/')[0];
  const imports = [...registry.matchAll(/^import \{ (\w+) \} from '\.\/([\w-]+)\/.*$/gm)];
  const line = `import { ${name} } from './${folderOf(facts)}/strategy';`;
  const next = imports.find((found) => found[0].split(' from ')[1] > line.split(' from ')[1]);
  const last = imports.at(-1);
  const at = next ? next.index : last.index + last[0].length + 1;
  const imported = `${registry.slice(0, at)}${line}\n${registry.slice(at)}`;
  const sisters = imports.filter(([, , group]) => group === folder).map(([, sister]) => sister);
  const listed = sisters.map((sister) => imported.indexOf(`  ${sister},\n`)).filter((index) => index >= 0);
  const end = imported.lastIndexOf('];');
  const behind = listed.length > 0 ? imported.indexOf('\n', Math.max(...listed)) + 1 : end;
  return `${imported.slice(0, behind)}  ${name},\n${imported.slice(behind)}`;
}
