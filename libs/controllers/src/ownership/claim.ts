import type { LabelSelector } from '@podlab/api';
import { isNotFound, matchesLabels, objectKey, selectorFromLabelSelector } from '@podlab/apimachinery';
import type { GroupResource, KubeObject, OwnerReferenceLike } from '@podlab/apimachinery';
import type { Client, Informer } from '@podlab/client';
import { controlledBy, orphansIn } from './indexes';

/** The reference with which a controller marks what it manages. Models metav1 NewControllerRef. */
export function controllerReference(owner: KubeObject): OwnerReferenceLike {
  const { apiVersion, kind } = owner;
  const { name, uid = '' } = owner.metadata;
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/**
 * What `owner` manages after it took matching orphans and let go what no longer matches. An owner that is being
 * deleted adopts nothing. In the order of keys. Models k8s.io/kubernetes pkg/controller/controller_ref_manager.go BaseControllerRefManager.
 */
export function claim<T extends KubeObject>(
  ports: { client: Client; informer: Informer<T>; resource: GroupResource },
  owner: KubeObject,
  selector: LabelSelector,
): T[] {
  const { client, informer, resource } = ports;
  const deleting = owner.metadata.deletionTimestamp !== undefined;
  const compiled = selectorFromLabelSelector(selector);
  const claimed: T[] = [];
  const strangers: T[] = [];
  for (const object of controlledBy(informer, owner.metadata.uid as string)) {
    (matchesLabels(compiled, object.metadata.labels) ? claimed : strangers).push(object);
  }
  if (deleting) return claimed;
  const own = claimed.length;
  for (const stranger of strangers) release(client, resource, stranger, owner);
  for (const orphan of orphansIn(informer, owner.metadata.namespace as string)) {
    if (orphan.metadata.deletionTimestamp || !matchesLabels(compiled, orphan.metadata.labels)) continue;
    const adopted = adopt(client, resource, orphan, owner);
    if (adopted) claimed.push(adopted);
  }
  return claimed.length > own ? claimed.sort(byKey) : claimed;
}

function byKey(a: KubeObject, b: KubeObject): number {
  const [keyA, keyB] = [objectKey(a), objectKey(b)];
  return keyA < keyB ? -1 : keyA > keyB ? 1 : 0;
}

function adopt<T extends KubeObject>(
  client: Client,
  resource: string,
  orphan: T,
  owner: KubeObject,
): T | undefined {
  const ownerReferences = [...(orphan.metadata.ownerReferences ?? []), controllerReference(owner)];
  return ignoringNotFound(() =>
    client.update<T>(resource, { ...orphan, metadata: { ...orphan.metadata, ownerReferences } }),
  );
}

function release<T extends KubeObject>(client: Client, resource: string, object: T, owner: KubeObject): void {
  const references = object.metadata.ownerReferences ?? [];
  const ownerReferences = references.filter((reference) => reference.uid !== owner.metadata.uid);
  ignoringNotFound(() =>
    client.update(resource, { ...object, metadata: { ...object.metadata, ownerReferences } }),
  );
}

/** Runs a write whose object may be gone by now, which is as good. */
export function ignoringNotFound<T>(write: () => T): T | undefined {
  try {
    return write();
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
