import type { Affinity, NodeSelectorRequirement } from '@podlab/api';

/** Whether a required node affinity admits the node. Models k8s.io/component-helpers scheduling/corev1/nodeaffinity. */
export function requiredNodesInclude(
  affinity: Affinity | undefined,
  name: string,
  labels: Readonly<Record<string, string>>,
): boolean {
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (!required) return true;
  return required.nodeSelectorTerms.some(({ matchExpressions = [], matchFields = [] }) => {
    if (matchExpressions.length + matchFields.length === 0) return false;
    const fields = { 'metadata.name': name };
    return (
      matchExpressions.every((requirement) => fits(requirement, labels)) &&
      matchFields.every((requirement) => fits(requirement, fields))
    );
  });
}

function fits(
  { key, operator, values = [] }: NodeSelectorRequirement,
  labels: Readonly<Record<string, string>>,
): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  if (operator === 'NotIn') return value === undefined || !values.includes(value);
  if (operator === 'DoesNotExist') return value === undefined;
  if (value === undefined) return false;
  if (operator === 'In') return values.includes(value);
  if (operator === 'Exists') return true;
  if (!/^-?\d+$/.test(value)) return false;
  return operator === 'Gt' ? Number(value) > Number(values[0]) : Number(value) < Number(values[0]);
}
