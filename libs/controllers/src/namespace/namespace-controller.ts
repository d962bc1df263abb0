import type { Namespace } from '@podlab/api';
import { objectKey } from '@podlab/apimachinery';
import type { GroupResource, KubeObject } from '@podlab/apimachinery';
import type { ComponentContext, ComponentFactory, Informer, WorkQueue } from '@podlab/client';
import { equalJson } from '@podlab/kernel';
import { ignoringNotFound } from '../ownership/claim';
import { deletionConditions } from './conditions';
import type { Remaining } from './conditions';

/**
 * Empties a namespace that is being deleted, its pods first, and lets it go.
 * Models k8s.io/kubernetes pkg/controller/namespace/deletion/namespaced_resources_deleter.go with OrderedNamespaceDeletion.
 */
export const namespaceController: ComponentFactory = (context) => new NamespaceController(context);

class NamespaceController {
  readonly name: string;
  private readonly namespaces: Informer<Namespace>;
  private readonly queue: WorkQueue;

  constructor(private readonly context: ComponentContext) {
    this.name = context.name;
    this.namespaces = context.informers.for<Namespace>('namespaces');
    this.queue = context.workQueue('namespaces', (name) => this.reconcile(name));
    const see = (namespace: Namespace) => {
      if (namespace.metadata.deletionTimestamp) this.queue.add(namespace.metadata.name);
    };
    this.namespaces.addHandlers({ onAdd: see, onUpdate: see });
    context.informers.addHandlers({ onDelete: (_, object) => this.contentGone(object) });
  }

  start(): void {
    for (const { metadata } of this.namespaces.list()) this.queue.add(metadata.name);
  }

  private contentGone({ metadata: { namespace } }: KubeObject): void {
    if (namespace !== undefined && this.namespaces.get(namespace)?.metadata.deletionTimestamp)
      this.queue.add(namespace);
  }

  private reconcile(name: string): void {
    const namespace = this.namespaces.get(name);
    if (!namespace?.metadata.deletionTimestamp || !namespace.spec.finalizers?.includes('kubernetes')) return;
    this.deleteAll('pods', name);
    const podsGone = this.remainingOf('pods', name).length === 0;
    if (podsGone) for (const resource of this.context.informers.resources()) this.deleteAll(resource, name);
    const remaining = this.remaining(name);
    this.report(name, remaining);
    if (remaining.length === 0) ignoringNotFound(() => this.context.client.finalizeNamespace(name));
  }

  private deleteAll(resource: GroupResource, namespace: string): void {
    for (const object of this.remainingOf(resource, namespace)) {
      if (object.metadata.deletionTimestamp) continue;
      const options = { propagationPolicy: 'Background' as const };
      ignoringNotFound(() => this.context.client.delete(resource, objectKey(object), options));
    }
  }

  private remaining(namespace: string): Remaining[] {
    const of = (resource: GroupResource) => ({ resource, objects: this.remainingOf(resource, namespace) });
    return this.context.informers
      .resources()
      .map(of)
      .filter(({ objects }) => objects.length > 0);
  }

  private remainingOf(resource: GroupResource, namespace: string): readonly KubeObject[] {
    return this.context.informers.for(resource).list(namespace);
  }

  private report(name: string, remaining: readonly Remaining[]): void {
    const namespace = this.namespaces.get(name);
    if (!namespace) return;
    const current = namespace.status?.conditions ?? [];
    const conditions = deletionConditions(current, remaining, this.context.timestamp());
    const status = { ...namespace.status, phase: 'Terminating', conditions };
    if (equalJson(status, namespace.status)) return;
    ignoringNotFound(() => this.context.client.updateStatus('namespaces', { ...namespace, status }));
  }
}
