import type { KubeResponse } from '@podlab/apiserver';
import { utf8Decode, utf8Encode } from '@podlab/kernel';
import {
  fuzzRequest,
  nonconformities,
  type FuzzRequest,
  type FuzzResource,
  type FuzzWorld,
} from '@podlab/testkit';
import fc from 'fast-check';
import { restoreCluster, type Cluster } from './cluster';
import { deployment, get, lab, service } from './test-support';

/** Whatever comes in: never a 500, never an error that changed something, and what is read back is what the schema says. */
const REQUESTS_A_CLUSTER = 100;
const CLUSTERS = 50 * Number(process.env['PODLAB_TEST_ROUNDS'] ?? 1);
/** Virtual time that passes after each twentieth request, so that every component sees what was let in. */
const STEP_MS = 3_000;
jest.setTimeout(300_000 * Number(process.env['PODLAB_TEST_ROUNDS'] ?? 1));

const USER = { name: 'student', groups: ['system:masters'] };

function resourcesOf(cluster: Cluster): FuzzResource[] {
  const groups = get(cluster, '/apis') as unknown as { groups: { versions: { groupVersion: string }[] }[] };
  const roots = [
    '/api/v1',
    ...groups.groups.flatMap(({ versions }) => versions.map((each) => `/apis/${each.groupVersion}`)),
  ];
  return roots.flatMap((root) => {
    const list = get(cluster, root) as unknown as {
      resources: { name: string; kind: string; namespaced: boolean }[];
    };
    return list.resources.map(({ name, kind, namespaced }) => ({ root, name, kind, namespaced }));
  });
}

function world(): { checkpoint: string; world: FuzzWorld } {
  const cluster = lab([
    deployment('web', { replicas: 2 }),
    service('web', { selector: { app: 'web' }, ports: [{ port: 80 }] }),
  ]);
  const resources = resourcesOf(cluster);
  const lists = resources.filter(({ name, root }) => !name.includes('/') && !root.includes('metrics.k8s.io'));
  const objects = lists.flatMap(({ root, name, kind }) => {
    const answer = ask(cluster, { method: 'GET', path: `${root}/${name}`, query: '' });
    if (answer.kind !== 'answer' || answer.status !== 200) return [];
    const { items } = read(answer) as unknown as { items: FuzzWorld['objects'] };
    const apiVersion = root.replace(/^\/apis?\//, '');
    return items.slice(0, 2).flatMap((item) => {
      const { name: own, namespace, labels } = item.metadata as Record<string, string>;
      const fresh = {
        ...item,
        apiVersion,
        kind,
        metadata: { name: 'x', ...(namespace && { namespace }), ...(labels && { labels }) },
      };
      return [
        { ...item, apiVersion, kind },
        { ...fresh, status: undefined },
        { ...fresh, metadata: { ...fresh.metadata, name: own } },
      ];
    });
  });
  return { checkpoint: cluster.checkpoint(), world: { resources, objects } };
}

const ask = (
  cluster: Cluster,
  request: Partial<FuzzRequest> & { method: string; path: string; query: string },
  user = USER,
): KubeResponse =>
  cluster.kube({
    accept: 'application/json',
    content_type: 'application/json',
    ...request,
    body: utf8Encode(request.body ?? ''),
    user,
  });

const read = (answer: KubeResponse) =>
  JSON.parse(utf8Decode((answer as { body: Uint8Array }).body)) as Record<string, unknown>;

/** What is wrong with what a cluster says to a request. */
function complaints(cluster: Cluster, request: FuzzRequest, revisions: () => number, tally: Tally): string[] {
  const before = revisions();
  const answer = ask(cluster, request);
  if (answer.kind !== 'answer') return [];
  const text = utf8Decode(answer.body);
  const isProxy = request.path.includes('/proxy');
  const isWrite = ['POST', 'PUT', 'PATCH'].includes(request.method);
  if (answer.status >= 500 && !(isProxy && answer.status > 500)) return [`${answer.status}: ${text}`];
  if (answer.status >= 400) {
    tally.refused++;
    const changes = revisions() - before;
    return changes > 0 ? [`${answer.status} and ${changes} changes: ${text}`] : [];
  }
  if (!isWrite || !text.startsWith('{') || isProxy) return [];
  const object = JSON.parse(text) as { kind?: string; apiVersion?: string };
  if (object.apiVersion === 'meta.k8s.io/v1' || !object.kind) return [];
  tally.written++;
  const schema = OTHER_SCHEMAS[`${object.apiVersion} ${object.kind}`] ?? object.kind;
  return nonconformities(schema, object).map((each) => `${object.kind}: ${each}`);
}

/** Of kinds that are served in two versions, or in two groups. */
const OTHER_SCHEMAS: Readonly<Record<string, string>> = {
  'autoscaling/v1 HorizontalPodAutoscaler': 'HorizontalPodAutoscalerV1',
  'events.k8s.io/v1 Event': 'EventsEvent',
};

interface Tally {
  refused: number;
  written: number;
}

/** Sends the requests of these seeds to a cluster as it was at a checkpoint, and lets time pass between them. */
function outlive(checkpoint: string, given: FuzzWorld, seeds: readonly number[], tally: Tally): void {
  const cluster = restoreCluster(checkpoint);
  let revisions = 0;
  cluster.onEntry(({ kind }) => void (revisions += kind === 'revision' ? 1 : 0));
  seeds.forEach((seed, index) => {
    const request = fuzzRequest(given, seed);
    const faults = complaints(cluster, request, () => revisions, tally);
    if (faults.length > 0)
      throw new Error(`${JSON.stringify(request).slice(0, 2_000)}\n${faults.slice(0, 5).join('\n')}`);
    if (index % 20 === 19) cluster.runUntil(cluster.now() + STEP_MS, 2_000);
  });
}

test('5,000 requests, most of which are wrong in some way', () => {
  const { checkpoint, world: given } = world();
  const tally: Tally = { refused: 0, written: 0 };
  const many = fc.array(fc.noBias(fc.nat()), {
    minLength: REQUESTS_A_CLUSTER,
    maxLength: REQUESTS_A_CLUSTER,
  });
  // A request of another seed is another request, no smaller one: the failing one is told as it is.
  fc.assert(
    fc.property(fc.noShrink(many), (seeds) => outlive(checkpoint, given, seeds, tally)),
    { numRuns: CLUSTERS },
  );
  expect(tally.refused).toBeGreaterThan(20 * CLUSTERS);
  expect(tally.written).toBeGreaterThan(5 * CLUSTERS);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});
