import type { ConfigMap, Pod, Secret, Volume } from '@podlab/api';
import type { ComponentContext } from '@podlab/client';

type Informers = ComponentContext['informers'];

/** Why a pod's volumes cannot be mounted, as its FailedMount event says; undefined when they can. */
export function missingVolume(informers: Informers, pod: Pod): string | undefined {
  for (const volume of pod.spec.volumes ?? []) {
    const reason = missingSource(informers, pod, volume);
    if (reason !== undefined) return `MountVolume.SetUp failed for volume "${volume.name}" : ${reason}`;
  }
  return undefined;
}

interface Source {
  readonly name?: string;
  readonly optional?: boolean;
  readonly items?: readonly { readonly key: string }[];
}

function missingSource(informers: Informers, pod: Pod, volume: Volume): string | undefined {
  const namespace = pod.metadata.namespace ?? 'default';
  const maps: Source[] = volume.configMap ? [volume.configMap] : [];
  const secrets: Source[] = volume.secret ? [{ ...volume.secret, name: volume.secret.secretName }] : [];
  for (const source of volume.projected?.sources ?? []) {
    if (source.configMap) maps.push(source.configMap);
    if (source.secret) secrets.push(source.secret);
  }
  const configMaps = informers.for<ConfigMap>('configmaps');
  const secretObjects = informers.for<Secret>('secrets');
  for (const map of maps) {
    const data = configMaps.get(`${namespace}/${map.name}`);
    const reason = missing(
      map,
      data && { ...data.data, ...data.binaryData },
      `configmap "${map.name}" not found`,
      'config',
    );
    if (reason !== undefined) return reason;
  }
  for (const secret of secrets) {
    const data = secretObjects.get(`${namespace}/${secret.name}`);
    const reason = missing(secret, data && (data.data ?? {}), `secret "${secret.name}" not found`, 'secret');
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function missing(
  source: Source,
  data: Readonly<Record<string, unknown>> | undefined,
  notFound: string,
  kind: string,
): string | undefined {
  if (source.optional) return undefined;
  if (!data) return notFound;
  const key = source.items?.find((item) => !Object.hasOwn(data, item.key))?.key;
  return key === undefined ? undefined : `references non-existent ${kind} key: ${key}`;
}
