import type { KubeObject } from '../../lib/kube-object';
import { changesOf, type Revision } from './revisions';

const deployment = (
  resourceVersion: string,
  replicas: number,
  ready: number,
  managedFields: { manager: string; subresource?: string; time: string; fieldsV1?: object }[],
): KubeObject =>
  ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', resourceVersion, generation: Number(resourceVersion), managedFields },
    spec: { replicas, template: { spec: { containers: [{ name: 'c', image: 'nginx:1' }] } } },
    status: { readyReplicas: ready, observedGeneration: Number(resourceVersion) },
  }) as unknown as KubeObject;

const kubectl = { manager: 'kubectl', time: '2026-03-02T10:00:00Z' };
const status = { manager: 'kube-controller-manager', subresource: 'status', time: '2026-03-02T10:00:05Z' };

it('tells newest first who changed which field, and nothing of bookkeeping', () => {
  const revisions: Revision[] = [
    { type: 'ADDED', object: deployment('1', 1, 0, [kubectl]) },
    { type: 'MODIFIED', object: deployment('2', 1, 1, [kubectl, status]) },
    {
      type: 'MODIFIED',
      object: deployment('3', 3, 1, [kubectl, status, { manager: 'podlab', time: '2026-03-02T10:01:00Z' }]),
    },
    { type: 'DELETED', object: deployment('4', 3, 1, [kubectl, status]) },
  ];
  expect(changesOf(revisions)).toEqual([
    { resourceVersion: '4', kind: 'deleted', by: [], at: null, fields: [] },
    {
      resourceVersion: '3',
      kind: 'changed',
      by: ['podlab'],
      at: '2026-03-02T10:01:00Z',
      fields: [{ path: 'spec.replicas', before: '1', after: '3' }],
    },
    {
      resourceVersion: '2',
      kind: 'changed',
      by: ['kube-controller-manager'],
      at: '2026-03-02T10:00:05Z',
      fields: [{ path: 'status.readyReplicas', before: '0', after: '1' }],
    },
    { resourceVersion: '1', kind: 'created', by: ['kubectl'], at: '2026-03-02T10:00:00Z', fields: [] },
  ]);
});

it('a write in the second of the one before is told by the part that it changed', () => {
  const managers = [kubectl, status];
  const [latest] = changesOf([
    { type: 'ADDED', object: deployment('1', 1, 0, managers) },
    { type: 'MODIFIED', object: deployment('2', 1, 1, managers) },
  ]);
  expect(latest?.by).toEqual(['kube-controller-manager']);
});

it('what is made again under its name is created', () => {
  const kinds = changesOf([
    { type: 'ADDED', object: deployment('1', 1, 0, [kubectl]) },
    { type: 'DELETED', object: deployment('2', 1, 0, [kubectl]) },
    { type: 'ADDED', object: deployment('3', 1, 0, [kubectl]) },
  ]).map(({ kind }) => kind);
  expect(kinds).toEqual(['created', 'deleted', 'created']);
});

it('an item of a list goes by its name', () => {
  const before = deployment('1', 1, 0, []);
  const after = {
    ...before,
    spec: { replicas: 1, template: { spec: { containers: [{ name: 'c', image: 'nginx:2' }] } } },
  };
  const [latest] = changesOf([
    { type: 'ADDED', object: before },
    { type: 'MODIFIED', object: after },
  ]);
  expect(latest?.fields).toEqual([
    { path: 'spec.template.spec.containers[c].image', before: 'nginx:1', after: 'nginx:2' },
  ]);
});
