import type { ContainerStatus, Job, Pod, PodFailurePolicyRule } from '@podlab/api';

/** What a rule says of a failed pod. */
export interface PolicyVerdict {
  /** Whether the failure counts toward the back-off limit. */
  readonly counts: boolean;
  /** Why the whole Job fails, when it does. */
  readonly failJob?: string;
}

/** Models k8s.io/kubernetes pkg/controller/job/pod_failure_policy.go matchPodFailurePolicy: the first rule that matches decides. */
export function judgeFailure({ spec }: Job, pod: Pod): PolicyVerdict {
  const rules = spec.podFailurePolicy?.rules ?? [];
  for (const [index, rule] of rules.entries()) {
    const found = rule.onExitCodes ? matchExitCodes(rule, pod) : matchConditions(rule, pod);
    if (found === undefined) continue;
    if (rule.action === 'Ignore') return { counts: false };
    if (rule.action === 'Count') return { counts: true };
    return { counts: true, failJob: `${found} matching FailJob rule at index ${index}` };
  }
  return { counts: true };
}

function matchExitCodes({ onExitCodes }: PodFailurePolicyRule, pod: Pod): string | undefined {
  if (!onExitCodes) return undefined;
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {};
  const { containerName, operator, values } = onExitCodes;
  const matches = ({ name, state }: ContainerStatus) => {
    const code = state?.terminated?.exitCode ?? 0;
    if (code === 0 || (containerName !== undefined && containerName !== name)) return false;
    return values.includes(code) === (operator === 'In');
  };
  const container = [...containerStatuses, ...initContainerStatuses].find(matches);
  if (!container) return undefined;
  const code = container.state?.terminated?.exitCode;
  const { namespace, name } = pod.metadata;
  return `Container ${container.name} for pod ${namespace}/${name} failed with exit code ${code}`;
}

function matchConditions({ onPodConditions = [] }: PodFailurePolicyRule, pod: Pod): string | undefined {
  for (const { type, status } of pod.status?.conditions ?? []) {
    if (!onPodConditions.some((pattern) => pattern.type === type && pattern.status === status)) continue;
    return `Pod ${pod.metadata.namespace}/${pod.metadata.name} has condition ${type}`;
  }
  return undefined;
}
