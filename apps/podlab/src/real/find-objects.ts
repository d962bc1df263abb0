import type { CheckValues, KubernetesStatus, ObjectQuery } from '@podlab/contracts';
import {
  Expression,
  finishData,
  matchesGlob,
  plainValue,
  type KubeJson,
  type TemplateValues,
} from '@podlab/grading';
import { statusOf, type RealCluster } from './real-cluster';

/** The API does not let us look. */
export class Forbidden extends Error {
  override readonly name = 'Forbidden';
  constructor(readonly status: KubernetesStatus) {
    super(status.message ?? 'refused');
  }
}

/** The cluster has no such kind. */
export class KindMissing extends Error {
  override readonly name = 'KindMissing';
}

/** A value that a check looks for is not there. */
export class ValueMissing extends Error {
  override readonly name = 'ValueMissing';
  constructor(
    readonly about: { kind: string; name: string; namespace: string },
    readonly objectIsMissing: boolean,
    message: string,
  ) {
    super(message);
  }
}

interface ApiResource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** Reads the objects of a real cluster. */
export class ObjectFinder {
  private readonly resources = new Map<string, Promise<readonly ApiResource[]>>();

  constructor(private readonly cluster: RealCluster) {}

  /** The objects that a query means, in the order of namespace and name. Throws Forbidden and KindMissing. */
  async find(query: ObjectQuery, home: string): Promise<KubeJson[]> {
    const { apiVersion, kind, name } = query;
    const resource = await this.resourceOf(apiVersion, kind);
    const namespace = query.namespace ?? home;
    const scope =
      resource.namespaced && namespace !== '*' ? `/namespaces/${encodeURIComponent(namespace)}` : '';
    const labels = Object.entries(query.selector ?? {}).map(([key, value]) => `${key}=${value}`);
    const selector = labels.length > 0 ? `?labelSelector=${encodeURIComponent(labels.join(','))}` : '';
    const answer = await this.cluster.get(`${prefixOf(apiVersion)}${scope}/${resource.name}${selector}`);
    if (answer.status !== 200) throw new Forbidden(statusOf(answer));
    return ((answer.body['items'] ?? []) as KubeJson[])
      .filter(({ metadata }) => name === undefined || matchesGlob(name, metadata.name))
      .map((object) => ({ ...object, apiVersion, kind }))
      .sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  }

  /** What `let` says, beside the values there are; a later one may use an earlier one. Throws ValueMissing, too. */
  async valuesOf(
    wanted: CheckValues | undefined,
    before: TemplateValues,
    home: string,
  ): Promise<TemplateValues> {
    let values = before;
    for (const [name, { value: text, ...template }] of Object.entries(wanted ?? {})) {
      const query = finishData(template, values);
      const objects = await this.find(query, home);
      const about = { kind: query.kind, name: query.name ?? '', namespace: query.namespace ?? home };
      const isOne = query.name !== undefined && !query.name.includes('*');
      if (isOne && objects.length === 0) throw new ValueMissing(about, true, 'there is no such object');
      values = { ...values, [name]: evaluate(text, about, { object: objects[0], objects, values }) };
    }
    return values;
  }

  /** The pod that labels choose: the first ready one in the order of names, or the first of all. */
  async choosePod(namespace: string, selector: Record<string, string>): Promise<string | undefined> {
    const query = { apiVersion: 'v1', kind: 'Pod', namespace, selector };
    const found = await this.find(query, namespace);
    const pods = found.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    return (pods.find(isReady) ?? pods[0])?.metadata.name;
  }

  private async resourceOf(apiVersion: string, kind: string): Promise<ApiResource> {
    let resources = this.resources.get(apiVersion);
    if (!resources) {
      resources = this.cluster.get(prefixOf(apiVersion)).then((answer) => {
        if (answer.status === 403) throw new Forbidden(statusOf(answer));
        return (answer.body['resources'] ?? []) as ApiResource[];
      });
      this.resources.set(apiVersion, resources);
    }
    const own = (await resources).find((one) => one.kind === kind && !one.name.includes('/'));
    if (!own) throw new KindMissing(`no matches for kind "${kind}" in version "${apiVersion}"`);
    return own;
  }
}

const prefixOf = (apiVersion: string) =>
  apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
const keyOf = ({ metadata }: KubeJson) => `${metadata.namespace ?? ''}/${metadata.name}`;

function isReady(pod: KubeJson): boolean {
  const { conditions = [] } = (pod['status'] ?? {}) as { conditions?: { type: string; status: string }[] };
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}

function evaluate(text: string, about: ValueMissing['about'], scope: object): string | number | boolean {
  let value: unknown;
  try {
    value = plainValue(new Expression(text).evaluate({ ...scope }));
  } catch (error) {
    throw new ValueMissing(about, false, (error as Error).message);
  }
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  throw new ValueMissing(about, false, 'it is no text and no number');
}
