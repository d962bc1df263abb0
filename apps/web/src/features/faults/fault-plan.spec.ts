import { FaultCreate, FaultKind } from '@podlab/contracts';
import { EMPTY_FAULT, FAULT_TARGETS, faultBody, type FaultDraft, withKind } from './fault-plan';

const TARGETS = { Node: 'node-a', Pod: 'lab06/web-1', Image: 'nginx' };

const drafts = FaultKind.options.flatMap((kind) =>
  FAULT_TARGETS[kind].map((targetKind): FaultDraft => {
    return { ...EMPTY_FAULT, kind, targetKind, target: TARGETS[targetKind] };
  }),
);

it.each(drafts.map((draft) => [draft.kind, draft.targetKind, draft] as const))(
  'a %s at a %s is one that the contract knows',
  (kind, targetKind, draft) => {
    const fault = FaultCreate.parse(faultBody({ ...draft, durationMs: 30_000 }));
    expect([fault.kind, fault.target.kind, fault.duration_ms]).toEqual([kind, targetKind, 30_000]);
  },
);

it('a pod is named in its namespace', () => {
  const body = faultBody({ ...EMPTY_FAULT, kind: 'PodUnready', targetKind: 'Pod', target: 'lab06/web-1' });
  expect(body).toEqual({ kind: 'PodUnready', target: { kind: 'Pod', namespace: 'lab06', name: 'web-1' } });
});

it('another kind keeps a target it can have and drops one it can not', () => {
  const node: FaultDraft = { ...EMPTY_FAULT, target: 'node-a' };
  expect(withKind(node, 'LinkDown')).toEqual({ ...node, kind: 'LinkDown' });
  expect(withKind(node, 'PodUnready')).toEqual({
    ...node,
    kind: 'PodUnready',
    targetKind: 'Pod',
    target: '',
  });
});

it('loss is a part of one', () => {
  const body = faultBody({ ...EMPTY_FAULT, kind: 'PacketLoss', target: 'node-a', lossPercent: 25 });
  expect(body).toMatchObject({ params: { loss: 0.25 } });
});
