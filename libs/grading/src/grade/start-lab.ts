import { createCluster, type Cluster, type ClusterConfig } from '@podlab/cluster';
import { ClusterCreate, nodeSpecifications, type AppliedDocument } from '@podlab/contracts';
import { performActions } from '../actions/perform-actions';
import { LAB_USER } from '../cluster/kube';
import { settle, SETTLE_MS } from '../cluster/settle';
import type { LabInstance } from '../instance/instance';

/** 2026-03-02T09:00:00Z: of every cluster that is made for grading. */
const EPOCH_MS = 1_772_442_000_000;

/** The configuration of a lab's cluster; whoever hosts it may change its id, epoch and clock. */
export function labClusterConfig({ document, seed }: LabInstance): ClusterConfig {
  const plan = ClusterCreate.parse(document.cluster);
  return {
    id: 'lab',
    seed,
    epoch_ms: EPOCH_MS,
    nodes: nodeSpecifications(plan.nodes),
    service_cidr: plan.service_cidr,
    pod_cidr: plan.pod_cidr,
    kube_proxy: plan.kube_proxy,
    cloud: plan.cloud,
    ...(plan.ingress_controller && { ingress_controller: plan.ingress_controller }),
    world: plan.world,
    images: plan.images,
    clock: { mode: 'paused', speed: 1 },
  };
}

/**
 * Brings a new cluster to where the lab begins, settled, and tells what became of its documents. Throws what an action
 * may throw: a lab that was verified does not.
 */
export function beginLab(cluster: Cluster, instance: LabInstance): readonly AppliedDocument[] {
  settle(cluster, SETTLE_MS);
  const actions = [...instance.document.start, ...(instance.variant?.start ?? [])];
  const { documents } = performActions(cluster, actions, { instance, user: LAB_USER });
  settle(cluster, SETTLE_MS);
  return documents;
}

/** A cluster of its own at the lab's beginning. */
export function startLab(instance: LabInstance): Cluster {
  const cluster = createCluster(labClusterConfig(instance));
  beginLab(cluster, instance);
  return cluster;
}
