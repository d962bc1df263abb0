import { ApiServer, type KubeAnswer } from '@podlab/apiserver';
import { applyMergePatch, type KubeObject } from '@podlab/apimachinery';
import { Prng, cloneJson, rfc3339, seedPrng, utf8Decode, utf8Encode } from '@podlab/kernel';
import { MvccStore, createMvccState } from '@podlab/storage';
import { REGISTRY } from '../registry';

const NOW = 1_795_000_000_000;
const WORLD: readonly [string, object][] = [
  ['/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } }],
  [
    '/api/v1/namespaces/default/serviceaccounts',
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } },
  ],
];
const MERGE_PATCH = 'application/merge-patch+json';

/** One manifest that is wrong, or only looks so, and all of what the API says to it. */
export interface Row {
  /** The test of kubernetes/kubernetes whose case this is: its file stands in the table, `Function "case"` here. */
  readonly cites: string;
  /** A merge patch that makes the table's good object this row's. */
  readonly change: object;
  /** The causes of a refusal, `field: message` a line, in their order. */
  readonly causes?: readonly string[];
  /** A refusal without causes, or one of another code: the whole Status but for what every failure has. */
  readonly status?: { code: number; reason: string; message: string; details?: object };
  /** What the stored object has, where the manifest is accepted. */
  readonly accepted?: object;
  /** Where there is one, the object is created with this change first, and then updated and patched by {@link change}. */
  readonly before?: object;
  /** A query of the write. */
  readonly query?: string;
}

/** Rows about one kind. */
export interface Table {
  /** The file of kubernetes/kubernetes that the rows cite. */
  readonly source: string;
  readonly url: string;
  readonly good: object;
  readonly rows: readonly Row[];
}

/** A creation that is refused with these causes. */
export const refused = (cites: string, change: object, ...causes: string[]): Row => ({
  cites,
  change,
  causes,
});

/** A creation that passes and leaves these fields. */
export const accepted = (cites: string, change: object, fields: object = {}): Row => ({
  cites,
  change,
  accepted: fields,
});

/** An update of the good object with `before` that is refused with these causes. */
export const updateRefused = (cites: string, before: object, change: object, ...causes: string[]): Row => ({
  cites,
  before,
  change,
  causes,
});

/** An update that passes and leaves these fields. */
export const updateAccepted = (cites: string, before: object, change: object, fields: object = {}): Row => ({
  cites,
  before,
  change,
  accepted: fields,
});

/** A creation that is refused by another Status than `Invalid` with causes. */
export const answered = (
  cites: string,
  change: object,
  [code, reason]: readonly [number, string],
  message: string,
  details?: object,
): Row => ({ cites, change, status: { code, reason, message, ...(details && { details }) } });

interface Answer {
  status: number;
  body: Record<string, unknown> & KubeObject;
}

/** The API of a cluster that has one namespace and its account. */
export class TableApi {
  private readonly store = new MvccStore(createMvccState(), () => NOW);
  private readonly server = new ApiServer({
    store: this.store,
    registry: REGISTRY,
    settings: { service_cidr: '10.96.0.0/16', pod_cidr: '10.244.0.0/16', node_port_range: [30_000, 32_767] },
    random: new Prng(seedPrng('1', 'api')),
    now: () => NOW,
    timestamp: () => rfc3339(NOW),
    connectors: [],
  });

  constructor() {
    for (const [url, object] of WORLD) this.send('POST', url, object);
  }

  /** The revision that the store is at: nothing was written while it stays. */
  get revision(): number {
    return this.store.resourceVersion;
  }

  send(method: string, url: string, body?: unknown, content_type = 'application/json'): Answer {
    const [path, query = ''] = url.split('?');
    const answer = this.server.handle({
      method,
      path,
      query,
      accept: 'application/json',
      content_type,
      body: utf8Encode(typeof body === 'string' ? body : JSON.stringify(body ?? '')),
      user: { name: 'student', groups: ['system:masters'] },
    }) as KubeAnswer;
    return { status: answer.status, body: JSON.parse(utf8Decode(answer.body)) };
  }
}

/** A good object with a row's change. */
export function manifest(table: Table, change: object): KubeObject {
  return applyMergePatch(cloneJson(table.good), change) as KubeObject;
}

/** The ways in which a row's manifest comes to the API; each has to hear the same. */
export function ways(table: Table, row: Row): [string, (api: TableApi) => Answer][] {
  const query = row.query ? `${row.query}&` : '';
  if (!row.before) {
    const object = manifest(table, row.change);
    return [
      ['dry-run', (api) => api.send('POST', `${table.url}?${query}dryRun=All`, object)],
      ['create', (api) => api.send('POST', `${table.url}?${query}`, object)],
    ];
  }
  const stored = manifest(table, row.before);
  const change = (api: TableApi, method: string, dryRun: string) => {
    const url = `${table.url}/${stored.metadata.name}?${query}${dryRun}`;
    if (method === 'PATCH') return api.send('PATCH', url, row.change, MERGE_PATCH);
    const current = api.send('GET', `${table.url}/${stored.metadata.name}`).body;
    return api.send('PUT', url, applyMergePatch(cloneJson(current) as object, row.change));
  };
  return [
    ['dry-run', (api) => change(api, 'PATCH', 'dryRun=All')],
    ['patch', (api) => change(api, 'PATCH', '')],
    ['update', (api) => change(api, 'PUT', '')],
  ];
}

const REASONS: readonly [string, string][] = [
  ['Not found', 'FieldValueNotFound'],
  ['Required value', 'FieldValueRequired'],
  ['Duplicate value', 'FieldValueDuplicate'],
  ['Invalid value', 'FieldValueInvalid'],
  ['Unsupported value', 'FieldValueNotSupported'],
  ['Forbidden', 'FieldValueForbidden'],
  ['Too long', 'FieldValueTooLong'],
  ['Too many', 'FieldValueTooMany'],
];

/** The whole Status of a refusal with these causes, as `kubectl -o json` would see it. */
export function statusOf(row: Row, object: KubeObject): object {
  const common = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure' };
  if (row.status) return { ...common, ...row.status };
  const causes = (row.causes ?? []).map(causeOf);
  const texts = [...new Set(row.causes)];
  const group = object.apiVersion.includes('/') ? object.apiVersion.split('/')[0] : '';
  const name = object.metadata.name || object.metadata.generateName || '';
  const title = `${object.kind}${group && `.${group}`} ${JSON.stringify(name)} is invalid`;
  return {
    ...common,
    message: `${title}: ${texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`}`,
    reason: 'Invalid',
    details: { ...(name && { name }), ...(group && { group }), kind: object.kind, causes },
    code: 422,
  };
}

function causeOf(text: string): object {
  const colon = text.indexOf(': ');
  const [field, message] = [text.slice(0, colon), text.slice(colon + 2)];
  const reason = REASONS.find(([title]) => message.startsWith(title))?.[1];
  return { reason, message, ...(field && { field }) };
}
