import type { Role, TokenScope } from '@podlab/contracts';

/** Who calls, and what the credential that was shown is good for. */
export interface Principal {
  id: string;
  login: string | null;
  name: string;
  role: Role;
  /** Undefined: all that the person may. */
  scope?: TokenScope;
  /** Set: the credential opens this cluster's Kubernetes API and nothing else. */
  onlyCluster?: string;
  /** The hash of the session that the cookie names. */
  session?: string;
  /** Wall milliseconds; undefined: does not expire. */
  expiresAt?: number;
}

/** A principal, and the hash of the token or session that was shown for him. */
export interface Identified extends Principal {
  credential: string;
}

export const ADMINISTRATOR: Principal = { id: 'admin', login: 'admin', name: 'admin', role: 'admin' };
