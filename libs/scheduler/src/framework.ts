import type {
  Namespace,
  PersistentVolume,
  PersistentVolumeClaim,
  ReplicaSet,
  Service,
  StorageClass,
} from '@podlab/api';
import type { Informer } from '@podlab/client';
import type { NodeInfo, PodInfo } from './node-info';

/** The highest score that a plugin gives a node. Models k8s.io/kube-scheduler framework MaxNodeScore. */
export const MAX_NODE_SCORE = 100;

/** Why a plugin turns a node down. */
export interface Rejection {
  readonly reasons: readonly string[];
  /** No eviction of pods could change it. Models UnschedulableAndUnresolvable. */
  readonly unresolvable: boolean;
}

/** How one plugin rates the nodes that are left. */
export interface Scorer {
  score(node: NodeInfo): number;
  /** Brings the scores, in the order of nodes, to 0 … {@link MAX_NODE_SCORE}. */
  normalize?(scores: number[], nodes: readonly NodeInfo[]): void;
}

/** What one pod's scheduling looks at. */
export interface Cycle {
  readonly pod: PodInfo;
  /** All nodes, by name. */
  readonly nodes: readonly NodeInfo[];
  readonly world: World;
}

/** What plugins read beside nodes. */
export interface World {
  readonly services: Informer<Service>;
  readonly replicaSets: Informer<ReplicaSet>;
  readonly namespaces: Informer<Namespace>;
  readonly claims: Informer<PersistentVolumeClaim>;
  readonly volumes: Informer<PersistentVolume>;
  readonly storageClasses: Informer<StorageClass>;
  /** How many pods with (anti-)affinity terms are on nodes at all. */
  podsWithAffinity(): number;
  /** How many running pods of the node a selector matches; kept as pods come and go. */
  countMatching(node: NodeInfo, selector: PodSelector): number;
}

/** Pods of one namespace by label. */
export interface PodSelector {
  /** Equal for equal selectors. */
  readonly id: string;
  matches(pod: PodInfo): boolean;
}

/** One plugin of the profile; both parts are made anew for each pod, and absent when the pod gives them nothing to do. */
export interface Plugin {
  readonly name: string;
  readonly weight?: number;
  /** Why no node can take the pod, whichever it is; such a pod is not filtered further. */
  preFilter?(cycle: Cycle): string | undefined;
  filter?(cycle: Cycle): ((node: NodeInfo) => Rejection | undefined) | undefined;
  score?(cycle: Cycle, feasible: readonly NodeInfo[]): Scorer | undefined;
}

/** Scales scores so that the highest is the best one, or the lowest if `reverse`. Models helper.DefaultNormalizeScore. */
export function normalizeToHighest(scores: number[], reverse: boolean): void {
  const highest = Math.max(0, ...scores);
  for (let i = 0; i < scores.length; i++) {
    const scaled = highest === 0 ? 0 : Math.trunc((MAX_NODE_SCORE * scores[i]) / highest);
    scores[i] = reverse ? MAX_NODE_SCORE - scaled : scaled;
  }
}
