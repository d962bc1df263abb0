/** The rows of the domain tables; times are wall milliseconds, secrets and tokens only ever hashes or ciphertext. */

export interface PersonRecord {
  id: string;
  name: string;
  role: string;
  created_at: number;
}

export interface SignInCodeRecord {
  hash: string;
  person_id: string;
  expires_at: number;
}

export interface SessionRecord {
  hash: string;
  person_id: string;
  created_at: number;
  expires_at: number;
}

export interface TokenRecord {
  id: string;
  hash: string;
  person_id: string;
  name: string;
  /** Set: good for this cluster's Kubernetes API only. */
  cluster_id: string | null;
  created_at: number;
  expires_at: number;
}

export interface ClusterRecord {
  id: string;
  owner_id: string;
  name: string;
  seed: string;
  state: string;
  failure: string | null;
  created_at: number;
  /** The normalised configuration, JSON. */
  config: string;
  /** What the host remembers between loads, JSON. */
  host_state: string;
}

export interface RequestRecord {
  cluster_id: string;
  id: string;
  rv: number;
  at: number;
  created_at: number;
  pinned: boolean;
  /** The Request without its trace, JSON. */
  outcome: string;
  /** Which of the connections of its input this was. */
  connection: number;
}

export interface IdempotencyRecord {
  caller_id: string;
  key: string;
  fingerprint: string;
  status: number;
  answer: string;
  created_at: number;
}

export interface SecretRecord {
  name: string;
  ciphertext: string;
  created_at: number;
}

/** Newest first; `after` is the last row of the page before. */
export interface PageRequest {
  limit: number;
  after?: { created_at: number; id: string };
}
