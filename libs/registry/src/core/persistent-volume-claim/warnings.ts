import type { PersistentVolumeClaim, PersistentVolumeClaimSpec } from '@podlab/api';
import { Path } from '@podlab/apimachinery';
import { fractionalBytesWarnings } from '../../validation/fractional-bytes';

const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';

/** What is said of a volume or a claim that names its class by the annotation of old. */
export function classAnnotationWarnings(annotations: Readonly<Record<string, string>> = {}): string[] {
  if (!(CLASS_ANNOTATION in annotations)) return [];
  const path = Path.of('metadata', 'annotations').key(CLASS_ANNOTATION).toString();
  return [`${path}: deprecated since v1.8; use "storageClassName" attribute instead`];
}

/** Models pkg/api/persistentvolumeclaim GetWarningsForPersistentVolumeClaim. */
export function claimWarnings({ metadata, spec }: PersistentVolumeClaim): string[] {
  return [...classAnnotationWarnings(metadata.annotations), ...claimSpecWarnings(spec, Path.of('spec'))];
}

/** Models pkg/api/persistentvolumeclaim GetWarningsForPersistentVolumeClaimSpec. */
export function claimSpecWarnings({ resources }: PersistentVolumeClaimSpec, path: Path): string[] {
  const at = path.child('resources');
  return [
    ...fractionalBytesWarnings(resources?.requests, ['storage'], at.child('requests')),
    ...fractionalBytesWarnings(resources?.limits, ['storage'], at.child('limits')),
  ];
}
