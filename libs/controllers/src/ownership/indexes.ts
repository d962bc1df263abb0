import { controllerOf } from '@podlab/apimachinery';
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

/** Objects whose controller has this uid, in the order of keys. Do not mutate. */
export function controlledBy<T extends KubeObject>(informer: Informer<T>, uid: string): readonly T[] {
  return informer.byIndex(BY_CONTROLLER, uid);
}

/** Objects of a namespace that no controller manages, in the order of keys. */
export function orphansIn<T extends KubeObject>(informer: Informer<T>, namespace: string): readonly T[] {
  return informer.byIndex(ORPHANS_BY_NAMESPACE, namespace);
}
