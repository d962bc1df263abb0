import type { ConfigMap, Namespace, ServiceAccount } from '@podlab/api';
import { isAlreadyExists, isForbidden } from '@podlab/apimachinery';
import type { GroupResource, KubeObject } from '@podlab/apimachinery';
import type { ComponentContext, ComponentFactory, Informer, WorkQueue } from '@podlab/client';
import { equalJson } from '@podlab/kernel';

export interface ServiceAccountOptions {
  /** PEM of the authority that signed the API server's certificate: what pods trust. */
  rootCa: string;
}

const ROOT_CA = 'kube-root-ca.crt';
const ROOT_CA_DESCRIPTION =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';

/**
 * Gives each namespace its default service account and the root certificate.
 * Models k8s.io/kubernetes pkg/controller/serviceaccount serviceaccounts_controller.go and pkg/controller/certificates/rootcacertpublisher.
 */
export function serviceAccountController(options: ServiceAccountOptions): ComponentFactory {
  return (context) => new ServiceAccountController(context, options);
}

class ServiceAccountController {
  readonly name: string;
  private readonly namespaces: Informer<Namespace>;
  private readonly accounts: Informer<ServiceAccount>;
  private readonly configMaps: Informer<ConfigMap>;
  private readonly queue: WorkQueue;

  constructor(
    private readonly context: ComponentContext,
    private readonly options: ServiceAccountOptions,
  ) {
    this.name = context.name;
    const { informers } = context;
    this.namespaces = informers.for<Namespace>('namespaces');
    this.accounts = informers.for<ServiceAccount>('serviceaccounts');
    this.configMaps = informers.for<ConfigMap>('configmaps');
    this.queue = context.workQueue('namespaces', (name) => this.reconcile(name), { delayMs: 0 });
    const restore = ({ metadata }: KubeObject) => this.queue.add(metadata.namespace as string);
    this.namespaces.addHandlers({ onAdd: ({ metadata }) => this.queue.add(metadata.name) });
    this.accounts.addHandlers({
      onDelete: (account) => {
        if (account.metadata.name === 'default') restore(account);
      },
    });
    const restoreRootCa = (configMap: ConfigMap) => {
      if (configMap.metadata.name === ROOT_CA) restore(configMap);
    };
    this.configMaps.addHandlers({ onUpdate: restoreRootCa, onDelete: restoreRootCa });
  }

  start(): void {
    for (const { metadata } of this.namespaces.list()) this.queue.add(metadata.name);
  }

  private reconcile(namespace: string): void {
    const found = this.namespaces.get(namespace);
    if (!found || found.metadata.deletionTimestamp) return;
    if (!this.accounts.get(`${namespace}/default`)) {
      const metadata = { name: 'default', namespace };
      this.create('serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata });
    }
    this.publishRootCa(namespace);
  }

  private publishRootCa(namespace: string): void {
    const current = this.configMaps.get(`${namespace}/${ROOT_CA}`);
    const data = { 'ca.crt': this.options.rootCa };
    if (!current) {
      const annotations = { 'kubernetes.io/description': ROOT_CA_DESCRIPTION };
      const metadata = { name: ROOT_CA, namespace, annotations };
      this.create('configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata, data } as ConfigMap);
    } else if (!equalJson(current.data, data)) {
      this.context.client.update<ConfigMap>('configmaps', { ...current, data });
    }
  }

  private create(resource: GroupResource, object: KubeObject): void {
    try {
      this.context.client.create(resource, object);
    } catch (error) {
      // In a namespace that goes away nothing is created, and there is nothing to try again.
      if (!isForbidden(error) && !isAlreadyExists(error)) throw error;
    }
  }
}
