import type { Pod } from '@podlab/api';
import { newConflict } from '@podlab/apimachinery';
import type { GenericRegistry, WriteOptions } from './generic-registry';
import type { AnyStrategy } from './strategy-index';

/** Puts a pod on a node, once. Models k8s.io/kubernetes pkg/registry/core/pod/storage BindingREST. */
export function bindPod(
  registry: GenericRegistry,
  strategy: AnyStrategy,
  namespace: string,
  name: string,
  node: string,
  options: WriteOptions,
): void {
  const key = `${namespace}/${name}`;
  const old = registry.get(strategy, key) as Pod;
  if (old.metadata.deletionTimestamp) {
    throw newConflict('pods/binding', name, `pod ${name} is being deleted, cannot be assigned to a host`);
  }
  if (old.spec.nodeName) {
    throw newConflict('pods/binding', name, `pod ${name} is already assigned to node "${old.spec.nodeName}"`);
  }
  const scheduled = { type: 'PodScheduled', status: 'True', lastTransitionTime: registry.timestamp() };
  const others = (old.status?.conditions ?? []).filter(({ type }) => type !== scheduled.type);
  const draft: Pod = {
    ...old,
    metadata: { ...old.metadata },
    spec: { ...old.spec, nodeName: node },
    status: { ...old.status, conditions: [...others, scheduled] },
  };
  registry.update(strategy, key, draft, options, 'binding');
}
