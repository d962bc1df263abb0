/** Who reaches whom: the rows and columns of a connectivity matrix, from what the cluster has. */
import type { Pod } from '@podlab/api';
import type { Disposition, RequestSource } from '@podlab/contracts';
import { presetsFor, type PresetGroup, type PresetObjects } from './presets';

/** What fits beside a picture; a cluster of hundreds is asked by the API. */
export const MOST_SENDERS = 24;
export const MOST_TARGETS = 16;

/** The kinds of address that the cluster has one of, as columns to choose from. */
export const targetKinds = (objects: PresetObjects): PresetGroup[] =>
  presetsFor('Pod', objects).map(({ kind, urls }) => ({ kind, urls: [...new Set(urls)] }));

const isOurs = ({ metadata }: { metadata: { namespace?: string } }): boolean =>
  !metadata.namespace?.startsWith('kube-');

/**
 * The outside, each running pod, each node: by name. Where they are too many, one pod speaks for its siblings.
 */
export function sendersOf(
  { pods, nodes }: Pick<PresetObjects, 'pods' | 'nodes'>,
  most = MOST_SENDERS,
): RequestSource[] {
  const all = pods.filter((pod) => isOurs(pod) && pod.status?.phase === 'Running');
  const running = all.length + nodes.length < most ? all : oneOfEach(all);
  const ofPods = running.map(({ metadata: { namespace = 'default', name } }): RequestSource => ({
    kind: 'Pod',
    namespace,
    name,
  }));
  const ofNodes = nodes.map(({ metadata }): RequestSource => ({ kind: 'Node', name: metadata.name }));
  return [{ kind: 'External' }, ...ofPods.toSorted(byName), ...ofNodes.toSorted(byName)];
}

function oneOfEach(pods: readonly Pod[]): Pod[] {
  const workloads = new Map<string, Pod>();
  for (const pod of pods.toSorted((one, other) => (one.metadata.name < other.metadata.name ? -1 : 1))) {
    const { name, namespace = '', ownerReferences } = pod.metadata;
    const maker = ownerReferences?.find(({ controller }) => controller)?.name ?? name;
    const key = `${namespace}/${maker}`;
    if (!workloads.has(key)) workloads.set(key, pod);
  }
  return [...workloads.values()];
}

const nameOf = (source: RequestSource): string =>
  source.kind === 'Pod' ? `${source.namespace}/${source.name}` : source.kind === 'Node' ? source.name : '';

const byName = (one: RequestSource, other: RequestSource): number => (nameOf(one) < nameOf(other) ? -1 : 1);

/** `http://web.lab06/` as a column's head: `web.lab06`. */
export const shortTarget = (url: string): string => url.replace(/^http:\/\//, '').replace(/\/$/, '');

export const reached = (matrix: readonly (readonly Disposition[])[]): number =>
  matrix.flat().filter((disposition) => disposition === 'Delivered').length;
