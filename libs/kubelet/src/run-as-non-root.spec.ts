import type { Container, PodSpec } from '@podlab/api';
import { container, eventsOf, lab, pod, statusLine, stored } from './test-support';

type Security = Container['securityContext'];

/** What a container of this image waits for, without the pod's uid; undefined when it runs. */
function problemOf(image: string, own: Security, shared: PodSpec['securityContext']) {
  const harness = lab();
  const containers = [container('main', {}, { image, securityContext: own })];
  harness.client.create('pods', pod('web', { containers, securityContext: shared }));
  harness.advance(10_000);
  const { status } = stored(harness, 'web');
  const waiting = status?.containerStatuses?.[0].state?.waiting;
  return waiting && `${waiting.reason}: ${waiting.message?.replace(/\([0-9a-f-]{36}\)/, '(uid)')}`;
}

const WHERE = '(pod: "web_default(uid)", container: main)';
const IMAGE_IS_ROOT = `CreateContainerConfigError: container has runAsNonRoot and image will run as root ${WHERE}`;
const USER_IS_ROOT = `CreateContainerConfigError: container's runAsUser breaks non-root policy ${WHERE}`;
const USER_IS_NAME = `CreateContainerConfigError: container has runAsNonRoot and image has non-numeric user (curl_user), cannot verify user is non-root ${WHERE}`;
const WELL = undefined;

test.each<[title: string, image: string, Security, PodSpec['securityContext'], string | undefined]>([
  ['an image of root where that is allowed', 'app:1', {}, {}, WELL],
  ['an image of root', 'app:1', { runAsNonRoot: true }, undefined, IMAGE_IS_ROOT],
  ['an image of root in a pod that forbids it', 'app:1', undefined, { runAsNonRoot: true }, IMAGE_IS_ROOT],
  ["a container's word over its pod's", 'app:1', { runAsNonRoot: false }, { runAsNonRoot: true }, WELL],
  ['an image of root run as another', 'app:1', { runAsUser: 1000 }, { runAsNonRoot: true }, WELL],
  ['a pod run as another', 'app:1', undefined, { runAsNonRoot: true, runAsUser: 1000 }, WELL],
  ['a container run as root', 'plain:1', { runAsUser: 0 }, { runAsNonRoot: true }, USER_IS_ROOT],
  [
    'a container run as root where its pod is not',
    'app:1',
    { runAsNonRoot: true, runAsUser: 0 },
    { runAsUser: 1000 },
    USER_IS_ROOT,
  ],
  ['an image of a user by number', 'plain:1', { runAsNonRoot: true }, undefined, WELL],
  ['an image of a user by name', 'named:1', { runAsNonRoot: true }, undefined, USER_IS_NAME],
])('runAsNonRoot: %s', (_title, image, own, shared, problem) => {
  expect(problemOf(image, own, shared)).toBe(problem);
});

test('a container that would run as root is not made, and said so again and again', () => {
  const harness = lab();
  const containers = [container('main', {}, { securityContext: { runAsNonRoot: true } })];
  harness.client.create('pods', pod('web', { containers }));
  harness.advance(40_000);
  expect(statusLine(stored(harness, 'web'))).toContain('main=CreateContainerConfigError');
  const told = eventsOf(harness, 'web').filter(
    (line) => line.includes('Failed:') || line.includes('Created:'),
  );
  expect(told).toEqual([
    `Warning Failed: Error: container has runAsNonRoot and image will run as root ${WHERE} (x3)`,
  ]);
});
