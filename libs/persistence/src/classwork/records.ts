/** The rows of labs and of the work on them; times are wall milliseconds. */

/** A lab that somebody uploaded into a class; all its versions stay, since grades name them. */
export interface LabRecord {
  class_id: string;
  name: string;
  hash: string;
  /** The bundle: a map from path to text, JSON. */
  files: string;
  uploaded_by: string;
  created_at: number;
}

/** A lab that a class works on. */
export interface AssignmentRecord {
  class_id: string;
  lab: string;
  opens_at: number | null;
  due_at: number | null;
}

export interface AttemptRecord {
  id: string;
  lab: string;
  /** Of the version that it began with. */
  lab_hash: string;
  class_id: string | null;
  /** The first of the group to touch it. */
  person_id: string;
  group_name: string | null;
  cluster_id: string;
  seed: string;
  /** The class, lab and owner that it is the only one of. */
  slot: string;
  /** LabAnswers, JSON. */
  answers: string;
  /** The newest result of each check, JSON. */
  results: string;
  /** Of the best run, JSON: what the steps gave. */
  steps: string;
  score: number | null;
  max: number;
  runs: number;
  last_run_at: number | null;
  /** Requests or checks have failed since, without one that succeeded. */
  stuck_since: number | null;
  last_activity_at: number | null;
  hand_raised_at: number | null;
  hand_note: string;
  created_at: number;
}

/** A line of an attempt's time line. */
export interface AttemptEventRecord {
  attempt_id: string;
  id: string;
  kind: string;
  person_id: string;
  /** Virtual ms since the Unix epoch. */
  virtual_at: number | null;
  /** JSON. */
  detail: string;
  created_at: number;
}

/** What the newest run of a step's checks rests on; beside the attempt, which is read far more often. */
export interface EvidenceRecord {
  attempt_id: string;
  step: string;
  /** GradeEvidence by check, JSON. */
  evidence: string;
}

/** Where a request of somebody in a class failed. */
export interface FailingHopRecord {
  attempt_id: string;
  id: string;
  class_id: string;
  lab: string;
  person_id: string;
  request_id: string;
  disposition: string;
  /** HopLocation, JSON. */
  location: string | null;
  step: string | null;
  code: string | null;
  created_at: number;
}

export interface MessageRecord {
  id: string;
  class_id: string;
  from_id: string;
  to_id: string | null;
  text: string;
  created_at: number;
}

export interface RegradeRecord {
  id: string;
  class_id: string;
  lab: string;
  hash: string;
  total: number;
  done: number;
  /** `{attempt, problem}[]`, JSON. */
  failed: string;
  /** The last attempt that was done, in the order of ids. */
  after: string;
  created_at: number;
  finished_at: number | null;
}
