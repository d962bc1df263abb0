import type { EphemeralContainer, Pod } from '@podlab/api';
import type { ComponentHarness } from '@podlab/testkit';
import { container, eventsOf, lab, pod, runtimeOf, statusLine, stored } from './test-support';

/** A pod that runs, as far as its own containers let it. */
function running(spec: Parameters<typeof pod>[1] = {}): ComponentHarness {
  const harness = lab();
  harness.client.create('pods', pod('web', spec));
  harness.settle();
  return harness;
}

/** Adds an ephemeral container, as the API's subresource does. */
function debug(harness: ComponentHarness, added: Partial<EphemeralContainer> = {}): void {
  harness.edit<Pod>('pods', 'default/web', (each) => {
    const debugger_ = { name: 'debugger', image: 'busybox', ...added } as EphemeralContainer;
    const ephemeralContainers = [...(each.spec.ephemeralContainers ?? []), debugger_];
    return { ...each, spec: { ...each.spec, ephemeralContainers } };
  });
  harness.settle();
}

const script = (words: object): string[] => [JSON.stringify(words)];
const status = (harness: ComponentHarness) => stored(harness, 'web').status;
const started = (harness: ComponentHarness) =>
  runtimeOf(harness).asked.filter((line) => line.startsWith('start '));

describe('an ephemeral container', () => {
  it('starts in a pod that runs, and changes nothing of it', () => {
    const harness = running();
    const before = statusLine(stored(harness, 'web'));
    debug(harness);
    expect(statusLine(stored(harness, 'web'))).toBe(before);
    expect(status(harness)?.ephemeralContainerStatuses).toMatchObject([
      { name: 'debugger', ready: false, restartCount: 0, state: { running: {} } },
    ]);
    expect(status(harness)?.ephemeralContainerStatuses?.[0]).not.toHaveProperty('started');
    expect(started(harness)).toEqual(['start main', 'start debugger']);
  });

  it('has events that name its list', () => {
    const harness = running();
    debug(harness);
    const events = harness.list('events') as unknown as { involvedObject: { fieldPath?: string } }[];
    const paths = new Set(events.map(({ involvedObject }) => involvedObject.fieldPath));
    expect([...paths].sort()).toEqual(['spec.containers{main}', 'spec.ephemeralContainers{debugger}']);
    expect(eventsOf(harness, 'web').slice(-2).join('\n')).toContain('Started: Container started');
  });

  it('is not started again when it ends, whatever the restart policy', () => {
    const harness = running();
    debug(harness, { args: script({ ends_ms: 500, status: 3 }) });
    expect(status(harness)?.ephemeralContainerStatuses?.[0]).toMatchObject({
      restartCount: 0,
      state: { terminated: { exitCode: 3, reason: 'Error' } },
    });
    expect(status(harness)?.phase).toBe('Running');
    expect(started(harness)).toEqual(['start main', 'start debugger']);
  });

  it('starts while the pod still waits for an init container or an image', () => {
    const slow = container('first', { ends_ms: 1_000_000 });
    const harness = lab();
    harness.client.create('pods', pod('web', { initContainers: [slow] }));
    harness.advance(10_000);
    harness.edit<Pod>('pods', 'default/web', (each) => ({
      ...each,
      spec: { ...each.spec, ephemeralContainers: [{ name: 'debugger', image: 'busybox' }] },
    }));
    harness.advance(10_000);
    expect(started(harness)).toEqual(['start first', 'start debugger']);
    expect(status(harness)?.ephemeralContainerStatuses?.[0].state).toHaveProperty('running');
  });

  it('whose image is not there waits and keeps trying, as others do', () => {
    const harness = running();
    debug(harness, { image: 'gone' });
    harness.advance(30_000);
    const waiting = status(harness)?.ephemeralContainerStatuses?.[0].state?.waiting;
    expect(waiting?.reason).toMatch(/^(ErrImagePull|ImagePullBackOff)$/);
    expect(status(harness)?.containerStatuses?.[0].ready).toBe(true);
  });

  it('is stopped with its pod', () => {
    const harness = running();
    debug(harness);
    harness.client.delete('pods', 'default/web');
    harness.settle();
    expect(runtimeOf(harness).asked).toEqual(expect.arrayContaining(['SIGTERM main', 'SIGTERM debugger']));
    expect(harness.list('pods')).toEqual([]);
  });

  it('ends with the work of its pod', () => {
    const work = container('main', { ends_ms: 20_000 });
    const harness = lab();
    harness.client.create('pods', pod('web', { restartPolicy: 'Never', containers: [work] }));
    harness.advance(5_000);
    harness.edit<Pod>('pods', 'default/web', (each) => ({
      ...each,
      spec: { ...each.spec, ephemeralContainers: [{ name: 'debugger', image: 'busybox' }] },
    }));
    harness.settle();
    expect(status(harness)?.phase).toBe('Succeeded');
    expect(status(harness)?.ephemeralContainerStatuses?.[0].state).toHaveProperty('terminated');
  });
});
