import {
  type AssignedLab,
  type Attempt,
  type CheckRunAnswer,
  type Class,
  CONTRACT_LIMITS,
  type Grade,
  type GradeRow,
  type Invitation,
  type LabCheck,
  type LabSummary,
  type Page,
  type RegradeState,
  type TimelineEntry,
  type TokenCreated,
} from '@podlab/contracts';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from './support/client';
import { newDataFolder, removeDataFolder, startServer, type TestServer } from './support/server';

let server: TestServer;
let admin: Client;
let room: Class;
let code: string;

const LABS = join(__dirname, '../../../labs');
const SOLUTION = ['deployment.yaml', 'solution.yaml']
  .map((file) => readFileSync(join(LABS, 'cluster-ip', file), 'utf8'))
  .join('\n---\n');

beforeAll(async () => {
  server = await startServer(newDataFolder(), { PODLAB_LABS: LABS });
  admin = new Client(server);
  room = await admin.ok<Class>('POST', '/api/v1/classes', { name: 'Networks', seed: '42' });
  code = (await admin.ok<Invitation>('POST', `/api/v1/classes/${room.id}/invitations`, {})).code;
  await admin.ok('PUT', `/api/v1/classes/${room.id}/labs/cluster-ip`, {});
});

afterAll(async () => {
  await server.stop();
  removeDataFolder(server.folder);
});

/** Somebody who joined by the code. */
async function student(name: string): Promise<Client> {
  const nobody = new Client(server, {});
  const joined = await nobody.call('POST', '/api/v1/join', { code, name });
  const cookie = (joined.headers.get('set-cookie') ?? '').split(';')[0];
  return new Client(server, { cookie, origin: server.url });
}

const begin = (who: Client, lab = 'cluster-ip') =>
  who.ok<Attempt>('POST', `/api/v1/labs/${lab}/attempts`, { class: room.id });
const check = (who: Client, { id }: Attempt, step?: string) =>
  who.ok<CheckRunAnswer>('POST', `/api/v1/attempts/${id}/checks`, step === undefined ? {} : { step });
const states = ({ results }: CheckRunAnswer) => results.map(({ name, state }) => `${name} ${state}`);

describe('labs of a server', () => {
  it('are listed by their order, with what each step is worth', async () => {
    const { items } = await admin.ok<Page<LabSummary>>('GET', '/api/v1/labs');
    const names = readdirSync(LABS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(items.map(({ name }) => name)).toContain('cluster-ip');
    expect(items.length).toBeLessThanOrEqual(names.length);
    const orders = items.map(({ order }) => order);
    expect(orders).toEqual([...orders].sort((one, other) => one - other));
    for (const { steps, points } of items)
      expect(steps.reduce((sum, { max }) => sum + max, 0)).toBeCloseTo(points, 6);
  });

  it('a bundle that makes no sense is told by file and line, and not taken', async () => {
    const bad = { files: { 'lab.yaml': 'apiVersion: podlab.dev/v1\nkind: Lab\nsteps: 7\n' } };
    const { lab, problems } = await admin.ok<LabCheck>('POST', '/api/v1/labs/check', bad);
    expect([lab, problems[0].file]).toEqual([null, 'lab.yaml']);
    const answer = await admin.call('POST', '/api/v1/labs', { class: room.id, ...bad });
    expect([answer.status, answer.body.code]).toEqual([422, 'InvalidLab']);
  });
});

describe('an attempt', () => {
  it('is made at first touch, once, with a cluster at the lab’s beginning', async () => {
    const who = await student('Ara');
    const [first, second] = await Promise.all([begin(who), begin(who)]);
    expect(second.id).toBe(first.id);
    expect(first).toMatchObject({
      class: room.id,
      score: null,
      runs: 0,
      steps: [{ name: 'deploy' }, {}, {}, {}],
    });
    const { items } = await who.ok<Page<AssignedLab>>('GET', `/api/v1/classes/${room.id}/labs`);
    expect(items).toMatchObject([{ name: 'cluster-ip', attempt: first.id }]);
    expect((await begin(who)).cluster).toBe(first.cluster);
  });

  it('scores nothing at its start and everything with the solution, on a fork each time', async () => {
    const who = await student('Bora');
    const attempt = await begin(who);
    const before = await check(who, attempt);
    expect(before.results.filter(({ state }) => state !== 'failed')).toEqual([]);
    expect(before.score).toBe(0);
    await who.ok(
      'POST',
      `/api/v1/clusters/${attempt.cluster}/apply`,
      solutionFor(attempt),
      'application/yaml',
    );
    const after = await check(who, attempt);
    expect(
      after.results.filter(
        ({ state, kind }) => state !== 'passed' && kind !== 'Quiz' && kind !== 'Prediction',
      ),
    ).toEqual([]);
    // What it rests on is there after a reload.
    const { steps } = await who.ok<Attempt>('GET', `/api/v1/attempts/${attempt.id}`);
    const kept = steps.flatMap(({ checks }) => checks).map(({ name, evidence }) => [name, evidence]);
    const found = new Map(after.results.map(({ name, evidence }) => [name, evidence ?? null]));
    expect(kept).toEqual(kept.map(([name]) => [name, found.get(name as string)]));
    expect(kept.filter(([, evidence]) => evidence !== null).length).toBeGreaterThan(5);
    expect(after.attempt.runs).toBe(2);
    expect(after.attempt.score).toBeGreaterThan(50);
    const kinds = (await who.ok<Page<TimelineEntry>>('GET', `/api/v1/attempts/${attempt.id}/timeline`)).items;
    expect(kinds.map(({ kind }) => kind)).toEqual(['Started', 'Checked', 'Checked']);
  });

  it('runs one step’s checks alone', async () => {
    const who = await student('Chul');
    const attempt = await begin(who);
    const answer = await check(who, attempt, 'deploy');
    expect(answer.results.every(({ step }) => step === 'deploy')).toBe(true);
    expect(states(answer)[0]).toBe('three-pods failed');
    expect(
      (await who.call('POST', `/api/v1/attempts/${attempt.id}/checks`, { step: 'nothing' })).status,
    ).toBe(404);
  });

  it('takes each answer once, opens hints one by one, and raises a hand', async () => {
    const who = await student('Dana');
    const attempt = await begin(who);
    const item = attempt.steps.flatMap(({ quiz }) => quiz)[0];
    const quiz = { [item.name]: [item.choices[0].name] };
    const path = `/api/v1/attempts/${attempt.id}`;
    const answered = await who.ok<Attempt>('POST', `${path}/answers`, { quiz });
    const found = answered.steps.flatMap((step) => step.quiz).find(({ name }) => name === item.name);
    expect(found?.answer).toEqual(quiz[item.name]);
    expect(found?.right).not.toBeNull();
    expect((await who.call('POST', `${path}/answers`, { quiz })).status).toBe(409);
    expect((await who.call('POST', `${path}/answers`, { quiz: { nothing: ['a'] } })).status).toBe(422);
    const step = attempt.steps.find(({ hints }) => hints.length > 0);
    const hinted = await who.ok<Attempt>('POST', `${path}/hints`, { step: step?.name });
    expect(hinted.steps.find(({ name }) => name === step?.name)?.hints[0].text).not.toBeNull();
    const raised = await who.ok<Attempt>('PUT', `${path}/hand`, { raised: true, note: 'why?' });
    expect(raised.hand?.note).toBe('why?');
    expect((await who.ok<Attempt>('PUT', `${path}/hand`, { raised: false })).hand).toBeNull();
  });

  it('is nobody else’s: not known to another student, looked at by the teacher', async () => {
    const [one, other] = [await student('Eun'), await student('Fey')];
    const attempt = await begin(one);
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['POST', '/checks', {}],
      ['POST', '/hints', { step: 'deploy' }],
      ['PUT', '/hand', { raised: true }],
      ['GET', '/timeline', undefined],
    ] as const)
      expect((await other.call(method, `/api/v1/attempts/${attempt.id}${path}`, body)).status).toBe(404);
    expect((await admin.ok<Attempt>('GET', `/api/v1/attempts/${attempt.id}`)).id).toBe(attempt.id);
    expect(
      (await admin.call('POST', `/api/v1/attempts/${attempt.id}/hints`, { step: 'deploy' })).status,
    ).toBe(403);
    expect((await one.call('POST', '/api/v1/labs/dns-names/attempts', { class: room.id })).status).toBe(403);
  });
});

describe('grades', () => {
  it('are a row a member, as data and as CSV; a student sees his own', async () => {
    const who = await student('Gil');
    const attempt = await begin(who);
    await check(who, attempt);
    const { rows } = await admin.ok<{ rows: GradeRow[] }>('GET', `/api/v1/classes/${room.id}/grades`);
    expect(rows.find(({ person }) => person.name === 'Gil')).toMatchObject({
      lab: 'cluster-ip',
      score: 0,
      runs: 1,
    });
    const own = await who.ok<{ rows: GradeRow[] }>('GET', `/api/v1/classes/${room.id}/grades`);
    expect(own.rows.map(({ person }) => person.name)).toEqual(['Gil']);
    const csv = await admin.call('GET', `/api/v1/classes/${room.id}/grades?format=csv`);
    expect(csv.headers.get('content-type')).toContain('text/csv');
    expect(csv.text.split('\r\n')[0]).toMatch(/^login,name,group,lab,score,max,.*cluster-ip\/deploy/);
  });

  it('a regrade goes over every attempt, once for a version', async () => {
    const begun = await admin.ok<RegradeState>('POST', `/api/v1/classes/${room.id}/regrade`, {
      lab: 'cluster-ip',
    });
    const again = await admin.ok<RegradeState>('POST', `/api/v1/classes/${room.id}/regrade`, {
      lab: 'cluster-ip',
    });
    expect(again.id).toBe(begun.id);
    let state = begun;
    while (state.finished_at === null)
      state = await admin.ok<RegradeState>('GET', `/api/v1/classes/${room.id}/regrade/${begun.id}`);
    expect([state.done, state.failed]).toEqual([state.total, []]);
  });
});

describe('POST /grade', () => {
  const grade = (body: object, format = 'json') =>
    admin.call<Grade>('POST', `/api/v1/grade?format=${format}`, body);

  it('grades manifests on a fresh cluster, the same bytes every time', async () => {
    const body = { lab: 'cluster-ip', manifests: SOLUTION.replaceAll('${port}', '8080'), seed: '7' };
    const answers = await Promise.all(Array.from({ length: 5 }, () => grade(body)));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers[0].body.lab).toMatch(/^cluster-ip@[0-9a-f]{64}$/);
    expect(answers[0].body.score).toBeGreaterThan(0);
  });

  it('manifests that the API refuses score, with upstream’s Status, in a 200', async () => {
    const manifests =
      'apiVersion: v1\nkind: Service\nmetadata: {name: nginx-service}\nspec: {ports: [{port: 99999}]}\n';
    const { status, body } = await grade({ lab: 'cluster-ip', manifests });
    expect([status, body.documents?.[0].result]).toEqual([200, 'Refused']);
    expect(body.documents?.[0].status?.code).toBe(422);
  });

  it.each([
    ['gradescope', 'application/json'],
    ['junit', 'application/xml'],
    ['tap', 'text/plain'],
    ['classroom50', 'application/json'],
    ['csv', 'text/csv'],
  ])('answers as %s', async (format, type) => {
    const answer = await grade({ lab: 'cluster-ip', manifests: SOLUTION }, format);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain(type);
  });

  it('a student asks so often in a minute; who helps may grade a class', async () => {
    const [who, most] = [await student('Dara'), CONTRACT_LIMITS.studentGradesPerMinute];
    const body = { lab: 'nothing', manifests: '' };
    const ask = (by: Client) => by.call('POST', '/api/v1/grade', body);
    const answers = await Promise.all(Array.from({ length: most + 1 }, () => ask(who)));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array<number>(most).fill(404), 429]);
    const refused = answers.find(({ status }) => status === 429);
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
    const helper = await Promise.all(Array.from({ length: most + 1 }, () => ask(admin)));
    expect(new Set(helper.map(({ status }) => status))).toEqual(new Set([404]));
  });

  it('a token of the scope grade opens it, and nothing else', async () => {
    const body = { name: 'ci', scope: 'grade' };
    const { token } = await admin.ok<TokenCreated>('POST', '/api/v1/auth/tokens', body);
    const grader = new Client(server, { authorization: `Bearer ${token}` });
    expect((await grader.call('POST', '/api/v1/grade', { lab: 'cluster-ip', manifests: '' })).status).toBe(
      200,
    );
    expect((await grader.call('GET', '/api/v1/clusters')).status).toBe(403);
  });

  it.each([
    [{ lab: 'nothing', manifests: '' }, 404],
    [{ lab: 'cluster-ip@0123456789ab', manifests: '' }, 404],
    [{ lab: 'cluster-ip' }, 422],
    [{ lab: 'cluster-ip', manifests: '', cluster: 'a' }, 422],
    [{ lab: '../labs', manifests: '' }, 422],
    [{ lab: 'cluster-ip', cluster: 'nobody' }, 404],
  ])('%j is %i', async (body, status) => {
    expect((await grade(body)).status).toBe(status);
  });
});

/** The solution with the port that this student drew. */
function solutionFor({ steps }: Attempt): string {
  const port = /(?:port|포트)[^0-9]{0,40}(8080|8888|9090|3000|5000)|(8080|8888|9090|3000|5000)/.exec(
    steps.map(({ text }) => text.en).join('\n'),
  );
  return SOLUTION.replaceAll('${port}', port?.[1] ?? port?.[2] ?? '8080');
}
