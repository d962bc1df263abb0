import type { Role } from '@podlab/contracts';

/** Who calls, and what the credential that was shown is good for. */
export interface Principal {
  id: string;
  name: string;
  role: Role;
  /** Set: the credential opens this cluster's Kubernetes API and nothing else. */
  onlyCluster?: string;
  /** The hash of the session that the cookie names. */
  session?: string;
  /** Wall milliseconds; undefined: does not expire. */
  expiresAt?: number;
}

export const ADMINISTRATOR: Principal = { id: 'admin', name: 'admin', role: 'admin' };

/** Who may see and use a cluster. */
export function mayUse(principal: Principal, cluster: { id: string; owner_id: string }): boolean {
  if (principal.onlyCluster !== undefined && principal.onlyCluster !== cluster.id) return false;
  return principal.role === 'admin' || principal.id === cluster.owner_id;
}
