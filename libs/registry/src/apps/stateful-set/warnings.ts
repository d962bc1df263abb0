import type { StatefulSet } from '@podlab/api';
import { Path } from '@podlab/apimachinery';
import { claimSpecWarnings } from '../../core/persistent-volume-claim/warnings';
import { templateWarnings } from '../pod-template/warnings';

const CLAIMS = Path.of('spec', 'volumeClaimTemplates');

/** Of the claims too when they are updated. Models statefulSetStrategy WarningsOnCreate and WarningsOnUpdate. */
export function statefulSetWarnings(object: StatefulSet, old?: StatefulSet): string[] {
  const claims = object.spec.volumeClaimTemplates ?? [];
  return [
    ...templateWarnings(object, old),
    ...claims.flatMap(({ spec }, index) => {
      // Upstream's path of an update has the name of the Go field.
      const at = old ? CLAIMS.index(index).child('Spec') : CLAIMS.index(index);
      return claimSpecWarnings(spec, at);
    }),
  ];
}
