/** People, classes and what ends with them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from './database';
import type { Domain } from './domain';
import type { AttemptRecord } from './classwork/records';
import { openPersistence, type Persistence } from './open';
import {
  type ClusterRecord,
  type MembershipRecord,
  NO_CLASS,
  type PersonRecord,
  SINCE_NEXT_LOOK,
} from './records';
import type { LoggedEntry } from './revision-log';

let folder: string;
let persistence: Persistence<LoggedEntry>;
let domain: Domain;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'podlab-people-'));
  persistence = await openPersistence<LoggedEntry>({
    folder,
    engine: 'test',
    onDeath: (error) => {
      throw error;
    },
  });
  domain = persistence.domain;
});

afterEach(async () => {
  await persistence.close();
  rmSync(folder, { recursive: true });
});

const person = (id: string, rest: Partial<PersonRecord> = {}): PersonRecord => ({
  id,
  login: id,
  name: id,
  role: 'student',
  password_hash: null,
  home_class_id: null,
  created_at: 1,
  ...rest,
});
const member = (person_id: string, rest: Partial<MembershipRecord> = {}): MembershipRecord => ({
  class_id: 'k',
  person_id,
  role: 'student',
  group_name: null,
  created_at: 1,
  ...rest,
});
const clusterOf = (owner_id: string, rest: Partial<ClusterRecord> = {}): ClusterRecord => ({
  id: 'c',
  owner_id,
  name: 'c',
  seed: '1',
  state: 'Running',
  failure: null,
  created_at: 1,
  config: '{}',
  host_state: '{}',
  accounts_since: null,
  ...NO_CLASS,
  ...rest,
});
const invitation = (code: string, uses_left: number) => ({
  id: `i-${code}`,
  code,
  class_id: 'k',
  role: 'assistant',
  group_name: 'blue',
  uses_left,
  created_at: 1,
  expires_at: 100,
});

it('gives a login to one person only; those without one do not meet', async () => {
  expect(await domain.savePerson(person('ann'))).toBe(true);
  expect(await domain.savePerson(person('other', { login: 'ann' }))).toBe(false);
  expect(await domain.savePerson(person('one', { login: null }))).toBe(true);
  expect(await domain.savePerson(person('two', { login: null }))).toBe(true);
  expect(await domain.updatePerson('one', { login: 'ann' })).toBe(false);
  expect(await domain.updatePerson('ann', { login: 'ann', name: 'Ann' })).toBe(true);
  expect(await domain.findPersonByLogin('ann')).toMatchObject({ id: 'ann', name: 'Ann' });
});

it('keeps who was first with an identity', async () => {
  const identity = { issuer: 'https://one', subject: '7', created_at: 1 };
  const linked = await Promise.all(
    ['ann', 'bob'].map((person_id) => domain.linkIdentity({ ...identity, person_id })),
  );
  expect(new Set(linked).size).toBe(1);
  expect(await domain.linkIdentity({ ...identity, issuer: 'https://two', person_id: 'eve' })).toBe('eve');
  expect(await domain.findIdentity('https://one', '7')).toMatchObject({ person_id: linked[0] });
});

describe('a roster row', () => {
  it('makes the person and the membership, is the same when it comes again, and moves to another group', async () => {
    const enrol = (id: string, group_name: string | null) =>
      domain.enrol(person(id, { login: 'ann' }), member(id, { group_name }), 10);
    expect(await enrol('p1', 'red')).toEqual({ outcome: 'added', person_id: 'p1', created: true });
    expect(await enrol('p2', null)).toEqual({ outcome: 'unchanged', person_id: 'p1', created: false });
    expect(await enrol('p3', 'blue')).toEqual({ outcome: 'updated', person_id: 'p1', created: false });
    expect(await domain.listMembers('k', { limit: 9 })).toEqual([
      { ...member('p1', { group_name: 'blue' }), login: 'ann', name: 'p1', has_password: false },
    ]);
  });

  it('makes nobody when the class is full', async () => {
    await domain.enrol(person('ann'), member('ann'), 1);
    expect(await domain.enrol(person('bob'), member('bob'), 1)).toMatchObject({ outcome: 'full' });
    expect(await domain.findPerson('bob')).toBeNull();
  });
});

describe('an invitation', () => {
  it('lets so many in, each once, until its time', async () => {
    await domain.saveInvitation(invitation('ABC', 2));
    const redeem = (id: string, now = 50) => domain.redeem('ABC', person(id), now, 10);
    expect(await redeem('late', 100)).toBeNull();
    expect(await redeem('ann')).toMatchObject({ enrolment: { outcome: 'added', created: true } });
    expect(await redeem('ann')).toMatchObject({ enrolment: { outcome: 'unchanged' } });
    const last = await Promise.all(['bob', 'cid', 'dan'].map((id) => redeem(id)));
    expect(last.filter((found) => found !== null)).toHaveLength(1);
    expect(await domain.findMembership('k', 'ann')).toMatchObject({ role: 'assistant', group_name: 'blue' });
  });

  it('does not make a new person the one who has his login, and stays unused', async () => {
    await domain.savePerson(person('ann'));
    await domain.saveInvitation(invitation('ABC', 1));
    const taken = await domain.redeem('ABC', person('eve', { login: 'ann' }), 50, 10);
    expect(taken?.enrolment).toEqual({ outcome: 'taken', person_id: 'eve', created: false });
    expect(await domain.findMembership('k', 'ann')).toBeNull();
    expect(await domain.findInvitation('ABC', 50)).toMatchObject({ uses_left: 1 });
  });
});

it('a slot holds one cluster', async () => {
  const saved = await Promise.all(
    ['a', 'b', 'c'].map((id) => domain.saveCluster(clusterOf('ann', { id, slot: 'k/lab/ann' }))),
  );
  expect(saved.filter((done) => done)).toHaveLength(1);
  expect(await domain.findClusterOfSlot('k/lab/ann')).toMatchObject({ owner_id: 'ann' });
});

it("a membership takes the person's tokens for the class's clusters with it, and no others", async () => {
  await domain.enrol(person('ann'), member('ann'), 9);
  await domain.saveCluster(clusterOf('ann', { id: 'in', class_id: 'k' }));
  await domain.saveCluster(clusterOf('ann', { id: 'out' }));
  const token = { name: 't', scope: 'all', created_at: 1, expires_at: 9 };
  await domain.saveToken({ id: '1', hash: '1', person_id: 'ann', cluster_id: 'in', ...token });
  await domain.saveToken({ id: '2', hash: '2', person_id: 'ann', cluster_id: 'out', ...token });
  await domain.saveToken({ id: '3', hash: '3', person_id: 'ann', cluster_id: null, ...token });
  await domain.saveToken({ id: '4', hash: '4', person_id: 'bob', cluster_id: 'in', ...token });
  expect(await domain.deleteMembership('k', 'ann')).toBe(true);
  expect(await domain.deleteMembership('k', 'ann')).toBe(false);
  const left = await Promise.all(['1', '2', '3', '4'].map((hash) => domain.findToken(hash, 5)));
  expect(left.map((found) => found !== null)).toEqual([false, true, true, true]);
});

it('nothing of a person is left', async () => {
  await domain.enrol(person('ann'), member('ann'), 9);
  await domain.saveSession({
    hash: 's',
    id: 's',
    person_id: 'ann',
    method: 'link',
    created_at: 1,
    expires_at: 9,
  });
  await domain.saveSignInCode({ hash: 'c', person_id: 'ann', expires_at: 9 });
  await domain.linkIdentity({ issuer: 'i', subject: 's', person_id: 'ann', created_at: 1 });
  await domain.deletePerson('ann');
  expect([
    await domain.findPerson('ann'),
    await domain.findSession('s', 1),
    await domain.takeSignInCode('c', 1),
    await domain.findIdentity('i', 's'),
    await domain.findMembership('k', 'ann'),
  ]).toEqual([null, null, null, null, null]);
});

it('people of the release before keep their sessions and tokens', async () => {
  await persistence.close();
  const { source } = await openDatabase(folder);
  const applied = async () => (await source.query('SELECT name FROM migrations')) as { name: string }[];
  while ((await applied()).some(({ name }) => name.startsWith('People'))) await source.undoLastMigration();
  await source.query("INSERT INTO person (id, name, role, created_at) VALUES ('admin', 'admin', 'admin', 1)");
  await source.query(
    "INSERT INTO session (hash, person_id, created_at, expires_at) VALUES ('0123456789abcdefghij', 'admin', 1, 99)",
  );
  await source.query(
    "INSERT INTO token (id, hash, person_id, name, created_at, expires_at) VALUES ('t', 'h', 'admin', 't', 1, 99)",
  );
  await source.destroy();
  persistence = await openPersistence<LoggedEntry>({ folder, engine: 'test', onDeath: () => undefined });
  domain = persistence.domain;
  expect(await domain.findPerson('admin')).toMatchObject({ login: 'admin', password_hash: null });
  expect(await domain.listSessions('admin', { limit: 9 })).toMatchObject([
    { id: '0123456789abcdef', method: 'link' },
  ]);
  expect(await domain.findToken('h', 5)).toMatchObject({ scope: 'all', cluster_id: null });
});

it('work on labs goes with the person, and all of it with the class', async () => {
  const attempt = (id: string, person_id: string): AttemptRecord => ({
    id,
    lab: 'lab',
    lab_hash: 'h',
    class_id: 'k',
    person_id,
    group_name: null,
    cluster_id: 'c',
    seed: 's',
    slot: id,
    answers: '{}',
    results: '{}',
    steps: '[]',
    score: null,
    max: 1,
    runs: 0,
    last_run_at: null,
    stuck_since: null,
    last_activity_at: null,
    hand_raised_at: null,
    hand_note: '',
    created_at: 1,
  });
  const evidence = (attempt_id: string, text = '{}') => ({ attempt_id, step: 'one', evidence: text });
  const event = { kind: 'Started', virtual_at: null, detail: '{}', created_at: 1 };
  for (const id of ['ann', 'bob']) {
    await domain.savePerson(person(id));
    await domain.saveAttempt(attempt(`of-${id}`, id));
    await domain.saveEvidence([evidence(`of-${id}`)]);
    await domain.saveEvidence([evidence(`of-${id}`, '{"b":1}')]);
    for (const by of ['ann', 'bob'])
      await domain.saveAttemptEvents([{ ...event, attempt_id: `of-${id}`, id: by, person_id: by }], 9);
  }
  await domain.saveMessage(
    { id: 'm', class_id: 'k', from_id: 'ann', to_id: null, text: 'hello', created_at: 1 },
    9,
  );
  await domain.deletePerson('ann');
  expect(await domain.findAttempt('of-ann')).toBeNull();
  expect((await domain.listAttemptEvents('of-bob')).map(({ person_id }) => person_id)).toEqual(['bob']);
  expect(await domain.listAttemptEvents('of-ann')).toEqual([]);
  expect(await domain.listEvidence('of-ann')).toEqual([]);
  expect(await domain.listEvidence('of-bob')).toEqual([evidence('of-bob', '{"b":1}')]);
  expect(await domain.listMessages('k', 'bob')).toEqual([]);
  await domain.deleteClass('k');
  expect(await domain.listClassAttempts('k', null)).toEqual([]);
  expect(await domain.listAttemptEvents('of-bob')).toEqual([]);
  expect(await domain.listEvidence('of-bob')).toEqual([]);
});

it('failed sign-ins are kept until their time, and of too many the newest', async () => {
  const failure = (subject: string, failures: number, expires_at: number) => ({
    kind: 'login',
    subject,
    failures,
    expires_at,
  });
  for (const [subject, failures, end] of [
    ['ann', 1, 50],
    ['ann', 2, 50],
    ['bob', 1, 60],
    ['cid', 1, 70],
  ] as const)
    await domain.saveSignInFailure(failure(subject, failures, end), 2);
  expect(await domain.listSignInFailures(10)).toEqual([failure('bob', 1, 60), failure('cid', 1, 70)]);
  await domain.expire(65, 0);
  expect(await domain.listSignInFailures(10)).toEqual([failure('cid', 1, 70)]);
});

describe("tokens of accounts that nobody asked for end where somebody's reach ends", () => {
  const ENDINGS: [string, () => Promise<unknown>, string[]][] = [
    ['a student leaves', () => domain.deleteMembership('k', 'ann'), ['own', 'red']],
    [
      'a student comes into another group',
      () => domain.updateMembership('k', 'ann', { group_name: 'blue' }),
      ['own', 'red'],
    ],
    [
      'a roster says so',
      () => domain.enrol(person('ann'), member('ann', { group_name: 'blue' }), 9),
      ['own', 'red'],
    ],
    [
      'a roster says nothing new',
      () => domain.enrol(person('ann'), member('ann', { group_name: 'red' }), 9),
      [],
    ],
    ['a teacher leaves', () => domain.deleteMembership('k', 'tom'), ['blue', 'own', 'red']],
    ['a session is ended', () => domain.deleteSession('ann session'), ['own', 'red']],
    ['all sessions are ended', () => domain.deleteSessions('ann', null), ['own', 'red']],
    ['a session that is not there is ended', () => domain.deleteSession('none'), []],
    ['a token is taken back', () => domain.deleteToken('ann', 'ann token'), ['own', 'red']],
    ["somebody else's token is not", () => domain.deleteToken('tom', 'ann token'), []],
    [
      'an administrator becomes a student',
      () => domain.updatePerson('root', { role: 'student' }),
      ['alone', 'blue', 'own', 'red'],
    ],
    ['a person is renamed', () => domain.updatePerson('ann', { name: 'Anna', role: 'student' }), []],
    ['a person is removed', () => domain.deletePerson('ann'), ['own', 'red']],
    ['a class is archived', () => domain.updateClass('k', { archived_at: 1 }), ['blue', 'own', 'red']],
    [
      'assistants may do less',
      () => domain.updateClass('k', { settings: '{"assistants":"read"}' }),
      ['blue', 'own', 'red'],
    ],
    ['a class is renamed', () => domain.updateClass('k', { name: 'x', settings: '{}' }), []],
  ];

  it.each(ENDINGS)('when %s', async (_, end, over) => {
    for (const [id, role] of [
      ['ann', 'student'],
      ['tom', 'teacher'],
      ['root', 'admin'],
    ] as const)
      await domain.savePerson(person(id, { role }));
    const room = { id: 'k', name: 'k', seed: 's', quotas: '{}', settings: '{}', created_at: 1 };
    await domain.saveClass({ ...room, archived_at: null, broadcast_cluster_id: null }, null);
    await domain.enrol(person('ann'), member('ann', { group_name: 'red' }), 9);
    await domain.enrol(person('tom'), member('tom', { role: 'teacher' }), 9);
    const times = { created_at: 1, expires_at: 9 };
    await domain.saveSession({ hash: 'ann session', id: 's', person_id: 'ann', method: 'link', ...times });
    const token = { id: 'ann token', hash: 'h', person_id: 'ann', name: 't', cluster_id: null, scope: 'all' };
    await domain.saveToken({ ...token, ...times });
    const inClass = { class_id: 'k' };
    const clusters = [
      clusterOf('ann', { id: 'own', ...inClass }),
      clusterOf('bob', { id: 'red', ...inClass, group_name: 'red' }),
      clusterOf('bob', { id: 'blue', ...inClass, group_name: 'blue' }),
      clusterOf('bob', { id: 'alone' }),
    ];
    for (const cluster of clusters) await domain.saveCluster(cluster);
    await end();
    const ids = ['alone', 'blue', 'own', 'red'];
    const found = await Promise.all(ids.map((id) => domain.findCluster(id)));
    expect(ids.filter((_id, at) => found[at]?.accounts_since === SINCE_NEXT_LOOK)).toEqual(over);
  });

  it('and of those that were asked for, the newest are known, with all who asked', async () => {
    const asked = (hash: string, credential: string, created_at: number) =>
      domain.saveAccountToken({ cluster_id: 'c', hash, credential, created_at }, 3);
    await asked('one', 'ann', 1);
    await asked('one', 'tom', 2);
    const askers = async () =>
      (await domain.findAccountTokens('c', 'one')).map(({ credential }) => credential);
    expect((await askers()).sort()).toEqual(['ann', 'tom']);
    await asked('two', 'ann', 3);
    await asked('three', 'ann', 4);
    expect(await askers()).toEqual(['tom']);
    await domain.deleteCluster('c');
    expect(await askers()).toEqual([]);
  });
});
