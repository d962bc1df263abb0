/** What custom objects own, what owns them, and what they hold. */
import { utf8Decode, utf8Encode } from '@podlab/kernel';
import type { Cluster } from './cluster';
import { newCluster } from './test-support';

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const WIDGETS = '/apis/example.com/v1/namespaces/default/widgets';
const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
const WORLDS = '/apis/example.com/v1/worlds';

interface Named {
  readonly metadata: { readonly name: string; readonly uid: string; readonly finalizers?: string[] };
  readonly items?: Named[];
  readonly status?: { readonly conditions?: { type: string; status: string; message: string }[] };
}

function ask(cluster: Cluster, method: string, path: string, body?: object): Named & { code: number } {
  const [plain, query = ''] = path.split('?');
  const answer = cluster.kube({
    method,
    path: plain,
    query,
    accept: 'application/json',
    content_type: method === 'PATCH' ? 'application/merge-patch+json' : body ? 'application/json' : '',
    body: utf8Encode(body ? JSON.stringify(body) : ''),
    user: { name: 'student', groups: ['system:masters'] },
  });
  if (answer.kind !== 'answer') throw new Error(answer.kind);
  return { code: answer.status, ...(JSON.parse(utf8Decode(answer.body as Uint8Array)) as Named) };
}

const settle = (cluster: Cluster, ms = 5_000) => cluster.runUntil(cluster.now() + ms, 1_000_000);

function declare(cluster: Cluster, plural: string, kind: string, scope: string): void {
  const version = {
    name: 'v1',
    served: true,
    storage: true,
    schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
  };
  const spec = { group: 'example.com', scope, names: { plural, kind }, versions: [version] };
  expect(ask(cluster, 'POST', DEFINITIONS, { metadata: { name: `${plural}.example.com` }, spec }).code).toBe(
    201,
  );
  settle(cluster);
}

function newLab(): Cluster {
  const cluster = newCluster();
  settle(cluster);
  declare(cluster, 'widgets', 'Widget', 'Namespaced');
  return cluster;
}

const reference = (kind: string, { metadata: { name, uid } }: Named, block = false) => ({
  apiVersion: kind === 'ConfigMap' ? 'v1' : 'example.com/v1',
  kind,
  name,
  uid,
  blockOwnerDeletion: block,
});
const GHOST = { metadata: { name: 'ghost', uid: 'none' } };

function make(cluster: Cluster, path: string, name: string, metadata: object = {}): Named {
  const [apiVersion, kind] =
    path === CONFIG_MAPS ? ['v1', 'ConfigMap'] : ['example.com/v1', path === WORLDS ? 'World' : 'Widget'];
  const made = ask(cluster, 'POST', path, { apiVersion, kind, metadata: { name, ...metadata } });
  expect(made.code).toBe(201);
  return made;
}

const owned = (...ownerReferences: object[]) => ({ ownerReferences });
const has = (cluster: Cluster, path: string, name: string) =>
  ask(cluster, 'GET', `${path}/${name}`).code === 200;

describe('the garbage collector', () => {
  test('takes what a custom object owns with it', () => {
    const cluster = newLab();
    const owner = make(cluster, WIDGETS, 'owner');
    make(cluster, CONFIG_MAPS, 'child', owned(reference('Widget', owner)));
    settle(cluster);
    expect(has(cluster, CONFIG_MAPS, 'child')).toBe(true);
    ask(cluster, 'DELETE', `${WIDGETS}/owner`);
    settle(cluster);
    expect(has(cluster, CONFIG_MAPS, 'child')).toBe(false);
  });

  test('takes a custom object with its owner, custom or not', () => {
    const cluster = newLab();
    const root = make(cluster, CONFIG_MAPS, 'root');
    const middle = make(cluster, WIDGETS, 'middle', owned(reference('ConfigMap', root)));
    make(cluster, WIDGETS, 'leaf', owned(reference('Widget', middle)));
    ask(cluster, 'DELETE', `${CONFIG_MAPS}/root`);
    settle(cluster);
    expect([has(cluster, WIDGETS, 'middle'), has(cluster, WIDGETS, 'leaf')]).toEqual([false, false]);
  });

  test('waits, in the foreground, for what blocks a custom owner', () => {
    const cluster = newLab();
    const owner = make(cluster, WIDGETS, 'owner');
    const held = { finalizers: ['example.com/hold'] };
    make(cluster, CONFIG_MAPS, 'child', { ...owned(reference('Widget', owner, true)), ...held });
    ask(cluster, 'DELETE', `${WIDGETS}/owner?propagationPolicy=Foreground`);
    settle(cluster);
    expect(ask(cluster, 'GET', `${WIDGETS}/owner`).metadata.finalizers).toEqual(['foregroundDeletion']);
    ask(cluster, 'PATCH', `${CONFIG_MAPS}/child`, { metadata: { finalizers: [] } });
    settle(cluster);
    expect([has(cluster, WIDGETS, 'owner'), has(cluster, CONFIG_MAPS, 'child')]).toEqual([false, false]);
  });

  test('frees what a custom owner orphans', () => {
    const cluster = newLab();
    const owner = make(cluster, WIDGETS, 'owner');
    make(cluster, CONFIG_MAPS, 'child', owned(reference('Widget', owner)));
    ask(cluster, 'DELETE', `${WIDGETS}/owner?propagationPolicy=Orphan`);
    settle(cluster);
    expect([has(cluster, WIDGETS, 'owner'), has(cluster, CONFIG_MAPS, 'child')]).toEqual([false, true]);
  });

  test('takes what names a custom owner that is not there', () => {
    const cluster = newLab();
    make(cluster, CONFIG_MAPS, 'child', owned(reference('Widget', GHOST)));
    settle(cluster);
    expect(has(cluster, CONFIG_MAPS, 'child')).toBe(false);
  });

  test('leaves what an unknown kind owns alone until the kind is declared', () => {
    const cluster = newLab();
    make(cluster, CONFIG_MAPS, 'child', owned(reference('World', GHOST)));
    settle(cluster);
    expect(has(cluster, CONFIG_MAPS, 'child')).toBe(true);
    declare(cluster, 'worlds', 'World', 'Cluster');
    expect(has(cluster, CONFIG_MAPS, 'child')).toBe(false);
  });

  test('leaves an object of no namespace alone whose owner would be in one', () => {
    const cluster = newLab();
    declare(cluster, 'worlds', 'World', 'Cluster');
    make(cluster, WORLDS, 'earth', owned(reference('Widget', GHOST)));
    const earth = ask(cluster, 'GET', `${WORLDS}/earth`);
    make(cluster, WIDGETS, 'city', owned(reference('World', earth)));
    settle(cluster);
    expect([has(cluster, WORLDS, 'earth'), has(cluster, WIDGETS, 'city')]).toEqual([true, true]);
  });

  test('takes what the objects of a kind owned that is itself deleted', () => {
    const cluster = newLab();
    make(cluster, CONFIG_MAPS, 'child', owned(reference('Widget', make(cluster, WIDGETS, 'owner'))));
    ask(cluster, 'DELETE', `${DEFINITIONS}/widgets.example.com`);
    settle(cluster);
    expect(ask(cluster, 'GET', `${DEFINITIONS}/widgets.example.com`).code).toBe(404);
    expect(has(cluster, CONFIG_MAPS, 'child')).toBe(false);
  });
});

test('a custom object with a finalizer holds its namespace, which says so', () => {
  const cluster = newLab();
  ask(cluster, 'POST', '/api/v1/namespaces', { metadata: { name: 'other' } });
  const other = WIDGETS.replace('/default/', '/other/');
  make(cluster, other, 'held', { finalizers: ['example.com/hold'] });
  ask(cluster, 'DELETE', '/api/v1/namespaces/other');
  settle(cluster);
  const { status } = ask(cluster, 'GET', '/api/v1/namespaces/other');
  const held = status?.conditions?.filter(({ status: truth }) => truth === 'True');
  expect(held?.map(({ type, message }) => `${type}: ${message}`)).toEqual([
    'NamespaceContentRemaining: Some resources are remaining: widgets.example.com has 1 resource instances',
    'NamespaceFinalizersRemaining: Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances',
  ]);
  ask(cluster, 'PATCH', `${other}/held`, { metadata: { finalizers: [] } });
  settle(cluster);
  expect(ask(cluster, 'GET', '/api/v1/namespaces/other').code).toBe(404);
});
