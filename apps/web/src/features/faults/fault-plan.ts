import type { FaultCreateBody, FaultKind } from '@podlab/contracts';

export type TargetKind = 'Node' | 'Pod' | 'Image';

/** What a fault can hit, the likeliest first. */
export const FAULT_TARGETS: Readonly<Record<FaultKind, readonly [TargetKind, ...TargetKind[]]>> = {
  NodeDown: ['Node'],
  PodUnready: ['Pod'],
  ContainerCrash: ['Pod'],
  ImagePullFailure: ['Image', 'Node'],
  LinkLatency: ['Node', 'Pod'],
  PacketLoss: ['Node', 'Pod'],
  LinkDown: ['Node', 'Pod'],
};

export const FAULT_KINDS = Object.keys(FAULT_TARGETS) as FaultKind[];

export interface FaultDraft {
  readonly kind: FaultKind;
  readonly targetKind: TargetKind;
  /** A node's name, a pod's `namespace/name` or an image. */
  readonly target: string;
  readonly latencyMs: number;
  readonly lossPercent: number;
  readonly once: boolean;
  /** 0 until somebody heals it. */
  readonly durationMs: number;
}

export const EMPTY_FAULT: FaultDraft = {
  kind: 'NodeDown',
  targetKind: 'Node',
  target: '',
  latencyMs: 200,
  lossPercent: 30,
  once: true,
  durationMs: 0,
};

/** The fault of this kind at a target it can have. */
export function withKind(draft: FaultDraft, kind: FaultKind): FaultDraft {
  const targets = FAULT_TARGETS[kind];
  if (targets.includes(draft.targetKind)) return { ...draft, kind };
  return { ...draft, kind, targetKind: targets[0], target: '' };
}

/** The body of `POST /clusters/{id}/faults`. */
export function faultBody(draft: FaultDraft): FaultCreateBody {
  const { kind } = draft;
  const slash = draft.target.indexOf('/');
  const target =
    draft.targetKind === 'Pod'
      ? { kind: 'Pod', namespace: draft.target.slice(0, slash), name: draft.target.slice(slash + 1) }
      : { kind: draft.targetKind, name: draft.target };
  const params = {
    LinkLatency: { latency_ms: draft.latencyMs },
    PacketLoss: { loss: draft.lossPercent / 100 },
    ContainerCrash: { once: draft.once },
  }[kind as string];
  return {
    kind,
    target,
    ...(params && { params }),
    ...(draft.durationMs > 0 && { duration_ms: draft.durationMs }),
  } as FaultCreateBody;
}
