import type { Cluster } from '@podlab/contracts';
import type { ClusterRecord } from '@podlab/persistence';
import { type HostState, readHostState } from '../cluster-host/host-state';
import type { Addresses } from '../config/addresses';

/** A cluster as the REST API shows it; `live` is its state in memory, where it is there. */
export function clusterAnswer(
  record: ClusterRecord,
  ownerName: string,
  addresses: Addresses,
  live: HostState | undefined,
): Cluster {
  const { clock, cloud, kube_proxy, ip_families, nodes, resourceVersion } =
    live ?? readHostState(record.host_state);
  const answer: Cluster = {
    id: record.id,
    name: record.name,
    seed: record.seed,
    owner: { id: record.owner_id, name: ownerName },
    ...(record.class_id !== null && {
      class: { id: record.class_id, lab: record.lab, group: record.group_name },
    }),
    created_at: new Date(record.created_at).toISOString(),
    state: record.state === 'Failed' ? 'Failed' : live ? 'Running' : 'Asleep',
    clock: { mode: clock.mode, speed: clock.speed },
    cloud,
    kube_proxy,
    ip_families,
    nodes,
    kube_api: { server: `${addresses.kubeUrl}/clusters/${record.id}`, ca_pem: addresses.authorityPem },
    resourceVersion,
  };
  if (record.failure === null) return answer;
  const failure = JSON.parse(record.failure) as { message: string; resourceVersion: string };
  return { ...answer, failure: { ...failure, seed: record.seed } };
}
