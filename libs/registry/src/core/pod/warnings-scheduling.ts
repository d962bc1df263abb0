import type { PodAffinityTerm, PodSpec } from '@podlab/api';
import type { Path } from '@podlab/apimachinery';
import { deprecatedLabelText, nodeSelectorTermWarnings } from '../node/deprecated-labels';

const NO_SELECTOR = 'a null labelSelector results in matching no pod';
const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

/** Old labels of nodes, and spreading of no pods. `path` is that of the spec. */
export function nodeLabelWarnings({ nodeSelector, affinity, ...spec }: PodSpec, path: Path): string[] {
  const required = path.child('affinity', 'nodeAffinity', REQUIRED, 'nodeSelectorTerms');
  const preferred = path.child('affinity', 'nodeAffinity', PREFERRED);
  const ofNodes = affinity?.nodeAffinity;
  return [
    ...Object.keys(nodeSelector ?? {}).flatMap((label) =>
      said(path.child('nodeSelector').key(label), deprecatedLabelText(label)),
    ),
    ...(ofNodes?.[REQUIRED]?.nodeSelectorTerms ?? []).flatMap((term, index) =>
      nodeSelectorTermWarnings(term, required.index(index), false),
    ),
    ...(ofNodes?.[PREFERRED] ?? []).flatMap(({ preference }, index) =>
      nodeSelectorTermWarnings(preference, preferred.index(index).child('preference'), true),
    ),
    ...(spec.topologySpreadConstraints ?? []).flatMap(({ topologyKey, labelSelector }, index) => {
      const at = path.child('topologySpreadConstraints').index(index);
      const old = deprecatedLabelText(topologyKey);
      return [
        ...said(at.child('topologyKey'), old && `${topologyKey} is ${old}`),
        ...said(at.child('labelSelector'), labelSelector ? undefined : NO_SELECTOR),
      ];
    }),
  ];
}

/** Affinity to no pods. `path` is that of the spec. */
export function podAffinityWarnings({ affinity }: PodSpec, path: Path): string[] {
  return (['podAffinity', 'podAntiAffinity'] as const).flatMap((kind) => {
    const at = path.child('affinity', kind);
    const preferred = affinity?.[kind]?.[PREFERRED] ?? [];
    return [
      ...(affinity?.[kind]?.[REQUIRED] ?? []).flatMap((term, index) =>
        ofTerm(term, at.child(REQUIRED).index(index)),
      ),
      ...preferred.flatMap(({ podAffinityTerm }, index) =>
        ofTerm(podAffinityTerm, at.child(PREFERRED).index(index).child('podAffinityTerm')),
      ),
    ];
  });
}

function ofTerm({ labelSelector }: PodAffinityTerm, path: Path): string[] {
  return said(path.child('labelSelector'), labelSelector ? undefined : NO_SELECTOR);
}

function said(path: Path, text: string | undefined): string[] {
  return text ? [`${path.toString()}: ${text}`] : [];
}
