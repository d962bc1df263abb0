import type { GroupResource, KubeObject } from '@podlab/apimachinery';
import { newBadRequest, newNotFound, newUnknownPath, objectKey, splitKey } from '@podlab/apimachinery';
import { cloneJson } from '@podlab/kernel';
import type { Client, DeleteOptions, ScaleState, ScaleTarget } from '@podlab/client';
import type { Namespace } from '@podlab/api';
import type { GenericRegistry } from '../registry/generic-registry';
import type { AnyStrategy, StrategyIndex } from '../registry/strategy-index';
import { bindPod } from '../registry/binding';
import type { UserInfo } from '../request/kube-request';

/** The way of the cluster's own components to the API: the same registry that serves requests, without bytes between. */
export class LocalClient implements Client {
  constructor(
    private readonly registry: GenericRegistry,
    private readonly strategies: StrategyIndex,
    private readonly user: UserInfo,
  ) {}

  create<T extends KubeObject>(resource: GroupResource, object: T): T {
    const namespace = object.metadata.namespace ?? '';
    return this.registry.create(this.strategy(resource), namespace, cloneJson(object), {
      user: this.user,
    }) as T;
  }

  update<T extends KubeObject>(resource: GroupResource, object: T): T {
    return this.registry.update(this.strategy(resource), objectKey(object), cloneJson(object), {
      user: this.user,
    }) as T;
  }

  updateStatus<T extends KubeObject>(resource: GroupResource, object: T): T {
    const { status } = object as { status?: unknown };
    return this.registry.update(
      this.strategy(resource),
      objectKey(object),
      { ...object, status: cloneJson(status) } as KubeObject,
      { user: this.user },
      'status',
    ) as T;
  }

  delete(resource: GroupResource, key: string, options: DeleteOptions = {}): void {
    this.registry.delete(this.strategy(resource), key, options, { user: this.user });
  }

  finalizeNamespace(name: string): void {
    const strategy = this.strategy('namespaces');
    const draft = cloneJson(this.registry.get(strategy, name)) as Namespace;
    draft.spec.finalizers = draft.spec.finalizers?.filter((each) => each !== 'kubernetes');
    this.registry.update(strategy, name, draft, { user: this.user }, 'finalize');
  }

  bind(podKey: string, node: string): void {
    const { namespace, name } = splitKey(podKey);
    bindPod(this.registry, this.strategy('pods'), namespace, name, node, { user: this.user });
  }

  getScale({ group, kind, namespace, name }: ScaleTarget): ScaleState {
    const { strategy, scale } = this.scaled(group, kind);
    const { spec, status, selector } = scale.replicas(this.registry.get(strategy, `${namespace}/${name}`));
    return { replicas: spec, observed: status, selector };
  }

  updateScale({ group, kind, namespace, name }: ScaleTarget, replicas: number): void {
    const { strategy, scale } = this.scaled(group, kind);
    const key = `${namespace}/${name}`;
    const draft = cloneJson(this.registry.get(strategy, key));
    scale.setReplicas(draft, replicas);
    this.registry.update(strategy, key, draft, { user: this.user });
  }

  private scaled(
    group: string,
    kind: string,
  ): { strategy: AnyStrategy; scale: NonNullable<AnyStrategy['scale']> } {
    const strategy = this.strategies.all.find((each) => each.group === group && each.kind === kind);
    if (!strategy) throw newBadRequest(`no matches for kind "${kind}" in group "${group}"`);
    if (!strategy.scale) throw newUnknownPath();
    return { strategy, scale: strategy.scale };
  }

  private strategy(resource: GroupResource): AnyStrategy {
    const strategy = this.strategies.get(resource);
    if (!strategy) throw newNotFound(resource, '');
    return strategy;
  }
}
