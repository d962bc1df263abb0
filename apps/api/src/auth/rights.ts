/** The one place that says who may do what: every door asks here. */
import { Inject, Injectable } from '@nestjs/common';
import { ClassSettings } from '@podlab/contracts';
import type { ClassRecord, ClusterRecord, Domain, MembershipRecord } from '@podlab/persistence';
import { ProblemException } from '../problems/problem-exception';
import { DOMAIN } from '../tokens';
import type { Principal } from './principal';

/** Looking; working in it; renaming and deleting it. Who may do one may do those before it. */
export type ClusterAction = 'see' | 'use' | 'manage';
/** Being in it; seeing its members and their clusters; changing it. */
export type ClassAction = 'see' | 'assist' | 'teach';
/** `run`: what concerns the whole server. */
export type ServerAction = 'open a class' | 'run';

export type Level<Action> = Action | 'none';

const CLUSTER_ACTIONS: readonly Level<ClusterAction>[] = ['none', 'see', 'use', 'manage'];
const CLASS_ACTIONS: readonly Level<ClassAction>[] = ['none', 'see', 'assist', 'teach'];
const CLASS_LEVEL = { student: 'see', assistant: 'assist', teacher: 'teach' } as const;

@Injectable()
export class Rights {
  constructor(@Inject(DOMAIN) private readonly domain: Domain) {}

  /** The most that the caller may do in a cluster. */
  async ofCluster(principal: Principal, cluster: ClusterRecord): Promise<Level<ClusterAction>> {
    if (principal.onlyCluster !== undefined && principal.onlyCluster !== cluster.id) return 'none';
    if (principal.scope === 'grade') return 'none';
    const own = await this.inClass(principal, cluster);
    const most = own === 'none' && (await this.isShown(principal, cluster)) ? 'see' : own;
    return principal.scope === 'read' ? lesser(CLUSTER_ACTIONS, most, 'see') : most;
  }

  /** The most that the caller may do in a class. */
  async ofClass(principal: Principal, { id }: ClassRecord): Promise<Level<ClassAction>> {
    if (principal.role === 'admin') return 'teach';
    const membership = await this.domain.findMembership(id, principal.id);
    return membership ? levelOf(membership) : 'none';
  }

  /** Throws 404 where the caller may not even know of it, 403 where he may, and 409 in an archived class. */
  async requireCluster(principal: Principal, cluster: ClusterRecord, action: ClusterAction): Promise<void> {
    const most = await this.ofCluster(principal, cluster);
    if (most === 'none') throw noCluster(cluster.id);
    if (reaches(CLUSTER_ACTIONS, most, action)) return;
    if (most === 'see' && (await this.isArchived(cluster))) throw archived();
    throw new ProblemException('Forbidden', 'You may look at this cluster, but not change it.');
  }

  /** As {@link requireCluster}; the answer is what the caller may do at most. */
  async requireClass(
    principal: Principal,
    found: ClassRecord | null,
    id: string,
    action: ClassAction,
  ): Promise<{ record: ClassRecord; level: ClassAction }> {
    const level = found ? await this.ofClass(principal, found) : 'none';
    if (!found || level === 'none') throw new ProblemException('NotFound', `There is no class ${id}.`);
    if (!reaches(CLASS_ACTIONS, level, action))
      throw new ProblemException('Forbidden', `Your role in this class is too small: ${NEEDS[action]}.`);
    return { record: found, level };
  }

  /** One sees oneself; the administrator sees and changes everybody. */
  requirePerson(principal: Principal, id: string): void {
    if (principal.role === 'admin' || principal.id === id) return;
    throw new ProblemException('NotFound', `There is no person ${id}.`);
  }

  requireServer(principal: Principal, action: ServerAction): void {
    const isEnough = action === 'open a class' ? principal.role !== 'student' : principal.role === 'admin';
    if (isEnough) return;
    const who = action === 'open a class' ? 'a teacher' : 'the administrator';
    throw new ProblemException('Forbidden', `Only ${who} may do this.`);
  }

  private async inClass(principal: Principal, cluster: ClusterRecord): Promise<Level<ClusterAction>> {
    const { class_id, owner_id } = cluster;
    if (class_id === null) return principal.role === 'admin' || principal.id === owner_id ? 'manage' : 'none';
    const [found, membership] = await Promise.all([
      this.domain.findClass(class_id),
      this.domain.findMembership(class_id, principal.id),
    ]);
    if (!found) return principal.role === 'admin' ? 'manage' : 'none';
    const most = principal.role === 'admin' ? 'manage' : asMember(membership, cluster, found);
    return found.archived_at === null ? most : lesser(CLUSTER_ACTIONS, most, 'see');
  }

  /** While a class is shown a cluster, its members may look at it. */
  private isShown({ id }: Principal, cluster: ClusterRecord): Promise<boolean> {
    return this.domain.isBroadcastTo(cluster.id, id);
  }

  private async isArchived({ class_id }: ClusterRecord): Promise<boolean> {
    return class_id !== null && ((await this.domain.findClass(class_id))?.archived_at ?? null) !== null;
  }
}

const NEEDS: Record<ClassAction, string> = {
  see: 'be a member',
  assist: 'it takes an assistant or a teacher',
  teach: 'it takes a teacher',
};

const levelOf = ({ role }: MembershipRecord): ClassAction => CLASS_LEVEL[role as keyof typeof CLASS_LEVEL];

/** A group shares its cluster; who left the class has lost his clusters there. */
function asMember(
  membership: MembershipRecord | null,
  cluster: ClusterRecord,
  { settings }: ClassRecord,
): Level<ClusterAction> {
  if (!membership) return 'none';
  const isOwn =
    cluster.group_name === null
      ? cluster.owner_id === membership.person_id
      : cluster.group_name === membership.group_name;
  if (isOwn || membership.role === 'teacher') return 'manage';
  if (membership.role !== 'assistant') return 'none';
  const { assistants } = ClassSettings.parse(JSON.parse(settings));
  return assistants === 'use' ? 'use' : 'see';
}

function reaches<Action>(order: readonly Level<Action>[], most: Level<Action>, action: Action): boolean {
  return order.indexOf(most) >= order.indexOf(action);
}

function lesser<Action>(
  order: readonly Level<Action>[],
  one: Level<Action>,
  other: Level<Action>,
): Level<Action> {
  return order[Math.min(order.indexOf(one), order.indexOf(other))];
}

export const noCluster = (id: string) => new ProblemException('NotFound', `There is no cluster ${id}.`);
export const archived = () =>
  new ProblemException(
    'ClassArchived',
    'The class is archived: everything in it can be read, nothing changed.',
  );
