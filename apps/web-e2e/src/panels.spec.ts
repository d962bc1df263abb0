import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { openBrowser, openPage, type WatchedPage } from './support/browser';
import { filled } from './support/catalogue';
import { Dashboard } from './support/dashboard';
import { startServer, type TestServer } from './support/server';

let server: TestServer;
let browser: Browser;
let watched: WatchedPage;

beforeAll(async () => {
  server = await startServer();
  browser = await openBrowser();
});
afterEach(async () => {
  await watched?.close();
  await server?.deleteClusters();
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

async function open(locale: 'ko' | 'en'): Promise<Dashboard> {
  watched = await openPage(browser, server.url, { locale });
  const dashboard = new Dashboard(watched.page, locale);
  await dashboard.signIn(await server.newLink());
  return dashboard;
}

it('time is paused, stepped and skipped; tables are read; the kubeconfig comes down; a cluster is thrown away', async () => {
  const dashboard = await open('en');
  const { page, words } = dashboard;
  await dashboard.createCluster('lab06');

  const now = page.getByRole('group', { name: words.clock.title }).locator('time');
  await dashboard.button(words.clock.pause).click();
  await page.getByText(words.clock.paused, { exact: true }).waitFor();
  const paused = await now.innerText();
  await dashboard.button(words.clock.step).click();
  await dashboard.button(words.clock.advance).click();
  await page.getByRole('menuitem', { name: 'ten minutes' }).click();
  await page.waitForFunction(
    ([selector, before]) => {
      const minutes = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
      const shown = document.querySelector(selector)?.textContent ?? before;
      return (minutes(shown) - minutes(before) + 1440) % 1440 >= 10;
    },
    ['header time', paused] as const,
  );

  await dashboard.tab('nodes').click();
  await page.getByLabel(words.nodes.find).fill('10.96.0.1/32');
  await page.getByRole('group', { name: 'node-a iptables' }).getByText('KUBE-SVC-').waitFor();
  await page.getByRole('radiogroup', { name: words.nodes.table }).getByText('ip route').click();
  await page.getByText(words.nodes.noMatch).waitFor();

  await dashboard.tab('kubectl').click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: filled(words.kubectl.download, { file: 'lab06.kubeconfig' }) }).click(),
  ]);
  const id = new URL(page.url()).searchParams.get('id')!;
  expect(download.suggestedFilename()).toBe('lab06.kubeconfig');
  expect(readFileSync(await download.path(), 'utf8')).toContain(`/clusters/${id}`);

  await page.getByRole('link', { name: words.header.home }).click();
  await page.getByRole('button', { name: filled(words.clusters.deleteNamed, { name: 'lab06' }) }).click();
  await page.getByRole('dialog').getByRole('button', { name: words.clusters.delete, exact: true }).click();
  await page.getByText(words.clusters.empty).waitFor();
  expect(watched.faults).toEqual([]);
});

it('what the server refuses is told in its own words', async () => {
  const dashboard = await open('ko');
  const { page, words } = dashboard;
  await dashboard.createCluster('lab06');
  await dashboard.makeDeployment();
  await dashboard.tab('make').click();
  await dashboard.choose(words.make.way, words.make.service);
  await dashboard.choose(words.make.type, 'NodePort');
  await page.getByRole('textbox', { name: words.make.nodePort }).last().fill('80');
  await dashboard.button(words.make.apply).click();
  await dashboard.report('Refused');
  await page.getByText(/provided port is not in the valid range/).waitFor();
  expect(watched.faults).toEqual([]);
});

it('a command in a pod is looked at hop by hop; what was broken on purpose is healed', async () => {
  const dashboard = await open('ko');
  const { page, words } = dashboard;
  await dashboard.createCluster('lab06');
  await dashboard.makeDeployment();
  await dashboard.pods('nginx-deployment').nth(2).waitFor();
  await dashboard.makeService('nginx-service', 'ClusterIP');

  await dashboard.tab('shell').click();
  await dashboard.field(words.shell.where).selectOption('node-a');
  const line = page.getByRole('textbox', { name: words.shell.command });
  const address = (await dashboard.service('nginx-service').innerText()).match(/10\.96\.\d+\.\d+/)![0];
  const run = async (command: string) => {
    await line.fill(command);
    await line.press('Enter');
  };
  const output = page.getByRole('log', { name: words.shell.output });
  await run('ip route | grep default');
  await output.getByText('default via 172.18.0.1 dev eth0').waitFor();
  await run(`curl -s http://${address}/ | grep title`);
  await output.getByText('Welcome to nginx!').waitFor();
  await line.press('ArrowUp');
  expect(await line.inputValue()).toBe(`curl -s http://${address}/ | grep title`);
  await output.getByRole('button', { name: address }).click();
  await dashboard.player().getByRole('listitem').first().waitFor();
  expect(await dashboard.hopCount()).toBeGreaterThan(1);

  await dashboard.tab('request').click();
  await dashboard.choose(words.requests.mode.label, words.requests.mode.all);
  await dashboard.field(words.requests.reach.targets).selectOption(words.requests.preset.clusterIP);
  await dashboard.button(words.requests.reach.try).click();
  const cell = (from: string, disposition: string) =>
    page.getByRole('button', { name: filled(words.requests.reach.cell, { from, to: address, disposition }) });
  await cell(words.requests.outsideUser, words.disposition.NoRoute).waitFor();
  await cell('node-b', words.disposition.Delivered).click();
  await dashboard.verdict('Delivered');

  await dashboard.service('nginx-service').getByRole('button').click();
  await page.getByText(words.objects.changes).click();
  await page
    .getByRole('listitem')
    .filter({ hasText: words.objects.change.created })
    .getByText('kubectl-client-side-apply')
    .waitFor();

  await dashboard.tab('faults').click();
  await dashboard.field(words.faults.kind).selectOption('LinkDown');
  await dashboard.button(words.faults.break).click();
  const broken = page.getByRole('list', { name: words.faults.active });
  await broken.getByText('node-a').waitFor();
  await dashboard.send('node-a', 'http://198.51.100.7/');
  await dashboard.diagnosis().waitFor();
  await dashboard.tab('faults').click();
  await broken.getByRole('button').click();
  await page.getByRole('list', { name: words.faults.ended }).getByText(words.faults.end.Deleted).waitFor();
  expect(watched.faults).toEqual([]);
});
