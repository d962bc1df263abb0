import type { KubeObject } from '@podlab/apimachinery';
import { REGISTRY } from '@podlab/registry';

type Kind = (typeof REGISTRY)[number];

/** The kind that a word of the command line means: `pods`, `pod`, `po`, `deployments.apps`. */
export function findKind(word: string): Kind | undefined {
  return REGISTRY.find(
    ({ resource, singular, shortNames, group }) =>
      [resource, singular, ...(shortNames ?? [])].includes(word) || `${resource}.${group}` === word,
  );
}

/** The kind of a manifest. */
export function kindOf({ apiVersion, kind }: KubeObject): Kind | undefined {
  return REGISTRY.find((strategy) => strategy.kind === kind && groupVersion(strategy) === apiVersion);
}

const groupVersion = ({ group, version }: Kind): string => (group ? `${group}/${version}` : version);

/** The path of a collection, or of one object. */
export function pathOf(kind: Kind, namespace: string, name?: string): string {
  const prefix = kind.group ? `/apis/${groupVersion(kind)}` : `/api/${kind.version}`;
  const scope = kind.namespaced ? `/namespaces/${namespace}` : '';
  return `${prefix}${scope}/${kind.resource}${name === undefined ? '' : `/${name}`}`;
}

/** `deployment.apps/web`, as kubectl names what it has changed. */
export function titleOf({ singular, group }: Kind, name: string): string {
  return `${singular}${group ? `.${group}` : ''}/${name}`;
}
