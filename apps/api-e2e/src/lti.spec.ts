/** LTI 1.3: launches from a learning platform, and scores on their way back to it. */
import type {
  Attempt,
  CheckRunAnswer,
  Class,
  LtiDeepLink,
  LtiDeepLinkAnswer,
  LtiGrade,
  LtiLink,
  LtiPlatform as Registered,
  LtiRoster,
  Page,
  Session,
} from '@podlab/contracts';
import { generateKeyPair, UnsecuredJWT } from 'jose';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from './support/client';
import { type LaunchClaims, LtiPlatform } from './support/lti-platform';
import { newDataFolder, removeDataFolder, startServer, type TestServer } from './support/server';

/** What a link is to be made of, as far as the tests look. */
interface Chosen {
  custom: { lab: string };
  lineItem?: object;
}

const LABS = join(__dirname, '../../../labs');
/** The platform is on this machine, and speaks without encryption. */
const SETTINGS = { PODLAB_LABS: LABS, PODLAB_INTERNAL_HOSTS: 'http://127.0.0.1' };
const DEPLOYMENT = readFileSync(join(LABS, 'cluster-ip/deployment.yaml'), 'utf8');
const CLAIM = 'https://purl.imsglobal.org/spec/lti/claim';

let platform: LtiPlatform;
let server: TestServer;
let admin: Client;

beforeAll(async () => {
  platform = await LtiPlatform.start();
  server = await startServer(newDataFolder(), SETTINGS);
  admin = new Client(server);
  platform.toolKeys = `${server.url}/api/v1/lti/jwks`;
  await admin.ok('POST', '/api/v1/lti/platforms', platform.registration());
});

afterAll(async () => {
  await server?.stop();
  await platform?.stop();
  if (server) removeDataFolder(server.folder);
});

const formOf = (form: Record<string, string>) => new URLSearchParams(form).toString();
const FORM = 'application/x-www-form-urlencoded';

/** The platform begins a login; what the tool asks of its authentication, and the browser's cookie. */
async function begin() {
  const nobody = new Client(server, {});
  const login = {
    iss: platform.url,
    login_hint: 'h',
    target_link_uri: server.url,
    client_id: 'podlab-at-campus',
  };
  const answer = await nobody.call('POST', '/api/v1/lti/login', formOf(login), FORM);
  expect(answer.status).toBe(302);
  const asked = new URL(answer.headers.get('location') ?? '');
  const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0];
  const state = asked.searchParams.get('state') ?? '';
  return { asked, cookie, state, nonce: asked.searchParams.get('nonce') ?? '' };
}

const post = (cookie: string, id_token: string, state: string) =>
  new Client(server, { cookie, origin: platform.url }).call(
    'POST',
    '/api/v1/lti/launch',
    formOf({ id_token, state }),
    FORM,
  );

/** A whole launch: who it lets in, and where it leads. */
async function launch(claims: LaunchClaims) {
  const { cookie, state, nonce } = await begin();
  const answer = await post(cookie, await platform.idToken(nonce, claims), state);
  const session = answer.headers.getSetCookie().find((one) => one.startsWith('podlab_session='));
  const who = new Client(server, { cookie: session?.split(';')[0] ?? '', origin: server.url });
  return { ...answer, who, location: answer.headers.get('location') ?? '' };
}

/** Until something is as it should be; the test's own time limit ends the wait. */
async function until<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await fetch(`${server.url}/healthz`);
  }
}

/** A student who has done the first step of the lab, and runs its checks. */
async function work(who: Client, location: string): Promise<number> {
  const { searchParams } = new URL(location, server.url);
  const attempt = await who.ok<Attempt>('GET', `/api/v1/attempts/${searchParams.get('attempt')}`);
  expect(attempt.cluster).toBe(searchParams.get('id'));
  await who.ok('POST', `/api/v1/clusters/${attempt.cluster}/apply`, DEPLOYMENT, 'application/yaml');
  const run = await who.ok<CheckRunAnswer>('POST', `/api/v1/attempts/${attempt.id}/checks`, {});
  return run.attempt.score ?? -1;
}

describe('a platform', () => {
  it('is registered by the administrator, once, and told of the tool', async () => {
    const again = await admin.call('POST', '/api/v1/lti/platforms', platform.registration());
    expect([again.status, again.body.code]).toEqual([409, 'Conflict']);
    const { items } = await admin.ok<Page<Registered>>('GET', '/api/v1/lti/platforms');
    expect(items).toMatchObject([
      { ...platform.registration(), tool: { launch_url: `${server.url}/api/v1/lti/launch` } },
    ]);
    const bad = { ...platform.registration(), jwks_url: 'file:///etc/passwd' };
    expect((await admin.call('POST', '/api/v1/lti/platforms', bad)).status).toBe(422);
    for (const inside of [
      'https://169.254.169.254/keys',
      'http://campus.example/keys',
      'https://[::1]/keys',
    ]) {
      const hostile = { ...platform.registration('inside'), jwks_url: inside };
      const { status, body } = await admin.call('POST', '/api/v1/lti/platforms', hostile);
      expect([status, body.errors?.[0].path]).toEqual([422, 'jwks_url']);
    }
  });

  it('is asked for an id_token by form_post, without anybody seeing a page', async () => {
    const { asked, cookie } = await begin();
    expect(`${asked.origin}${asked.pathname}`).toBe(`${platform.url}/authorize`);
    expect(Object.fromEntries(asked.searchParams)).toMatchObject({
      tenant: '1',
      scope: 'openid',
      response_type: 'id_token',
      response_mode: 'form_post',
      prompt: 'none',
      client_id: 'podlab-at-campus',
      redirect_uri: `${server.url}/api/v1/lti/launch`,
      login_hint: 'h',
    });
    expect(cookie).toMatch(/^podlab_lti=/);
    const stranger = await new Client(server, {}).call(
      'GET',
      '/api/v1/lti/login?iss=http://elsewhere.example&login_hint=h&target_link_uri=x',
    );
    expect(stranger.status).toBe(404);
  });
});

describe('a launch', () => {
  it('makes the class by its teacher, brings a student to his cluster, and each is the same person again', async () => {
    const early = await launch({ sub: 'early', role: 'Learner' });
    expect([early.status, early.headers.getSetCookie()]).toEqual([403, []]);
    const teaching = ['grace', 'alan'].map((sub) => launch({ sub, role: 'Instructor', name: sub }));
    const [teacher, colleague] = await Promise.all(teaching);
    expect(colleague.location).toBe(teacher.location);
    expect([teacher.status, teacher.location]).toEqual([
      303,
      expect.stringMatching(/^\/wall\?class=\w+&lab=cluster-ip$/),
    ]);
    const { items: classes } = await teacher.who.ok<Page<Class>>('GET', '/api/v1/classes');
    expect(classes).toMatchObject([{ name: 'Computer Networks', role: 'teacher' }]);
    const student = await launch({ sub: 'ada', role: 'Learner', name: 'Ada' });
    expect(student.location).toMatch(/^\/cluster\?id=[\w-]+&attempt=\w+$/);
    const again = await launch({ sub: 'ada', role: 'Learner', name: 'Ada Lovelace' });
    expect(again.location).toBe(student.location);
    const person = async (who: Client) => (await who.ok<Session>('GET', '/api/v1/auth/session')).person;
    expect(await person(again.who)).toEqual(await person(student.who));
    expect(await person(student.who)).toMatchObject({ name: 'Ada', role: 'student' });
    const { items } = await student.who.ok<Page<Class>>('GET', '/api/v1/classes');
    expect(items).toMatchObject([{ id: classes[0].id, role: 'student' }]);
    const refused = await student.who.call('GET', `/api/v1/classes/${classes[0].id}/lti/grades`);
    expect(refused.status).toBe(403);
  });

  const seconds = () => Math.floor(Date.now() / 1000);
  it.each<[what: string, changes: () => Record<string, unknown>]>([
    ['another nonce', () => ({ nonce: 'other' })],
    ['another audience', () => ({ aud: 'another-tool' })],
    ['another authorized party', () => ({ aud: ['podlab-at-campus', 'b'], azp: 'b' })],
    ['an end in the past', () => ({ exp: seconds() - 3600, iat: seconds() - 7200 })],
    ['no end', () => ({ exp: undefined })],
    ['another issuer', () => ({ iss: 'https://elsewhere.example' })],
    ['nobody', () => ({ sub: undefined })],
    ['a deployment that is not registered', () => ({ [`${CLAIM}/deployment_id`]: 'deployment-2' })],
    ['another kind of message', () => ({ [`${CLAIM}/message_type`]: 'LtiSubmissionReviewRequest' })],
    ['a choice without where it goes', () => ({ [`${CLAIM}/message_type`]: 'LtiDeepLinkingRequest' })],
    ['another version', () => ({ [`${CLAIM}/version`]: '1.1' })],
    ['a lab that is no name', () => ({ [`${CLAIM}/custom`]: { lab: 7 } })],
  ])('with %s is refused', async (_, changes) => {
    const { status, headers } = await launch({ sub: 'ada', role: 'Learner', changes: changes() });
    expect([status, headers.getSetCookie()]).toEqual([401, []]);
  });

  it('of a lab that is not there, or by who only looks on, is refused', async () => {
    const lab = { [`${CLAIM}/custom`]: { lab: 'nothing' } };
    expect((await launch({ sub: 'ada', role: 'Learner', changes: lab })).status).toBe(404);
    const roles = { [`${CLAIM}/roles`]: ['http://purl.imsglobal.org/vocab/lis/v2/membership#Mentor'] };
    expect((await launch({ sub: 'ada', role: 'Learner', changes: roles })).status).toBe(403);
  });

  it('that somebody else signed, that is used twice, or that began in another browser is refused', async () => {
    const ada: LaunchClaims = { sub: 'ada', role: 'Learner' };
    const { privateKey } = await generateKeyPair('RS256');
    const forged = await begin();
    expect(
      (await post(forged.cookie, await platform.idToken(forged.nonce, ada, privateKey), forged.state)).status,
    ).toBe(401);
    const unsigned = await begin();
    const token = new UnsecuredJWT({ iss: platform.url, sub: 'ada', nonce: unsigned.nonce }).encode();
    expect((await post(unsigned.cookie, token, unsigned.state)).status).toBe(401);
    const twice = await begin();
    const good = await platform.idToken(twice.nonce, ada);
    expect((await post(twice.cookie, good, twice.state)).status).toBe(303);
    expect((await post(twice.cookie, good, twice.state)).status).toBe(401);
    const [one, other] = [await begin(), await begin()];
    expect((await post(other.cookie, await platform.idToken(one.nonce, ada), one.state)).status).toBe(401);
    expect((await post('', await platform.idToken(one.nonce, ada), one.state)).status).toBe(401);
  });
});

const classOf = ({ location }: { location: string }) =>
  new URL(location, server.url).searchParams.get('class') ?? '';

describe('a link that names no lab', () => {
  const changes = {
    [`${CLAIM}/resource_link`]: { id: 'link-3', title: 'Week 3' },
    [`${CLAIM}/custom`]: undefined,
  };

  it('leads to the class, until its teacher says to which lab', async () => {
    const teacher = await launch({ sub: 'grace', role: 'Instructor', changes });
    const course = classOf(await launch({ sub: 'grace', role: 'Instructor' }));
    expect([teacher.status, teacher.location]).toEqual([303, `/class?id=${course}`]);
    const early = await launch({ sub: 'dara', role: 'Learner', changes });
    expect([early.status, early.headers.getSetCookie()]).toEqual([409, []]);
    const path = `/api/v1/classes/${course}/lti/links`;
    const { items } = await teacher.who.ok<Page<LtiLink>>('GET', path);
    const link = items.find(({ title }) => title === 'Week 3');
    expect(link).toMatchObject({ lab: null, platform: { name: 'Campus' } });
    expect(items.map(({ lab }) => lab)).toContain('cluster-ip');
    const put = (id: string, lab: string) => teacher.who.call('PUT', `${path}/${id}`, { lab });
    expect((await put(link?.id ?? '', 'nothing')).status).toBe(404);
    expect((await put('nothing', 'dns-names')).status).toBe(404);
    expect(await teacher.who.ok('PUT', `${path}/${link?.id}`, { lab: 'dns-names' })).toMatchObject({
      lab: 'dns-names',
    });
    const student = await launch({ sub: 'dara', role: 'Learner', changes });
    const attempt = new URL(student.location, server.url).searchParams.get('attempt');
    const { lab } = await student.who.ok<Attempt>('GET', `/api/v1/attempts/${attempt}`);
    expect(lab).toMatch(/^dns-names@/);
    expect((await student.who.call('GET', path)).status).toBe(403);
  });
});

describe('the roster of the course', () => {
  const LEARNER = 'http://purl.imsglobal.org/vocab/lis/v2/membership#Learner';
  const SERVICE = 'https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice';

  it('makes everybody of it a member, page by page, and removes nobody', async () => {
    const first = await launch({ sub: 'grace', role: 'Instructor' });
    const path = `/api/v1/classes/${classOf(first)}/lti/roster`;
    expect((await first.who.call('POST', path)).status).toBe(409);
    const changes = {
      [SERVICE]: { context_memberships_url: `${platform.url}/members`, service_versions: ['2.0'] },
    };
    const teacher = await launch({ sub: 'grace', role: 'Instructor', changes });
    platform.roster = [
      { user_id: 'grace', roles: ['http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor'] },
      { user_id: 'ada', roles: [LEARNER], status: 'Active' },
      { user_id: 'emil', roles: [LEARNER], given_name: 'Emil', family_name: 'Post' },
      { user_id: 'mentor', roles: ['http://purl.imsglobal.org/vocab/lis/v2/membership#Mentor'] },
      { user_id: 'nobody', roles: [LEARNER], status: 'Deleted' },
    ];
    const take = async () =>
      (await teacher.who.ok<LtiRoster>('POST', path)).rows.map(
        ({ subject, person, role, result }) => `${subject} ${person?.name ?? '-'} ${role ?? '-'} ${result}`,
      );
    expect(await take()).toEqual([
      'grace grace teacher Unchanged',
      'ada Ada student Unchanged',
      'emil Emil Post student Joined',
      'mentor - - Refused',
      'nobody - student Refused',
    ]);
    platform.roster = platform.roster.map((member) =>
      member.user_id === 'emil' ? { ...member, status: 'Inactive' } : member,
    );
    expect(await take()).toContain('emil Emil Post student Left');
    const emil = await launch({ sub: 'emil', role: 'Learner' });
    const { person } = await emil.who.ok<Session>('GET', '/api/v1/auth/session');
    expect(person.name).toBe('Emil Post');
    platform.isDown = true;
    const down = await teacher.who.call('POST', path);
    platform.isDown = false;
    expect([down.status, down.body.code, down.body.detail]).toEqual([
      503,
      'ProviderUnavailable',
      expect.stringContaining('answers 503'),
    ]);
  });
});

describe('deep linking', () => {
  const SETTINGS = 'https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings';
  const choosing = (settings: object = {}) => ({
    [`${CLAIM}/message_type`]: 'LtiDeepLinkingRequest',
    [`${CLAIM}/resource_link`]: undefined,
    [`${CLAIM}/custom`]: undefined,
    [SETTINGS]: {
      deep_link_return_url: `${platform.url}/chosen?course=1`,
      accept_types: ['link', 'ltiResourceLink'],
      accept_presentation_document_targets: ['iframe', 'window'],
      accept_lineitem: true,
      data: 'a word of the platform',
      ...settings,
    },
  });

  it('gives the platform a link that its teacher chose, which leads there', async () => {
    const teacher = await launch({ sub: 'grace', role: 'Instructor', changes: choosing() });
    expect(teacher.location).toMatch(/^\/api\/v1\/lti\/deep-links\?request=/);
    const choice = await teacher.who.ok<LtiDeepLink>('GET', teacher.location);
    expect([choice.platform, choice.multiple]).toEqual(['Campus', false]);
    expect(choice.labs.map(({ name }) => name)).toContain('node-port');
    const choose = (labs: string[], by = teacher.who) =>
      by.call<LtiDeepLinkAnswer>('POST', '/api/v1/lti/deep-links', { request: choice.request, labs });
    expect((await choose(['node-port', 'dns-names'])).status).toBe(422);
    expect((await choose(['nothing'])).status).toBe(404);
    const colleague = await launch({ sub: 'alan', role: 'Instructor' });
    expect((await choose(['node-port'], colleague.who)).status).toBe(403);
    const { body } = await choose(['node-port']);
    expect(body.return_url).toBe(`${platform.url}/chosen?course=1`);
    const payload = await platform.chosen(body.jwt);
    const [item] = payload['https://purl.imsglobal.org/spec/lti-dl/claim/content_items'] as Chosen[];
    expect(payload).toMatchObject({
      [`${CLAIM}/message_type`]: 'LtiDeepLinkingResponse',
      [`${CLAIM}/version`]: '1.3.0',
      [`${CLAIM}/deployment_id`]: 'deployment-1',
      'https://purl.imsglobal.org/spec/lti-dl/claim/data': 'a word of the platform',
    });
    expect(item).toMatchObject({
      type: 'ltiResourceLink',
      url: `${server.url}/api/v1/lti/launch`,
      custom: { lab: 'node-port' },
      lineItem: { scoreMaximum: 100, resourceId: 'node-port' },
    });
    const link = { [`${CLAIM}/resource_link`]: { id: 'link-4' }, [`${CLAIM}/custom`]: item.custom };
    const followed = await launch({ sub: 'grace', role: 'Instructor', changes: link });
    expect(followed.location).toMatch(/&lab=node-port$/);
  });

  it('shows a browser a page, which sends the answer back by a form', async () => {
    const teacher = await launch({
      sub: 'grace',
      role: 'Instructor',
      changes: choosing({ accept_multiple: 'true', accept_lineitem: undefined, data: undefined }),
    });
    const browser = { accept: 'text/html,*/*;q=0.8', 'accept-language': 'ko' };
    const who = new Client(server, { ...teacher.who.credentials, ...browser, origin: server.url });
    const page = await who.call('GET', teacher.location);
    expect(page.text).toMatch(/<html lang="ko">[^]*type="checkbox" name="labs" value="dns-names"/);
    expect(page.headers.get('content-security-policy')).toMatch(/form-action 'self'; frame-ancestors 'none'/);
    const request = new URL(teacher.location, server.url).searchParams.get('request') ?? '';
    const form = new URLSearchParams([
      ['request', request],
      ['labs', 'dns-names'],
      ['labs', 'node-port'],
    ]).toString();
    const back = await who.call('POST', '/api/v1/lti/deep-links', form, FORM);
    expect(back.headers.get('content-security-policy')).toContain(`form-action 'self' ${platform.url};`);
    const [, jwt] = /name="JWT" value="([^"]+)"/.exec(back.text) ?? [];
    const payload = await platform.chosen(jwt);
    const items = payload['https://purl.imsglobal.org/spec/lti-dl/claim/content_items'] as Chosen[];
    expect(items.map(({ custom, lineItem }) => [custom.lab, lineItem])).toEqual([
      ['dns-names', undefined],
      ['node-port', undefined],
    ]);
  });

  it('is for who teaches, and for links alone', async () => {
    const student = await launch({ sub: 'ada', role: 'Learner', changes: choosing() });
    expect([student.status, student.headers.getSetCookie()]).toEqual([403, []]);
    const files = choosing({ accept_types: ['file'] });
    expect((await launch({ sub: 'grace', role: 'Instructor', changes: files })).status).toBe(401);
  });
});

it('a platform’s pages may show ours in a frame where it says so', async () => {
  const framed = { ...platform.registration('framed'), frame_origins: ['https://campus.example'] };
  const changes = (rest: object) => ({ [`${CLAIM}/deployment_id`]: 'framed', ...rest });
  const { id } = await admin.ok<Registered>('POST', '/api/v1/lti/platforms', framed);
  const SETTINGS = 'https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings';
  const asked = { deep_link_return_url: `${platform.url}/chosen`, accept_types: ['ltiResourceLink'] };
  const teacher = await launch({
    sub: 'grace',
    role: 'Instructor',
    changes: changes({ [`${CLAIM}/message_type`]: 'LtiDeepLinkingRequest', [SETTINGS]: asked }),
  });
  const who = new Client(server, { ...teacher.who.credentials, accept: 'text/html' });
  const page = await who.call('GET', teacher.location);
  expect(page.headers.get('x-frame-options')).toBeNull();
  expect(page.headers.get('content-security-policy')).toContain(
    "frame-ancestors 'self' https://campus.example",
  );
  await admin.ok('DELETE', `/api/v1/lti/platforms/${id}`);
  const bad = { ...framed, frame_origins: ['https://campus.example/a/path'] };
  expect((await admin.call('POST', '/api/v1/lti/platforms', bad)).status).toBe(422);
});

describe('scores', () => {
  const column = (name: string) => platform.scores.get(name) ?? [];
  const grades = async (by: Client, location: string) => {
    const id = new URL(location, server.url).searchParams.get('class');
    return { id, items: (await by.ok<Page<LtiGrade>>('GET', `/api/v1/classes/${id}/lti/grades`)).items };
  };

  it('go to the column of the link after a check run, and once more when the teacher says so', async () => {
    const { who, location } = await launch({ sub: 'bora', role: 'Learner' });
    const score = await work(who, location);
    expect(score).toBeGreaterThan(0);
    const [sent] = await until(() => (column('1').length > 0 ? column('1') : undefined));
    expect(sent).toMatchObject({
      userId: 'bora',
      scoreGiven: score,
      scoreMaximum: 100,
      activityProgress: 'InProgress',
      gradingProgress: 'FullyGraded',
    });
    const teacher = await launch({ sub: 'grace', role: 'Instructor' });
    const { id, items } = await grades(teacher.who, teacher.location);
    expect(items.find((row) => row.score === score)).toMatchObject({
      lab: 'cluster-ip',
      state: 'Sent',
      tries: 1,
    });
    const without = items.filter(({ state }) => state === 'NoScore').map(({ person }) => person.name);
    expect(without).toContain('Ada');
    await teacher.who.ok('POST', `/api/v1/classes/${id}/lti/grades`);
    const [, again] = await until(() => (column('1').length > 1 ? column('1') : undefined));
    expect(again).toEqual({ ...sent, timestamp: again.timestamp });
    expect(again.timestamp > sent.timestamp).toBe(true);
  });

  it('are kept while the platform is down, over a restart of the server, and arrive once it is up', async () => {
    const endpoint = { lineitems: `${platform.url}/columns` };
    const changes = {
      [`${CLAIM}/resource_link`]: { id: 'link-2' },
      'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint': endpoint,
    };
    const { who, location } = await launch({ sub: 'chul', role: 'Learner', changes });
    platform.isDown = true;
    const score = await work(who, location);
    await until(() => (platform.refusals > 1 ? true : undefined));
    const teacher = await launch({ sub: 'grace', role: 'Instructor' });
    const waiting = (await grades(teacher.who, teacher.location)).items.find(
      (row) => row.state === 'Waiting',
    );
    expect(waiting).toMatchObject({ score, last_error: expect.stringContaining('answers 503') as string });
    await server.stop();
    server = await startServer(server.folder, SETTINGS);
    admin = new Client(server);
    platform.toolKeys = `${server.url}/api/v1/lti/jwks`;
    platform.isDown = false;
    const [sent] = await until(() => (column('made').length > 0 ? column('made') : undefined));
    expect(sent).toMatchObject({ userId: 'chul', scoreGiven: score });
    expect(platform.problems).toEqual([]);
  });

  it('end with the platform, and its launches too', async () => {
    const { items } = await admin.ok<Page<Registered>>('GET', '/api/v1/lti/platforms');
    const begun = await begin();
    await admin.ok('DELETE', `/api/v1/lti/platforms/${items[0].id}`);
    const token = await platform.idToken(begun.nonce, { sub: 'ada', role: 'Learner' });
    expect((await post(begun.cookie, token, begun.state)).status).toBe(401);
    expect((await admin.call('DELETE', `/api/v1/lti/platforms/${items[0].id}`)).status).toBe(404);
  });
});
