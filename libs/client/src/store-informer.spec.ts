import type { KubeObject } from '@podlab/apimachinery';
import { createMvccState, MvccStore } from '@podlab/storage';
import { StoreInformerFactory } from './store-informer';

interface TestPod extends KubeObject {
  spec: { nodeName: string };
}

const pod = (name: string, nodeName: string): TestPod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default' },
  spec: { nodeName },
});
const byNode = (each: TestPod) => [each.spec.nodeName];
const names = (pods: readonly TestPod[]) => pods.map(({ metadata }) => metadata.name);

describe('an informer', () => {
  it('finds what was there before its index and follows what changes after', () => {
    const store = new MvccStore(createMvccState(), () => 0);
    store.create('pods', pod('early', 'node-a'));
    const informer = new StoreInformerFactory(store).for<TestPod>('pods');
    informer.addIndex('node', byNode);
    store.create('pods', pod('late', 'node-a'));
    expect(names(informer.byIndex('node', 'node-a'))).toEqual(['early', 'late']);
    store.update('pods', pod('early', 'node-b'));
    expect(names(informer.byIndex('node', 'node-a'))).toEqual(['late']);
    expect(names(informer.byIndex('node', 'node-b'))).toEqual(['early']);
    store.delete('pods', 'default/late');
    expect(informer.byIndex('node', 'node-a')).toEqual([]);
  });

  it('gives what an index has in the order of keys, whatever came first', () => {
    const store = new MvccStore(createMvccState(), () => 0);
    const informer = new StoreInformerFactory(store).for<TestPod>('pods');
    informer.addIndex('node', byNode);
    for (const name of ['c', 'a', 'b']) store.create('pods', pod(name, 'node-a'));
    store.update('pods', pod('a', 'node-b'));
    store.update('pods', pod('a', 'node-a'));
    expect(names(informer.byIndex('node', 'node-a'))).toEqual(['a', 'b', 'c']);
  });

  it('calls who was made later as if that had been first in the order of those', () => {
    const store = new MvccStore(createMvccState(), () => 0);
    const informers = new StoreInformerFactory(store);
    const seen: string[] = [];
    const add = (name: string) => informers.for('pods').addHandlers({ onAdd: () => seen.push(name) });
    const addOfAll = (name: string) => informers.addHandlers({ onAdd: () => seen.push(name) });
    add('third');
    addOfAll('any, second');
    store.beforeNextWrite(() =>
      informers.first(() => {
        add('first');
        addOfAll('any, first');
        add('second');
      }),
    );
    add('fourth');
    store.create('pods', pod('web', 'node-a'));
    expect(seen).toEqual(['any, first', 'any, second', 'first', 'second', 'third', 'fourth']);
  });

  it('brings its indexes up before any handler runs', () => {
    const store = new MvccStore(createMvccState(), () => 0);
    const informer = new StoreInformerFactory(store).for<TestPod>('pods');
    informer.addIndex('node', byNode);
    const seen: string[] = [];
    informer.addHandlers({
      onAdd: (each) => seen.push(`add ${each.metadata.name} ${informer.byIndex('node', 'node-a').length}`),
      onUpdate: (each, previous) => seen.push(`update ${previous.spec.nodeName} to ${each.spec.nodeName}`),
      onDelete: () => seen.push(`delete ${informer.byIndex('node', 'node-b').length}`),
    });
    store.create('pods', pod('web', 'node-a'));
    store.update('pods', pod('web', 'node-b'));
    store.delete('pods', 'default/web');
    expect(seen).toEqual(['add web 1', 'update node-a to node-b', 'delete 0']);
  });
});
