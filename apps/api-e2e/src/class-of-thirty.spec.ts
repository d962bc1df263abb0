/**
 * Thirty students do the lab cluster-ip from start to grade over HTTP and Socket.IO, each at a tempo and with mistakes
 * of his own, while a teacher's socket watches the wall.
 */
import type {
  Attempt,
  CheckRunAnswer,
  Class,
  ClassMessage,
  GradeRow,
  Invitation,
  Wall,
  WallTile,
} from '@podlab/contracts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, type PersonClient } from './support/client';
import { newDataFolder, removeDataFolder, startServer, type TestServer } from './support/server';
import { Listener } from './support/socket';

const LABS = join(__dirname, '../../../labs');
const LAB = 'cluster-ip';
const STUDENTS = 30;
const DEPLOYMENT = readFileSync(join(LABS, LAB, 'deployment.yaml'), 'utf8');

let server: TestServer;
let teacher: PersonClient;
let room: Class;
let code: string;
let watching: Watching;
const listeners: Listener[] = [];

/** What a teacher's screen holds: the wall as it was told, tile by tile. */
class Watching {
  readonly tiles = new Map<string, WallTile>();
  private readonly waiting = new Set<() => void>();

  constructor(
    readonly listener: Listener,
    { tiles = [] }: { tiles?: WallTile[] },
  ) {
    for (const tile of tiles) this.tiles.set(tile.person.id, tile);
    listener.socket.on('wall', ({ tile }) => {
      this.tiles.set(tile.person.id, tile);
      for (const look of this.waiting) look();
    });
  }

  /** Resolves when the tile fits, with how long that took from now. */
  shows(person: string, fits: (tile: WallTile) => boolean): Promise<number> {
    const begun = performance.now();
    return new Promise((resolve) => {
      const look = () => {
        const tile = this.tiles.get(person);
        if (!tile || !fits(tile)) return;
        this.waiting.delete(look);
        resolve(performance.now() - begun);
      };
      this.waiting.add(look);
      look();
    });
  }
}

interface Student {
  client: Client;
  id: string;
  ears: Listener;
  attempt: Attempt;
  port: number;
  /** How long the wall took after each check answer. */
  delays: number[];
}

const service = (name: string, { port = 80, targetPort = 80, app = 'nginx', type = 'ClusterIP' } = {}) =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: lab06}\n` +
  `spec: {type: ${type}, selector: {app: ${app}}, ports: [{port: ${port}, targetPort: ${targetPort}}]}\n`;

const apply = ({ client, attempt }: Student, text: string) =>
  client.ok('POST', `/api/v1/clusters/${attempt.cluster}/apply`, text, 'application/yaml');
const remove = ({ client, attempt }: Student, name: string) =>
  client.ok('DELETE', `/clusters/${attempt.cluster}/api/v1/namespaces/lab06/services/${name}`);
const settle = ({ client, attempt }: Student) => client.settle(attempt.cluster);
const ask = ({ client, attempt }: Student, to: string) =>
  client.send(attempt.cluster, { from: { kind: 'Pod', namespace: 'lab06', name: 'client' }, to });
const answer = ({ client, attempt }: Student, body: object) =>
  client.ok('POST', `/api/v1/attempts/${attempt.id}/answers`, body);

/** Runs checks, and waits until the wall shows what the answer says. */
async function check(student: Student, step?: string): Promise<CheckRunAnswer> {
  const { client, attempt, id, delays } = student;
  const body = step === undefined ? {} : { step };
  const told = await client.ok<CheckRunAnswer>('POST', `/api/v1/attempts/${attempt.id}/checks`, body);
  const next = told.attempt.steps.find(({ done }) => !done)?.name ?? null;
  const { score } = told.attempt;
  delays.push(await watching.shows(id, (tile) => tile.step === next && tile.score === score));
  return told;
}

async function deploy(student: Student): Promise<void> {
  await apply(student, DEPLOYMENT);
  await check(student, 'deploy');
}

async function expose(student: Student, how: Parameters<typeof service>[1] = {}, quiz = 'client-node') {
  await apply(student, service('nginx-service', how));
  await answer(student, { quiz: { 'where-is-dnat': [quiz] } });
  await check(student, 'expose');
}

async function byYaml(student: Student, how: Parameters<typeof service>[1] = {}) {
  await apply(student, service('nginx-yaml', { port: student.port, ...how }));
  await answer(student, { quiz: { 'which-is-which': ['port-first'] } });
  await check(student, 'yaml');
}

async function insideOnly(student: Student) {
  await settle(student);
  await answer(student, { predictions: { 'from-outside': 'NoRoute', 'from-a-node': 'Delivered' } });
  await check(student);
}

interface Story {
  work(student: Student): Promise<void>;
  /** The step that the wall shows at the end; null: all are done. */
  step: string | null;
  score: number;
  /** The cause of the last request that failed. */
  cause: string | null;
  stuck: boolean;
}

/** What students do, and what must come of it. */
const STORIES: Record<string, Story> = {
  'does everything right': {
    work: async (student) => {
      await deploy(student);
      await expose(student);
      await byYaml(student);
      await insideOnly(student);
    },
    step: null,
    score: 100,
    cause: null,
    stuck: false,
  },
  'does everything before the first check': {
    work: async (student) => {
      const services = [service('nginx-service'), service('nginx-yaml', { port: student.port })];
      await apply(student, [DEPLOYMENT, ...services].join('\n---\n'));
      await answer(student, { quiz: { 'where-is-dnat': ['client-node'], 'which-is-which': ['port-first'] } });
      await insideOnly(student);
    },
    step: null,
    score: 100,
    cause: null,
    stuck: false,
  },
  'selects nothing, asks, and mends it': {
    work: async (student) => {
      await deploy(student);
      await expose(student, { app: 'web' });
      await settle(student);
      await ask(student, 'http://nginx-service/');
      await watching.shows(student.id, (tile) => tile.last_failing !== null && tile.stuck_since !== null);
      await apply(student, service('nginx-service'));
      await settle(student);
      await ask(student, 'http://nginx-service/');
      await check(student, 'expose');
      await byYaml(student);
      await insideOnly(student);
    },
    step: null,
    score: 100,
    cause: 'SelectorMatchesNoPod',
    stuck: false,
  },
  'sends to a port where nobody listens, and stays there': {
    work: async (student) => {
      await deploy(student);
      await expose(student, { targetPort: 8081 });
      await settle(student);
      await ask(student, 'http://nginx-service/');
      await check(student, 'expose');
      await student.client.ok('PUT', `/api/v1/attempts/${student.attempt.id}/hand`, {
        raised: true,
        note: '?',
      });
    },
    step: 'expose',
    score: 27,
    cause: 'TargetPortNotListening',
    stuck: true,
  },
  'opens it to the outside, and is content': {
    work: async (student) => {
      await deploy(student);
      await expose(student, { type: 'NodePort' });
      await byYaml(student);
      await insideOnly(student);
    },
    step: 'inside-only',
    score: 93.57,
    cause: null,
    stuck: false,
  },
  'answers wrong, and has no more time': {
    work: async (student) => {
      await deploy(student);
      await expose(student, {}, 'pod-itself');
      await remove(student, 'nginx-service');
      await settle(student);
      await ask(student, 'http://nginx-service/');
      await watching.shows(student.id, (tile) => tile.last_failing !== null && tile.stuck_since !== null);
    },
    step: 'yaml',
    score: 48.43,
    cause: 'NameNotFound',
    stuck: true,
  },
};
const NAMES = Object.keys(STORIES);
const storyOf = (index: number) => NAMES[index % NAMES.length];

async function join30(index: number): Promise<Student> {
  const nobody = new Client(server, {});
  const name = `Student ${String(index + 1).padStart(2, '0')}`;
  const joined = await nobody.call<{ person: { id: string } }>('POST', '/api/v1/join', { code, name });
  const cookie = (joined.headers.get('set-cookie') ?? '').split(';')[0];
  const credentials = { cookie, origin: server.url };
  const client = new Client(server, credentials);
  const ears = await Listener.connect(server, { extraHeaders: credentials });
  listeners.push(ears);
  await ears.subscribedClass({ class: room.id });
  const attempt = await client.ok<Attempt>('POST', `/api/v1/labs/${LAB}/attempts`, { class: room.id });
  await ears.subscribed({ cluster: attempt.cluster, kinds: ['Pod', 'Service'] });
  return { client, id: joined.body.person.id, ears, attempt, port: portOf(attempt), delays: [] };
}

/** The port that this student drew stands in the question. */
function portOf({ steps }: Attempt): number {
  const { question } = steps.flatMap(({ quiz }) => quiz).find(({ name }) => name === 'which-is-which') ?? {};
  return Number(/call (\d+)/.exec(question?.en ?? '')?.[1]);
}

beforeAll(async () => {
  server = await startServer(newDataFolder(), { PODLAB_LABS: LABS });
  teacher = await new Client(server).newPerson({ login: 'teacher', role: 'teacher' });
  room = await teacher.ok<Class>('POST', '/api/v1/classes', { name: 'Thirty', seed: '42' });
  code = (await teacher.ok<Invitation>('POST', `/api/v1/classes/${room.id}/invitations`, {})).code;
  await teacher.ok('PUT', `/api/v1/classes/${room.id}/labs/${LAB}`, {});
  const token = teacher.credentials.authorization.replace('Bearer ', '');
  const listener = await Listener.connect(server, { auth: { token } });
  listeners.push(listener);
  watching = new Watching(listener, await listener.subscribedClass({ class: room.id, lab: LAB }));
});

afterAll(async () => {
  for (const listener of listeners) listener.close();
  await server.stop();
  removeDataFolder(server.folder);
});

it('the wall comes to the right step of each after every check of his, and the grades are right', async () => {
  const students = await Promise.all(Array.from({ length: STUDENTS }, (_, index) => join30(index)));
  await Promise.all(
    students.map(async (student, index) => {
      await STORIES[storyOf(index)].work(student);
    }),
  );

  const delays = students.flatMap((student) => student.delays);
  const worst = Math.round(Math.max(...delays));
  process.stdout.write(`the wall was at most ${worst} ms behind ${delays.length} check answers\n`);

  const { rows } = await teacher.ok<{ rows: GradeRow[] }>('GET', `/api/v1/classes/${room.id}/grades`);
  const wall = await teacher.ok<Wall>('GET', `/api/v1/classes/${room.id}/wall?lab=${LAB}`);
  const ends = students.map(({ id }, index) => {
    const tile = wall.tiles.find(({ person }) => person.id === id);
    const { score } = rows.find(({ person }) => person.id === id) ?? {};
    const cause = tile?.last_failing?.code ?? null;
    const { step, online, stuck_since } = tile ?? {};
    return `${storyOf(index)}: ${step}, ${score} points, ${cause}, ${stuck_since ? 'stuck' : 'goes on'}, ${online}`;
  });
  const wanted = students.map((_, index) => {
    const { step, score, cause, stuck } = STORIES[storyOf(index)];
    return `${storyOf(index)}: ${step}, ${score} points, ${cause}, ${stuck ? 'stuck' : 'goes on'}, true`;
  });
  expect(ends).toEqual(wanted);
  // A write may be noted after the wall was read.
  const stateOf = ({ last_activity_at: _, ...state }: WallTile) => JSON.stringify(state);
  for (const tile of wall.tiles)
    await watching.shows(tile.person.id, (shown) => stateOf(shown) === stateOf(tile));
});

it('hands, causes and messages reach those whom they are for', async () => {
  const each = STUDENTS / NAMES.length;
  const { heat, tiles } = await teacher.ok<Wall>('GET', `/api/v1/classes/${room.id}/wall?lab=${LAB}`);
  const causes = Object.fromEntries(heat.map(({ code: cause, people }) => [cause, people]));
  expect(causes).toEqual({ SelectorMatchesNoPod: each, TargetPortNotListening: each, NameNotFound: each });
  const raised = tiles.filter(({ hand }) => hand !== null);
  const hands = watching.listener.all('hand').map(({ person }) => person.id);
  expect(hands.sort()).toEqual(raised.map(({ person }) => person.id).sort());
  expect(raised).toHaveLength(each);

  const say = (to: string | null, text: string) =>
    teacher.ok<ClassMessage>('POST', `/api/v1/classes/${room.id}/messages`, { to, text });
  await say(raised[0].person.id, 'Which port does nginx listen on?');
  await say(null, 'Five minutes more');
  const ears = listeners.slice(1);
  await Promise.all(ears.map((ear) => ear.hear('message', ({ text }) => text === 'Five minutes more')));
  expect(ears.filter((ear) => ear.all('message').length === 2)).toHaveLength(1);
  expect(ears.flatMap((ear) => [...ear.all('wall'), ...ear.all('hand')])).toEqual([]);
  // Each hears of the own attempt, and of nobody else's.
  const heard = ears.map((ear) => [...new Set(ear.all('attempt').map(({ attempt }) => attempt))]);
  expect(heard.map((attempts) => attempts.length)).toEqual(ears.map(() => 1));
  expect(new Set(heard.flat()).size).toBe(ears.length);
});
