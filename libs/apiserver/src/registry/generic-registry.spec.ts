import type { KubeObject } from '@podlab/apimachinery';
import { StatusError } from '@podlab/apimachinery';
import { Prng, rfc3339, seedPrng } from '@podlab/kernel';
import { createMvccState, MvccStore } from '@podlab/storage';
import { GenericRegistry, OBJECTS_LIMIT } from './generic-registry';
import { heldValuesOf } from './held-values';
import type { AnyStrategy } from './strategy-index';

interface Widget extends KubeObject {
  spec?: { size: number };
  status?: { ready: boolean };
}

const WIDGETS = {
  group: 'test.io',
  version: 'v1',
  kind: 'Widget',
  resource: 'widgets',
  singular: 'widget',
  namespaced: true,
  columns: [],
  hasGeneration: true,
  status: {},
  gracefulSeconds: (_: KubeObject, requested?: number) => requested ?? 30,
} as unknown as AnyStrategy;

const widget = (metadata: Partial<KubeObject['metadata']> = {}, size = 1): Widget => ({
  apiVersion: 'test.io/v1',
  kind: 'Widget',
  metadata: { name: 'one', ...metadata },
  spec: { size },
});

const user = { name: 'tester', groups: [] };

function newRegistry() {
  const clock = { now: 1_772_442_000_000 };
  const store = new MvccStore(createMvccState(), () => clock.now);
  const context = {
    now: () => clock.now,
    timestamp: () => rfc3339(clock.now),
    random: new Prng(seedPrng('42', 'test')),
    settings: {
      service_cidr: '10.96.0.0/16',
      pod_cidr: '10.244.0.0/16',
      node_port_range: [30000, 32767] as const,
    },
    get: store.get.bind(store),
    list: store.list.bind(store),
    held: heldValuesOf(store),
  };
  const registry = new GenericRegistry(store, context, []);
  const create = (draft: Widget) => registry.create(WIDGETS, 'lab', draft, { user }) as Widget;
  const update = (draft: Widget, part?: 'status') =>
    registry.update(WIDGETS, 'lab/one', draft, { user }, part) as Widget;
  const remove = (request = {}) => registry.delete(WIDGETS, 'lab/one', request, { user });
  const stored = () => store.get('widgets.test.io', 'lab/one') as Widget | undefined;
  return { clock, store, context, registry, create, update, remove, stored };
}

function refusal(act: () => unknown): { code: number; message: string } {
  try {
    act();
  } catch (error) {
    if (error instanceof StatusError) return { code: error.status.code, message: error.status.message ?? '' };
    throw error;
  }
  throw new Error('it was not refused');
}

describe('what objects hold', () => {
  it('is known at every moment, also of what was there before anybody asked', () => {
    const { context, create, update, remove } = newRegistry();
    create(widget({}, 7));
    const sizes = context.held('widgets.test.io', 'size', (object) => [(object as Widget).spec?.size]);
    expect([sizes.has(7), sizes.has(7, 'lab/one'), sizes.has(8)]).toEqual([true, false, false]);
    update({ ...widget({}, 8) });
    expect([sizes.has(7), sizes.has(8)]).toEqual([false, true]);
    remove({ gracePeriodSeconds: 0 });
    expect(sizes.has(8)).toBe(false);
  });
});

describe('the generic registry', () => {
  it('gives a new object its uid, time, generation and a name from generateName', () => {
    const { create } = newRegistry();
    const { metadata } = create(widget({ name: '', generateName: 'web-', deletionTimestamp: 'x' }));
    expect(metadata).toMatchObject({
      namespace: 'lab',
      generation: 1,
      creationTimestamp: '2026-03-02T09:00:00Z',
    });
    expect(metadata.name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect(metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(metadata.deletionTimestamp).toBeUndefined();
  });

  it('refuses a second object of one name, and a bad name, in upstream’s words', () => {
    const { create } = newRegistry();
    create(widget());
    expect(refusal(() => create(widget()))).toEqual({
      code: 409,
      message: 'widgets.test.io "one" already exists',
    });
    expect(refusal(() => create(widget({ name: 'A_b' }))).message).toMatch(
      /^Widget\.test\.io "A_b" is invalid: metadata\.name: Invalid value: "A_b": a lowercase RFC 1123 subdomain must/,
    );
  });

  it('raises the generation with the spec only, and keeps what the server owns', () => {
    const { create, update } = newRegistry();
    const first = create(widget());
    const labelled = update(widget({ labels: { a: 'b' }, uid: first.metadata.uid }));
    expect(labelled.metadata).toMatchObject({ generation: 1, uid: first.metadata.uid });
    expect(update(widget({ labels: { a: 'b' } }, 2)).metadata.generation).toBe(2);
  });

  it('makes no revision when nothing changes', () => {
    const { create, update, store } = newRegistry();
    create(widget());
    const before = store.resourceVersion;
    update(widget());
    expect(store.resourceVersion).toBe(before);
  });

  it('refuses a writer that saw an older version', () => {
    const { create, update } = newRegistry();
    const { resourceVersion } = create(widget()).metadata;
    update(widget({}, 2));
    expect(refusal(() => update(widget({ resourceVersion }, 3)))).toMatchObject({
      code: 409,
      message: expect.stringContaining(
        'the object has been modified; please apply your changes to the latest version',
      ),
    });
  });

  it('lets status change only status, and an update without it keep the rest', () => {
    const { create, update } = newRegistry();
    create(widget());
    const reported = update({ ...widget({}, 9), status: { ready: true } }, 'status');
    expect(reported).toMatchObject({ spec: { size: 1 }, status: { ready: true } });
  });

  it('changes nothing in a dry run', () => {
    const { registry, store, create } = newRegistry();
    registry.create(WIDGETS, 'lab', widget(), { user, dryRun: true });
    expect(store.resourceVersion).toBe(0);
    create(widget());
    expect(registry.delete(WIDGETS, 'lab/one', { gracePeriodSeconds: 0 }, { user, dryRun: true }).gone).toBe(
      true,
    );
    expect(store.resourceVersion).toBe(1);
  });
});

describe('deletion', () => {
  it('leaves the object its grace, shortens it when asked again, and removes it at once with none', () => {
    const { create, remove, stored, clock } = newRegistry();
    create(widget());
    expect(remove().gone).toBe(false);
    expect(stored()?.metadata).toMatchObject({
      deletionTimestamp: '2026-03-02T09:00:30Z',
      deletionGracePeriodSeconds: 30,
    });
    clock.now += 2000;
    remove({ gracePeriodSeconds: 5 });
    expect(stored()?.metadata).toMatchObject({
      deletionTimestamp: '2026-03-02T09:00:05Z',
      deletionGracePeriodSeconds: 5,
    });
    remove({ gracePeriodSeconds: 100 });
    expect(stored()?.metadata.deletionGracePeriodSeconds).toBe(5);
    expect(remove({ gracePeriodSeconds: 0 }).gone).toBe(true);
    expect(stored()).toBeUndefined();
  });

  it('waits for finalizers and goes with the last of them', () => {
    const { create, remove, update, stored } = newRegistry();
    create(widget({ finalizers: ['test.io/hold'] }));
    expect(remove({ gracePeriodSeconds: 0 }).gone).toBe(false);
    update(widget({ finalizers: [] }));
    expect(stored()).toBeUndefined();
  });

  it('marks the object for the garbage collector by the policy asked for', () => {
    const { create, remove, stored } = newRegistry();
    create(widget());
    remove({ gracePeriodSeconds: 0, propagationPolicy: 'Foreground' });
    expect(stored()?.metadata.finalizers).toEqual(['foregroundDeletion']);
  });

  it('refuses another object’s uid', () => {
    const { create, remove, stored } = newRegistry();
    create(widget());
    expect(refusal(() => remove({ preconditions: { uid: 'other' } })).code).toBe(409);
    expect(stored()).toBeDefined();
  });
});

describe('a limit on everything', () => {
  it('refuses one object too many as a quota does, and takes it when another has gone', () => {
    const { create, remove } = newRegistry();
    for (let i = 1; i < OBJECTS_LIMIT; i++) create(widget({ name: `w-${i}` }));
    create(widget());
    expect(refusal(() => create(widget({ name: 'two' })))).toEqual({
      code: 403,
      message:
        'widgets.test.io "two" is forbidden: exceeded quota: podlab-limits, requested: count/widgets.test.io=1, used: count/widgets.test.io=20000, limited: count/widgets.test.io=20000',
    });
    remove({ gracePeriodSeconds: 0 });
    expect(create(widget({ name: 'two' })).metadata.name).toBe('two');
  });
});
