/** The rows of the domain tables; times are wall milliseconds, secrets and tokens only ever hashes or ciphertext. */

export interface PersonRecord {
  id: string;
  /** What he signs in with; nobody else's. Null: only links and tokens let him in. */
  login: string | null;
  name: string;
  role: string;
  /** Argon2id, in PHC form. */
  password_hash: string | null;
  /** The class that made the account; its teachers may let its person in again. */
  home_class_id: string | null;
  created_at: number;
}

/** Who a provider of OpenID Connect says that he is. */
export interface IdentityRecord {
  issuer: string;
  subject: string;
  person_id: string;
  created_at: number;
}

export interface ClassRecord {
  id: string;
  name: string;
  seed: string;
  /** JSON. */
  quotas: string;
  /** JSON. */
  settings: string;
  created_at: number;
  /** Set: nothing in it changes any more. */
  archived_at: number | null;
  /** The cluster that every member may look at for a while. */
  broadcast_cluster_id: string | null;
}

export interface MembershipRecord {
  class_id: string;
  person_id: string;
  role: string;
  /** Those of one group share their clusters. */
  group_name: string | null;
  created_at: number;
}

/** A membership and whom it is of. */
export interface MemberRecord extends MembershipRecord {
  login: string | null;
  name: string;
  has_password: boolean;
}

export interface InvitationRecord {
  id: string;
  /** In clear, for the teacher shows it again; it opens one class, for a while. */
  code: string;
  class_id: string;
  role: string;
  group_name: string | null;
  uses_left: number;
  created_at: number;
  expires_at: number;
}

export interface SignInCodeRecord {
  hash: string;
  person_id: string;
  expires_at: number;
}

export interface SessionRecord {
  hash: string;
  /** Names it to its owner, and opens nothing. */
  id: string;
  person_id: string;
  /** How it began: by a link, a password and so on. */
  method: string;
  created_at: number;
  expires_at: number;
}

/** How often somebody failed to sign in: by a login, or from an address. */
export interface SignInFailureRecord {
  kind: string;
  subject: string;
  failures: number;
  expires_at: number;
}

export interface TokenRecord {
  id: string;
  hash: string;
  person_id: string;
  name: string;
  /** Set: good for this cluster's Kubernetes API only. */
  cluster_id: string | null;
  /** What it is good for: `all`, `read` or `grade`. */
  scope: string;
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
  /** Set: it belongs to this class, and its owner is a member (or a group) there. */
  class_id: string | null;
  lab: string | null;
  /** Members of this group of the class share it. */
  group_name: string | null;
  /** The class, lab and owner that it is the only one of. */
  slot: string | null;
  /**
   * Virtual milliseconds: a service account's token that nobody asked for at the door opens it only if it was made later.
   * Null: whenever it was made; {@link SINCE_NEXT_LOOK}: somebody lost the cluster since the clock was looked at.
   */
  accounts_since: number | null;
}

/** See {@link ClusterRecord.accounts_since}. */
export const SINCE_NEXT_LOOK = -1;

/** Who asked at the door for a token of a service account; several may have asked for one that says the same. */
export interface AccountTokenRecord {
  cluster_id: string;
  /** Of what the token says. */
  hash: string;
  /** The hash of the session or token that was shown. */
  credential: string;
  created_at: number;
}

/** What a cluster made for nobody's lab has there. */
export const NO_CLASS = { class_id: null, lab: null, group_name: null, slot: null } as const;

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

/** A named moment; its checkpoint stands in the log. */
export interface SnapshotRecord {
  cluster_id: string;
  id: string;
  name: string;
  rv: number;
  /** Virtual milliseconds. */
  at: number;
  created_at: number;
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
