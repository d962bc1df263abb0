import type { Clock, PresenceEvent, Subscribed, WatchEvent } from '@podlab/contracts';
import { keyOf, type KnownKind, type KnownKinds, type KubeObject } from './kube-object';

export type ConnectionState = 'connecting' | 'live' | 'broken' | 'gone';

/** Everything the page knows of one cluster: a value, replaced on each change; unchanged kinds keep their map. */
export interface ClusterState {
  readonly connection: ConnectionState;
  readonly goneReason?: string;
  readonly resourceVersion: string | null;
  readonly objects: ReadonlyMap<string, ReadonlyMap<string, KubeObject>>;
  readonly clock: (Clock & { receivedAt: number }) | null;
  /** Who looks at it at the moment, the reader too. */
  readonly people: PresenceEvent['people'];
}

export const EMPTY_CLUSTER_STATE: ClusterState = {
  connection: 'connecting',
  resourceVersion: null,
  objects: new Map(),
  clock: null,
  people: [],
};

const NONE: ReadonlyMap<string, never> = new Map<string, never>();

export const objectsOf = <Kind extends KnownKind>(
  state: ClusterState,
  kind: Kind,
): ReadonlyMap<string, KnownKinds[Kind]> =>
  (state.objects.get(kind) as ReadonlyMap<string, KnownKinds[Kind]> | undefined) ?? NONE;

/** A fresh subscription (`objects` given), or one that goes on where it was. */
export function withSubscription(state: ClusterState, answer: Subscribed, receivedAt: number): ClusterState {
  const base = {
    ...state,
    connection: 'live' as const,
    goneReason: undefined,
    clock: { ...answer.clock, receivedAt },
  };
  if (!answer.objects) return base;
  const objects = new Map<string, Map<string, KubeObject>>();
  for (const object of answer.objects as KubeObject[]) {
    const kind = objects.get(object.kind) ?? new Map<string, KubeObject>();
    objects.set(object.kind, kind.set(keyOf(object), object));
  }
  return { ...base, objects, resourceVersion: answer.resourceVersion };
}

/** A batch of watch events in commit order; one that is older than what is known changes nothing. */
export function withEvents(
  state: ClusterState,
  events: readonly Pick<WatchEvent, 'resourceVersion' | 'type' | 'object'>[],
): ClusterState {
  if (events.length === 0) return state;
  const objects = new Map(state.objects);
  const copied = new Map<string, Map<string, KubeObject>>();
  let resourceVersion = state.resourceVersion;
  for (const event of events) {
    if (resourceVersion !== null && Number(event.resourceVersion) <= Number(resourceVersion)) continue;
    resourceVersion = event.resourceVersion;
    const object = event.object as KubeObject;
    const kind = copied.get(object.kind) ?? new Map(objects.get(object.kind));
    copied.set(object.kind, kind);
    if (event.type === 'DELETED') kind.delete(keyOf(object));
    else kind.set(keyOf(object), object);
  }
  for (const [kind, map] of copied) objects.set(kind, map);
  return { ...state, objects, resourceVersion };
}
