import { isStatusError, objectKey, type GroupResource, type KubeObject } from '@podlab/apimachinery';
import type { ComponentFactory } from '@podlab/client';
import { cloneJson } from '@podlab/kernel';

/** Virtual time until what was deleted is there again: upstream looks every ten seconds. */
const INTERVAL_MS = 10_000;
const KEY = 'default/kubernetes';

/**
 * The apiserver's own Service with its endpoints, which are `own`, comes back when somebody deletes it, as soon as its
 * address is free.
 * Models kubernetes pkg/controlplane/controller/kubernetesservice Controller.
 */
export function kubernetesServiceController(own: readonly [GroupResource, KubeObject][]): ComponentFactory {
  return (context) => {
    const { client, informers } = context;
    const restore = (): void => {
      for (const [resource, object] of own) {
        if (!informers.for(resource).get(KEY)) client.create(resource, cloneJson(object));
      }
    };
    const queue = context.workQueue(
      'services',
      () => {
        try {
          restore();
        } catch (error) {
          if (!isStatusError(error)) throw error;
          queue.add(KEY);
        }
      },
      { delayMs: INTERVAL_MS },
    );
    for (const [resource] of own) {
      informers.for<KubeObject>(resource).addHandlers({
        onDelete: (gone) => {
          if (objectKey(gone) === KEY) queue.add(KEY);
        },
      });
    }
    return { name: context.name };
  };
}
