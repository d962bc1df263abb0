import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { axeFaults } from './support/axe';
import { DESKTOP, openBrowser, openPage, PHONE, type WatchedPage } from './support/browser';
import { wordsOf } from './support/catalogue';
import { startServer, type TestServer } from './support/server';

const WANTS_PICTURES = process.env.PODLAB_SCREENSHOTS === '1';
const PICTURES = join(__dirname, '../screenshots');

const NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: lab06 }\n';

const MANIFESTS = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: nginx-deployment, namespace: lab06 }
spec:
  replicas: 4
  selector: { matchLabels: { app: nginx } }
  template:
    metadata: { labels: { app: nginx } }
    spec: { containers: [{ name: nginx, image: nginx, ports: [{ containerPort: 80 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: nginx-service, namespace: lab06 }
spec: { selector: { app: nginx }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Service
metadata: { name: nginx-lb, namespace: lab06 }
spec: { type: LoadBalancer, selector: { app: nginx }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: client, namespace: lab06 }
spec: { containers: [{ name: client, image: curlimages/curl, command: [sleep, 1d] }] }
---
apiVersion: v1
kind: Pod
metadata: { name: misspelt, namespace: lab06 }
spec: { containers: [{ name: web, image: ngnix }] }
`;

let server: TestServer;
let browser: Browser;
let cluster: string;
let delivered: string;
let refused: string;

async function requestFrom(from: object, to: string): Promise<string> {
  const answer = await server.call<{ requests: { id: string }[] }>('POST', `/clusters/${cluster}/requests`, {
    from,
    to,
  });
  return answer.requests[0]!.id;
}

beforeAll(async () => {
  server = await startServer();
  browser = await openBrowser();
  mkdirSync(PICTURES, { recursive: true });
  const clock = { mode: 'paused' };
  cluster = (
    await server.call<{ id: string }>('POST', '/clusters', {
      name: 'lab06',
      seed: '42',
      clock,
      manifests: NAMESPACE,
    })
  ).id;
  // A pod needs its namespace's default service account, which a controller makes a moment later.
  await server.call('POST', `/clusters/${cluster}/clock/advance`, { ms: 1000 });
  await server.call('POST', `/clusters/${cluster}/apply`, MANIFESTS);
  await server.call('POST', `/clusters/${cluster}/clock/advance`, { ms: 30_000 });
  const client = { kind: 'Pod', namespace: 'lab06', name: 'client' };
  delivered = await requestFrom(client, 'http://nginx-service.lab06/');
  const target = { kind: 'Node', name: 'node-b' };
  const params = { latency_ms: 200 };
  await server.call('POST', `/clusters/${cluster}/faults`, { kind: 'LinkLatency', target, params });
  refused = await requestFrom({ kind: 'External' }, 'http://10.96.0.1/');
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

type Place = [
  name: string,
  path: () => string,
  prepare?: (page: Page, words: ReturnType<typeof wordsOf>) => Promise<void>,
];

const openPanel =
  (panel: keyof ReturnType<typeof wordsOf>['cluster']['panel']) =>
  async (page: Page, words: ReturnType<typeof wordsOf>) => {
    await page.getByRole('tab', { name: words.cluster.panel[panel] }).click();
    await page.getByRole('tabpanel').waitFor();
  };

/** Neighbours with the same path are looked at one after another without a new load. */
const PLACES: Place[] = [
  ['clusters', () => '/'],
  [
    'new cluster',
    () => '/',
    async (page, words) => {
      await page.getByRole('button', { name: words.clusters.create }).click();
      await page.getByText(words.clusters.more).click();
      await page.getByLabel(words.clusters.proxyMode).waitFor();
    },
  ],
  ['cluster', () => `/cluster?id=${cluster}`],
  ['make', () => `/cluster?id=${cluster}`, openPanel('make')],
  [
    'yaml',
    () => `/cluster?id=${cluster}`,
    async (page, words) => {
      await openPanel('make')(page, words);
      await page.getByRole('button', { name: words.make.editYaml }).click();
      await page.locator('.cm-content').waitFor();
    },
  ],
  ['objects', () => `/cluster?id=${cluster}`, openPanel('objects')],
  [
    'shell',
    () => `/cluster?id=${cluster}`,
    async (page, words) => {
      await openPanel('shell')(page, words);
      await page.getByRole('textbox', { name: words.shell.command }).fill('curl -sI http://nginx-service');
      await page.keyboard.press('Enter');
      await page.getByRole('log').getByText('200 OK').waitFor();
    },
  ],
  [
    'faults',
    () => `/cluster?id=${cluster}`,
    async (page, words) => {
      await openPanel('faults')(page, words);
      await page.getByRole('list', { name: words.faults.active }).waitFor();
    },
  ],
  ['tables', () => `/cluster?id=${cluster}`, openPanel('nodes')],
  ['kubectl', () => `/cluster?id=${cluster}`, openPanel('kubectl')],
  [
    'journey',
    () => `/cluster?id=${cluster}&request=${delivered}`,
    async (page, words) => {
      await page.getByRole('button', { name: words.journey.next, exact: true }).click();
      await page.getByRole('button', { name: words.journey.next, exact: true }).click();
    },
  ],
  [
    'table',
    () => `/cluster?id=${cluster}&request=${delivered}`,
    async (page, words) => {
      await page.getByText(words.cluster.table, { exact: true }).first().click();
      await page.getByRole('table').waitFor();
    },
  ],
  [
    'failure',
    () => `/cluster?id=${cluster}&request=${refused}`,
    (page, words) => page.getByRole('region', { name: words.diagnosis.title }).waitFor(),
  ],
  [
    'object',
    () => `/cluster?id=${cluster}&object=Service/lab06/nginx-service`,
    (page, words) => page.getByRole('button', { name: words.objects.delete, exact: true }).waitFor(),
  ],
  ['missing', () => '/cluster?id=none'],
];

const READERS = [
  { name: 'desktop-light-ko', locale: 'ko', scheme: 'light', size: DESKTOP },
  { name: 'desktop-dark-en', locale: 'en', scheme: 'dark', size: DESKTOP },
  { name: 'phone-light-en', locale: 'en', scheme: 'light', size: PHONE },
  { name: 'phone-dark-ko', locale: 'ko', scheme: 'dark', size: PHONE },
] as const;

/** Nothing is being fetched any more, and nothing moves. */
async function settled({ page, quiet }: WatchedPage): Promise<void> {
  await quiet();
  await page.evaluate(() =>
    Promise.allSettled(document.getAnimations().map((animation) => animation.finished)),
  );
}

const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Numbers are typed where their arrows are small; a word of the trade stands in a line of text. */
const MAY_BE_SMALL =
  '.term, .mantine-NumberInput-control, .mantine-PasswordInput-visibilityToggle, .cm-editor *';

/** What is too low for a finger: less than 44 pixels. */
const lowTargets = (page: Page): Promise<string[]> =>
  page.evaluate(
    (small) =>
      [...document.querySelectorAll<HTMLElement>('button, select, summary, nav a, [role=tab]')]
        .filter((element) => element.checkVisibility() && !element.matches(small))
        .filter((element) => element.getBoundingClientRect().height < 43.5)
        .map((element) => element.outerHTML.slice(0, 200)),
    MAY_BE_SMALL,
  );

describe.each(READERS)('for $name', ({ name, ...reader }) => {
  it('every page is free of faults that axe finds, asks nothing of elsewhere, fits its width and a finger', async () => {
    const watched = await openPage(browser, server.url, reader);
    const { page, faults, close } = watched;
    const found: string[] = [];
    const look = async (place: string) => {
      await settled(watched);
      const path = join(PICTURES, `${place}-${name}.png`);
      if (WANTS_PICTURES) await page.screenshot({ path, fullPage: reader.size === PHONE });
      found.push(...(await axeFaults(page)).map((fault) => `${place}: ${fault}`));
      if ((await overflow(page)) > 0) found.push(`${place}: wider than the window`);
      if (reader.size === PHONE)
        found.push(...(await lowTargets(page)).map((target) => `${place}: too low to press: ${target}`));
    };
    await page.goto(`${server.url}/`);
    await page.getByRole('main').waitFor();
    await look('signed-out');
    await page.goto((await server.call<{ url: string }>('POST', '/auth/links')).url);
    await page.getByRole('heading', { name: wordsOf(reader.locale).clusters.title }).waitFor();
    let shown = '';
    for (const [place, path, prepare] of PLACES) {
      if (path() !== shown) await page.goto(server.url + (shown = path()));
      await page.getByRole('main').waitFor();
      if (shown.includes(cluster)) await page.getByText('node-c', { exact: true }).first().waitFor();
      await prepare?.(page, wordsOf(reader.locale));
      await look(place);
    }
    await close();
    expect(found).toEqual([]);
    expect(faults).toEqual([]);
  });
});
