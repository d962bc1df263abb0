/** Reads all objects of a cluster through its own discovery. */
import { withoutManagedFields, type KubeObject } from '@podlab/apimachinery';
import type { KubernetesObject } from '@podlab/contracts';
import type { Cluster } from './core';
import { callKube, HOST_USER } from './kube-call';

export interface Resource {
  /** `pods`, `deployments` … */
  name: string;
  kind: string;
  apiVersion: string;
  namespaced: boolean;
  /** `/api/v1` or `/apis/apps/v1`. */
  prefix: string;
  verbs: readonly string[];
}

interface ResourceList {
  resources?: { name: string; kind: string; namespaced: boolean; verbs: string[] }[];
}
interface GroupList {
  groups?: { preferredVersion: { groupVersion: string } }[];
}

const get = (core: Cluster, path: string) => callKube(core, { method: 'GET', path, user: HOST_USER }).body;

/** Groups that show the objects of another one by other names. */
const VIEWS: ReadonlySet<string> = new Set(['events.k8s.io/v1']);

/** Every resource that the cluster serves, in its preferred version and one group, without subresources. */
export function resourcesOf(core: Cluster): Resource[] {
  const groups = (get(core, '/apis') as GroupList).groups ?? [];
  const versions = [
    { apiVersion: 'v1', prefix: '/api/v1' },
    ...groups.map(({ preferredVersion: { groupVersion } }) => ({
      apiVersion: groupVersion,
      prefix: `/apis/${groupVersion}`,
    })),
  ].filter(({ apiVersion }) => !VIEWS.has(apiVersion));
  return versions.flatMap(({ apiVersion, prefix }) =>
    ((get(core, prefix) as ResourceList).resources ?? [])
      .filter(({ name }) => !name.includes('/'))
      .map(({ name, kind, namespaced, verbs }) => ({ name, kind, namespaced, verbs, apiVersion, prefix })),
  );
}

/** The path of one object, or of a collection where `name` is missing. */
export function resourcePath(resource: Resource, namespace: string | undefined, name?: string): string {
  const scope = resource.namespaced && namespace ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  const end = name === undefined ? '' : `/${encodeURIComponent(name)}`;
  return `${resource.prefix}${scope}/${resource.name}${end}`;
}

/** All objects, of these kinds or of every kind. What can't be watched is no object: metrics are made when one looks. */
export function objectsOf(core: Cluster, kinds?: readonly string[]): KubernetesObject[] {
  return resourcesOf(core)
    .filter(({ kind, verbs }) => verbs.includes('watch') && (!kinds || kinds.includes(kind)))
    .flatMap((resource) => listOf(core, resource));
}

/** All objects as they were at an earlier revision; undefined where the cluster does not keep that any more. */
export function objectsAt(core: Cluster, resourceVersion: number): KubernetesObject[] | undefined {
  if (resourceVersion === core.resourceVersion()) return objectsOf(core);
  const query = `resourceVersion=${resourceVersion}&resourceVersionMatch=Exact`;
  const all: KubernetesObject[] = [];
  for (const resource of resourcesOf(core)) {
    if (!resource.verbs.includes('watch')) continue;
    const path = resourcePath(resource, undefined);
    const { status, body } = callKube(core, { method: 'GET', path, query, user: HOST_USER });
    if (status !== 200) return undefined;
    all.push(...itemsOf(body, resource));
  }
  return all;
}

/** The object without the managers of its fields: they are for the API's own clients. */
export function withoutManagers(object: KubernetesObject): KubernetesObject {
  return withoutManagedFields(object as KubeObject) as KubernetesObject;
}

export function listOf(core: Cluster, resource: Resource): KubernetesObject[] {
  return itemsOf(get(core, resourcePath(resource, undefined)), resource);
}

function itemsOf(list: { items?: KubernetesObject[] }, { apiVersion, kind }: Resource): KubernetesObject[] {
  return (list.items ?? []).map((object) => withoutManagers({ ...object, apiVersion, kind }));
}
