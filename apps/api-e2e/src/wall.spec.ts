/** The wall, messages, what a class is shown, and who hears what of them. */
import type {
  Attempt,
  AttemptEvent,
  CheckRunAnswer,
  Class,
  ClassMessage,
  Cluster,
  MemberCreated,
  Page,
  TimelineEntry,
  TokenCreated,
  Wall,
} from '@podlab/contracts';
import { join } from 'node:path';
import { Client, type PersonClient } from './support/client';
import { newDataFolder, removeDataFolder, startServer, type TestServer } from './support/server';
import { Listener } from './support/socket';

const LAB = 'cluster-ip';
const OTHER_LAB = 'dns-names';

let server: TestServer;
let admin: Client;
let teacher: PersonClient;
let rooms = 0;
const listeners: Listener[] = [];

type Member = Client & { person: { id: string; name: string } };

interface Room {
  id: string;
  assistant: Member;
  ann: Member;
  ben: Member;
}

beforeAll(async () => {
  server = await startServer(newDataFolder(), { PODLAB_LABS: join(__dirname, '../../../labs') });
  admin = new Client(server);
  teacher = await admin.newPerson({ login: 'teacher', role: 'teacher' });
});

afterEach(() => {
  for (const listener of listeners.splice(0)) listener.close();
});

afterAll(async () => {
  await server.stop();
  removeDataFolder(server.folder);
});

async function member(
  room: string,
  login: string,
  how: { role?: string; group?: string } = {},
): Promise<Member> {
  const body = { login, name: login.replace(/-\d+$/, ''), ...how };
  const { person, link } = await teacher.ok<MemberCreated>('POST', `/api/v1/classes/${room}/members`, body);
  return Object.assign(await new Client(server, {}).signedInBy(link?.url ?? ''), { person });
}

async function newRoom(): Promise<Room> {
  const suffix = ++rooms;
  const { id } = await teacher.ok<Class>('POST', '/api/v1/classes', { name: `Room ${suffix}` });
  for (const lab of [LAB, OTHER_LAB]) await teacher.ok('PUT', `/api/v1/classes/${id}/labs/${lab}`, {});
  const assistant = await member(id, `assistant-${suffix}`, { role: 'assistant' });
  const [ann, ben] = [await member(id, `ann-${suffix}`), await member(id, `ben-${suffix}`)];
  return { id, assistant, ann, ben };
}

const tokenOf = ({ credentials }: Client) => credentials.authorization.replace('Bearer ', '');

async function ears(of: Client): Promise<Listener> {
  const listener = await Listener.connect(server, { auth: { token: tokenOf(of) } });
  listeners.push(listener);
  return listener;
}

/** A socket that hears of a class. */
async function listening(of: Client, room: Room, lab?: string): Promise<Listener> {
  const listener = await ears(of);
  await listener.subscribedClass({ class: room.id, ...(lab && { lab }) });
  return listener;
}

const begin = (who: Client, { id }: Room, lab = LAB) =>
  who.ok<Attempt>('POST', `/api/v1/labs/${lab}/attempts`, { class: id });
const check = (who: Client, { id }: Attempt) =>
  who.ok<CheckRunAnswer>('POST', `/api/v1/attempts/${id}/checks`, { step: 'deploy' });
const wallOf = ({ id }: Room, who: Client = teacher, lab = LAB) =>
  who.ok<Wall>('GET', `/api/v1/classes/${id}/wall?lab=${lab}`);
const say = ({ id }: Room, text: string, to: string | null = null) =>
  teacher.ok<ClassMessage>('POST', `/api/v1/classes/${id}/messages`, { to, text });
const show = ({ id }: Room, cluster: string | null) =>
  teacher.ok('PUT', `/api/v1/classes/${id}/broadcast`, { cluster });
/** There is no such Service yet. */
const fail = (who: Client, { cluster }: Attempt) =>
  who.send(cluster, {
    from: { kind: 'Pod', namespace: 'lab06', name: 'client' },
    to: 'http://nginx-service/',
  });

/** All that was emitted before is heard when this is. */
async function fence(room: Room, heardBy: readonly Listener[]): Promise<void> {
  const { id } = await say(room, 'fence');
  await Promise.all(heardBy.map((listener) => listener.hear('message', (message) => message.id === id)));
}

describe('the wall', () => {
  it('has a tile for each student, before she begins and as she goes on', async () => {
    const room = await newRoom();
    const before = await wallOf(room);
    expect(before.tiles.map(({ person, step, attempt }) => [person.name, step, attempt])).toEqual([
      ['ann', null, null],
      ['ben', null, null],
    ]);
    expect(before.tiles[0].steps.map(({ name, done }) => [name, done])).toEqual(
      ['deploy', 'expose', 'yaml', 'inside-only'].map((name) => [name, false]),
    );
    const listener = await listening(teacher, room, LAB);
    const attempt = await begin(room.ann, room);
    const begun = await listener.hear('wall', ({ tile }) => tile.attempt === attempt.id);
    expect(begun.tile).toMatchObject({
      person: { id: room.ann.person.id },
      cluster: attempt.cluster,
      step: 'deploy',
      score: null,
      max: attempt.max,
      stuck_since: null,
    });
    await check(room.ann, attempt);
    const event = await listener.hear('attempt', (told) => told.attempt === attempt.id);
    expect(event).toMatchObject({
      class: room.id,
      lab: LAB,
      score: 0,
      steps: [{ name: 'deploy', done: false }, {}, {}, {}],
    });
    const { tile } = await listener.hear('wall', (told) => told.tile.stuck_since !== null);
    expect(tile.score).toBe(0);
  });

  it('shows where a request failed and since when nothing goes; what a teacher does there is not hers', async () => {
    const room = await newRoom();
    const attempt = await begin(room.ann, room);
    const listener = await listening(teacher, room, LAB);
    await fail(teacher, attempt);
    await fail(room.ann, attempt);
    const { tile } = await listener.hear('wall', (told) => told.tile.last_failing !== null);
    expect(tile.last_failing).toMatchObject({
      disposition: 'NameNotResolved',
      where: { kind: 'Pod', name: 'client' },
      step: 'DnsQuery',
      code: 'NameNotFound',
    });
    expect(tile.stuck_since).not.toBeNull();
    const { heat } = await listener.hear('heat');
    expect(heat).toEqual([{ where: 'Pod', step: 'DnsQuery', code: 'NameNotFound', count: 1, people: 1 }]);
    await room.ann.send(attempt.cluster, { from: { kind: 'External' }, to: 'http://example.com/' });
    const later = (told: { tile: Wall['tiles'][number] }) =>
      told.tile.last_failing !== null && told.tile.stuck_since === null;
    expect((await listener.hear('wall', later)).tile.last_failing).toEqual(tile.last_failing);
  });

  it('notes what she writes, by the API and by kubectl’s door', async () => {
    const room = await newRoom();
    const attempt = await begin(room.ann, room);
    const listener = await listening(teacher, room, LAB);
    const { tiles } = await wallOf(room);
    const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } };
    const writes = [
      ['POST', `/clusters/${attempt.cluster}/api/v1/namespaces/lab06/configmaps`],
      ['POST', `/api/v1/clusters/${attempt.cluster}/apply`],
    ] as const;
    let before = tiles[0].last_activity_at ?? '';
    for (const [method, path] of writes) {
      await room.ann.ok(method, path, map);
      const { tile } = await listener.hear('wall', (told) => (told.tile.last_activity_at ?? '') > before);
      before = tile.last_activity_at ?? '';
    }
  });

  it('sees who is there', async () => {
    const room = await newRoom();
    const listener = await listening(teacher, room, LAB);
    const own = await ears(room.ben);
    const isBen = ({ tile }: { tile: Wall['tiles'][number] }) => tile.person.id === room.ben.person.id;
    await listener.hear('wall', (told) => isBen(told) && told.tile.online);
    own.close();
    await listener.hear('wall', (told) => isBen(told) && !told.tile.online);
  });

  it('a group has one tile, which goes on when its first member leaves', async () => {
    const room = await newRoom();
    const [cho, dan] = [
      await member(room.id, `cho-${rooms}`, { group: 'G1' }),
      await member(room.id, `dan-${rooms}`, { group: 'G1' }),
    ];
    const listener = await listening(teacher, room, LAB);
    const attempt = await begin(dan, room);
    const { tile } = await listener.hear('wall', (told) => told.tile.attempt === attempt.id);
    expect([tile.person.id, tile.group]).toEqual([cho.person.id, 'G1']);
    expect((await wallOf(room)).tiles.map(({ person }) => person.name)).toEqual(['cho', 'ann', 'ben']);
    await teacher.ok('DELETE', `/api/v1/classes/${room.id}/members/${cho.person.id}`);
    await listener.hear(
      'wall',
      ({ removed, tile: gone }) => removed === true && gone.person.id === cho.person.id,
    );
    const rest = await listener.hear('wall', (told) => told.tile.person.id === dan.person.id);
    expect(rest.tile).toMatchObject({ group: 'G1', attempt: attempt.id });
  });

  it('who leaves is on it no more', async () => {
    const room = await newRoom();
    const listener = await listening(teacher, room, LAB);
    await teacher.ok('DELETE', `/api/v1/classes/${room.id}/members/${room.ben.person.id}`);
    const { tile } = await listener.hear('wall', ({ removed }) => removed === true);
    expect(tile.person.id).toBe(room.ben.person.id);
  });

  it('whoever subscribes again gets all of it, of the lab that he now watches and no other', async () => {
    const room = await newRoom();
    const listener = await listening(teacher, room, LAB);
    const other = await begin(room.ann, room, OTHER_LAB);
    const again = await listener.subscribedClass({ class: room.id, lab: OTHER_LAB });
    expect(again.tiles?.map(({ attempt }) => attempt)).toEqual([other.id, null]);
    const attempt = await begin(room.ben, room);
    await room.ben.ok('PUT', `/api/v1/attempts/${attempt.id}/hand`, { raised: true });
    await listener.hear('hand', (hand) => hand.lab === LAB && hand.hand !== null);
    await fence(room, [listener]);
    expect(listener.all('wall').filter(({ lab }) => lab === LAB)).toEqual([]);
    expect(again.tiles).toEqual((await wallOf(room, teacher, OTHER_LAB)).tiles);
  });

  it.each([
    ['a lab that is not there', 'nothing', 404],
    ['an empty name', '', 422],
  ])('of %s is refused', async (_, lab, status) => {
    const room = await newRoom();
    const answer = await teacher.call('GET', `/api/v1/classes/${room.id}/wall?lab=${lab}`);
    expect(answer.status).toBe(status);
    const told = await (await ears(teacher)).subscribeClass({ class: room.id, lab });
    expect('problem' in told && told.problem.status).toBe(status);
  });
});

describe('who hears what', () => {
  it('by event and role', async () => {
    const room = await newRoom();
    const attempt = await begin(room.ann, room);
    const [stranger, visitor] = [await newRoom(), await ears(admin)];
    const told = {
      'teacher at the wall': await listening(teacher, room, LAB),
      'assistant at the wall': await listening(room.assistant, room, LAB),
      'administrator at the wall': await listening(admin, room, LAB),
      'teacher in the class': await listening(teacher, room),
      'ann in the class': await listening(room.ann, room),
      'ben in the class': await listening(room.ben, room),
      'another class’s student': await listening(stranger.ann, stranger),
      'another class’s wall': await listening(teacher, stranger, LAB),
      'no subscription': visitor,
    };
    await Promise.all([check(room.ann, attempt), fail(room.ann, attempt)]);
    await room.ann.ok('PUT', `/api/v1/attempts/${attempt.id}/hand`, { raised: true });
    await show(room, attempt.cluster);
    await say(room, 'to ann', room.ann.person.id);
    for (const name of ['wall', 'heat', 'hand', 'attempt'] as const)
      await Promise.all(
        Object.values(told)
          .slice(0, 3)
          .map((listener) => listener.hear(name)),
      );
    await fence(room, Object.values(told).slice(0, 6));
    await fence(stranger, Object.values(told).slice(6, 8));
    const heard = Object.fromEntries(
      Object.entries(told).map(([who, { heard: all }]) => {
        const names = all.map(({ name, event }) =>
          name === 'message' ? (event as ClassMessage).text.replace('fence', 'message') : name,
        );
        return [who, [...new Set(names)].sort().join(', ')];
      }),
    );
    const atTheWall = 'attempt, broadcast, hand, heat, message, wall';
    expect(heard).toEqual({
      'teacher at the wall': 'attempt, broadcast, hand, heat, message, to ann, wall',
      'assistant at the wall': atTheWall,
      'administrator at the wall': atTheWall,
      'teacher in the class': 'broadcast, message, to ann',
      'ann in the class': 'attempt, broadcast, message, to ann',
      'ben in the class': 'broadcast, message',
      'another class’s student': 'message',
      'another class’s wall': 'message',
      'no subscription': '',
    });
    const own = told['ann in the class'].all('attempt');
    expect(new Set(own.map(({ attempt: id }) => id))).toEqual(new Set([attempt.id]));
    expect(own.map(({ change }) => change)).toEqual(
      expect.arrayContaining(['Checked', 'Hand', 'Broadcast', 'Message']),
    );
    const walls = told['teacher at the wall'].all('attempt').map(({ change }) => change);
    expect(walls).toEqual(['Checked']);
  });

  it('whose membership ends, or becomes less, hears no more of it', async () => {
    const room = await newRoom();
    const [student, helper] = [await listening(room.ann, room), await listening(room.assistant, room, LAB)];
    const path = (of: Member) => `/api/v1/classes/${room.id}/members/${of.person.id}`;
    await teacher.ok('DELETE', path(room.ann));
    expect(await student.hear('gone')).toEqual({ class: room.id, reason: 'AccessLost' });
    await teacher.ok('PATCH', path(room.assistant), { role: 'student' });
    expect(await helper.hear('gone')).toEqual({ class: room.id, reason: 'AccessLost' });
    const refused = await helper.subscribeClass({ class: room.id, lab: LAB });
    expect('problem' in refused && refused.problem.status).toBe(403);
    await helper.subscribedClass({ class: room.id });
  });

  it('a token that only grades opens no socket; one that only reads hears what its person may', async () => {
    const room = await newRoom();
    const token = async (scope: string) =>
      (await teacher.ok<TokenCreated>('POST', '/api/v1/auth/tokens', { name: scope, scope })).token;
    const refused = Listener.connect(server, { auth: { token: await token('grade') } });
    await expect(refused).rejects.toMatchObject({ code: 'Unauthenticated' });
    const reader = await Listener.connect(server, { auth: { token: await token('read') } });
    listeners.push(reader);
    expect((await reader.subscribedClass({ class: room.id, lab: LAB })).tiles).toHaveLength(2);
  });

  it('unsubscribed, one hears nothing more', async () => {
    const room = await newRoom();
    const [listener, witness] = [await listening(room.ann, room), await listening(room.ben, room)];
    await listener.socket.emitWithAck('unsubscribe', { class: room.id } as never);
    await fence(room, [witness]);
    await listener.subscribedClass({ class: room.id });
    expect(listener.heard).toEqual([]);
  });
});

describe('the time line', () => {
  it('has what others did about the attempt, or did to its cluster; its student hears of each', async () => {
    const room = await newRoom();
    const attempt = await begin(room.ann, room);
    const other = await begin(room.ben, room);
    const own = await listening(room.ann, room);
    const path = `/api/v1/clusters/${attempt.cluster}`;
    const heard = (change: AttemptEvent['change'], times = 1) =>
      own.hear('attempt', () => own.all('attempt').filter((told) => told.change === change).length >= times);
    const { resourceVersion } = await room.ann.ok<Cluster>('GET', path);
    await say(room, 'Look at the selector', room.ann.person.id);
    await heard('Message');
    await say(room, 'Five minutes more');
    await heard('Message', 2);
    const helper = await ears(teacher);
    for (const visit of ['first', 'again']) {
      await helper.subscribed({ cluster: attempt.cluster });
      await heard('Joined');
      expect([visit, own.all('attempt').filter(({ change }) => change === 'Joined')]).toHaveLength(2);
    }
    await show(room, attempt.cluster);
    await heard('Broadcast');
    await show(room, null);
    await heard('Broadcast', 2);
    await teacher.ok('POST', `${path}/restore`, { resourceVersion });
    await heard('Restored');
    await room.ann.ok('POST', `${path}/reset`);
    await heard('Reset');
    const linesOf = async ({ id }: Attempt) => {
      const { items } = await teacher.ok<Page<TimelineEntry>>('GET', `/api/v1/attempts/${id}/timeline`);
      return items.map(({ kind, person, detail }) => `${kind} ${person.name} ${JSON.stringify(detail)}`);
    };
    expect(await linesOf(attempt)).toEqual([
      'Started ann {}',
      'Message teacher {"text":"Look at the selector","to":"student"}',
      'Message teacher {"text":"Five minutes more","to":"class"}',
      'Joined teacher {}',
      'Broadcast teacher {"shown":true}',
      'Broadcast teacher {"shown":false}',
      `Restored teacher {"resourceVersion":"${resourceVersion}"}`,
      'Reset ann {}',
    ]);
    expect(await linesOf(other)).toEqual([
      'Started ben {}',
      'Message teacher {"text":"Five minutes more","to":"class"}',
    ]);
  });

  it('of an attempt outside of classes is heard at its cluster', async () => {
    const { id, cluster } = await teacher.ok<Attempt>('POST', `/api/v1/labs/${LAB}/attempts`, {});
    const [own, stranger] = [await ears(teacher), await ears(admin)];
    for (const listener of [own, stranger]) await listener.subscribed({ cluster });
    await check(teacher, { id } as Attempt);
    expect(await own.hear('attempt', ({ change }) => change === 'Checked')).toMatchObject({
      class: null,
      attempt: id,
      change: 'Checked',
      score: 0,
    });
    expect(stranger.all('attempt')).toEqual([]);
  });
});

it('a tile of a group names all that stand on it, who came first first', async () => {
  const room = await newRoom();
  for (const name of ['eve', 'dan', 'cho']) await member(room.id, `${name}-${rooms}`, { group: 'blue' });
  const { tiles } = await wallOf(room);
  expect(tiles.map(({ person, people }) => [person.name, people.map(({ name }) => name)])).toEqual([
    ['ann', ['ann']],
    ['ben', ['ben']],
    ['eve', ['eve', 'dan', 'cho']],
  ]);
});

describe('messages', () => {
  it('and what failed go with what a person is given of herself', async () => {
    const room = await newRoom();
    await say(room, 'to ann', room.ann.person.id);
    await say(room, 'to all');
    const attempt = await begin(room.ann, room);
    const listener = await listening(teacher, room, LAB);
    await fail(room.ann, attempt);
    await listener.hear('wall', ({ tile }) => tile.last_failing !== null);
    const path = `/api/v1/people/${room.ann.person.id}/export`;
    expect(await room.ann.ok('GET', path)).toMatchObject({
      messages: [{ class: room.id, from: teacher.person.id, text: 'to ann' }],
      attempts: [{ failing_requests: [{ disposition: 'NameNotResolved', code: 'NameNotFound' }] }],
    });
  });

  it('are kept for whom they are for', async () => {
    const room = await newRoom();
    await say(room, 'to all');
    await say(room, 'to ann', room.ann.person.id);
    const read = async (who: Client) => {
      const path = `/api/v1/classes/${room.id}/messages`;
      return (await who.ok<Page<ClassMessage>>('GET', path)).items.map(
        ({ from, text }) => `${from.name}: ${text}`,
      );
    };
    const { name } = teacher.person;
    expect(await read(room.ann)).toEqual([`${name}: to all`, `${name}: to ann`]);
    expect(await read(room.ben)).toEqual([`${name}: to all`]);
    expect(await read(room.assistant)).toEqual([`${name}: to all`]);
    expect(await read(teacher)).toEqual([`${name}: to all`, `${name}: to ann`]);
  });

  it.each([
    ['all, without a text,', { text: '' }, 422],
    ['all, only space,', { text: ' ' }, 422],
    ['all, too much,', { text: 'x'.repeat(2001) }, 422],
    ['nobody of the class', { text: 'x', to: 'nobody' }, 404],
  ])('to %s: refused', async (_, body, status) => {
    const room = await newRoom();
    expect((await teacher.call('POST', `/api/v1/classes/${room.id}/messages`, body)).status).toBe(status);
  });

  it('nothing is said or shown in an archived class, which can still be read', async () => {
    const room = await newRoom();
    const attempt = await begin(room.ann, room);
    await show(room, attempt.cluster);
    await teacher.ok('POST', `/api/v1/classes/${room.id}/archive`);
    const path = `/api/v1/classes/${room.id}`;
    expect((await teacher.call('POST', `${path}/messages`, { text: 'x' })).body.code).toBe('ClassArchived');
    expect((await teacher.call('PUT', `${path}/broadcast`, { cluster: null })).body.code).toBe(
      'ClassArchived',
    );
    expect((await room.ben.call('GET', `/api/v1/clusters/${attempt.cluster}`)).status).toBe(404);
    expect((await wallOf(room)).tiles).toHaveLength(2);
  });
});

describe('a cluster that is shown to the class', () => {
  it('can be looked at by every member, while it is, and nothing else of it', async () => {
    const room = await newRoom();
    const attempt = await begin(room.ann, room);
    const [listener, kube] = [
      await listening(room.ben, room),
      `/clusters/${attempt.cluster}/api/v1/namespaces/lab06`,
    ];
    const looks = async (who: Client) => [
      (await who.call('GET', `/api/v1/clusters/${attempt.cluster}`)).status,
      (await who.call('GET', `${kube}/pods`)).status,
      (await who.call('POST', `${kube}/configmaps`, { metadata: { name: 'x' } })).status,
      (
        await who.call('POST', `/api/v1/clusters/${attempt.cluster}/requests`, {
          from: { kind: 'External' },
          to: 'http://a/',
        })
      ).status,
      (await who.call('GET', `/api/v1/attempts/${attempt.id}`)).status,
      (await who.call('GET', `/api/v1/attempts/${attempt.id}/timeline`)).status,
    ];
    const none = [404, 404, 404, 404, 404, 404];
    expect(await looks(room.ben)).toEqual(none);
    await show(room, attempt.cluster);
    expect((await listener.hear('broadcast')).cluster).toBe(attempt.cluster);
    expect(await looks(room.ben)).toEqual([200, 200, 403, 403, 404, 404]);
    expect(await looks((await newRoom()).ben)).toEqual(none);
    await listener.subscribed({ cluster: attempt.cluster });
    expect((await (await ears(room.ann)).subscribedClass({ class: room.id })).broadcast).toBe(
      attempt.cluster,
    );
    await show(room, null);
    expect(await listener.hear('gone')).toMatchObject({ cluster: attempt.cluster, reason: 'AccessLost' });
    expect(await looks(room.ben)).toEqual(none);
    expect((await room.ann.call('GET', `/api/v1/clusters/${attempt.cluster}`)).status).toBe(200);
  });

  it('may be the teacher’s own, and ends with the cluster', async () => {
    const room = await newRoom();
    const cluster = await teacher.createCluster({ nodes: 1, clock: { mode: 'paused' } });
    await show(room, cluster.id);
    expect((await room.ann.ok<Cluster>('GET', `/api/v1/clusters/${cluster.id}`)).id).toBe(cluster.id);
    await teacher.ok('DELETE', `/api/v1/clusters/${cluster.id}`);
    expect((await wallOf(room)).broadcast).toBeNull();
  });

  it('is none that the teacher may not work in', async () => {
    const [room, admins] = [
      await newRoom(),
      await admin.createCluster({ nodes: 1, clock: { mode: 'paused' } }),
    ];
    const path = `/api/v1/classes/${room.id}/broadcast`;
    expect((await teacher.call('PUT', path, { cluster: admins.id })).status).toBe(404);
    expect((await teacher.call('PUT', path, { cluster: 'nothing' })).status).toBe(404);
  });
});

it('who looks at a cluster is told to all who do', async () => {
  const room = await newRoom();
  const { cluster } = await begin(room.ann, room);
  const own = await ears(room.ann);
  await own.subscribed({ cluster });
  await own.hear('presence', ({ people }) => people.length === 1);
  const helper = await ears(teacher);
  await helper.subscribed({ cluster });
  const { people } = await own.hear('presence', (told) => told.people.length === 2);
  expect(people.map(({ name, role }) => [name, role]).sort()).toEqual([
    ['ann', 'student'],
    ['teacher', 'teacher'],
  ]);
  await helper.hear('presence', (told) => told.people.length === 2);
  helper.close();
  await own.hear('presence', (told) => told.people.length === 1 && own.all('presence').length > 2);
});
