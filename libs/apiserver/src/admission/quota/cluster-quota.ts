import { newForbidden } from '@podlab/apimachinery';
import type { MvccStore } from '@podlab/storage';
import { groupResourceOf } from '../../registry/strategy-index';
import type { AdmissionPlugin } from '../admission';

/** Bounds of a whole cluster, given by whoever hosts it. */
export interface ClusterQuotas {
  readonly objects: number;
  readonly pods: number;
}

/** What a cluster makes by itself when a user makes something: it may be so many times as much. */
const OWN_RESOURCES: ReadonlySet<string> = new Set([
  'events',
  'events.events.k8s.io',
  'endpoints',
  'endpointslices.discovery.k8s.io',
  'leases.coordination.k8s.io',
]);
const OWN_FACTOR = 4;

/** Refuses one more pod, or one more object, than the host lets a cluster have. */
export function clusterQuotaAdmission(
  store: MvccStore,
  quotas: () => ClusterQuotas | undefined,
): AdmissionPlugin {
  return {
    name: 'ClusterQuota',
    validate({ operation, strategy, name, subresource }) {
      const hard = quotas();
      if (!hard || operation !== 'CREATE' || subresource) return;
      const resource = groupResourceOf(strategy);
      const refuseOver = (what: keyof ClusterQuotas, used: number, most: number) => {
        if (used < most) return;
        const amounts = `requested: ${what}=1, used: ${what}=${used}, limited: ${what}=${most}`;
        throw newForbidden(resource, name, `exceeded quota: class, ${amounts}`);
      };
      if (resource === 'pods') refuseOver('pods', store.count('pods'), hard.pods);
      refuseOver(
        'objects',
        store.size,
        OWN_RESOURCES.has(resource) ? hard.objects * OWN_FACTOR : hard.objects,
      );
    },
  };
}
