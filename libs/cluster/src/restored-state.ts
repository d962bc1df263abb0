import type { KubeObject } from '@podlab/apimachinery';
import { equalJson } from '@podlab/kernel';
import { byCodeUnit, MvccStore, type Revision } from '@podlab/storage';
import type { ClusterState } from './state';

/**
 * The state that a cluster goes on from when it goes back to `target`: everything is as it was then, but virtual time,
 * the clock, the revision counter with its history and the generators go on, so that no resourceVersion and no uid is
 * given twice. The objects that differ are written as new revisions, which `onRevision` hears. Takes `target` over.
 */
export function restoredState(
  present: ClusterState,
  target: ClusterState,
  onRevision: (revision: Revision) => void,
): ClusterState {
  const store = new MvccStore(present.mvcc, () => present.now);
  store.onRevision(onRevision);
  writeDifference(store, new MvccStore(target.mvcc, () => target.now));
  const { config, now, clock, events, mvcc } = present;
  return { ...target, config, now, clock, events, mvcc, parts: restoredParts(present.parts, target.parts) };
}

/** What is too much goes first, then comes what is missing and what is otherwise; in the order of names. */
function writeDifference(store: MvccStore, target: MvccStore): void {
  const resources = [...new Set([...store.resources(), ...target.resources()])].sort(byCodeUnit);
  for (const resource of resources) {
    for (const { key, object } of keyed(store, resource)) {
      const wanted = target.get(resource, key);
      if (wanted?.metadata.uid !== object.metadata.uid) store.delete(resource, key);
    }
  }
  for (const resource of resources) {
    for (const { key, object } of keyed(target, resource)) {
      const there = store.get(resource, key);
      if (!there) store.create(resource, draftOf(object));
      else if (!sameBut(object, there)) store.update(resource, draftOf(object));
    }
  }
}

function keyed(store: MvccStore, resource: string): { key: string; object: KubeObject }[] {
  const table = store.state.tables.get(resource);
  return (table?.keys ?? []).map((key) => ({ key, object: table?.objects.get(key) as KubeObject }));
}

const draftOf = (object: KubeObject): KubeObject => ({ ...object, metadata: { ...object.metadata } });

/** Equal but for the resourceVersion. */
function sameBut(wanted: KubeObject, there: KubeObject): boolean {
  const { resourceVersion } = there.metadata;
  if (wanted.metadata.resourceVersion === resourceVersion) return true;
  return equalJson({ ...wanted, metadata: { ...wanted.metadata, resourceVersion } }, there);
}

/** The parts of then with the generators of now. */
function restoredParts(present: ClusterState['parts'], target: ClusterState['parts']): ClusterState['parts'] {
  const parts = new Map(target);
  for (const [id, part] of present) if (id.endsWith(GENERATOR)) parts.set(id, part);
  return parts;
}

/** How the ids of generators end; see `generator` in state.ts. */
const GENERATOR = '/prng';
