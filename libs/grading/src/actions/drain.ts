import type { UserInfo } from '@podlab/apiserver';
import { callKube, type Cluster, type KubeJson } from '@podlab/cluster';
import { kubeJson, KubeRefused } from '../cluster/kube';
import { advance } from '../cluster/settle';

/** As `kubectl drain` waits between two tries of an eviction that a budget forbids. */
const RETRY_MS = 5000;
const PATIENCE_MS = 300_000;

interface PodOnNode extends KubeJson {
  readonly spec?: { readonly nodeName?: string };
}

export function setUnschedulable(
  cluster: Cluster,
  user: UserInfo,
  node: string,
  unschedulable: boolean,
): void {
  kubeJson(cluster, user, {
    method: 'PATCH',
    path: `/api/v1/nodes/${encodeURIComponent(node)}`,
    content_type: 'application/merge-patch+json',
    body: { spec: { unschedulable: unschedulable ? true : null } },
  });
}

/**
 * Cordons a node and evicts its pods; those of DaemonSets stay. Models k8s.io/kubectl pkg/drain, with
 * `--ignore-daemonsets --delete-emptydir-data --force`. Throws KubeRefused when a budget never lets go.
 */
export function drainNode(cluster: Cluster, user: UserInfo, node: string): void {
  setUnschedulable(cluster, user, node, true);
  const list = kubeJson(cluster, user, { method: 'GET', path: '/api/v1/pods' });
  const pods = ((list['items'] ?? []) as PodOnNode[]).filter(
    ({ metadata, spec }) =>
      spec?.nodeName === node &&
      metadata.deletionTimestamp === undefined &&
      !metadata.ownerReferences?.some(({ kind }) => kind === 'DaemonSet' || kind === 'Node'),
  );
  const until = cluster.now() + PATIENCE_MS;
  for (const pod of pods) evict(cluster, user, pod, until);
}

function evict(cluster: Cluster, user: UserInfo, { metadata }: KubeJson, until: number): void {
  const { name, namespace } = metadata;
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/eviction`;
  const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } };
  for (;;) {
    const answer = callKube(cluster, user, { method: 'POST', path, body });
    if (answer.status < 300 || answer.status === 404) return;
    if (answer.status !== 429 || cluster.now() >= until) throw new KubeRefused(answer.body);
    advance(cluster, RETRY_MS);
  }
}
