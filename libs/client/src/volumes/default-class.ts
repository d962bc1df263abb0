import type { StorageClass } from '@podlab/api';

const DEFAULT_ANNOTATIONS = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];

/** The newest of the classes that are meant for claims without one. Models pkg/volume/util GetDefaultClass. */
export function defaultClassOf(classes: readonly StorageClass[]): StorageClass | undefined {
  return classes.filter(isDefaultClass).sort(newestFirst).at(0);
}

export function isDefaultClass({ metadata }: StorageClass): boolean {
  return DEFAULT_ANNOTATIONS.some((annotation) => metadata.annotations?.[annotation] === 'true');
}

function newestFirst({ metadata: a }: StorageClass, { metadata: b }: StorageClass): number {
  const [timeA, timeB] = [a.creationTimestamp ?? '', b.creationTimestamp ?? ''];
  if (timeA !== timeB) return timeA < timeB ? 1 : -1;
  return a.name < b.name ? -1 : 1;
}
