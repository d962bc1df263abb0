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
  readonly kind: 'configmaps' | 'secrets';
  readonly name?: string;
  readonly optional?: boolean;
  readonly items?: readonly { readonly key: string }[];
}

/** The ConfigMaps first, then the Secrets that a volume shows. */
function sourcesOf({ configMap, secret, projected }: Volume): Source[] {
  const { sources = [] } = projected ?? {};
  const secrets = sources.flatMap((source) => (source.secret ? [source.secret] : []));
  const configMaps = sources.flatMap((source) => (source.configMap ? [source.configMap] : []));
  return [
    ...(configMap ? [configMap] : [])
      .concat(configMaps)
      .map((source) => ({ kind: 'configmaps' as const, ...source })),
    ...(secret ? [{ kind: 'secrets' as const, ...secret, name: secret.secretName }] : []),
    ...secrets.map((source) => ({ kind: 'secrets' as const, ...source })),
  ];
}

/** Whether a volume of the pod shows something of the object. */
export const showsObject = (pod: Pod, kind: Source['kind'], name: string): boolean =>
  (pod.spec.volumes ?? []).some((volume) =>
    sourcesOf(volume).some((source) => source.kind === kind && source.name === name),
  );

/** Whether a volume of the pod shows what the pod's own labels or annotations say. */
export const showsItself = (pod: Pod): boolean =>
  (pod.spec.volumes ?? []).some((volume) =>
    [volume, ...(volume.projected?.sources ?? [])].some(({ downwardAPI }) => downwardAPI !== undefined),
  );

function missingSource(informers: Informers, pod: Pod, volume: Volume): string | undefined {
  const namespace = pod.metadata.namespace ?? 'default';
  for (const source of sourcesOf(volume)) {
    const isMap = source.kind === 'configmaps';
    const object = informers.for<ConfigMap | Secret>(source.kind).get(`${namespace}/${source.name}`);
    const data = object && { ...object.data, ...(object as ConfigMap).binaryData };
    const notFound = `${isMap ? 'configmap' : 'secret'} "${source.name}" not found`;
    const reason = missing(source, data, notFound, isMap ? 'config' : 'secret');
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
