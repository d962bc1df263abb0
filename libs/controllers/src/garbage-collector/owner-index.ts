import { objectKey } from '@podlab/apimachinery';
import type { GroupResource, KubeObject } from '@podlab/apimachinery';

export interface Item {
  readonly resource: GroupResource;
  readonly object: KubeObject;
}

/** `pods lab06/web-1`: an object of any resource. */
export function nameOf({ resource, object }: Item): string {
  return `${resource} ${objectKey(object)}`;
}

/** Which objects name which owner, over all resources. */
export class OwnerIndex {
  private readonly names = new Map<string, Set<string>>();

  add(item: Item): void {
    for (const { uid } of item.object.metadata.ownerReferences ?? []) {
      const names = this.names.get(uid);
      if (names) names.add(nameOf(item));
      else this.names.set(uid, new Set([nameOf(item)]));
    }
  }

  remove(item: Item): void {
    for (const { uid } of item.object.metadata.ownerReferences ?? []) {
      const names = this.names.get(uid);
      names?.delete(nameOf(item));
      if (names?.size === 0) this.names.delete(uid);
    }
  }

  /** Names of the owner's dependents, in one order. */
  of(uid: string): string[] {
    return [...(this.names.get(uid) ?? [])].sort();
  }
}
