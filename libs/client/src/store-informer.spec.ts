import type { KubeObject } from '@podlab/apimachinery';
import { copyData } from '@podlab/kernel';
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

  it('calls handlers in their turns, whenever they were added', () => {
    const store = new MvccStore(createMvccState(), () => 0);
    const informers = new StoreInformerFactory(store);
    const seen: string[] = [];
    const add = (name: string) => informers.for('pods').addHandlers({ onAdd: () => seen.push(name) });
    const addOfAll = (name: string) => informers.addHandlers({ onAdd: () => seen.push(name) });
    informers.inTurn(2, () => {
      add('2');
      addOfAll('any, 2');
      informers.inTurn(1, () => add('1'));
      add('2, too');
    });
    store.beforeNextWrite(() =>
      informers.inTurn(1, () => {
        add('1, too');
        addOfAll('any, 1');
      }),
    );
    informers.inTurn(3, () => add('3'));
    add('0');
    store.create('pods', pod('web', 'node-a'));
    expect(seen).toEqual(['any, 1', 'any, 2', '0', '1', '1, too', '2', '2, too', '3']);
  });

  it('finds by the indexes of one with the same objects until there is a write', () => {
    const state = createMvccState();
    const lending = new MvccStore(state, () => 0);
    lending.create('pods', pod('web', 'node-a'));
    const lender = new StoreInformerFactory(lending);
    lender.for<TestPod>('pods').addIndex('node', byNode);
    const store = new MvccStore(copyData(state), () => 0);
    const informer = new StoreInformerFactory(store, lender).for<TestPod>('pods');
    expect(informer.byIndex('node', 'node-a')).toEqual([]);
    informer.addIndex('node', byNode);
    expect(informer.byIndex('node', 'node-a')).toBe(lender.for('pods').byIndex('node', 'node-a'));
    store.create('pods', pod('more', 'node-a'));
    expect(names(informer.byIndex('node', 'node-a'))).toEqual(['more', 'web']);
    expect(names(lender.for<TestPod>('pods').byIndex('node', 'node-a'))).toEqual(['web']);
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
