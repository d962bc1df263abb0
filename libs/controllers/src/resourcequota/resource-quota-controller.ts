import type { ResourceQuota } from '@podlab/api';
import { formatQuantity, objectKey, type KubeObject } from '@podlab/apimachinery';
import { quotaUsage } from '@podlab/apiserver';
import type { ComponentContext, ComponentFactory, Informer, WorkQueue } from '@podlab/client';
import { equalJson } from '@podlab/kernel';
import { ignoringNotFound } from '../ownership/claim';

const CHANGE_DELAY_MS = 10;

/** Tells in each quota how much of it is used. Models k8s.io/kubernetes pkg/controller/resourcequota. */
export const resourceQuotaController: ComponentFactory = (context) => new ResourceQuotaController(context);

class ResourceQuotaController {
  readonly name: string;
  private readonly quotas: Informer<ResourceQuota>;
  private readonly queue: WorkQueue;

  constructor(private readonly context: ComponentContext) {
    this.name = context.name;
    this.quotas = context.informers.for<ResourceQuota>('resourcequotas');
    this.queue = context.workQueue('quotas', (key) => this.reconcile(key), { delayMs: CHANGE_DELAY_MS });
    context.informers.addHandlers({
      onAdd: (_resource, object) => this.changed(object),
      onUpdate: (_resource, object) => this.changed(object),
      onDelete: (_resource, object) => this.changed(object),
    });
  }

  private changed({ kind, metadata: { namespace } }: KubeObject): void {
    if (!namespace || kind === 'Event' || kind === 'Lease') return;
    for (const quota of this.quotas.list(namespace)) this.queue.add(objectKey(quota));
  }

  /** Models syncResourceQuota. */
  private reconcile(key: string): void {
    const quota = this.quotas.get(key);
    if (!quota) return;
    const { namespace } = quota.metadata;
    const usage = quotaUsage(quota, (resource) => this.context.informers.for(resource).list(namespace));
    const used = Object.fromEntries([...usage].map(([name, amount]) => [name, formatQuantity(amount)]));
    const status = { hard: { ...quota.spec?.hard }, used };
    if (!equalJson(status, quota.status))
      ignoringNotFound(() => this.context.client.updateStatus('resourcequotas', { ...quota, status }));
    this.queue.forget(key);
  }
}
