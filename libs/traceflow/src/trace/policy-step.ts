import type { ObjectReference, Step } from '@podlab/contracts';
import type { AllowingRule, ObjectName, PolicyDecision } from '@podlab/network-policy';
import type { RawStep } from '@podlab/netstack';
import type { StepWords } from './step-message';

type QueueStep = Extract<RawStep, { type: 'Queue' }>;

const nameOf = ({ namespace, name }: ObjectName) => `${namespace}/${name}`;

/** Points at a policy, or with `field` at a rule in it. */
export function policyReference({ namespace, name }: ObjectName, field?: string): ObjectReference {
  const reference = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', namespace, name };
  return field === undefined ? reference : { ...reference, field };
}

/** The decision that a queue's step tells: policies are the only ones that judge in queues. */
const decisionOf = (step: QueueStep) => step.detail.data as PolicyDecision;

export function policyWords(step: QueueStep): StepWords {
  const { direction, allowed, pod, isolated_by, allowed_by } = decisionOf(step);
  const params = { pod: nameOf(pod), policies: isolated_by.map(nameOf).join(', ') };
  if (!allowed) return { code: `NetworkPolicy.${direction}Dropped`, params };
  const rules = allowed_by.map((rule) => `${nameOf(rule)} ${rule.field}`).join(', ');
  return { code: `NetworkPolicy.${direction}Allowed`, params: { ...params, rules } };
}

/** The rules that allowed, or the policies that isolate where none did. */
export function policyObjects(step: QueueStep): readonly ObjectReference[] {
  const { allowed, isolated_by, allowed_by } = decisionOf(step);
  return allowed
    ? allowed_by.map((rule: AllowingRule) => policyReference(rule, rule.field))
    : isolated_by.map((policy) => policyReference(policy));
}

export function policyDetail(step: QueueStep): Step['detail'] {
  const { direction, pod, isolated_by, allowed_by } = decisionOf(step);
  return { direction, pod, isolated_by, allowed_by };
}
