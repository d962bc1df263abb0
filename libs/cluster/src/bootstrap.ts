import type { KubeObject } from '@podlab/apimachinery';
import type { Client } from '@podlab/client';
import { bootstrapObjects } from './bootstrap-objects';
import type { ClusterConfig } from './config';
import { buildWorld } from './world';
import type { Composition } from './compose';

/** What kubeadm and the control plane leave in a cluster before its first node joins. */
export function bootstrap(parts: Composition, config: ClusterConfig): void {
  buildWorld(parts.network, config);
  const client: Client = parts.apiServer.client({ name: 'kubernetes-admin', groups: ['system:masters'] });
  for (const [resource, object] of bootstrapObjects(config)) client.create(resource, object as KubeObject);
}
