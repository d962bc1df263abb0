/** Clusters of a class: made by a member for himself, or one for each member (or group) and lab. */
import { Inject, Injectable } from '@nestjs/common';
import type { Cluster, ClusterCreate } from '@podlab/contracts';
import type { ClassRecord, Domain, MembershipRecord } from '@podlab/persistence';
import type { Principal } from '../auth/principal';
import { ClusterDirectory } from '../clusters/cluster-directory';
import type { LabBundle } from '../grading/grade-job';
import { ProblemException } from '../problems/problem-exception';
import { DOMAIN } from '../tokens';
import { quotasOf } from './class-answers';
import { ClassDirectory } from './class-directory';

/** What a lab's cluster is made from. */
export interface LabStart {
  body: ClusterCreate;
  lab: LabBundle;
}

/** Whose cluster of a lab it is. */
export interface LabPlace {
  record: ClassRecord;
  membership: MembershipRecord;
  /** What makes this start differ from others': the class's seed, the lab, and the member or group. */
  seed: string;
}

@Injectable()
export class ClassClusters {
  constructor(
    @Inject(DOMAIN) private readonly domain: Domain,
    @Inject(ClassDirectory) private readonly classes: ClassDirectory,
    @Inject(ClusterDirectory) private readonly clusters: ClusterDirectory,
  ) {}

  async create(principal: Principal, classId: string, body: ClusterCreate): Promise<Cluster> {
    const { record } = await this.classes.findOpen(principal, classId, 'see');
    return this.clusters.createInClass(principal, body, {
      place: { class_id: record.id, lab: null, group_name: null, slot: null },
      quotas: quotasOf(record),
    });
  }

  /**
   * The caller's (or his group's) cluster of a lab, made at the first touch from what `start` gives. Whoever asks at
   * the same time gets the same one.
   */
  async ofLab(
    principal: Principal,
    classId: string,
    lab: string,
    start: (place: LabPlace) => Promise<LabStart>,
  ): Promise<Cluster> {
    const { record } = await this.classes.findOpen(principal, classId, 'see');
    const membership = await this.domain.findMembership(record.id, principal.id);
    if (!membership) throw new ProblemException('Forbidden', 'Only members of a class work on its labs.');
    const { group_name } = membership;
    const slot = slotOf(record.id, lab, membership);
    const known = await this.clusters.ofSlot(slot);
    if (known) return known;
    const { body, lab: bundle } = await start({
      record,
      membership,
      seed: `${record.seed}/${lab}/${ownerOf(membership)}`,
    });
    const where = { place: { class_id: record.id, lab, group_name, slot }, quotas: quotasOf(record) };
    return this.clusters.createInClass(principal, body, where, bundle);
  }
}

/** Where the cluster of a member (or group) for a lab stands; there is one. */
export function slotOf(classId: string, lab: string, member: Member): string {
  return `${classId}/${lab}/${ownerOf(member)}`;
}

type Member = Pick<MembershipRecord, 'group_name' | 'person_id'>;

/** A group's name may look like a person's identifier: they must not meet. */
const ownerOf = ({ group_name, person_id }: Member): string =>
  group_name === null ? `person/${person_id}` : `group/${group_name}`;
