import type { StorageClass } from '@podlab/api';
import { Path } from '@podlab/apimachinery';
import { deprecatedLabelText } from '../../core/node/deprecated-labels';

const TOPOLOGIES = Path.of('allowedTopologies');

/** Models pkg/api/storage GetWarningsForStorageClass. */
export function storageClassWarnings({ allowedTopologies = [] }: StorageClass): string[] {
  return allowedTopologies.flatMap(({ matchLabelExpressions = [] }, index) =>
    matchLabelExpressions.flatMap(({ key }, place) => {
      const text = deprecatedLabelText(key);
      const at = TOPOLOGIES.index(index).child('matchLabelExpressions').index(place).child('key');
      return text ? [`${at.toString()}: ${text}`] : [];
    }),
  );
}
