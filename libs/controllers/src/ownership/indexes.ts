import { controllerOf, objectKey } from '@podlab/apimachinery';
import type { KubeObject } from '@podlab/apimachinery';
import type { Informer } from '@podlab/client';

const BY_CONTROLLER = 'controllerUid';
const ORPHANS_BY_NAMESPACE = 'orphansByNamespace';

/** Lets {@link controlledBy} and {@link orphansIn} answer without a walk over all objects. */
export function indexOwnership<T extends KubeObject>(informer: Informer<T>): void {
  informer.addIndex(BY_CONTROLLER, (object) => {
    const owner = controllerOf(object);
    return owner ? [owner.uid] : [];
  });
  informer.addIndex(ORPHANS_BY_NAMESPACE, (object) => {
    const { namespace } = object.metadata;
    return namespace !== undefined && !controllerOf(object) ? [namespace] : [];
  });
}

/** Objects whose controller has this uid, in no order: they may be many, and most callers count. */
export function controlledBy<T extends KubeObject>(informer: Informer<T>, uid: string): readonly T[] {
  return informer.byIndex(BY_CONTROLLER, uid);
}

/** Objects of a namespace that no controller manages, in the order of keys. */
export function orphansIn<T extends KubeObject>(informer: Informer<T>, namespace: string): T[] {
  return inKeyOrder(informer.byIndex(ORPHANS_BY_NAMESPACE, namespace));
}

/** A bucket's order depends on its history, which a loaded cluster has not; the order of keys does not. */
export function inKeyOrder<T extends KubeObject>(objects: readonly T[]): T[] {
  return [...objects].sort(byKey);
}

function byKey(a: KubeObject, b: KubeObject): number {
  const keyA = objectKey(a);
  const keyB = objectKey(b);
  return keyA < keyB ? -1 : keyA > keyB ? 1 : 0;
}
