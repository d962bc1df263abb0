/** What people with bad intent send to a class and its grader: refused in words, and nothing is changed by it. */
import type {
  Attempt,
  CheckRunAnswer,
  Class,
  Cluster,
  Grade,
  GradeRow,
  Invitation,
  LabCheck,
  LabSummary,
  Member,
  Page,
  RegradeState,
  RosterReport,
  TimelineEntry,
} from '@podlab/contracts';
import { request } from 'node:http';
import { Client, type PersonClient } from './support/client';
import { newDataFolder, removeDataFolder, startServer, type TestServer } from './support/server';
import { Listener } from './support/socket';

let server: TestServer;
let admin: Client;
let teacher: PersonClient;
let room: Class;
let code: string;

const NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: n1 }\n';

interface LabParts {
  name?: string;
  start?: string;
  more?: string;
  step?: string;
  quiz?: string;
  holds?: string;
  checks?: string;
}

const CHECK = (name: string, holds: string) =>
  `      - { name: ${name}, title: c, kind: Object, object: { kind: Namespace, name: n1 }, holds: '${holds}' }`;

/** A lab that is begun in a moment. */
const labYaml = ({ name = 'tiny', start = '', more = '', step = 's', quiz = 'q', ...rest }: LabParts = {}) =>
  `apiVersion: podlab.dev/v1
kind: Lab
metadata: { name: ${name} }
title: t
namespace: n1
cluster: { nodes: 1 }
${more}
start:
  - apply: start.yaml
${start}
solution: [{ manifest: "apiVersion: v1\\nkind: ConfigMap\\nmetadata: { name: done, namespace: n1 }\\n" }]
steps:
  - name: ${step}
    title: s
    text: s.md
    hints: [{ text: one, cost: 0.1 }, { text: two, cost: 0.1 }, { text: three, cost: 0.1 }]
    checks:
${rest.checks ?? CHECK('c', rest.holds ?? 'object.metadata.name == "n1"')}
    quiz:
      - name: ${quiz}
        question: q
        choices: [{ name: a, text: a }, { name: b, text: b, right: true }, { name: d, text: d }]
`;
const bundle = (parts: LabParts = {}, files: Record<string, string> = {}) => ({
  'lab.yaml': labYaml(parts),
  'start.yaml': NAMESPACE,
  's.md': 'text',
  ...files,
});

beforeAll(async () => {
  server = await startServer(newDataFolder());
  admin = new Client(server);
  teacher = await admin.newPerson({ login: 'teacher', role: 'teacher' });
  room = await newRoom('Hostile');
  code = (await teacher.ok<Invitation>('POST', of(room, '/invitations'), {})).code;
});

afterAll(async () => {
  await server?.stop();
  if (server) removeDataFolder(server.folder);
});

const of = ({ id }: Class, rest = '') => `/api/v1/classes/${id}${rest}`;
const upload = (files: Record<string, string>, into = room) =>
  teacher.call<LabSummary>('POST', '/api/v1/labs', { class: into.id, files });

async function newRoom(name: string, body: object = {}): Promise<Class> {
  const made = await teacher.ok<Class>('POST', '/api/v1/classes', { name, seed: '1', ...body });
  expect((await upload(bundle(), made)).status).toBe(201);
  await teacher.ok('PUT', of(made, '/labs/tiny'), {});
  return made;
}

/** Somebody who joined by the code, with the cookie of a browser. */
async function student(name: string, by = code): Promise<Client> {
  const joined = await new Client(server, {}).call('POST', '/api/v1/join', { code: by, name });
  const cookie = (joined.headers.get('set-cookie') ?? '').split(';')[0];
  return new Client(server, { cookie, origin: server.url });
}

const begin = (who: Client, lab = 'tiny', into = room) =>
  who.ok<Attempt>('POST', `/api/v1/labs/${lab}/attempts`, { class: into.id });
const check = (who: Client, { id }: { id: string }) =>
  who.call<CheckRunAnswer>('POST', `/api/v1/attempts/${id}/checks`, {});
const alive = async () => (await new Client(server, {}).call('GET', '/healthz')).status;

describe('a bundle', () => {
  const aliases = [
    'a: &a [x, x, x, x, x, x, x, x, x, x]',
    ...['b', 'c', 'd', 'e', 'f', 'g'].map((name, index) => {
      const before = String.fromCharCode(97 + index);
      return `${name}: &${name} [${new Array(10).fill(`*${before}`).join(', ')}]`;
    }),
  ].join('\n');
  const PATH = /must be the path of a file/;

  it.each<[string, Record<string, string>, RegExp]>([
    ['out of its folder', bundle({}, { '../x.md': 'x' }), PATH],
    ['out of its folder on the way', bundle({}, { 'a/../../x.md': 'x' }), PATH],
    ['absolute', bundle({}, { '/etc/passwd': 'x' }), PATH],
    ['with backslashes', bundle({}, { '..\\..\\x.md': 'x' }), PATH],
    ['of another drive', bundle({}, { 'C:\\x.md': 'x' }), PATH],
    ['with a NUL', bundle({}, { 'a\0.md': 'x' }), PATH],
    ['aliases of aliases', { 'lab.yaml': aliases }, /alias/i],
    ['aliases in its manifests', bundle({}, { 'start.yaml': aliases }), /alias/i],
    ['deep brackets', { 'lab.yaml': '['.repeat(100_000) }, /labYamlDepth is limited to 64/],
    [
      'thousands of files',
      bundle({}, Object.fromEntries([...Array(3000).keys()].map((n) => [`f${n}`, '']))),
      /labFiles is limited/,
    ],
    ['a book of hints', bundle({}, { 's.md': 'x'.repeat(300_000) }), /labFileCharacters is limited/],
    ['loops in loops in loops', bundle({ holds: '[1].all(a, [1].all(b, [1].all(d, true)))' }), /loops nest/],
    ['a pattern that looks back', bundle({ holds: 'object.kind.matches("(a+)\\\\1")' }), /not supported/],
    ['a step that every object has', bundle({ step: 'constructor' }), /must be another word/],
    ['a check that every object has', bundle({ checks: CHECK('constructor', 'true') }), /must be another/],
    ['a question named __proto__', bundle({ quiz: '__proto__' }), /must be lower case/],
    ['a lab named __proto__', bundle({ name: '__proto__' }), /./],
    [
      'a start that can’t be',
      bundle({ start: '  - delete: { kind: Pod, name: nobody }' }),
      /nobody not found/,
    ],
    [
      'a start without an end',
      bundle(
        { start: '  - advance: 3600000\n'.repeat(90) },
        {
          'start.yaml': `${NAMESPACE}---\n${[...Array(30).keys()]
            .map(
              (n) =>
                `{apiVersion: v1, kind: Pod, metadata: {name: p${n}, namespace: n1}, spec: {containers: [{name: c, image: 'busybox:1.36', command: [sh, -c, 'while true; do sleep 0.001; done']}]}}`,
            )
            .join('\n---\n')}`,
        },
      ),
      /labReadSeconds is limited to 10/,
    ],
  ])('%s: refused in words, and the class has the labs it had', async (_, files, message) => {
    const before = await teacher.ok<Page<LabSummary>>('GET', `/api/v1/labs?class=${room.id}`);
    const [answer, health] = await Promise.all([
      teacher.call('POST', '/api/v1/labs', { class: room.id, files }),
      alive(),
    ]);
    expect([answer.status, health]).toEqual([422, 200]);
    expect(JSON.stringify([answer.body.detail, answer.body.errors])).toMatch(message);
    expect(await teacher.ok('GET', `/api/v1/labs?class=${room.id}`)).toEqual(before);
  });

  it('that says how large it is, is refused before it comes; one that does not, when it is too much', async () => {
    expect(await sendMuch({ 'content-length': String(1024 ** 3) })).toMatchObject({ status: 413 });
    const { status, sent } = await sendMuch({ 'transfer-encoding': 'chunked' });
    expect(status).toBe(413);
    expect(sent).toBeLessThan(64 * 1024 ** 2);
    expect(await alive()).toBe(200);
  });

  it('is checked for anybody who is signed in, and kept for nobody', async () => {
    const who = await student('Checker');
    const { lab } = await who.ok<LabCheck>('POST', '/api/v1/labs/check', {
      files: bundle({ name: 'other' }),
    });
    expect(lab?.name).toBe('other');
    const refused = await who.call('POST', '/api/v1/labs', { class: room.id, files: bundle() });
    expect([refused.status, refused.body.code]).toEqual([403, 'Forbidden']);
  });
});

/** Sends half a gigabyte of a bundle, until the server has enough. */
function sendMuch(headers: Record<string, string>): Promise<{ status: number | undefined; sent: number }> {
  const chunk = Buffer.alloc(1024 ** 2, 'x');
  let sent = 0;
  return new Promise((resolve) => {
    let status: number | undefined;
    const call = request(`${server.url}/api/v1/labs`, {
      method: 'POST',
      headers: { ...teacher.credentials, 'content-type': 'application/json', ...headers },
    });
    const go = () => {
      while (!call.destroyed && status === undefined && sent < 512 * 1024 ** 2) {
        sent += chunk.length;
        if (!call.write(chunk)) return;
      }
    };
    call.on('drain', go);
    call.on('response', (response) => {
      status = response.statusCode;
      response.resume();
      call.destroy();
    });
    call.on('error', () => call.destroy());
    call.on('close', () => resolve({ status, sent }));
    call.write(`{"class":"${room.id}","files":{"lab.yaml":"`);
    go();
  });
}

describe('conditions that take long', () => {
  let cluster: string;
  const until = (who: Client, condition: object) =>
    who.call('POST', `/api/v1/clusters/${cluster}/clock/settle`, { timeout_ms: 1, until: [condition] });

  it('do not hold up the server', async () => {
    const who = await student('Waits');
    cluster = (await begin(who)).cluster;
    const text = 'ab,'.repeat(60_000);
    const path = `/clusters/${cluster}/api/v1/namespaces/default/configmaps`;
    expect((await who.call('POST', path, { metadata: { name: 'big' }, data: { text } })).status).toBe(201);
    const object = { kind: 'ConfigMap', namespace: 'default', name: 'big' };
    const holds = 'object.data.text.split(",").all(a, object.data.text.split(",").all(b, a != "z"))';
    const answer = await until(who, { kind: 'Object', object, holds });
    expect(answer.status === 422 ? answer.body.detail : answer.body).toEqual(
      answer.status === 422
        ? 'settleLookMilliseconds is limited to 2000'
        : expect.objectContaining({ held: false }),
    );
    expect((await who.call('GET', `/api/v1/clusters/${cluster}`)).status).toBe(200);
  });
});

describe('an attempt', () => {
  it('takes one of many answers that come at once: nobody tries all choices', async () => {
    const who = await student('Guesser');
    const { id } = await begin(who);
    const choices = ['a', 'b', 'd', 'a', 'b', 'd'];
    const answers = await Promise.all(
      choices.map((choice) => who.call('POST', `/api/v1/attempts/${id}/answers`, { quiz: { q: [choice] } })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409]);
  });

  it('counts each hint that is opened, and keeps what was answered meanwhile', async () => {
    const who = await student('Hinted');
    const { id } = await begin(who);
    const path = `/api/v1/attempts/${id}`;
    const answers = await Promise.all([
      ...[1, 2, 3, 4].map(() => who.call('POST', `${path}/hints`, { step: 's' })),
      who.call('POST', `${path}/answers`, { quiz: { q: ['b'] } }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 409]);
    const { items } = await who.ok<Page<TimelineEntry>>('GET', `${path}/timeline`);
    const hints = items.flatMap(({ kind, detail }) => (kind === 'Hint' ? [detail.hint] : []));
    expect(hints).toEqual([1, 2, 3]);
    const { body } = await check(who, { id });
    expect(body.attempt.steps[0].quiz[0].answer).toEqual(['b']);
    expect(body.score).toBeLessThan(100);
  });

  it.each<[string, string, unknown, number]>([
    ['an answer to constructor', 'answers', { quiz: { constructor: ['a'] } }, 422],
    ['an answer to __proto__', 'answers', '{"quiz":{"__proto__":["a"]}}', 400],
    ['a prediction of constructor', 'answers', { predictions: { constructor: 'x' } }, 422],
    ['an answer of a megabyte', 'answers', { quiz: { q: ['x'.repeat(1_000_000)] } }, 422],
    ['a prediction of a megabyte', 'answers', { predictions: { p: 'x'.repeat(1_000_000) } }, 422],
    ['a hint of constructor', 'hints', { step: 'constructor' }, 422],
    ['a hint of __proto__', 'hints', { step: '__proto__' }, 422],
    ['checks of constructor', 'checks', { step: 'constructor' }, 422],
    ['checks of nothing', 'checks', { step: 'nothing' }, 404],
  ])('%s changes nothing', async (_, action, body, status) => {
    const who = await student('Prototype');
    const { id } = await begin(who);
    const before = await who.ok<Attempt>('GET', `/api/v1/attempts/${id}`);
    const answer = await who.call('POST', `/api/v1/attempts/${id}/${action}`, body);
    expect(answer.status).toBe(status);
    expect(await who.ok('GET', `/api/v1/attempts/${id}`)).toEqual(before);
  });

  it('checked twice at once has two runs and the score of one', async () => {
    const who = await student('Twice');
    const attempt = await begin(who);
    const [one, other] = await Promise.all([check(who, attempt), check(who, attempt)]);
    expect([one.status, other.status, one.body.score]).toEqual([200, 200, other.body.score]);
    const { runs, score } = await who.ok<Attempt>('GET', `/api/v1/attempts/${attempt.id}`);
    expect([runs, score]).toEqual([2, one.body.score]);
  });

  it('is not checked a hundred times at once', async () => {
    const who = await student('Hundred');
    const attempt = await begin(who);
    const answers = await Promise.all(Array.from({ length: 100 }, () => check(who, attempt)));
    const done = answers.filter(({ status }) => status === 200).length;
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 429]));
    expect((await who.ok<Attempt>('GET', `/api/v1/attempts/${attempt.id}`)).runs).toBe(done);
  });

  it('that is shown to the class is looked at, and neither graded nor answered by others', async () => {
    const [who, other] = [await student('Shown'), await student('Looks')];
    const { id, cluster } = await begin(who);
    await teacher.ok('PUT', of(room, '/broadcast'), { cluster });
    expect((await other.call('GET', `/api/v1/clusters/${cluster}`)).status).toBe(200);
    const graded = await other.call('POST', '/api/v1/grade', { lab: 'tiny', cluster });
    expect([graded.status, graded.body.code]).toEqual([403, 'Forbidden']);
    expect((await other.call('GET', `/api/v1/attempts/${id}`)).status).toBe(404);
    expect((await who.call('POST', '/api/v1/grade', { lab: 'tiny', cluster })).status).toBe(200);
  });

  it('whose cluster or class goes away meanwhile is answered in words', async () => {
    const gone = await newRoom('Gone');
    const { code: into } = await teacher.ok<Invitation>('POST', of(gone, '/invitations'), {});
    const [one, other] = [await student('One', into), await student('Other', into)];
    const [first, second] = [await begin(one, 'tiny', gone), await begin(other, 'tiny', gone)];
    const [checked] = await Promise.all([
      check(one, first),
      one.call('DELETE', `/api/v1/clusters/${first.cluster}`),
    ]);
    expect([200, 404, 503]).toContain(checked.status);
    const [late, deleted] = await Promise.all([check(other, second), teacher.call('DELETE', of(gone))]);
    expect(deleted.status).toBe(204);
    expect([200, 404, 503]).toContain(late.status);
    expect((await other.call('GET', `/api/v1/attempts/${second.id}`)).status).toBe(404);
  });
});

describe('names', () => {
  it.each([
    ['=cmd|"/c calc"!A1', '"\'=cmd|""/c calc""!A1"'],
    ['+1+2', "'+1+2"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
  ])('%s is no formula in the grades', async (name, cell) => {
    await student(name);
    const csv = await teacher.call('GET', of(room, '/grades?format=csv'));
    expect(csv.text).toContain(`,${cell},`);
    const { rows } = await teacher.ok<{ rows: GradeRow[] }>('GET', of(room, '/grades'));
    expect(rows.map(({ person }) => person.name)).toContain(name);
  });

  it.each([
    ['that turn the line round', 'abc\u202Egpj.exe', 422],
    ['with a NUL', 'a\0b', 422],
    ['with a line end', 'a\nb', 422],
    ['of nothing', '  ', 422],
    ['without end', 'x'.repeat(65), 422],
    ['with marks of a page', '<img src=x onerror=alert(1)>', 200],
  ])('%s', async (_, name, status) => {
    const joined = await new Client(server, {}).call('POST', '/api/v1/join', { code, name });
    expect(joined.status).toBe(status);
    expect(joined.headers.get('content-type')).toMatch(/json/);
  });

  it('a group with the name of a person is not that person', async () => {
    const victim = await student('Victim');
    const own = await begin(victim);
    const { person } = await victim.ok<{ person: { id: string } }>('GET', '/api/v1/auth/session');
    for (const group of [person.id, `person-${person.id}`]) {
      const { code: into } = await teacher.ok<Invitation>('POST', of(room, '/invitations'), { group });
      const thief = await student('Thief', into);
      const attempt = await begin(thief);
      expect(attempt.cluster).not.toBe(own.cluster);
      expect((await thief.call('GET', `/api/v1/attempts/${own.id}`)).status).toBe(404);
      expect((await thief.call('GET', `/api/v1/clusters/${own.cluster}`)).status).toBe(404);
    }
  });
});

it.each([
  ['quotes without end', `a,"${'b\n'.repeat(50_000)}`, 422],
  ['a million rows', 'a\n'.repeat(1_000_000), 422],
  ['one row of a million columns', `x${','.repeat(250_000)}`, 422],
  ['formulas', '=1+1,=cmd()\n@x,+1', 200],
])('a roster of %s makes nobody', async (_, csv, status) => {
  const members = () => teacher.ok<Page<Member>>('GET', of(room, '/members'));
  const before = await members();
  const answer = await teacher.call<RosterReport>('POST', of(room, '/roster'), csv, 'text/csv');
  expect(answer.status).toBe(status);
  if (status === 200)
    expect(new Set(answer.body.rows.map(({ result }) => result))).toEqual(new Set(['refused']));
  expect(await members()).toEqual(before);
});

describe('who is in no more', () => {
  it('a stolen session opens nothing after the sign-out: no page, no cluster, no socket', async () => {
    const who = await student('Leaves');
    const { cluster } = await begin(who);
    const open = await Listener.connect(server, { extraHeaders: who.credentials });
    const cut = new Promise<string>((resolve) => open.socket.on('disconnect', resolve));
    expect((await who.call('POST', '/api/v1/auth/sign-out')).status).toBe(204);
    expect(await cut).toBe('io server disconnect');
    const opened = [
      await who.call('GET', '/api/v1/auth/session'),
      await who.call('GET', `/api/v1/clusters/${cluster}`),
      await who.call('GET', `/clusters/${cluster}/api/v1/pods`),
      await who.call('POST', '/api/v1/labs/tiny/attempts', { class: room.id }),
    ];
    expect(opened.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    await expect(Listener.connect(server, { extraHeaders: who.credentials })).rejects.toMatchObject({
      status: 401,
    });
  });

  it('an invitation that is over lets nobody in', async () => {
    const once = await teacher.ok<Invitation>('POST', of(room, '/invitations'), { uses: 1 });
    await student('First', once.code);
    const late = await new Client(server, {}).call('POST', '/api/v1/join', { code: once.code, name: 'Late' });
    expect([late.status, late.body.code]).toEqual([404, 'NotFound']);
  });

  it('who is removed has no attempt, no cluster and no kubeconfig, and comes back to his own', async () => {
    const who = await student('Removed');
    const attempt = await begin(who);
    const { text } = await who.call('GET', `/api/v1/clusters/${attempt.cluster}/kubeconfig`);
    const bearer = new Client(server, { authorization: `Bearer ${/token: (\S+)/.exec(text)?.[1]}` });
    const pods = `/clusters/${attempt.cluster}/api/v1/pods`;
    expect((await bearer.call('GET', pods)).status).toBe(200);
    const { person } = await who.ok<{ person: { id: string } }>('GET', '/api/v1/auth/session');
    await teacher.ok('DELETE', of(room, `/members/${person.id}`));
    expect((await bearer.call('GET', pods)).status).toBe(401);
    for (const path of [`/api/v1/attempts/${attempt.id}`, `/api/v1/clusters/${attempt.cluster}`, of(room)])
      expect((await who.call('GET', path)).status).toBe(404);
    expect((await check(who, attempt)).status).toBe(404);
  });
});

describe('the grader', () => {
  const grade = (who: Client, manifests: string, answers?: object) =>
    who.call<Grade>('POST', '/api/v1/grade', { lab: 'tiny', manifests, answers });
  const CONTAINER = `{name: c, image: 'busybox:1.36', command: [sh, -c, 'while true; do :; done']}`;

  it.each<[string, string, number]>([
    ['nothing but brackets', '['.repeat(100_000), 200],
    ['aliases', `a: &a [1,2]\n${'b: *a\n'.repeat(1000)}`, 200],
    ['names that every object has', '__proto__: {a: 1}\nconstructor: {prototype: {b: 1}}\nkind: Pod\n', 200],
    ['two megabytes', 'x'.repeat(2_000_000), 422],
    [
      'a container without end',
      `{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: n1}, spec: {containers: [${CONTAINER}]}}`,
      200,
    ],
  ])('%s', async (_, manifests, status) => {
    const answer = await grade(teacher, manifests);
    expect(answer.status).toBe(status);
    if (status === 200) expect(answer.body.checks.map(({ state }) => state)).toContain('passed');
    expect(await alive()).toBe(200);
  });

  it('answers one caller’s single submission while another’s hundred wait', async () => {
    const calm = await admin.newPerson({ login: 'calm' });
    await teacher.ok('POST', of(room, '/members'), { login: 'calm', role: 'assistant' });
    let answered = 0;
    const many = Array.from({ length: 100 }, async () => {
      const { status } = await grade(teacher, '');
      answered++;
      return status;
    });
    const single = await grade(calm, '');
    const before = answered;
    expect(single.status).toBe(200);
    expect(before).toBeLessThan(50);
    expect(new Set(await Promise.all(many))).toEqual(new Set([200]));
  });
});

it('kill -9 takes nothing that was answered, doubles no score, and a regrade goes on', async () => {
  const crowd = await Promise.all([...Array(6).keys()].map((n) => student(`Crowd ${n}`)));
  const attempts = await Promise.all(crowd.map((who) => begin(who)));
  const acknowledged = await Promise.all(crowd.map((who, n) => check(who, attempts[n])));
  expect(new Set(acknowledged.map(({ body }) => body.score))).toEqual(new Set([50]));
  expect((await upload(bundle({ checks: `${CHECK('c', 'true')}\n${CHECK('e', 'true')}` }))).status).toBe(201);
  const regrade = await teacher.ok<RegradeState>('POST', of(room, '/regrade'), { lab: 'tiny' });
  expect(regrade.finished_at).toBeNull();
  const guess = () =>
    new Client(server, {}).call('POST', '/api/v1/auth/sign-in', { login: 'victim', password: 'a guess' });
  const guesses = await Promise.all(Array.from({ length: 11 }, guess));
  expect(guesses.map(({ status }) => status).sort()).toEqual([...Array<number>(10).fill(401), 429]);
  const lost = crowd.map((who, n) => check(who, attempts[n]).catch(() => undefined));
  await server.kill();
  await Promise.all(lost);
  server = await startServer(server.folder);
  const again = (who: Client) => new Client(server, { ...who.credentials, origin: server.url });
  // Who guesses gains nothing by a restart.
  expect((await guess()).status).toBe(429);
  let state = regrade;
  while (state.finished_at === null)
    state = await again(teacher).ok<RegradeState>('GET', of(room, `/regrade/${regrade.id}`));
  expect([state.done, state.failed]).toEqual([state.total, []]);
  for (const [n, who] of crowd.entries()) {
    const { runs, score, max } = await again(who).ok<Attempt>('GET', `/api/v1/attempts/${attempts[n].id}`);
    expect(runs === 1 || runs === 2).toBe(true);
    // Two of three things, under the newer version.
    expect([score, max]).toEqual([66.67, 100]);
  }
  const cluster = await again(crowd[0]).ok<Cluster>('GET', `/api/v1/clusters/${attempts[0].cluster}`);
  expect(cluster.id).toBe(attempts[0].cluster);
});
