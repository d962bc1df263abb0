import { EMPTY_CLUSTER_STATE, objectsOf, withEvents, withSubscription } from './cluster-state';

const clock = {
  mode: 'live' as const,
  speed: 1,
  now: '2026-01-01T00:00:00.000Z',
  resourceVersion: '5',
  settled: false,
};
const pod = (name: string, resourceVersion: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'lab06', resourceVersion },
});
const event = (type: 'ADDED' | 'MODIFIED' | 'DELETED', name: string, resourceVersion: string) => ({
  type,
  resourceVersion,
  object: pod(name, resourceVersion),
});
const subscribed = withSubscription(
  EMPTY_CLUSTER_STATE,
  { resourceVersion: '5', clock, objects: [pod('a', '3'), pod('b', '5')] },
  0,
);
const names = (state: typeof subscribed) => [...objectsOf(state, 'Pod').keys()];

describe('the state of a cluster', () => {
  it('begins with the objects of a subscription', () => {
    expect(names(subscribed)).toEqual(['lab06/a', 'lab06/b']);
    expect(subscribed).toMatchObject({ connection: 'live', resourceVersion: '5' });
  });
  it('follows watch events in order', () => {
    const state = withEvents(subscribed, [
      event('ADDED', 'c', '6'),
      event('MODIFIED', 'a', '7'),
      event('DELETED', 'b', '8'),
    ]);
    expect(names(state)).toEqual(['lab06/a', 'lab06/c']);
    expect(objectsOf(state, 'Pod').get('lab06/a')?.metadata.resourceVersion).toBe('7');
    expect(state.resourceVersion).toBe('8');
  });
  it('passes over what it knew already, as after a resumed subscription', () => {
    expect(names(withEvents(subscribed, [event('DELETED', 'a', '5')]))).toEqual(['lab06/a', 'lab06/b']);
  });
  it('keeps the map of a kind that did not change', () => {
    const node = {
      type: 'ADDED' as const,
      resourceVersion: '6',
      object: { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' } },
    };
    expect(objectsOf(withEvents(subscribed, [node]), 'Pod')).toBe(objectsOf(subscribed, 'Pod'));
  });
  it('goes on where it was when a subscription is resumed, and starts again when objects come anew', () => {
    const broken = { ...subscribed, connection: 'broken' as const };
    expect(names(withSubscription(broken, { resourceVersion: '9', clock }, 0))).toEqual([
      'lab06/a',
      'lab06/b',
    ]);
    expect(names(withSubscription(broken, { resourceVersion: '9', clock, objects: [] }, 0))).toEqual([]);
  });
});
