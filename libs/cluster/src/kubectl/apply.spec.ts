import { createCluster } from '../cluster';
import type { Cluster } from '../cluster';
import { call, clusterConfig, settle } from '../test-support';
import { applyManifests } from './apply';
import { readManifests } from './manifests';

const USER = { name: 'student', groups: ['system:masters'] };
const WEB = (labels: string, replicas = 1) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: { ${labels} } }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: main, image: nginx }] }
`;
const DEFINITION = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: services.lab.example }
spec:
  group: lab.example
  scope: Namespaced
  names: { kind: Service, plural: services }
  versions:
    - name: v1
      served: true
      storage: true
      schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } }
`;
const CUSTOM = (ports: string) =>
  `{apiVersion: lab.example/v1, kind: Service, metadata: {name: mine}, spec: {ports: ${ports}}}`;

function told(cluster: Cluster, text: string, between?: () => void): string[] {
  const documents = applyManifests(cluster, readManifests(text), { user: USER, between });
  return documents.map(({ kind, name, namespace, result, status }) =>
    [kind, `${namespace ?? '-'}/${name ?? '-'}`, result, status?.message].filter(Boolean).join(' '),
  );
}

function newCluster(): Cluster {
  const cluster = createCluster(clusterConfig());
  settle(cluster);
  return cluster;
}

it('creates, says what is unchanged, and takes away what is said no more', () => {
  const cluster = newCluster();
  expect(told(cluster, WEB('a: b, c: d'))).toEqual(['Deployment default/web Created']);
  const before = cluster.resourceVersion();
  expect(told(cluster, WEB('a: b, c: d'))).toEqual(['Deployment default/web Unchanged']);
  expect(cluster.resourceVersion()).toBe(before);
  expect(told(cluster, WEB('a: b'))).toEqual(['Deployment default/web Configured']);
  const path = '/apis/apps/v1/namespaces/default/deployments/web';
  expect(call(cluster, 'GET', path, undefined).metadata).toMatchObject({ labels: { a: 'b' } });
  expect(call(cluster, 'GET', path, undefined).metadata).not.toMatchObject({ labels: { c: 'd' } });
});

it('the same text again sets back what somebody else changed of it', () => {
  const cluster = newCluster();
  told(cluster, WEB('a: b', 2));
  const path = '/apis/apps/v1/namespaces/default/deployments/web';
  call(cluster, 'PATCH', path, { spec: { replicas: 5 } }, 'application/merge-patch+json');
  expect(told(cluster, WEB('a: b', 2))).toEqual(['Deployment default/web Configured']);
  expect(call(cluster, 'GET', path, undefined).spec).toMatchObject({ replicas: 2 });
});

it('what an earlier document brings about is there at the second try, if there is time between', () => {
  const text = `{apiVersion: v1, kind: Namespace, metadata: {name: lab}}
---
{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: lab}, spec: {containers: [{name: c, image: nginx}]}}
---
{apiVersion: nowhere/v1, kind: Thing, metadata: {name: t}}`;
  const last = 'Thing -/t Refused no matches for kind "Thing" in version "nowhere/v1"';
  const [first, pod, unknown] = told(newCluster(), text);
  expect([first, unknown]).toEqual(['Namespace -/lab Created', last]);
  expect(pod).toMatch(/^Pod lab\/p Refused .*serviceaccount "default" not found/);
  const cluster = newCluster();
  expect(told(cluster, text, () => settle(cluster))).toEqual([
    'Namespace -/lab Created',
    'Pod lab/p Created',
    last,
  ]);
});

it('a custom kind that has the name of a built-in one has its lists replaced as a whole', () => {
  const cluster = newCluster();
  const text = `${DEFINITION}---\n${CUSTOM('[{port: 80}, {port: 81}]')}`;
  expect(told(cluster, text, () => settle(cluster))[1]).toBe('Service default/mine Created');
  expect(told(cluster, CUSTOM('[{port: 81, name: b}]'))).toEqual(['Service default/mine Configured']);
  const mine = call(cluster, 'GET', '/apis/lab.example/v1/namespaces/default/services/mine', undefined);
  expect(mine.spec).toEqual({ ports: [{ port: 81, name: 'b' }] });
});
