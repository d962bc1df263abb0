/** The wall as the tables have it: where every student of a class stands in a lab. */
import { Inject, Injectable } from '@nestjs/common';
import { CONTRACT_LIMITS, type FailingHop, type Heat, type Wall, type WallTile } from '@podlab/contracts';
import type { Lab } from '@podlab/grading';
import type { AttemptRecord, ClassRecord, Domain, FailingHopRecord, MemberRecord } from '@podlab/persistence';
import type { Principal } from '../auth/principal';
import { slotOf } from '../classroom/class-clusters';
import { ClassDirectory } from '../classroom/class-directory';
import { stepsDone, timeOf } from '../labs/attempt-view';
import { LabCatalogue } from '../labs/lab-catalogue';
import { DOMAIN } from '../tokens';
import { heatOf } from './heat';
import { Presence } from './presence';

/** Versions of labs that stay at hand. */
const KEPT_VERSIONS = 50;
const EVERYBODY = { limit: Number.MAX_SAFE_INTEGER };

/** A student, or the students of a group; the first was there first. */
type Place = readonly [MemberRecord, ...MemberRecord[]];

@Injectable()
export class WallDesk {
  private readonly versions = new Map<string, Lab>();

  constructor(
    @Inject(DOMAIN) private readonly domain: Domain,
    @Inject(ClassDirectory) private readonly classes: ClassDirectory,
    @Inject(LabCatalogue) private readonly labs: LabCatalogue,
    @Inject(Presence) private readonly presence: Presence,
  ) {}

  async get(principal: Principal, classId: string, labName: string): Promise<Wall> {
    const { record } = await this.classes.find(principal, classId, 'assist');
    return this.wall(record, await this.labs.find(labName, classId));
  }

  async wall({ id, broadcast_cluster_id }: ClassRecord, lab: Lab): Promise<Wall> {
    const [places, attempts, hops] = await Promise.all([
      this.places(id),
      this.domain.listClassAttempts(id, lab.name),
      this.domain.listFailingHops(id, lab.name),
    ]);
    const bySlot = new Map(attempts.map((attempt) => [attempt.slot, attempt]));
    const newest = new Map(hops.map((hop) => [hop.attempt_id, hop]));
    const tiles = places.map(async (place) => {
      const attempt = bySlot.get(slotOf(id, lab.name, place[0])) ?? null;
      return this.tileOf(place, lab, attempt, newest.get(attempt?.id ?? '') ?? null);
    });
    const broadcast = broadcast_cluster_id;
    return { class: id, lab: lab.name, broadcast, tiles: await Promise.all(tiles), heat: heatOf(hops) };
  }

  /** The tile on which a person stands, as it is now; null: a student of this class no more. */
  async tile(classId: string, lab: Lab, person: string): Promise<WallTile | null> {
    const place = await this.placeOf(classId, person);
    if (!place) return null;
    const attempt = await this.domain.findAttemptOfSlot(slotOf(classId, lab.name, place[0]));
    const hop = attempt && (await this.domain.findNewestFailingHop(attempt.id));
    return this.tileOf(place, lab, attempt, hop);
  }

  /** The tile of a group; null: there is nobody in it. */
  async tileOfGroup(classId: string, lab: Lab, group: string): Promise<WallTile | null> {
    const place = (await this.places(classId)).find(([{ group_name }]) => group_name === group);
    return place ? this.tile(classId, lab, place[0].person_id) : null;
  }

  async heat(classId: string, lab: string): Promise<Heat> {
    return heatOf(await this.domain.listFailingHops(classId, lab));
  }

  async stepsOf(attempt: AttemptRecord): Promise<WallTile['steps']> {
    return stepsDone(attempt, await this.versionOf(attempt));
  }

  private async tileOf(
    place: Place,
    lab: Lab,
    attempt: AttemptRecord | null,
    hop: FailingHopRecord | null,
  ): Promise<WallTile> {
    const [{ person_id: id, name, group_name }] = place;
    const steps = attempt
      ? await this.stepsOf(attempt)
      : lab.document.steps.map((step) => ({ name: step.name, done: false }));
    const time = (at: number | null | undefined) => (at === null || at === undefined ? null : timeOf(at));
    const raised_at = time(attempt?.hand_raised_at);
    return {
      person: { id, name },
      group: group_name,
      people: place
        .slice(0, CONTRACT_LIMITS.tilePeople)
        .map((member) => ({ id: member.person_id, name: member.name })),
      attempt: attempt?.id ?? null,
      cluster: attempt?.cluster_id ?? null,
      steps,
      step: attempt ? (steps.find(({ done }) => !done)?.name ?? null) : null,
      score: attempt?.score ?? null,
      max: attempt?.max ?? lab.document.points,
      last_activity_at: time(attempt?.last_activity_at),
      last_failing: hop && failingHop(hop),
      stuck_since: time(attempt?.stuck_since),
      hand: raised_at === null ? null : { raised_at, note: attempt?.hand_note ?? '' },
      online: place.some(({ person_id }) => this.presence.isOnline(person_id)),
    };
  }

  /** By name; a group stands where its first member does. */
  private async places(classId: string): Promise<Place[]> {
    const members = await this.domain.listMembers(classId, EVERYBODY);
    const students = members.filter(({ role }) => role === 'student').sort(byComing);
    const places = new Map<string, Place>();
    for (const student of students) {
      const slot = slotOf('', '', student);
      places.set(slot, [...(places.get(slot) ?? []), student] as unknown as Place);
    }
    return [...places.values()].sort(([one], [other]) => (nameOf(one) < nameOf(other) ? -1 : 1));
  }

  private async placeOf(classId: string, person: string): Promise<Place | null> {
    const membership = await this.domain.findMembership(classId, person);
    const found = membership?.role === 'student' ? await this.domain.findPerson(person) : null;
    if (!membership || !found) return null;
    const { login, name } = found;
    if (membership.group_name === null) return [{ ...membership, login, name, has_password: false }];
    const places = await this.places(classId);
    return places.find(([first]) => first.group_name === membership.group_name) ?? null;
  }

  /** The version that an attempt began with; names in it are the same for every seed. */
  private async versionOf({ lab, lab_hash, class_id }: AttemptRecord): Promise<Lab> {
    const key = `${class_id} ${lab}@${lab_hash}`;
    const known = this.versions.get(key);
    if (known) return known;
    const version = await this.labs.find(`${lab}@${lab_hash}`, class_id);
    if (this.versions.size >= KEPT_VERSIONS) this.versions.delete([...this.versions.keys()][0]);
    this.versions.set(key, version);
    return version;
  }
}

const byComing = (one: MemberRecord, other: MemberRecord) =>
  one.created_at - other.created_at || (one.person_id < other.person_id ? -1 : 1);

const nameOf = ({ group_name, name, person_id }: MemberRecord) => `${group_name ?? name} ${person_id}`;

function failingHop({
  created_at,
  request_id,
  disposition,
  location,
  step,
  code,
}: FailingHopRecord): FailingHop {
  return {
    at: timeOf(created_at),
    request: request_id,
    disposition: disposition as FailingHop['disposition'],
    where: location === null ? null : (JSON.parse(location) as FailingHop['where']),
    step: step as FailingHop['step'],
    code,
  };
}
