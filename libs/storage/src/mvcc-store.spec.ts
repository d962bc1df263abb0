import type { KubeObject } from '@podlab/apimachinery';
import { copyData } from '@podlab/kernel';
import fc from 'fast-check';
import {
  createMvccState,
  HISTORY_WINDOW_REVISIONS,
  MvccStore,
  StorageConflict,
  type Revision,
} from './mvcc-store';

const pod = (name: string, namespace = 'default', value = ''): KubeObject =>
  ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace }, value }) as KubeObject;

function newStore() {
  const store = new MvccStore(createMvccState(), () => 1000);
  const seen: Revision[] = [];
  store.onRevision((revision) => seen.push(revision));
  return { store, seen };
}

describe('a store of revisions', () => {
  it('numbers every change from one counter and tells it with the state before', () => {
    const { store, seen } = newStore();
    const created = store.create('pods', pod('web'));
    store.takeRevision();
    store.update('pods', pod('web', 'default', 'changed'));
    store.delete('pods', 'default/web');
    expect(seen.map(({ rv, type }) => [rv, type])).toEqual([
      [1, 'ADDED'],
      [3, 'MODIFIED'],
      [4, 'DELETED'],
    ]);
    expect(seen[1].previous).toBe(created);
    expect(seen[2].object.metadata.resourceVersion).toBe('4');
    expect(store.get('pods', 'default/web')).toBeUndefined();
  });

  it('freezes what it stores, all the way down', () => {
    const { store } = newStore();
    const stored = store.create('pods', pod('web'));
    expect(() => Object.assign(stored.metadata, { name: 'other' })).toThrow(TypeError);
  });

  it('refuses a writer that saw an older state, and keeps the newer one', () => {
    const { store } = newStore();
    store.create('pods', pod('web'));
    store.update('pods', pod('web', 'default', 'first'), '1');
    expect(() => store.update('pods', pod('web', 'default', 'second'), '1')).toThrow(StorageConflict);
    expect(store.get('pods', 'default/web')).toMatchObject({ value: 'first' });
  });

  it('lists one namespace and nothing of a namespace whose name only begins alike', () => {
    const { store } = newStore();
    for (const [namespace, name] of [
      ['lab', 'b'],
      ['lab-2', 'x'],
      ['lab', 'a'],
      ['lab0', 'y'],
    ]) {
      store.create('pods', pod(name, namespace));
    }
    expect(store.list('pods', 'lab').map(({ metadata }) => metadata.name)).toEqual(['a', 'b']);
  });

  it('reads the past until it is compacted, then says that it is gone', () => {
    const { store } = newStore();
    store.create('pods', pod('web', 'default', '0'));
    for (let i = 1; i < 2 * HISTORY_WINDOW_REVISIONS; i++)
      store.update('pods', pod('web', 'default', String(i)));
    const rv = store.resourceVersion;
    expect(store.listAt('pods', rv - 5)).toMatchObject([{ value: String(rv - 6) }]);
    expect(store.listAt('pods', 1)).toBeUndefined();
    expect(store.revisionsAfter(1)).toBeUndefined();
    expect(store.revisionsAfter(rv - 2)).toHaveLength(2);
  });

  it('forgets its history and goes on behind a revision of somebody else’s', () => {
    const { store } = newStore();
    store.create('pods', pod('web'));
    store.forgetHistory(40);
    expect(store.revisionsAfter(40)).toBeUndefined();
    expect(store.update('pods', pod('web', 'default', 'new')).metadata.resourceVersion).toBe('42');
    expect(store.revisionsAfter(41)).toHaveLength(1);
  });

  it('agrees with a plain list of objects after any run of writes, and so does its copy', () => {
    const writes = fc.array(fc.record({ key: fc.integer({ min: 0, max: 8 }), remove: fc.boolean() }), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(writes, (run) => {
        const { store } = newStore();
        const model = new Map<string, number>();
        const past: string[][] = [[]];
        run.forEach(({ key, remove }, index) => {
          const name = `pod-${key}`;
          if (remove && model.has(name)) {
            store.delete('pods', `default/${name}`);
            model.delete(name);
          } else {
            if (model.has(name)) store.update('pods', pod(name, 'default', String(index)));
            else store.create('pods', pod(name, 'default', String(index)));
            model.set(name, index);
          }
          past.push([...model.keys()].sort());
        });
        const names = (objects: KubeObject[] | undefined) => objects?.map(({ metadata }) => metadata.name);
        past.forEach((expected, rv) => expect(names(store.listAt('pods', rv))).toEqual(expected));
        const copy = new MvccStore(copyData(store.state), () => 0);
        expect(names(copy.list('pods'))).toEqual(past[past.length - 1]);
      }),
    );
  });
});
