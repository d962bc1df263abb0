import type { Volume, VolumeProjection } from '@podlab/api';
import { quote, type Path } from '@podlab/apimachinery';
import { claimSpecWarnings } from '../persistent-volume-claim/warnings';

/** By the field that has it; upstream prints one of the names otherwise than the field is spelled. */
const DEPRECATED: readonly (readonly [field: keyof Volume, name: string, text: string])[] = [
  ['photonPersistentDisk', 'photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'gitRepo', 'deprecated in v1.11, and disabled by default in v1.33+'],
  ['scaleIO', 'scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'storageOS', 'deprecated in v1.22, non-functional in v1.25+'],
  ['quobyte', 'quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['cephfs', 'cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'rbd', 'deprecated in v1.28, non-functional in v1.31+'],
];

/** A file of a volume, and which of several sources makes it. */
interface File {
  readonly path: string;
  readonly source: string;
}

/** Kinds of volumes that are gone, and claims of ephemeral ones. */
export function volumeWarnings(volumes: readonly Volume[], path: Path): string[] {
  return volumes.flatMap((volume, index) => {
    const at = path.index(index);
    const old = DEPRECATED.filter(([field]) => volume[field]).map(
      ([, name, text]) => `${at.child(name).toString()}: ${text}`,
    );
    const template = volume.ephemeral?.volumeClaimTemplate;
    if (!template) return old;
    return [
      ...old,
      ...claimSpecWarnings(template.spec, at.child('ephemeral', 'volumeClaimTemplate', 'spec')),
    ];
  });
}

/** Files of one volume of which one hides another or lies in it. Models warnings.go warningsForOverlappingVirtualPaths. */
export function overlappingPathWarnings(volumes: readonly Volume[]): string[] {
  return volumes.flatMap(({ name = '', configMap, secret, downwardAPI, projected }) => {
    const said = (source: string, texts: readonly string[]) =>
      texts.map((text) => `volume ${quote(name)} (${source}): overlapping paths: ${text}`);
    return [
      ...said(`ConfigMap ${quote(configMap?.name ?? '')}`, overlaps(filesOf(configMap?.items, ''))),
      ...said(`Secret ${quote(secret?.secretName ?? '')}`, overlaps(filesOf(secret?.items, ''))),
      ...said('DownwardAPI', overlaps(filesOf(downwardAPI?.items, ''))),
      ...(projected?.sources ?? [])
        .filter((source) => Object.keys(source).length === 0)
        .map(() => `volume ${quote(name)} (Projected) has no sources provided`),
      ...said('Projected', overlaps((projected?.sources ?? []).flatMap(projectedFiles))),
    ];
  });
}

function filesOf(items: readonly { path?: string }[] | undefined, source: string): File[] {
  return (items ?? []).map(({ path = '' }) => ({ path, source }));
}

function projectedFiles(projection: VolumeProjection): File[] {
  const { configMap, secret, downwardAPI, serviceAccountToken, clusterTrustBundle } = projection;
  if (configMap?.items) return filesOf(configMap.items, `ConfigMap ${quote(configMap.name ?? '')}`);
  if (secret?.items) return filesOf(secret.items, `Secret ${quote(secret.name ?? '')}`);
  if (downwardAPI?.items) return filesOf(downwardAPI.items, 'DownwardAPI');
  if (serviceAccountToken) return filesOf([serviceAccountToken], 'ServiceAccountToken');
  if (clusterTrustBundle) {
    const { name, signerName } = clusterTrustBundle;
    return filesOf([clusterTrustBundle], `ClusterTrustBundle ${quote(name ?? signerName ?? '')}`);
  }
  const { certificateChainPath, keyPath, credentialBundlePath } = projection.podCertificate ?? {};
  return [
    ...filesOf([{ path: certificateChainPath }], 'PodCertificate chain'),
    ...filesOf([{ path: keyPath }], 'PodCertificate key'),
    ...filesOf([{ path: credentialBundlePath }], 'PodCertificate credential bundle'),
  ];
}

/** Each file with each earlier one that is the same, or the folder of one of the two. */
function overlaps(files: readonly File[]): string[] {
  const named = files
    .map(({ path, source }) => ({ path: path.replace(/\/+$/, ''), source }))
    .filter(({ path }) => path !== '');
  return named.flatMap((file, index) =>
    named
      .slice(0, index)
      .filter(({ path }) => `${path}/`.startsWith(`${file.path}/`) || `${file.path}/`.startsWith(`${path}/`))
      .map((earlier) => `${fileText(file)} with ${fileText(earlier)}`),
  );
}

function fileText({ path, source }: File): string {
  return source ? `${quote(path)} (${source})` : quote(path);
}
