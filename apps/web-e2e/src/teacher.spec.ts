/** A teacher's way: a class, its lab and people, the wall while they work, grades, and the end of the class. */
import type { Browser, Locator, Page } from 'playwright-core';
import { axeFaults } from './support/axe';
import { openBrowser, openPage, PHONE } from './support/browser';
import { filled, wordsOf } from './support/catalogue';
import { tabTo } from './support/keyboard';
import { startServer, type TestServer } from './support/server';

const words = wordsOf('en');
const CLASS = 'Networks, group 3';

let server: TestServer;
let browser: Browser;

beforeAll(async () => {
  server = await startServer({ labs: true });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

interface Student {
  cluster: string;
  call<Answer>(method: string, path: string, body: unknown): Promise<Answer>;
  attempt: string;
}

/** Joins by the code and begins the lab, as a browser elsewhere would. */
async function student(room: string, code: string, name: string): Promise<Student> {
  let cookie = '';
  const call = async <Answer>(method: string, path: string, body: unknown): Promise<Answer> => {
    const answer = await fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: { 'content-type': 'application/json', origin: server.url, cookie },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    cookie ||= (answer.headers.get('set-cookie') ?? '').split(';')[0]!;
    return (await answer.json()) as Answer;
  };
  await call('POST', '/join', { code, name });
  const attempt = await call<{ id: string; cluster: string }>('POST', '/labs/cluster-ip/attempts', {
    class: room,
  });
  return { cluster: attempt.cluster, attempt: attempt.id, call };
}

const button = (page: Page, name: string): Locator => page.getByRole('button', { name, exact: true });
const tile = (page: Page, name: string): Locator =>
  page.getByRole('list', { name: words.wall.tiles }).getByRole('button').filter({ hasText: name });

/** Opens a class with the lab ClusterIP and a code; answers with its id and the code. */
async function openClass(page: Page): Promise<{ room: string; code: string }> {
  const { list, labs, invitations, part, nav } = words.teaching;
  await page.getByRole('link', { name: nav.classes, exact: true }).click();
  await page.getByRole('textbox', { name: list.name }).fill(CLASS);
  await button(page, list.create).click();
  await page.getByRole('heading', { name: CLASS, level: 1 }).waitFor();
  await button(page, filled(labs.assignNamed, { name: 'ClusterIP' })).click();
  await page.getByRole('link', { name: filled(labs.wallOf, { name: 'ClusterIP' }) }).waitFor();
  await page.getByRole('tab', { name: part.invitations }).click();
  await button(page, invitations.makeButton).click();
  const code = page.locator('p', { hasText: /^[A-Z0-9]{4}-[A-Z0-9]{4}$/ });
  return {
    code: await code.first().innerText(),
    room: new URL(page.url()).searchParams.get('id')!,
  };
}

async function uploadRoster(page: Page): Promise<void> {
  const { roster, part } = words.teaching;
  await page.getByRole('tab', { name: part.members }).click();
  await page
    .getByRole('textbox', { name: roster.rows })
    .fill('login,name,group\nara,Ara Kim,A\nbad login!,Bora,A\nchul,Chul Park,B');
  await button(page, roster.take).click();
  const report = page.getByRole('region', { name: roster.report });
  await report.getByRole('row', { name: /^3 bad login! Bora Refused/ }).waitFor();
  await page.getByText(filled(roster.summary, { added: 2, updated: 0, unchanged: 0, refused: 1 })).waitFor();
  const saved = page.waitForEvent('download');
  await button(page, roster.links).click();
  expect((await saved).suggestedFilename()).toBe(`${CLASS}-links.csv`);
}

it('opens a class, watches it work, helps, grades, and deletes it only when its name is typed', async () => {
  const { page, faults, close } = await openPage(browser, server.url, { locale: 'en' });
  const found: string[] = [];
  const look = async (place: string) =>
    found.push(...(await axeFaults(page)).map((fault) => `${place}: ${fault}`));
  await page.goto((await server.call<{ url: string }>('POST', '/auth/links')).url);
  const { room, code } = await openClass(page);
  await look('invitations');
  await uploadRoster(page);
  await look('members');

  await page.getByRole('link', { name: words.teaching.nav.wall, exact: true }).click();
  await tile(page, 'A · Ara Kim').waitFor();
  await watchTheWall(page, room, code, look);
  await readGrades(page, look);
  await page.getByRole('link', { name: words.teaching.nav.people, exact: true }).click();
  const roleOf = page.getByRole('combobox', {
    name: filled(words.people.roleOf, { name: 'Dana' }),
    exact: true,
  });
  await roleOf.selectOption({ label: words.people.roles.teacher });
  await look('people');

  await page.goto(`${server.url}/classes?id=${room}&part=settings`);
  await button(page, words.teaching.end.remove).waitFor();
  await look('settings');
  await button(page, words.teaching.end.remove).click();
  const forever = button(page, words.teaching.end.removeForever);
  expect(await forever.isDisabled()).toBe(true);
  await page.getByRole('textbox', { name: filled(words.teaching.end.typeName, { name: CLASS }) }).fill(CLASS);
  await forever.click();
  await page.getByText(words.teaching.list.empty).waitFor();
  const people = await server.call<{ items: { name: string; role: string }[] }>('GET', '/people');
  expect(people.items.find(({ name }) => name === 'Dana')?.role).toBe('teacher');
  await close();
  expect(found).toEqual([]);
  expect(faults).toEqual([]);
});

async function watchTheWall(
  page: Page,
  room: string,
  code: string,
  look: (place: string) => Promise<unknown>,
): Promise<void> {
  const [dana, eun] = [await student(room, code, 'Dana'), await student(room, code, 'Eun')];
  await dana.call('POST', `/clusters/${dana.cluster}/requests`, {
    from: { kind: 'External' },
    to: 'http://10.96.0.10:80/',
  });
  await tile(page, 'Dana').filter({ hasText: words.wall.need.stuck }).waitFor();
  await tile(page, 'Dana').filter({ hasText: words.wall.cause.ClusterIPNotReachableFromOutside }).waitFor();
  await eun.call('PUT', `/attempts/${eun.attempt}/hand`, { raised: true, note: 'Which port?' });
  await page.getByRole('region', { name: words.wall.hands }).getByText('Which port?').waitFor();
  const names = await page.locator('[data-person] > span:first-child > b').allInnerTexts();
  expect(names.slice(0, 2)).toEqual(['Eun', 'Dana']);
  await look('wall');

  // By keyboard alone: to the tiles, along them, into one, and out.
  await tabTo(page, tile(page, 'Eun'));
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  const panel = page.getByRole('dialog', { name: 'Dana' });
  await panel.getByRole('heading', { name: filled(words.wall.stepsDone, { done: 0, all: 4 }) }).waitFor();
  await look('panel');
  await page.keyboard.press('Escape');
  await panel.waitFor({ state: 'hidden' });

  await button(page, filled(words.wall.helpedNamed, { name: 'Eun' })).click();
  await page.getByRole('region', { name: words.wall.hands }).waitFor({ state: 'detached' });
  await button(page, words.wall.message.all).click();
  await page.getByRole('textbox', { name: words.wall.message.text }).fill('Five minutes left.');
  await button(page, words.wall.message.send).click();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  const said = await server.call<{ items: { text: string }[] }>('GET', `/classes/${room}/messages`);
  expect(said.items.map(({ text }) => text)).toEqual(['Five minutes left.']);

  await page.getByText(words.wall.heat, { exact: true }).click();
  const heat = page.getByRole('region', { name: words.wall.heat });
  await heat.getByRole('button').first().click();
  await page.getByRole('region', { name: words.wall.who }).getByRole('button', { name: 'Dana' }).waitFor();
  await look('heat');
  await page.getByRole('switch', { name: words.wall.projector }).click();
  await page.getByRole('button', { name: /^Student \d$/ }).waitFor();
  await page.getByText(words.wall.tiles, { exact: true }).click();
  await tile(page, 'Student 1').first().waitFor();
  expect(await page.getByRole('main').innerText()).not.toMatch(/Dana|Eun|Ara|Which port/);
}

async function readGrades(page: Page, look: (place: string) => Promise<unknown>): Promise<void> {
  await page.getByRole('link', { name: words.teaching.nav.grades, exact: true }).click();
  const table = page.getByRole('region', {
    name: filled(words.grades.tableOf, { lab: 'ClusterIP' }),
  });
  await table.getByRole('row', { name: /Chul Park/ }).waitFor();
  await button(page, words.grades.name).click();
  expect(await table.getByRole('rowheader').allInnerTexts()).toEqual(['Eun', 'Dana', 'Chul Park', 'Ara Kim']);
  const csv = page.waitForEvent('download');
  await page.getByRole('link', { name: words.grades.csvAll }).click();
  expect((await csv).suggestedFilename()).toMatch(/^grades-.*\.csv$/);
  await button(page, words.grades.regrade.title).click();
  await button(page, words.grades.regrade.begin).click();
  await page.getByText(filled(words.grades.regrade.finished, { done: 2, total: 2 })).waitFor();
  await look('grades');
  await button(page, filled(words.grades.openNamed, { name: 'Eun' })).click();
  await page.getByText(words.grades.kind.HandLowered).waitFor();
  await look('time line');
}

it('a student sees no wall, and nothing of it fits less on a telephone in the dark', async () => {
  const made = await server.call<{ id: string }>('POST', '/classes', { name: '3반' });
  await server.call('PUT', `/classes/${made.id}/labs/cluster-ip`, {});
  const { code } = await server.call<{ code: string }>('POST', `/classes/${made.id}/invitations`, {});
  await student(made.id, code, '김아라');
  const korean = wordsOf('ko');
  const reader = { locale: 'ko', scheme: 'dark', size: PHONE } as const;
  const { page, faults, close } = await openPage(browser, server.url, reader);
  const found: string[] = [];
  await page.goto((await server.call<{ url: string }>('POST', '/auth/links')).url);
  await page.getByRole('heading', { name: korean.clusters.title }).waitFor();
  const parts = ['labs', 'members', 'invitations', 'settings'].map(
    (part) => `/classes?id=${made.id}&part=${part}`,
  );
  const views = ['', '&view=heat', '&projector=1'].map((view) => `/wall?class=${made.id}${view}`);
  const others = ['/classes', ...views, '/people', '/platforms', '/class?id=none', '/nowhere'];
  for (const path of [...parts, ...others, `/grades?class=${made.id}`]) {
    await page.goto(server.url + path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForLoadState('networkidle');
    found.push(...(await axeFaults(page)).map((fault) => `${path}: ${fault}`));
    const over = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    if (over > 0) found.push(`${path}: wider than the window by ${over}`);
  }
  await close();
  const joined = await openPage(browser, server.url, { locale: 'ko' });
  await joined.page.goto(`${server.url}/join#code=${code}`);
  await joined.page.locator('input[autocomplete=name]').fill('이보라');
  await joined.page.getByRole('button', { name: korean.join.join, exact: true }).click();
  await joined.page.getByRole('heading', { name: '3반' }).waitFor();
  await joined.page.goto(`${server.url}/wall?class=${made.id}`);
  await joined.page.getByText(korean.teaching.list.missing).waitFor();
  await joined.close();
  expect(found).toEqual([]);
  expect([...faults, ...joined.faults]).toEqual([]);
});
