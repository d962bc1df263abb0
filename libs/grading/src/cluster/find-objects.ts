import { callKube, pathOf, resourceOf, type Cluster, type KubeJson } from '@podlab/cluster';
import type { ObjectQuery } from '@podlab/contracts';
import { compareStrings } from '../order';
import { matchesGlob } from './glob';
import { kubeJson, LAB_USER } from './kube';

/** A query names one object: not a pattern, and not all that have some labels. */
export const isOne = ({ name }: ObjectQuery): boolean => name !== undefined && !name.includes('*');

const EVERYWHERE = '*';

/** The objects that a query means, in the order of namespace and name. Throws UnknownKind and KubeRefused. */
export function findObjects(cluster: Cluster, query: ObjectQuery, namespace: string): KubeJson[] {
  const resource = resourceOf(cluster, query.apiVersion, query.kind);
  const home = query.namespace ?? namespace;
  const within = home === EVERYWHERE ? undefined : home;
  if (isOne(query) && within !== undefined) {
    const path = pathOf(resource, within, query.name);
    const { status, body } = callKube(cluster, LAB_USER, { method: 'GET', path });
    return status === 200 && hasLabels(body as unknown as KubeJson, query)
      ? [body as unknown as KubeJson]
      : [];
  }
  const list = kubeJson(cluster, LAB_USER, { method: 'GET', path: pathOf(resource, within) });
  const { apiVersion, kind } = resource;
  return ((list['items'] ?? []) as KubeJson[])
    .filter((object) => hasLabels(object, query))
    .filter(({ metadata }) => query.name === undefined || matchesGlob(query.name, metadata.name))
    .map((object) => ({ ...object, apiVersion, kind }))
    .sort((one, other) => compareStrings(keyOf(one), keyOf(other)));
}

const keyOf = ({ metadata }: KubeJson) => `${metadata.namespace ?? ''}/${metadata.name}`;

function hasLabels({ metadata }: KubeJson, { selector }: ObjectQuery): boolean {
  return Object.entries(selector ?? {}).every(([key, value]) => metadata.labels?.[key] === value);
}

interface PodJson extends KubeJson {
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly { type: string; status: string }[];
  };
}

/** The pod that labels choose: the first ready one in the order of names, or the first of all. */
export function choosePod(
  cluster: Cluster,
  namespace: string,
  selector: Readonly<Record<string, string>>,
): string | undefined {
  const query = { apiVersion: 'v1', kind: 'Pod', namespace, selector: { ...selector } };
  const pods = (findObjects(cluster, query, namespace) as PodJson[]).filter(
    ({ metadata }) => metadata.deletionTimestamp === undefined,
  );
  return (pods.find(isReady) ?? pods[0])?.metadata.name;
}

function isReady({ status }: PodJson): boolean {
  return status?.conditions?.some(({ type, status: state }) => type === 'Ready' && state === 'True') ?? false;
}
