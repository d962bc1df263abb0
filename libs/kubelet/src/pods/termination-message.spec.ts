import type { Container, Pod } from '@podlab/api';
import { container, lab, pod, stored, type Script } from '../test-support';

const run = (script: Script, rest: Partial<Container> = {}): Pod => {
  const cluster = lab();
  const containers = [container('main', { ends_ms: 500, ...script }, rest)];
  cluster.client.create('pods', pod('web', { restartPolicy: 'Never', containers }));
  cluster.advance(10_000);
  return stored(cluster, 'web');
};
const messageOf = ({ status }: Pod) => status?.containerStatuses?.[0].state?.terminated?.message;
const FALLBACK = { terminationMessagePolicy: 'FallbackToLogsOnError' };

describe('the message of a container that ended', () => {
  it.each<[string, Script, Partial<Container>, string | undefined]>([
    ['is what it wrote into its termination log', { message: 'no license' }, {}, 'no license'],
    ['is nothing where it wrote nothing', { log: 'fatal', status: 1 }, {}, undefined],
    ['is the end of its log by the policy', { log: 'fatal', status: 1 }, FALLBACK, 'fatal'],
    ['is its own before its log', { message: 'own', log: 'fatal', status: 1 }, FALLBACK, 'own'],
    ['is nothing of the log when all went well', { log: 'done', status: 0 }, FALLBACK, undefined],
    ['is at most 4096 long, the end of it', { message: `a${'b'.repeat(4096)}` }, {}, 'b'.repeat(4096)],
    ['is at most 2048 of a log', { log: `a${'b'.repeat(2048)}`, status: 1 }, FALLBACK, 'b'.repeat(2048)],
    ['is not asked for without a path', { message: 'no' }, { terminationMessagePath: '' }, undefined],
  ])('%s', (_, script, rest, message) => {
    expect(messageOf(run(script, rest))).toBe(message);
  });
});

describe('an image that no pull can help', () => {
  it.each([
    ['a bad name', { image: 'APP' }, 'InvalidImageName'],
    ['the policy Never', { imagePullPolicy: 'Never' }, 'ErrImageNeverPull'],
  ])('%s is looked at again: when it can start, it does', (_, rest, reason) => {
    const cluster = lab();
    cluster.client.create('pods', pod('web', { containers: [container('main', {}, rest)] }));
    cluster.advance(60_000);
    const waiting = () => stored(cluster, 'web').status?.containerStatuses?.[0].state?.waiting?.reason;
    expect(waiting()).toBe(reason);
    const told = cluster.eventLines().length;
    cluster.advance(60_000);
    expect(cluster.eventLines()).toHaveLength(told);
    if (reason === 'ErrImageNeverPull') cluster.client.create('pods', pod('other'));
    else
      cluster.edit<Pod>('pods', 'default/web', (each) => ({
        ...each,
        spec: { ...each.spec, containers: each.spec.containers.map((one) => ({ ...one, image: 'app:1' })) },
      }));
    cluster.advance(20_000);
    expect(stored(cluster, 'web').status?.phase).toBe('Running');
  });
});
