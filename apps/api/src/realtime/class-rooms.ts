/** Sockets that listen to classes: the wall to those who teach, messages and what is shown to everybody. */
import { Inject, Injectable } from '@nestjs/common';
import type {
  AttemptChange,
  AttemptEvent,
  ClassMessage,
  HandEvent,
  SubscribeClass,
  SubscribedClass,
} from '@podlab/contracts';
import type { AttemptRecord, Domain } from '@podlab/persistence';
import type { Logger } from 'pino';
import { AccessChanges } from '../auth/access-changes';
import type { Principal } from '../auth/principal';
import { ClassDirectory } from '../classroom/class-directory';
import { AttemptFeed } from '../labs/attempt-feed';
import { timeOf } from '../labs/attempt-view';
import { LabCatalogue } from '../labs/lab-catalogue';
import { studentsOf } from '../labs/students-of';
import { DOMAIN, LOGGER } from '../tokens';
import { ClassFeed, type ClassNews } from '../wall/class-feed';
import { Presence } from '../wall/presence';
import { WallDesk } from '../wall/wall-desk';
import { ClassSubscription } from './class-subscription';
import type { ClientSocket } from './unsent';
import { WallRoom } from './wall-room';

export interface Subscribing {
  subscription: ClassSubscription;
  answer: SubscribedClass;
  /** To be called when the answer is out. */
  begin(): void;
}

@Injectable()
export class ClassRooms {
  private readonly classes = new Map<string, Set<ClassSubscription>>();
  private readonly rooms = new Map<string, WallRoom>();

  constructor(
    @Inject(DOMAIN) private readonly domain: Domain,
    @Inject(ClassDirectory) private readonly directory: ClassDirectory,
    @Inject(LabCatalogue) private readonly labs: LabCatalogue,
    @Inject(WallDesk) private readonly desk: WallDesk,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(AttemptFeed) attempts: AttemptFeed,
    @Inject(ClassFeed) news: ClassFeed,
    @Inject(Presence) presence: Presence,
    @Inject(AccessChanges) access: AccessChanges,
  ) {
    const note = (what: Promise<void>) => void what.catch((error: unknown) => this.failed(error));
    attempts.listen((record, change) => note(this.attemptChanged(record, change)));
    news.listen((told) => this.heard(told));
    presence.onChange((person) => note(this.personChanged(person)));
    access.onChange((person) => this.everyRoom((room) => room.changed(person)));
  }

  /** Throws 404 and 403 as the class does: a `lab` is for those who help. */
  async subscribe(
    socket: ClientSocket,
    principal: Principal,
    asked: SubscribeClass,
    onOver: (subscription: ClassSubscription) => void,
  ): Promise<Subscribing> {
    const { record } = await this.check(principal, asked);
    const lab = asked.lab === undefined ? null : await this.labs.find(asked.lab, record.id);
    const room = lab && this.room(record.id, lab.name, () => this.newRoom(record.id, lab));
    const subscription: ClassSubscription = new ClassSubscription(
      socket,
      principal.id,
      record.id,
      lab?.name ?? null,
      () => {
        this.forget(subscription);
        onOver(subscription);
      },
    );
    const listeners = this.classes.get(record.id) ?? new Set();
    this.classes.set(record.id, listeners.add(subscription));
    room?.watchers.add(subscription);
    const begin = () => (room ? room.begin(subscription) : subscription.begin());
    try {
      const answer = room
        ? await room.wall(record)
        : { class: record.id, broadcast: record.broadcast_cluster_id };
      return { subscription, answer, begin };
    } catch (error) {
      this.forget(subscription);
      throw error;
    }
  }

  /** Throws where the caller may not hear this, or no more. */
  check(principal: Principal, { class: classId, lab }: SubscribeClass) {
    return this.directory.find(principal, classId, lab === undefined ? 'see' : 'assist');
  }

  stop(): void {
    this.everyRoom((room) => room.stop());
  }

  private newRoom(classId: string, lab: ConstructorParameters<typeof WallRoom>[2]): WallRoom {
    return new WallRoom(this.desk, classId, lab, (error) => this.failed(error));
  }

  private room(classId: string, lab: string, make?: () => WallRoom): WallRoom | undefined {
    const key = `${classId} ${lab}`;
    const known = this.rooms.get(key) ?? make?.();
    if (known && make) this.rooms.set(key, known);
    return known;
  }

  private forget(subscription: ClassSubscription): void {
    const { classId, lab } = subscription;
    const listeners = this.classes.get(classId);
    listeners?.delete(subscription);
    if (listeners?.size === 0) this.classes.delete(classId);
    const room = lab === null ? undefined : this.room(classId, lab);
    room?.watchers.delete(subscription);
    if (room?.watchers.size !== 0) return;
    room.stop();
    this.rooms.delete(`${classId} ${lab}`);
  }

  private everyRoom(act: (room: WallRoom) => void): void {
    for (const room of this.rooms.values()) act(room);
  }

  private tell(classId: string, hears: (subscription: ClassSubscription) => boolean, send: Send): void {
    for (const subscription of [...(this.classes.get(classId) ?? [])])
      if (hears(subscription)) subscription.emit(send);
  }

  private async attemptChanged(record: AttemptRecord, change: AttemptChange): Promise<void> {
    const { class_id, lab } = record;
    if (class_id === null || !this.classes.has(class_id)) return;
    if (!NOTES.has(change)) this.room(class_id, lab)?.changed(record.person_id);
    if (change === 'Hand') {
      const event = await this.handEvent(record, class_id);
      this.tell(class_id, isWatching, (socket) => socket.emit('hand', event));
    }
    const students = new Set((await studentsOf(this.domain, record)).map(({ id }) => id));
    const isForWall = change === 'Checked' || change === 'Regraded';
    const hears = ({ lab: watched, person }: ClassSubscription) =>
      students.has(person) || (isForWall && watched === lab);
    if (![...(this.classes.get(class_id) ?? [])].some(hears)) return;
    const event = await this.attemptEvent(record, change);
    this.tell(class_id, hears, (socket) => socket.emit('attempt', event));
  }

  async attemptEvent(record: AttemptRecord, change: AttemptChange): Promise<AttemptEvent> {
    const { class_id, lab, id, score, max } = record;
    return { class: class_id, lab, attempt: id, change, score, max, steps: await this.desk.stepsOf(record) };
  }

  private async handEvent(record: AttemptRecord, classId: string): Promise<HandEvent> {
    const { id, lab, person_id, hand_raised_at: raised, hand_note: note } = record;
    const name = (await this.domain.findPerson(person_id))?.name ?? person_id;
    const hand = raised === null ? null : { raised_at: timeOf(raised), note };
    return { class: classId, lab, attempt: id, person: { id: person_id, name }, hand };
  }

  private heard(news: ClassNews): void {
    if (news.kind === 'Message') return this.message(news.message);
    if (news.kind === 'Broadcast') {
      const { event } = news;
      return this.tell(
        event.class,
        () => true,
        (socket) => socket.emit('broadcast', event),
      );
    }
    if (news.kind === 'Joined') return;
    const { class_id, lab, person_id } = news.attempt;
    const room = class_id === null ? undefined : this.room(class_id, lab);
    room?.changed(person_id);
    if (news.failed) room?.heatChanged();
  }

  private message(message: ClassMessage): void {
    const { to, from } = message;
    const hears = ({ person }: ClassSubscription) => to === null || to === person || from.id === person;
    this.tell(message.class, hears, (socket) => socket.emit('message', message));
  }

  /** Somebody came or went: on the walls of his classes. */
  private async personChanged(person: string): Promise<void> {
    if (this.rooms.size === 0) return;
    const memberships = await this.domain.listMemberships(person);
    const classes = new Set(memberships.map(({ class_id }) => class_id));
    for (const [key, room] of this.rooms) if (classes.has(key.split(' ')[0])) room.changed(person);
  }

  private failed(error: unknown): void {
    this.logger.error({ err: error }, 'a wall was not told of a change');
  }
}

/** What others did: it moves nothing on a wall. */
const NOTES: ReadonlySet<AttemptChange> = new Set(['Message', 'Restored', 'Reset', 'Joined', 'Broadcast']);

type Send = Parameters<ClassSubscription['emit']>[0];

const isWatching = ({ lab }: ClassSubscription) => lab !== null;
