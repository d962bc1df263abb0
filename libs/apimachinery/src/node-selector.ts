import { matchesLabels, type LabelOperator, type Labels } from './labels';

/** One term of a node selector as objects carry it; fits `NodeSelectorTerm` of `@podlab/api`. */
export interface NodeSelectorTermLike {
  readonly matchExpressions?: readonly NodeSelectorRequirementLike[];
  readonly matchFields?: readonly NodeSelectorRequirementLike[];
}

export interface NodeSelectorRequirementLike {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** A node as selectors see it. */
export interface SelectedNode {
  readonly name: string;
  readonly labels: Labels;
}

const OPERATORS: Readonly<Record<string, LabelOperator>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
  Gt: 'gt',
  Lt: 'lt',
};
/** A field is one value: it is that one, or it is not. */
const FIELD_OPERATORS: ReadonlySet<string> = new Set(['In', 'NotIn']);

/**
 * Whether a node satisfies one of the terms. Models k8s.io/component-helpers scheduling/corev1/nodeaffinity
 * LazyErrorNodeSelector Match.
 */
export function matchesNodeSelectorTerms(
  terms: readonly NodeSelectorTermLike[],
  node: SelectedNode,
): boolean {
  return terms.some((term) => matchesNodeSelectorTerm(term, node));
}

/** A term without requirements matches no node, nor does one that does not parse. */
export function matchesNodeSelectorTerm(
  { matchExpressions = [], matchFields = [] }: NodeSelectorTermLike,
  node: SelectedNode,
): boolean {
  if (matchExpressions.length === 0 && matchFields.length === 0) return false;
  const fields = { 'metadata.name': node.name };
  return (
    matchExpressions.every((requirement) => meets(requirement, node.labels)) &&
    matchFields.every(
      (requirement) =>
        FIELD_OPERATORS.has(requirement.operator) &&
        requirement.values?.length === 1 &&
        meets(requirement, fields),
    )
  );
}

function meets({ key, operator, values = [] }: NodeSelectorRequirementLike, labels: Labels): boolean {
  if (!Object.hasOwn(OPERATORS, operator)) return false;
  const compares = operator === 'Gt' || operator === 'Lt';
  if (compares && values.length !== 1) return false;
  return matchesLabels({ requirements: [{ key, operator: OPERATORS[operator], values }] }, labels);
}
