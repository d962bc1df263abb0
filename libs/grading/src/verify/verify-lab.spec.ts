import { changed, labOf, LAB_FILES, SOLUTION } from '../test-support';
import { verifyLab } from './verify-lab';

const told = (files: Record<string, string>) =>
  verifyLab(labOf(files), { seeds: ['1'] }).map(({ answer, message }) => `${answer}: ${message}`);

const withWrong = (wrong: string) => ({
  ...changed('solution:\n', `wrong:\n  - ${wrong}\nsolution:\n`),
  'one.yaml': SOLUTION.replace('replicas: 3', 'replicas: 1'),
});

it('a lab that keeps its promises has no problems', () => {
  const fails = '[{ check: three-replicas, because: ObjectDiffers }, by-name, by-selector]';
  expect(told({ ...LAB_FILES })).toEqual([]);
  expect(
    told(withWrong(`{ name: one, title: One, actions: [{ apply: one.yaml }], fails: ${fails} }`)),
  ).toEqual([]);
});

it.each<[string, Record<string, string>, string]>([
  [
    'a check that passes at the start',
    changed(
      "        requires: [load-balancer]\n        kind: Connectivity\n        let: { pod: { kind: Pod, selector: { app: '${app}' }, value: 'objects[0].status.podIP' } }",
      '        kind: Connectivity\n        let: { pod: { kind: Pod, name: client, value: object.status.podIP } }',
    ),
    'start: pods-closed is passed',
  ],
  [
    'a solution that lacks something',
    changed('replicas: 3', 'replicas: 1', 'solution.yaml'),
    'solution: three-replicas is failed',
  ],
  [
    'a solution that is refused',
    changed('port: ${port}', 'port: 70000', 'solution.yaml'),
    'solution: Service',
  ],
  [
    'a wrong answer that passes',
    withWrong('{ name: right, title: x, actions: [{ apply: solution.yaml }], fails: [by-name] }'),
    'right: by-name passes, but should fail',
  ],
  [
    'a wrong answer that fails elsewhere, too',
    withWrong('{ name: one, title: x, actions: [{ apply: one.yaml }], fails: [three-replicas] }'),
    'one: by-name fails, too',
  ],
  [
    'a wrong answer that fails for another reason',
    withWrong(
      '{ name: one, title: x, actions: [{ apply: one.yaml }], fails: [{ check: three-replicas, because: NoSender }], only_these: false }',
    ),
    'one: three-replicas fails, but not because of NoSender',
  ],
  [
    'a start that is refused',
    changed("image: 'curlimages", "imagee: 'curlimages", 'start.yaml'),
    'start: Pod client is refused',
  ],
  [
    'an action that can not be done',
    changed('  - apply: solution.yaml', '  - scale: { name: nobody, replicas: 2 }'),
    'solution: scale: deployments.apps "nobody" not found',
  ],
])('tells of %s', (_, files, message) => {
  expect(told(files).join('\n')).toContain(message);
});
