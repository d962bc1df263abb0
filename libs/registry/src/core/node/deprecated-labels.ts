import type { NodeSelectorTerm } from '@podlab/api';
import { labelValueErrors, type Path } from '@podlab/apimachinery';

const DEPRECATED: ReadonlyMap<string, string> = new Map([
  ['beta.kubernetes.io/arch', 'deprecated since v1.14; use "kubernetes.io/arch" instead'],
  ['beta.kubernetes.io/os', 'deprecated since v1.14; use "kubernetes.io/os" instead'],
  [
    'failure-domain.beta.kubernetes.io/region',
    'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  ],
  [
    'failure-domain.beta.kubernetes.io/zone',
    'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  ],
  [
    'beta.kubernetes.io/instance-type',
    'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  ],
  ['app.kubernetes.io/created-by', 'deprecated since v1.9'],
  [
    'scheduler.alpha.kubernetes.io/preferAvoidPods',
    'deprecated since v1.22; use Taints and Tolerations instead',
  ],
  ['node-role.kubernetes.io/master', 'use "node-role.kubernetes.io/control-plane" instead'],
]);

/** What to use in place of a label of nodes, if it is an old one. Models pkg/api/node GetNodeLabelDeprecatedMessage. */
export function deprecatedLabelText(label: string): string | undefined {
  return DEPRECATED.get(label);
}

/**
 * Models pkg/api/node GetWarningsForNodeSelectorTerm. Only of a preference are the values judged: those of a requirement
 * validation refuses.
 */
export function nodeSelectorTermWarnings(
  term: NodeSelectorTerm,
  path: Path,
  judgesValues: boolean,
): string[] {
  return (term.matchExpressions ?? []).flatMap(({ key, values }, index) => {
    const at = path.child('matchExpressions').index(index);
    const text = deprecatedLabelText(key);
    const wrong = (judgesValues ? (values ?? []) : []).flatMap((value, place) =>
      labelValueErrors(value).map(
        (message) => `${at.child('values').index(place).toString()}: ${value} is invalid, ${message}`,
      ),
    );
    return [...(text ? [`${at.child('key').toString()}: ${key} is ${text}`] : []), ...wrong];
  });
}
