/** `POST /grade`: one call for an autograder. */
import { Inject, Injectable } from '@nestjs/common';
import { CONTRACT_LIMITS, type Grade, type GradeRequest } from '@podlab/contracts';
import type { Domain } from '@podlab/persistence';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Principal } from '../auth/principal';
import { Rights } from '../auth/rights';
import { ClusterDirectory } from '../clusters/cluster-directory';
import { AttemptDirectory } from '../labs/attempt-directory';
import { answersOf } from '../labs/attempt-state';
import { LabCatalogue } from '../labs/lab-catalogue';
import { ProblemException } from '../problems/problem-exception';
import { DOMAIN } from '../tokens';
import { Grader } from './grader';

/** Where nobody names one, all have the same. */
const DEFAULT_SEED = '1';

export interface DeskGrade {
  grade: Grade;
  /** Whether the caller may know what hidden checks look at. */
  showHidden: boolean;
}

@Injectable()
export class GradeDesk {
  /** Of students; who helps grades a whole class. */
  private readonly calls = new RateLimiterMemory({
    points: CONTRACT_LIMITS.studentGradesPerMinute,
    duration: 60,
  });

  constructor(
    @Inject(DOMAIN) private readonly domain: Domain,
    @Inject(Rights) private readonly rights: Rights,
    @Inject(ClusterDirectory) private readonly clusters: ClusterDirectory,
    @Inject(LabCatalogue) private readonly labs: LabCatalogue,
    @Inject(AttemptDirectory) private readonly attempts: AttemptDirectory,
    @Inject(Grader) private readonly grader: Grader,
  ) {}

  /** Throws 429 where a student has asked too often. */
  async grade(principal: Principal, body: GradeRequest): Promise<DeskGrade> {
    if (await this.onlyLearns(principal)) await this.charge(principal);
    return body.cluster === undefined
      ? this.manifests(principal, body, body.manifests ?? '')
      : this.cluster(principal, body, body.cluster);
  }

  private async onlyLearns({ id, role }: Principal): Promise<boolean> {
    if (role !== 'student') return false;
    return (await this.domain.listMemberships(id)).every((membership) => membership.role === 'student');
  }

  private async charge({ id }: Principal): Promise<void> {
    try {
      await this.calls.consume(id);
    } catch (refused) {
      const seconds = Math.max(1, Math.ceil((refused as { msBeforeNext: number }).msBeforeNext / 1000));
      const { studentGradesPerMinute } = CONTRACT_LIMITS;
      const detail = `studentGradesPerMinute is limited to ${studentGradesPerMinute}.`;
      throw new ProblemException('TooManyRequests', detail, undefined, seconds);
    }
  }

  private async manifests(principal: Principal, body: GradeRequest, manifests: string): Promise<DeskGrade> {
    const { lab, showHidden } = await this.labOf(principal, body.lab);
    const { seed = DEFAULT_SEED, answers } = body;
    const grade = await this.grader.manifests({ lab, seed, answers, caller: principal.id }, manifests);
    return { grade, showHidden };
  }

  /** Of a cluster that somebody attempts the lab in, with his seed and answers unless the call gives others. */
  private async cluster(principal: Principal, body: GradeRequest, id: string): Promise<DeskGrade> {
    const record = await this.clusters.find(principal, id, 'see');
    const lab = await this.labs.find(body.lab, record.class_id);
    const attempt = await this.domain.findAttemptOfCluster(id);
    if (attempt && (await this.attempts.isOfClassmate(principal, attempt))) {
      const detail = 'Only who works on an attempt, or helps there, has it graded.';
      throw new ProblemException('Forbidden', detail);
    }
    const own = attempt?.lab === lab.name ? attempt : null;
    const kept = own && answersOf(own);
    const seed = body.seed ?? own?.seed ?? DEFAULT_SEED;
    const answers = body.answers ?? kept ?? undefined;
    const submission = { lab, seed, answers, ...(kept && { found: kept.found }), caller: principal.id };
    const grade = await this.grader.cluster(submission, record);
    return { grade, showHidden: await this.helpsIn(principal, record.class_id) };
  }

  /** A lab of this server, or of a class that the caller helps in. */
  private async labOf(principal: Principal, reference: string) {
    const [name] = reference.split('@');
    for (const { class_id, role } of await this.domain.listMemberships(principal.id)) {
      if (role === 'student' || !(await this.domain.findNewestLab(class_id, name))) continue;
      return { lab: await this.labs.find(reference, class_id), showHidden: true };
    }
    return { lab: await this.labs.find(reference, null), showHidden: principal.role !== 'student' };
  }

  private async helpsIn(principal: Principal, classId: string | null): Promise<boolean> {
    if (classId === null) return principal.role !== 'student';
    const found = await this.domain.findClass(classId);
    const level = found ? await this.rights.ofClass(principal, found) : 'none';
    return level === 'assist' || level === 'teach';
  }
}
