import type { CustomResourceDefinition } from '@podlab/api';
import { Refusal } from '@podlab/kernel';
import { REGISTRY } from '@podlab/registry';
import type { Cluster } from '../cluster';

/** Where the objects of a kind are. */
export interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  /** `deployments` */
  readonly name: string;
  /** `deployments.apps` */
  readonly title: string;
  readonly namespaced: boolean;
  /** Of a CustomResourceDefinition. */
  readonly custom: boolean;
}

/** A kind that the cluster does not serve. */
export class UnknownKind extends Refusal {
  override readonly name = 'UnknownKind';
}

const CRDS = 'customresourcedefinitions.apiextensions.k8s.io';

/** The resource of a kind: built in, or of a CustomResourceDefinition. Throws UnknownKind in kubectl's words. */
export function resourceOf(cluster: Pick<Cluster, 'list'>, apiVersion: string, kind: string): Resource {
  for (const strategy of REGISTRY) {
    const { group, version, namespaced, resource } = strategy;
    const own = group === '' ? version : `${group}/${version}`;
    if (strategy.kind === kind && own === apiVersion)
      return { apiVersion, kind, name: resource, title: titleOf(resource, group), namespaced, custom: false };
  }
  for (const { spec } of cluster.list<CustomResourceDefinition>(CRDS)) {
    if (spec.names.kind !== kind) continue;
    if (!spec.versions.some(({ name, served }) => served && `${spec.group}/${name}` === apiVersion)) continue;
    const { plural } = spec.names;
    const namespaced = spec.scope === 'Namespaced';
    const title = titleOf(plural, spec.group);
    return { apiVersion, kind, name: plural, title, namespaced, custom: true };
  }
  throw new UnknownKind(`no matches for kind "${kind}" in version "${apiVersion}"`);
}

const titleOf = (name: string, group: string) => (group === '' ? name : `${name}.${group}`);

/** Of one object, of a namespace's objects, or of all. */
export function pathOf(
  { apiVersion, name, namespaced }: Resource,
  namespace?: string,
  object?: string,
): string {
  const prefix = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const scope = namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${prefix}${scope}/${name}${object === undefined ? '' : `/${encodeURIComponent(object)}`}`;
}
