/** Attempts: begun at first touch, found by whoever may see them, written in one place. */
import { Inject, Injectable } from '@nestjs/common';
import { type AttemptChange, ClusterCreate, CONTRACT_LIMITS } from '@podlab/contracts';
import { instantiate, type Lab, type LabInstance, stepPoints } from '@podlab/grading';
import type { AttemptRecord, ClusterRecord, Domain } from '@podlab/persistence';
import type { Principal } from '../auth/principal';
import { type ClusterAction, Rights } from '../auth/rights';
import { hashOf, randomIdentifier } from '../auth/secrets';
import { ClassClusters, type LabStart } from '../classroom/class-clusters';
import { ClassDirectory } from '../classroom/class-directory';
import { ClusterDirectory } from '../clusters/cluster-directory';
import { ProblemException } from '../problems/problem-exception';
import { DOMAIN } from '../tokens';
import { AttemptFeed } from './attempt-feed';
import { NO_ANSWERS } from './attempt-state';
import { LabCatalogue } from './lab-catalogue';

/** A lab begins so long before the present, so that what settles in it does not run ahead of the wall. */
const HEAD_START_MS = 120_000;
const SEED_DIGITS = 16;

export interface FoundAttempt {
  record: AttemptRecord;
  cluster: ClusterRecord;
  instance: LabInstance;
}

/** What a line of the time line tells. */
export interface AttemptEvent {
  kind: AttemptChange;
  virtual_at: number | null;
  detail: object;
}

@Injectable()
export class AttemptDirectory {
  private readonly beginning = new Map<string, Promise<AttemptRecord>>();
  private readonly turns = new Map<string, Promise<unknown>>();

  constructor(
    @Inject(DOMAIN) private readonly domain: Domain,
    @Inject(Rights) private readonly rights: Rights,
    @Inject(LabCatalogue) private readonly labs: LabCatalogue,
    @Inject(ClassDirectory) private readonly classes: ClassDirectory,
    @Inject(ClassClusters) private readonly classClusters: ClassClusters,
    @Inject(ClusterDirectory) private readonly clusters: ClusterDirectory,
    @Inject(AttemptFeed) private readonly feed: AttemptFeed,
  ) {}

  /** The caller's (or his group's) attempt; whoever asks at the same time gets the same one. */
  async begin(principal: Principal, labName: string, classId: string | null): Promise<FoundAttempt> {
    const lab = await this.labs.find(labName, classId);
    if (classId !== null) await this.requireOpen(principal, classId, lab.name);
    const key = `${classId ?? ''} ${lab.name} ${principal.id}`;
    const work =
      this.beginning.get(key) ??
      (classId === null ? this.alone(principal, lab) : this.inClass(principal, lab, classId));
    this.beginning.set(key, work);
    try {
      return await this.found(await work);
    } finally {
      this.beginning.delete(key);
    }
  }

  /** Throws 404 where the caller may not know of it, 403 where he may only look. */
  async find(principal: Principal, id: string, action: ClusterAction): Promise<FoundAttempt> {
    const record = await this.domain.findAttempt(id);
    const cluster = record && (await this.domain.findCluster(record.cluster_id));
    if (
      !record ||
      !cluster ||
      (await this.rights.ofCluster(principal, cluster)) === 'none' ||
      (await this.isOfClassmate(principal, record))
    )
      throw new ProblemException('NotFound', `There is no attempt ${id}.`);
    await this.rights.requireCluster(principal, cluster, action);
    return this.found(record);
  }

  /**
   * What reads an attempt and then writes it waits for what does so already: of two answers to one question that come
   * at once, one is the second.
   */
  async inTurn<Result>(id: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.turns.get(id) ?? Promise.resolve();
    const turn = before.then(work, work);
    this.turns.set(id, turn);
    try {
      return await turn;
    } finally {
      if (this.turns.get(id) === turn) this.turns.delete(id);
    }
  }

  /** Is the caller the one who works on it, and not somebody who helps? */
  async requireOwn(principal: Principal, { record }: FoundAttempt): Promise<void> {
    if (record.person_id === principal.id) return;
    const { class_id, group_name } = record;
    if (class_id !== null && group_name !== null) {
      const membership = await this.domain.findMembership(class_id, principal.id);
      if (membership?.group_name === group_name) return;
    }
    throw new ProblemException('Forbidden', 'Only who works on an attempt answers in it.');
  }

  /** A cluster may be shown to the whole class; what its student answered is not. */
  async isOfClassmate(principal: Principal, record: AttemptRecord): Promise<boolean> {
    const { class_id, person_id, group_name } = record;
    if (person_id === principal.id || class_id === null || principal.role === 'admin') return false;
    const membership = await this.domain.findMembership(class_id, principal.id);
    const isHelper = membership !== null && membership.role !== 'student';
    return !isHelper && (group_name === null || membership?.group_name !== group_name);
  }

  /** Writes changes with their line of the time line, and tells who listens. */
  async write(
    { record }: FoundAttempt,
    principal: Principal,
    changes: Partial<AttemptRecord>,
    event: AttemptEvent,
  ): Promise<AttemptRecord> {
    const now = Date.now();
    const written = { ...record, ...changes, last_activity_at: now };
    await this.domain.updateAttempt(record.id, { ...changes, last_activity_at: now });
    await this.note([written], principal.id, event);
    return written;
  }

  /** A line of the time lines of attempts that changes nothing else of them; who listens is told. */
  async note(
    attempts: readonly AttemptRecord[],
    person_id: string,
    { kind, virtual_at, detail }: AttemptEvent,
  ): Promise<void> {
    const about = { kind, person_id, virtual_at, detail: JSON.stringify(detail), created_at: Date.now() };
    const events = attempts.map(({ id }) => ({ ...about, attempt_id: id, id: randomIdentifier() }));
    await this.domain.saveAttemptEvents(events, CONTRACT_LIMITS.timelineEntries);
    for (const attempt of attempts) this.feed.tell(attempt, kind);
  }

  private async found(record: AttemptRecord): Promise<FoundAttempt> {
    const cluster = await this.domain.findCluster(record.cluster_id);
    if (!cluster) throw new ProblemException('NotFound', `The cluster of attempt ${record.id} is gone.`);
    const lab = await this.labs.find(`${record.lab}@${record.lab_hash}`, record.class_id);
    return { record, cluster, instance: instantiate(lab, record.seed) };
  }

  /** Students work on what is assigned and open; those who help try what they like. */
  private async requireOpen(principal: Principal, classId: string, lab: string): Promise<void> {
    const { level } = await this.classes.findOpen(principal, classId, 'see');
    if (level !== 'see') return;
    const assigned = (await this.domain.listAssignments(classId)).find((each) => each.lab === lab);
    if (!assigned) throw new ProblemException('Forbidden', `The class does not work on the lab ${lab}.`);
    if (assigned.opens_at !== null && assigned.opens_at > Date.now()) {
      const opens = new Date(assigned.opens_at).toISOString();
      throw new ProblemException('Forbidden', `The lab ${lab} opens at ${opens}.`);
    }
  }

  private async inClass(principal: Principal, lab: Lab, classId: string): Promise<AttemptRecord> {
    const cluster = await this.classClusters.ofLab(principal, classId, lab.name, async ({ seed }) =>
      startOf(instantiate(lab, shortSeed(seed))),
    );
    const record = await this.domain.findCluster(cluster.id);
    if (!record?.slot) throw new ProblemException('NotFound', `There is no cluster ${cluster.id}.`);
    return this.attemptAt(principal, lab, record, record.slot);
  }

  private async alone(principal: Principal, lab: Lab): Promise<AttemptRecord> {
    const slot = `person/${principal.id}/${lab.name}`;
    const known = await this.domain.findAttemptOfSlot(slot);
    const there = known && (await this.domain.findCluster(known.cluster_id));
    if (known && there) return known;
    const { body, lab: bundle } = startOf(instantiate(lab, shortSeed(slot)));
    const { id } = await this.clusters.create(principal, body, bundle);
    const record = (await this.domain.findCluster(id)) as ClusterRecord;
    return this.attemptAt(principal, lab, record, slot);
  }

  /** The attempt of a slot on this cluster: a new one, or the known one if its cluster was made again. */
  private async attemptAt(
    principal: Principal,
    lab: Lab,
    cluster: ClusterRecord,
    slot: string,
  ): Promise<AttemptRecord> {
    const known = await this.domain.findAttemptOfSlot(slot);
    if (known) {
      if (known.cluster_id === cluster.id) return known;
      await this.domain.updateAttempt(known.id, { cluster_id: cluster.id });
      return { ...known, cluster_id: cluster.id };
    }
    await this.labs.keep(lab);
    const record = newAttempt(principal, lab, cluster, slot);
    if (!(await this.domain.saveAttempt(record)))
      return (await this.domain.findAttemptOfSlot(slot)) as AttemptRecord;
    const found = await this.found(record);
    return this.write(found, principal, {}, { kind: 'Started', virtual_at: null, detail: {} });
  }
}

function newAttempt(principal: Principal, lab: Lab, cluster: ClusterRecord, slot: string): AttemptRecord {
  const steps = lab.document.steps.map(({ name }, index) => ({
    name,
    score: null,
    max: stepPoints(lab.document)[index],
  }));
  return {
    id: randomIdentifier(),
    lab: lab.name,
    lab_hash: lab.hash,
    class_id: cluster.class_id,
    person_id: principal.id,
    group_name: cluster.group_name,
    cluster_id: cluster.id,
    seed: cluster.seed,
    slot,
    answers: JSON.stringify(NO_ANSWERS),
    results: '{}',
    steps: JSON.stringify(steps),
    score: null,
    max: lab.document.points,
    runs: 0,
    last_run_at: null,
    stuck_since: null,
    last_activity_at: null,
    hand_raised_at: null,
    hand_note: '',
    created_at: Date.now(),
  };
}

/** Tells nothing of what it was made from. */
const shortSeed = (text: string): string => hashOf(text).slice(0, SEED_DIGITS);

function startOf({ lab, document, seed }: LabInstance): LabStart {
  const epoch = new Date(Date.now() - HEAD_START_MS).toISOString();
  const name = document.title.en.slice(0, CONTRACT_LIMITS.clusterNameCharacters).trim();
  const body = ClusterCreate.parse({ ...document.cluster, name, seed, clock: { mode: 'live', epoch } });
  return { body, lab: { files: lab.files, hash: lab.hash, seed } };
}
