import type { ConfigMap, Node, Pod, Secret, ServiceAccount, Volume } from '@podlab/api';
import { TOKEN_AUDIENCE, tokenClaims, type TokenIssuer } from '@podlab/apiserver';
import type { ComponentContext } from '@podlab/client';
import { base64Decode, parseRfc3339, utf8Decode } from '@podlab/kernel';
import type { ContainerStart, LiveVolume, VolumeFiles } from '@podlab/workloads';

type Files = Record<string, string>;

/** A token is renewed when a fifth of its life is left. Models pkg/kubelet/token/token_manager.go requiresRefresh. */
const RENEWED_AFTER = 0.8;
/** And after a day at the latest. Models token_manager.go maxTTL. */
const RENEWED_AFTER_MS = 24 * 3_600_000;

interface KeyPath {
  readonly key: string;
  readonly path: string;
}

/** What volumes hold that the API fills: ConfigMaps, Secrets, what a pod knows of itself, and its account's token. */
export class ContainerVolumes implements VolumeFiles {
  constructor(
    private readonly context: Pick<ComponentContext, 'informers' | 'now'>,
    private readonly issuer: TokenIssuer,
  ) {}

  /** The files that a volume has from its mount on; undefined for those that are made when somebody reads them. */
  filesOf(pod: Pod, volume: Volume): Files | undefined {
    if (hasToken(volume)) return undefined;
    const { configMap, secret, downwardAPI, projected } = volume;
    const files = {
      ...this.configMapFiles(pod, configMap?.name, configMap?.items),
      ...this.secretFiles(pod, secret?.secretName, secret?.items),
      ...downwardFiles(pod, downwardAPI?.items),
    };
    for (const source of projected?.sources ?? []) Object.assign(files, this.sourceFiles(pod, source));
    return files;
  }

  /**
   * The files of a volume with a token: a function of the pod and the time, so that a pod that rests keeps nothing and
   * the token of one that ran for long is good. Undefined for all other volumes.
   */
  live({ namespace, podName, podUid }: ContainerStart, name: string): LiveVolume | undefined {
    const pod = this.context.informers.for<Pod>('pods').get(`${namespace}/${podName}`);
    const volume = pod?.spec.volumes?.find((each) => each.name === name);
    if (!pod || pod.metadata.uid !== podUid || !volume || !hasToken(volume)) return undefined;
    const files: Files = {};
    let since_ms = 0;
    for (const source of volume.projected?.sources ?? []) {
      Object.assign(files, this.sourceFiles(pod, source));
      const { serviceAccountToken: token } = source;
      if (token) since_ms = Math.max(since_ms, this.issuedAt(pod, token));
    }
    return { files, since_ms };
  }

  private sourceFiles(pod: Pod, source: ProjectedSource): Files {
    const { configMap, secret, downwardAPI, serviceAccountToken: token } = source;
    return {
      ...this.configMapFiles(pod, configMap?.name, configMap?.items),
      ...this.secretFiles(pod, secret?.name, secret?.items),
      ...downwardFiles(pod, downwardAPI?.items),
      ...(token && { [token.path]: this.token(pod, token) }),
    };
  }

  private issuedAt(pod: Pod, { expirationSeconds: seconds = 3600 }: TokenSource): number {
    const begun = parseRfc3339(pod.status?.startTime ?? '') || this.context.now();
    const life = Math.min(seconds * 1000 * RENEWED_AFTER, RENEWED_AFTER_MS);
    return begun + Math.floor((this.context.now() - begun) / life) * life;
  }

  private token(pod: Pod, source: TokenSource): string {
    const { audience, expirationSeconds: seconds = 3600 } = source;
    const { informers } = this.context;
    const { namespace } = pod.metadata;
    const account = informers
      .for<ServiceAccount>('serviceaccounts')
      .get(`${namespace}/${pod.spec.serviceAccountName}`);
    if (!account) return '';
    const node = informers.for<Node>('nodes').get(pod.spec.nodeName ?? '');
    const at = this.issuedAt(pod, source);
    return this.issuer.sign(
      tokenClaims({ account, audiences: [audience || TOKEN_AUDIENCE], at, seconds, pod, node }),
    );
  }

  private configMapFiles(pod: Pod, name: string | undefined, items: readonly KeyPath[] | undefined): Files {
    if (!name) return {};
    const found = this.context.informers
      .for<ConfigMap>('configmaps')
      .get(`${pod.metadata.namespace}/${name}`);
    return pick(found?.data ?? {}, items);
  }

  private secretFiles(pod: Pod, name: string | undefined, items: readonly KeyPath[] | undefined): Files {
    if (!name) return {};
    const found = this.context.informers.for<Secret>('secrets').get(`${pod.metadata.namespace}/${name}`);
    const decoded = Object.entries(found?.data ?? {}).map(([key, value]) => [
      key,
      utf8Decode(base64Decode(value) ?? new Uint8Array()),
    ]);
    return pick(Object.fromEntries(decoded) as Files, items);
  }
}

type ProjectedSource = NonNullable<NonNullable<Volume['projected']>['sources']>[number];
type TokenSource = NonNullable<ProjectedSource['serviceAccountToken']>;
type DownwardItem = NonNullable<NonNullable<Volume['downwardAPI']>['items']>[number];

/** Whether a volume holds a token of its pod's account. */
export const hasToken = ({ projected }: Volume): boolean =>
  projected?.sources?.some(({ serviceAccountToken }) => serviceAccountToken !== undefined) ?? false;

function pick(data: Readonly<Files>, items: readonly KeyPath[] | undefined): Files {
  if (!items) return { ...data };
  return Object.fromEntries(
    items.filter(({ key }) => Object.hasOwn(data, key)).map(({ key, path }) => [path, data[key]]),
  );
}

/** Models pkg/volume/downwardapi CollectData and pkg/fieldpath ExtractFieldPathAsString. */
function downwardFiles(pod: Pod, items: readonly DownwardItem[] = []): Files {
  const fields = items.flatMap(({ path, fieldRef }) =>
    fieldRef ? [[path, fieldText(pod, fieldRef.fieldPath)]] : [],
  );
  return Object.fromEntries(fields) as Files;
}

function fieldText({ metadata }: Pod, path: string): string {
  const { name, namespace = '', uid = '', labels = {}, annotations = {} } = metadata;
  const subscript = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path);
  const all: Record<string, Files> = { labels, annotations };
  if (subscript) {
    const own = all[subscript[1]];
    return Object.hasOwn(own, subscript[2]) ? own[subscript[2]] : '';
  }
  switch (path) {
    case 'metadata.name':
      return name;
    case 'metadata.namespace':
      return namespace;
    case 'metadata.uid':
      return uid;
    case 'metadata.labels':
    case 'metadata.annotations':
      return Object.entries(all[path.slice('metadata.'.length)])
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
        .join('\n');
    default:
      return '';
  }
}
