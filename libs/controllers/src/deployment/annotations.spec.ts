import type { ReplicaSet } from '@podlab/api';
import { buildDeployment, buildReplicaSet } from '@podlab/testkit';
import { newReplicaSetAnnotations, revisionOf } from './annotations';

const REVISION = 'deployment.kubernetes.io/revision';
const HISTORY = 'deployment.kubernetes.io/revision-history';

function deployment(annotations: Record<string, string>) {
  const built = buildDeployment('lab06', 'web', 1);
  return { ...built, metadata: { ...built.metadata, annotations } };
}

function replicaSet(annotations: Record<string, string>): ReplicaSet {
  const built = buildReplicaSet('lab06', 'web-1', 1);
  return { ...built, metadata: { ...built.metadata, annotations } };
}

test('annotations of the deployment are copied, but for what kubectl and the controller keep', () => {
  const source = deployment({
    note: 'hello',
    'kubectl.kubernetes.io/last-applied-configuration': '{}',
    [REVISION]: '7',
  });
  expect(newReplicaSetAnnotations(source, undefined, 1)).toEqual({ note: 'hello', [REVISION]: '1' });
});

test.each([
  ['a newer revision', { [REVISION]: '1' }, 3, { [REVISION]: '3', [HISTORY]: '1' }],
  ['a third one', { [REVISION]: '3', [HISTORY]: '1' }, 5, { [REVISION]: '5', [HISTORY]: '1,3' }],
  ['its own again', { [REVISION]: '3' }, 3, { [REVISION]: '3' }],
  ['an older one', { [REVISION]: '3' }, 2, { [REVISION]: '3' }],
  ['ten after nine', { [REVISION]: '9' }, 10, { [REVISION]: '10', [HISTORY]: '9' }],
])('a replica set that serves %s', (_, before, revision, after) => {
  expect(
    newReplicaSetAnnotations(deployment({}), replicaSet(before as Record<string, string>), revision),
  ).toEqual(after);
});

test('a long history forgets its beginning', () => {
  const long = Array.from({ length: 600 }, (_, index) => index + 1).join(',');
  const { [HISTORY]: history } = newReplicaSetAnnotations(
    deployment({}),
    replicaSet({ [REVISION]: '601', [HISTORY]: long }),
    602,
  );
  expect(history.length).toBeLessThanOrEqual(2000);
  expect(history.endsWith(',600,601')).toBe(true);
});

test('no revision is revision 0', () => {
  expect(
    [{}, { [REVISION]: 'x' }, { [REVISION]: '12' }].map((each) =>
      revisionOf(replicaSet(each as Record<string, string>)),
    ),
  ).toEqual([0, 0, 12]);
});
