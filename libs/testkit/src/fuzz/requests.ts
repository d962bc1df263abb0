import { Prng, cloneJson, seedPrng } from '@podlab/kernel';
import { anything, mutated, once, pick, valueOf } from './values';

/** A resource that discovery lists, and its kind. */
export interface FuzzResource {
  /** `/api/v1`, `/apis/apps/v1`. */
  readonly root: string;
  /** `pods`, `pods/log`. */
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** What requests are made from: the resources of a cluster, and objects that it would take. */
export interface FuzzWorld {
  readonly resources: readonly FuzzResource[];
  readonly objects: readonly FuzzObject[];
}

export interface FuzzObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name?: string;
    readonly namespace?: string;
    readonly resourceVersion?: string;
  };
}

export interface FuzzRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly accept: string;
  readonly content_type: string;
  readonly body: string;
}

const NAMESPACES = ['lab06', 'default', 'kube-system', 'other', 'nowhere'];
const NAMES = ['web', 'client', 'node-a', 'kubernetes', 'default', 'x', 'no body', '%2e%2e'];
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'get'];
const ACCEPTS = [
  'application/json',
  '*/*',
  'application/yaml',
  'application/vnd.kubernetes.protobuf',
  'application/json;as=Table;v=v1;g=meta.k8s.io',
  'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
  'text/html;q=0.9, image/*',
  '',
  ';;;',
];
const TYPES = [
  'application/json',
  'application/yaml',
  'application/vnd.kubernetes.protobuf',
  'text/plain',
  'application/json; charset=utf-16',
  '',
  '/',
];
const PATCH_TYPES = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
  'application/json',
];
const QUERIES = [
  '',
  'dryRun=All',
  'dryRun=Some',
  'fieldValidation=Strict',
  'fieldValidation=Whatever',
  'fieldManager=me&force=true',
  `fieldManager=${'m'.repeat(200)}`,
  'limit=1',
  'limit=-1',
  'limit=x',
  'continue=abc',
  'continue=eyJydiI6MX0',
  'resourceVersion=0',
  'resourceVersion=99999999999999999999',
  'resourceVersion=x',
  'resourceVersion=1&resourceVersionMatch=Exact',
  'resourceVersionMatch=Perhaps',
  'labelSelector=a%3Db',
  'labelSelector=a in (',
  'labelSelector=%',
  'labelSelector=!a,b notin (c),d>1',
  'fieldSelector=metadata.name%3Dweb',
  'fieldSelector=spec.nothing%3Dx',
  'fieldSelector=%ff',
  'watch=true&timeoutSeconds=1',
  'watch=true&resourceVersion=1&allowWatchBookmarks=true',
  'watch=maybe',
  'sendInitialEvents=true',
  'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan',
  'gracePeriodSeconds=-1',
  'gracePeriodSeconds=1e9',
  'propagationPolicy=Sideways',
  'propagationPolicy=Foreground',
  'orphanDependents=perhaps',
  'container=c&tailLines=-1',
  'command=sh&command=-c&stdin=1&tty=x',
  'ports=80,x',
  'pretty=true&&&=&a',
  'timeout=-1s',
  '%00=%00',
];

/** The request of a seed: most are nearly right. */
export function fuzzRequest(world: FuzzWorld, seed: number): FuzzRequest {
  const random = new Prng(seedPrng(String(seed), 'fuzz'));
  const method = pick(random, once(random, 15) ? METHODS : METHODS.slice(0, 5));
  // What is to be made has no resourceVersion yet, what is to be changed has one.
  const isNew = method === 'POST';
  const fitting = world.objects.filter(({ metadata }) => isNew !== Boolean(metadata.resourceVersion));
  const object = pick(random, fitting);
  const own = once(random, 4) ? undefined : resourceOf(world, object);
  const resource = own ?? pick(random, world.resources);
  const query = once(random, 3) ? pick(random, QUERIES) : '';
  return {
    method,
    path: pathOf(random, resource, method, own && object),
    query: once(random, 40) ? mutatedText(random, query) : query,
    accept: once(random, 6) ? pick(random, ACCEPTS) : 'application/json',
    content_type: contentType(random, method),
    body: bodyOf(random, method, resource, own && object),
  };
}

function resourceOf(world: FuzzWorld, { apiVersion, kind }: FuzzObject): FuzzResource | undefined {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return world.resources.find((each) => each.root === root && each.kind === kind && !each.name.includes('/'));
}

function contentType(random: Prng, method: string): string {
  if (once(random, 12)) return pick(random, TYPES);
  return method === 'PATCH' ? pick(random, PATCH_TYPES) : 'application/json';
}

function pathOf(
  random: Prng,
  resource: FuzzResource,
  method: string,
  object: FuzzObject | undefined,
): string {
  const [name, subresource] = resource.name.split('/');
  const namespace = object?.metadata.namespace ?? pick(random, NAMESPACES);
  const collection = `${resource.root}${resource.namespaced ? `/namespaces/${namespace}` : ''}/${name}`;
  const toOne = method === 'POST' ? once(random, 12) : !once(random, method === 'GET' ? 3 : 12);
  const ofItem = subresource !== undefined || toOne;
  const item = object?.metadata.name ?? pick(random, NAMES);
  const path = ofItem ? `${collection}/${item}${subresource ? `/${subresource}` : ''}` : collection;
  return once(random, 15) ? mutatedText(random, path) : path;
}

const SPLINTERS = [
  '/',
  '//',
  '..',
  '/../',
  '%2e%2e',
  '%2F',
  '%00',
  '%ff',
  '%',
  ';a=b',
  '\\',
  '?',
  '#',
  ' ',
  '한',
  '.',
];

function mutatedText(random: Prng, text: string): string {
  const at = random.integer(0, text.length);
  const splinter = pick(random, SPLINTERS);
  const way = random.integer(0, 3);
  if (way === 0) return text.slice(0, at) + splinter + text.slice(at);
  if (way === 1) return text.slice(0, at);
  if (way === 2) return text.toUpperCase();
  return text.slice(0, at) + splinter.repeat(50) + text.slice(at + 1);
}

function bodyOf(
  random: Prng,
  method: string,
  resource: FuzzResource,
  object: FuzzObject | undefined,
): string {
  if (method === 'GET' || method === 'HEAD') return '';
  if (once(random, 25)) return pick(random, RAW);
  if (method === 'PATCH') return JSON.stringify(patchOf(random, object));
  if (method === 'DELETE') {
    return once(random, 2) ? '' : JSON.stringify(valueOf(random, 'DeleteOptions', 2));
  }
  let value: unknown = object ? cloneJson(object) : valueOf(random, resource.kind, 6);
  for (let count = random.integer(0, 2); count > 0; count--) value = mutatedWithin(random, value);
  return JSON.stringify(value) ?? '';
}

const RAW = [
  '',
  '{',
  'null',
  '[]',
  '"text"',
  '{"kind":1}',
  '{"metadata":{"name":"x","name":"y"}}',
  '{"__proto__":{"polluted":true},"metadata":{"__proto__":{"a":1}}}',
  `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
  `${'{"a":'.repeat(3_000)}1${'}'.repeat(3_000)}`,
  'a: &a [x, x]\nb: *a',
  '\u0000k8s\u0000\u0001\u0002',
  'k8s\u0000garbage',
  '{"metadata":{"labels":{"a":"b"}},"spec":{"replicas":1e999}}',
];

/** Mostly in the spec or what stands for it: what is wrong in metadata is soon told. */
function mutatedWithin(random: Prng, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || once(random, 5)) return mutated(random, value);
  const inner = Object.keys(value).filter(
    (key) => !['apiVersion', 'kind', 'metadata', 'status'].includes(key),
  );
  if (inner.length === 0) return mutated(random, value);
  const key = pick(random, inner);
  return { ...value, [key]: mutated(random, (value as Record<string, unknown>)[key]) };
}

/** Some of them make sense of a JSON patch, others of the other three. */
function patchOf(random: Prng, object: FuzzObject | undefined): unknown {
  const way = random.integer(0, 3);
  if (way === 0) return Array.from({ length: random.integer(0, 4) }, () => operation(random));
  if (way === 1 && object) {
    const { spec } = object as { spec?: object };
    return spec ? { spec: mutated(random, spec) } : mutatedWithin(random, { ...object, metadata: {} });
  }
  if (way === 2) return { spec: anything(random, 3), metadata: anything(random, 3) };
  return {
    metadata: { labels: { a: null, b: 'c' }, $patch: pick(random, ['delete', 'replace', 'merge', 'x']) },
    spec: {
      containers: [{ name: 'main', $patch: 'delete' }],
      ports: [{ port: 80, $patch: 'replace' }, { $patch: 'delete' }],
      '$setElementOrder/ports': [{ port: 80 }, anything(random, 1)],
      '$deleteFromPrimitiveList/finalizers': [anything(random, 1)],
      $retainKeys: ['type', anything(random, 1)],
    },
  };
}

const POINTERS = [
  '',
  '/',
  '/metadata',
  '/metadata/labels/a',
  '/metadata/name',
  '/metadata/resourceVersion',
  '/metadata/managedFields',
  '/spec',
  '/spec/ports/0',
  '/spec/ports/-',
  '/spec/ports/99999',
  '/spec/ports/-1',
  '/spec/containers/0/image',
  '/spec/template/spec/containers/0',
  '/spec/replicas',
  '/status',
  '/__proto__/polluted',
  '/constructor/prototype/polluted',
  '/a~1b~0c',
  'no pointer',
];

function operation(random: Prng): unknown {
  const op = pick(random, ['add', 'remove', 'replace', 'move', 'copy', 'test', 'spread']);
  const path = pick(random, POINTERS);
  return { op, path, from: pick(random, POINTERS), value: anything(random, 3) };
}
