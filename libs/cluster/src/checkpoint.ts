import type { KubeObject } from '@podlab/apimachinery';
import { deepFreeze, decodeData, encodeData } from '@podlab/kernel';
import type { Revision } from '@podlab/storage';
import type { ClusterState } from './state';

/** Objects are written once and named by number, since the log and the tables share them. */
interface PackedState extends Omit<ClusterState, 'mvcc'> {
  readonly objects: KubeObject[];
  readonly mvcc: {
    readonly rv: number;
    readonly compacted: number;
    readonly tables: Map<string, { keys: string[]; objects: number[] }>;
    readonly log: PackedRevision[];
  };
}

interface PackedRevision extends Omit<Revision, 'object' | 'previous'> {
  readonly object: number;
  readonly previous?: number;
}

/** The whole state as text. Equal states give equal text. */
export function encodeState(state: ClusterState): string {
  const objects: KubeObject[] = [];
  const numbers = new Map<KubeObject, number>();
  const numberOf = (object: KubeObject): number => {
    let number = numbers.get(object);
    if (number === undefined) numbers.set(object, (number = objects.push(object) - 1));
    return number;
  };
  const tables = new Map<string, { keys: string[]; objects: number[] }>();
  for (const [resource, table] of state.mvcc.tables) {
    const inOrder = table.keys.map((key) => numberOf(table.objects.get(key) as KubeObject));
    tables.set(resource, { keys: table.keys, objects: inOrder });
  }
  const log = state.mvcc.log.map(({ object, previous, ...rest }) => ({
    ...rest,
    object: numberOf(object),
    ...(previous && { previous: numberOf(previous) }),
  }));
  const { mvcc, ...rest } = state;
  const { rv, compacted } = mvcc;
  // In the order in which decodeState puts a state together, so that a loaded one gives the same text again.
  return encodeData({ ...rest, mvcc: { rv, compacted, tables, log }, objects } satisfies PackedState);
}

/** The state whose text {@link encodeState} gave. */
export function decodeState(text: string): ClusterState {
  const { objects, mvcc, ...rest } = decodeData<PackedState>(text);
  for (const object of objects) deepFreeze(object);
  const tables: ClusterState['mvcc']['tables'] = new Map();
  for (const [resource, { keys, objects: numbers }] of mvcc.tables) {
    tables.set(resource, {
      keys,
      objects: new Map(keys.map((key, index) => [key, objects[numbers[index]]])),
    });
  }
  const log = mvcc.log.map(({ object, previous, ...revision }) =>
    Object.freeze({
      ...revision,
      object: objects[object],
      ...(previous !== undefined && { previous: objects[previous] }),
    }),
  );
  rest.queue.heap.forEach((entry) => Object.freeze(entry));
  return { ...rest, mvcc: { rv: mvcc.rv, compacted: mvcc.compacted, tables, log } };
}
