import type { PersistentVolume } from '@podlab/api';
import { Path } from '@podlab/apimachinery';
import { nodeSelectorTermWarnings } from '../node/deprecated-labels';
import { classAnnotationWarnings } from '../persistent-volume-claim/warnings';

const SPEC = Path.of('spec');
const RECYCLE =
  'The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.';

/** Models pkg/api/persistentvolume GetWarningsForPersistentVolume. */
export function persistentVolumeWarnings({ metadata, spec }: PersistentVolume): string[] {
  const terms = SPEC.child('nodeAffinity', 'required', 'nodeSelectorTerms');
  return [
    ...classAnnotationWarnings(metadata.annotations),
    ...(spec.persistentVolumeReclaimPolicy === 'Recycle'
      ? [`${SPEC.child('persistentVolumeReclaimPolicy').toString()}: ${RECYCLE}`]
      : []),
    ...(spec.nodeAffinity?.required?.nodeSelectorTerms ?? []).flatMap((term, index) =>
      nodeSelectorTermWarnings(term, terms.index(index), false),
    ),
  ];
}
