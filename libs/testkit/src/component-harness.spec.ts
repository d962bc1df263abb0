import type { Pod } from '@podlab/api';
import type { ComponentFactory } from '@podlab/client';
import { buildPod } from './builders';
import { ComponentHarness } from './component-harness';
import { testKubelet } from './test-kubelet';

const kubelet = { kubelet: testKubelet({ bindTo: 'node-a' }) };

describe('a harness', () => {
  test('runs components in virtual time until nothing is due', () => {
    const harness = new ComponentHarness(kubelet);
    harness.client.create('pods', buildPod('default', 'web'));
    harness.advance(999);
    expect(harness.get<Pod>('pods', 'default/web').status?.phase).toBe('Pending');
    expect(harness.settle()).toBe(true);
    expect(harness.get<Pod>('pods', 'default/web').status).toMatchObject({
      phase: 'Running',
      podIP: '10.244.0.1',
    });
  });

  test('a deleted pod lives through its grace period until its kubelet lets it go', () => {
    const harness = new ComponentHarness(kubelet);
    harness.client.create('pods', buildPod('default', 'web'));
    harness.settle();
    harness.client.delete('pods', 'default/web');
    expect(harness.get<Pod>('pods', 'default/web').metadata.deletionGracePeriodSeconds).toBe(30);
    harness.settle();
    expect(harness.list('pods')).toEqual([]);
  });

  test('a copy goes on as the original does, and apart from it', () => {
    const harness = new ComponentHarness(kubelet);
    harness.client.create('pods', buildPod('default', 'web'));
    harness.advance(500);
    const copy = harness.copy();
    harness.settle();
    expect(copy.hash()).not.toBe(harness.hash());
    copy.settle();
    expect(copy.hash()).toBe(harness.hash());
  });

  test('a reconcile that meets a conflict comes again', () => {
    const tried: number[] = [];
    const stubborn: ComponentFactory = (context) => {
      const queue = context.workQueue('main', (key) => {
        tried.push(context.now());
        const pod = harness.get<Pod>('pods', key);
        const resourceVersion = tried.length < 3 ? '0' : pod.metadata.resourceVersion;
        context.client.update('pods', {
          ...pod,
          metadata: { ...pod.metadata, resourceVersion, labels: { seen: 'yes' } },
        });
      });
      return { name: context.name, handle: (_, [key]) => queue.add(key as string) };
    };
    const harness = new ComponentHarness({ stubborn });
    harness.client.create('pods', buildPod('default', 'web'));
    harness.component('stubborn').handle?.('', ['default/web']);
    harness.settle();
    expect(tried.map((at) => at - tried[0])).toEqual([0, 5, 15]);
    expect(harness.get<Pod>('pods', 'default/web').metadata.labels).toEqual({ seen: 'yes' });
  });
});
