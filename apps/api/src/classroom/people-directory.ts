/** People: made, found, changed, told all that is known of them, and removed with all that is theirs. */
import { Inject, Injectable } from '@nestjs/common';
import type {
  Page,
  PageQuery,
  Person,
  PersonChange,
  PersonCreate,
  PersonCreated,
  Role,
  SignInLink,
} from '@podlab/contracts';
import type { Domain, PersonRecord } from '@podlab/persistence';
import { AccessChanges } from '../auth/access-changes';
import { ADMINISTRATOR, type Principal } from '../auth/principal';
import { Rights } from '../auth/rights';
import { randomIdentifier } from '../auth/secrets';
import { SignInDesk } from '../auth/sign-in';
import { ClusterDirectory } from '../clusters/cluster-directory';
import { afterCursor, pageOf } from '../clusters/page';
import { exportedMessages, exportedWork, removeWork } from '../labs/work-of-person';
import { ProblemException } from '../problems/problem-exception';
import { DOMAIN } from '../tokens';

@Injectable()
export class PeopleDirectory {
  constructor(
    @Inject(DOMAIN) private readonly domain: Domain,
    @Inject(Rights) private readonly rights: Rights,
    @Inject(SignInDesk) private readonly desk: SignInDesk,
    @Inject(ClusterDirectory) private readonly clusters: ClusterDirectory,
    @Inject(AccessChanges) private readonly access: AccessChanges,
  ) {}

  async create(principal: Principal, body: PersonCreate): Promise<PersonCreated> {
    this.rights.requireServer(principal, 'run');
    const person = newPerson({ login: body.login, name: body.name ?? body.login, role: body.role });
    if (!(await this.domain.savePerson(person))) throw loginTaken(body.login);
    return { ...personAnswer(person), link: await this.desk.link(person.id) };
  }

  async list(principal: Principal, query: PageQuery): Promise<Page<Person>> {
    this.rights.requireServer(principal, 'run');
    const page = { limit: query.limit + 1, after: afterCursor(query.cursor) };
    const { items, next_cursor } = pageOf(await this.domain.listPeople(page), query.limit);
    return { items: items.map(personAnswer), next_cursor };
  }

  async get(principal: Principal, id: string): Promise<Person> {
    return personAnswer(await this.find(principal, id));
  }

  async change(principal: Principal, id: string, change: PersonChange): Promise<Person> {
    const person = await this.find(principal, id);
    if (change.login !== undefined || change.role !== undefined) this.rights.requireServer(principal, 'run');
    if (id === ADMINISTRATOR.id && (change.role ?? 'admin') !== 'admin')
      throw new ProblemException('Conflict', 'The first administrator stays one.');
    const { login = person.login, name = person.name, role = person.role } = change;
    if (!(await this.domain.updatePerson(id, { login, name, role }))) throw loginTaken(login);
    this.access.changed(id);
    return personAnswer({ ...person, login, name, role });
  }

  /** A link that lets a person in who has lost the other ways. */
  async link(principal: Principal, id: string): Promise<SignInLink> {
    const { id: person } = await this.find(principal, id);
    return this.desk.link(person);
  }

  async remove(principal: Principal, id: string): Promise<void> {
    const person = await this.find(principal, id);
    if (id === ADMINISTRATOR.id)
      throw new ProblemException('Conflict', 'The first administrator stays: the server belongs to it.');
    await this.clusters.deleteAllOf(person.id);
    await removeWork(this.domain, person.id);
    await this.domain.deletePerson(id);
    this.access.changed(id);
  }

  /** Everything about a person but secrets, as JSON. */
  async export(principal: Principal, id: string): Promise<Record<string, unknown>> {
    const person = await this.find(principal, id);
    const all = { limit: Number.MAX_SAFE_INTEGER };
    const [sessions, tokens, memberships, identities, clusters] = await Promise.all([
      this.domain.listSessions(id, all),
      this.domain.listTokens(id, all),
      this.domain.listMemberships(id),
      this.domain.listIdentities(id),
      this.domain.listOwnedClusters(id),
    ]);
    return {
      exported_at: timeText(Date.now()),
      person: {
        ...personAnswer(person),
        has_password: person.password_hash !== null,
        created_at: timeText(person.created_at),
      },
      sessions: sessions.map(({ id: session, method, created_at, expires_at }) => ({
        id: session,
        method,
        created_at: timeText(created_at),
        expires_at: timeText(expires_at),
      })),
      tokens: tokens.map(({ id: token, name, cluster_id, scope, created_at, expires_at }) => ({
        id: token,
        name,
        cluster: cluster_id,
        scope,
        created_at: timeText(created_at),
        expires_at: timeText(expires_at),
      })),
      identities: identities.map(({ issuer, subject }) => ({ issuer, subject })),
      classes: memberships.map(({ class_id, role, group_name, created_at }) => ({
        class: class_id,
        role,
        group: group_name,
        joined_at: timeText(created_at),
      })),
      clusters: await Promise.all(clusters.map((record) => this.clusters.bundle(record))),
      attempts: await exportedWork(this.domain, id),
      messages: await exportedMessages(this.domain, id),
    };
  }

  private async find(principal: Principal, id: string): Promise<PersonRecord> {
    this.rights.requirePerson(principal, id);
    const person = await this.domain.findPerson(id);
    if (!person) throw new ProblemException('NotFound', `There is no person ${id}.`);
    return person;
  }
}

export function newPerson(about: {
  login: string | null;
  name: string;
  role: Role;
  homeClass?: string;
  passwordHash?: string;
}): PersonRecord {
  return {
    id: randomIdentifier(),
    login: about.login,
    name: about.name,
    role: about.role,
    password_hash: about.passwordHash ?? null,
    home_class_id: about.homeClass ?? null,
    created_at: Date.now(),
  };
}

export function personAnswer({ id, login, name, role }: PersonRecord): Person {
  return { id, login, name, role: role as Role };
}

export const timeText = (ms: number): string => new Date(ms).toISOString();

export const loginTaken = (login: string | null) =>
  new ProblemException('Conflict', `Somebody else has the login ${login}.`);
