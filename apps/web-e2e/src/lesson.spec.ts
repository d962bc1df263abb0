import type { Browser } from 'playwright-core';
import { openBrowser, openPage, type WatchedPage } from './support/browser';
import { Dashboard } from './support/dashboard';
import { arrowTo, press, tabTo, typeInto } from './support/keyboard';
import { startServer, type TestServer } from './support/server';

jest.setTimeout(180_000);

let server: TestServer;
let browser: Browser;
let watched: WatchedPage;

beforeEach(async () => {
  server = await startServer();
  browser = await openBrowser();
});
afterEach(async () => {
  await browser?.close();
  await server?.stop();
});

async function open(locale: 'ko' | 'en'): Promise<Dashboard> {
  watched = await openPage(browser, server.url, { locale });
  return new Dashboard(watched.page, locale);
}

describe.each(['ko', 'en'] as const)('the lesson by mouse (%s)', (locale) => {
  it('goes from an empty page to a load balancer', async () => {
    const dashboard = await open(locale);
    const { words, page } = dashboard;
    await dashboard.signIn(server.signInUrl);
    await dashboard.createCluster('lab06');
    await dashboard.makeDeployment();
    await dashboard.pods('nginx-deployment').nth(2).waitFor();
    await dashboard.makeClient();
    await dashboard.pods('client').first().waitFor();

    // ClusterIP: from a pod, {service IP}:port becomes {pod IP}:targetPort.
    await dashboard.makeService('nginx-service', 'ClusterIP');
    await dashboard.send('lab06/client', 'http://nginx-service.lab06/');
    await dashboard.verdict('Delivered');
    await dashboard
      .player()
      .getByText(words.journey.dnat)
      .or(page.getByText('NAT', { exact: true }).first())
      .waitFor();
    const clusterIP = (await dashboard.service('nginx-service').innerText()).match(/10\.96\.\d+\.\d+/)![0];

    // ClusterIP: closed to the outside, and the diagnosis says so.
    await dashboard.send(words.requests.outsideUser, `http://${clusterIP}/`);
    await dashboard.verdict('NoRoute');
    await dashboard.diagnosis().getByText('nginx-service').first().waitFor();

    // NodePort: the same port on every node, also on one without a pod.
    await dashboard.makeService('nginx-nodeport', 'NodePort', '30123');
    const nodes = await page.locator('[data-place^="node:"]').allInnerTexts();
    const addresses = nodes.map((text) => text.match(/\d+\.\d+\.\d+\.\d+/)![0]);
    expect(addresses).toHaveLength(3);
    for (const address of addresses) {
      await dashboard.send(words.requests.outsideUser, `http://${address}:30123/`);
      await dashboard.verdict('Delivered');
    }

    // LoadBalancer: pending without a cloud, an address and an answer with one.
    await dashboard.makeService('nginx-lb', 'LoadBalancer');
    await page.getByText('<pending>').first().waitFor();
    await page.getByText(words.topology.cloudOff).waitFor();
    await page.getByRole('switch', { name: words.cloud.label }).click({ force: true });
    const balancer = page.locator('[data-place="balancer:lab06/nginx-lb"]').getByText(/^\d+\.\d+\.\d+\.\d+$/);
    await balancer.waitFor();
    await dashboard.send(words.requests.outsideUser, `http://${await balancer.innerText()}/`);
    await dashboard.verdict('Delivered');

    // Scale-out: new addresses behind the same one; a deleted pod's address is gone, another comes.
    await dashboard.tab('objects').click();
    await page.getByRole('combobox', { name: words.objects.kind }).selectOption('Deployment');
    await page.getByRole('list', { name: 'Deployment' }).getByText('nginx-deployment').click();
    await dashboard.button(words.objects.moreReplicas).click();
    await dashboard.pods('nginx-deployment').nth(3).waitFor();
    const victim = dashboard.pods('nginx-deployment').first();
    const lost = (await victim.getAttribute('title'))!;
    await victim.click();
    await dashboard.button(words.objects.delete).click();
    await page.getByRole('dialog').getByRole('button', { name: words.objects.delete }).click();
    await page.locator(`button[title="${lost}"]`).waitFor({ state: 'detached', timeout: 60_000 });
    await dashboard.pods('nginx-deployment').nth(3).waitFor();
    expect(watched.faults).toEqual([]);
  });
});

describe('the lesson by keyboard alone', () => {
  it('goes from the sign-in link to a traced request, hop by hop', async () => {
    const dashboard = await open('ko');
    const { words, page } = dashboard;
    await dashboard.signIn(server.signInUrl);
    await typeInto(page, page.getByRole('textbox', { name: words.clusters.name }), 'lab06');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'lab06', level: 1 }).waitFor();
    await page.getByText('node-c', { exact: true }).first().waitFor();

    const tabs = page.getByRole('tablist');
    await arrowTo(page, tabs, dashboard.tab('make'));
    await page.keyboard.press('Enter');
    await press(page, dashboard.button(words.make.apply));
    await dashboard.report('Created');
    await dashboard.pods('nginx-deployment').nth(2).waitFor();

    const ways = page.getByRole('radiogroup', { name: words.make.way });
    await arrowTo(page, ways, ways.getByRole('radio', { name: words.make.service }));
    await press(page, dashboard.button(words.make.apply));
    await dashboard.report('Created');
    await dashboard.service('nginx-service').waitFor();

    await tabTo(page, tabs);
    await arrowTo(page, tabs, dashboard.tab('request'), 'ArrowLeft');
    await page.keyboard.press('Enter');
    const from = page.getByRole('combobox', { name: words.requests.from });
    await tabTo(page, from);
    await page.keyboard.type('node-a');
    await typeInto(
      page,
      page.getByRole('combobox', { name: words.requests.to }),
      'http://nginx-service.lab06/',
    );
    const before = page.url();
    await page.keyboard.press('Escape');
    await press(page, dashboard.button(words.requests.sendButton));
    await page.waitForURL((url) => url.href !== before);

    await tabTo(page, dashboard.player());
    await page.keyboard.press('Home');
    const count = await dashboard.hopCount();
    await dashboard.hop(1, count).waitFor();
    for (let index = 2; index <= count; index++) {
      await page.keyboard.press('ArrowRight');
      await dashboard.hop(index, count).waitFor();
    }
    await page.keyboard.press('ArrowLeft');
    await dashboard.hop(Math.max(1, count - 1), count).waitFor();
    expect(watched.faults).toEqual([]);
  });
});

it('a permalink opens the same request in another session, in the language of its reader', async () => {
  const dashboard = await open('en');
  await dashboard.signIn(server.signInUrl);
  const manifests = 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: lab06\n';
  const cluster = await server.call<{ id: string }>('POST', '/clusters', { name: 'link', manifests });
  const answer = await server.call<{ requests: { id: string }[] }>(
    'POST',
    `/clusters/${cluster.id}/requests`,
    {
      from: { kind: 'External' },
      to: 'http://10.96.0.1/',
    },
  );
  await dashboard.page.goto(`${server.url}/cluster?id=${cluster.id}&request=${answer.requests[0]!.id}`);
  await dashboard.verdict('NoRoute');
  await dashboard.page.getByText('한국어').click();
  await dashboard.page.getByRole('region', { name: '결과' }).getByText('경로 없음').first().waitFor();
  await dashboard.page.goto(`${server.url}/cluster?id=none`);
  await dashboard.page.getByText('그런 클러스터가 없거나 볼 권한이 없습니다').waitFor();
  expect(watched.faults).toEqual([]);
});
