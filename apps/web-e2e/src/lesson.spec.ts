import type { Browser } from 'playwright-core';
import { openBrowser, openPage, type WatchedPage } from './support/browser';
import { Dashboard } from './support/dashboard';
import { arrowTo, arrowToOption, press, tabTo, typeInto } from './support/keyboard';
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
  return new Dashboard(watched.page, locale);
}

describe.each(['ko', 'en'] as const)('the lesson by mouse (%s)', (locale) => {
  it('goes from an empty page to a load balancer', async () => {
    const dashboard = await open(locale);
    const { words, page } = dashboard;
    await dashboard.signIn(await server.newLink());
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
    await page.locator(`button[title="${lost}"]`).waitFor({ state: 'detached' });
    await dashboard.pods('nginx-deployment').nth(3).waitFor();
    expect(watched.faults).toEqual([]);
  });
});

/** What the mouse does in Dashboard, by Tab, arrows, Space, Enter and letters. */
class KeyboardDashboard extends Dashboard {
  override async createCluster(name: string): Promise<void> {
    await typeInto(this.page, this.page.getByRole('textbox', { name: this.words.clusters.name }), name);
    await this.page.keyboard.press('Enter');
    await this.page.getByRole('heading', { name, level: 1 }).waitFor();
    await this.page.getByText('node-c', { exact: true }).first().waitFor();
  }

  private async open(panel: 'make' | 'request'): Promise<void> {
    await arrowTo(this.page, this.page.getByRole('tablist'), this.tab(panel));
    await this.page.keyboard.press('Enter');
  }

  override async choose(group: string, option: string): Promise<void> {
    const radios = this.page.getByRole('radiogroup', { name: group });
    await arrowTo(this.page, radios, radios.getByRole('radio', { name: option, exact: true }));
  }

  private async apply(): Promise<void> {
    await press(this.page, this.button(this.words.make.apply));
    await this.report('Created');
  }

  override async makeDeployment(): Promise<void> {
    await this.open('make');
    await this.choose(this.words.make.way, this.words.make.deployment);
    await this.apply();
  }

  override async makeClient(): Promise<void> {
    await this.open('make');
    await this.choose(this.words.make.way, this.words.make.yaml);
    await press(this.page, this.button(this.words.make.clientPod));
    await this.apply();
  }

  override async makeService(name: string, type: string, nodePort = ''): Promise<void> {
    await this.open('make');
    await this.choose(this.words.make.way, this.words.make.service);
    await typeInto(this.page, this.page.getByRole('textbox', { name: this.words.make.name }), name);
    await this.choose(this.words.make.type, type);
    if (nodePort) {
      const field = this.page.getByRole('textbox', { name: this.words.make.nodePort }).last();
      await typeInto(this.page, field, nodePort);
    }
    await this.apply();
    await this.service(name).waitFor();
  }

  override async send(from: string, to: string): Promise<void> {
    await this.open('request');
    await arrowToOption(this.page, this.page.getByRole('combobox', { name: this.words.requests.from }), from);
    await typeInto(this.page, this.page.getByRole('combobox', { name: this.words.requests.to }), to);
    await this.page.keyboard.press('Escape');
    const before = this.page.url();
    await press(this.page, this.button(this.words.requests.sendButton));
    await this.page.waitForURL((url) => url.href !== before && url.searchParams.has('request'));
  }

  /** Goes through the journey from its first hop to its last, and one back. */
  async walkHops(): Promise<void> {
    await tabTo(this.page, this.player());
    await this.page.keyboard.press('Home');
    const count = await this.hopCount();
    await this.hop(1, count).waitFor();
    for (let index = 2; index <= count; index++) {
      await this.page.keyboard.press('ArrowRight');
      await this.hop(index, count).waitFor();
    }
    await this.page.keyboard.press('ArrowLeft');
    await this.hop(Math.max(1, count - 1), count).waitFor();
  }
}

describe.each(['ko', 'en'] as const)('the lesson by keyboard alone (%s)', (locale) => {
  it('goes from the sign-in link to a load balancer, and through a request hop by hop', async () => {
    watched = await openPage(browser, server.url, { locale });
    const dashboard = new KeyboardDashboard(watched.page, locale);
    const { words, page } = dashboard;
    await dashboard.signIn(await server.newLink());
    await dashboard.createCluster('lab06');
    await dashboard.makeDeployment();
    await dashboard.pods('nginx-deployment').nth(2).waitFor();
    await dashboard.makeClient();
    await dashboard.pods('client').first().waitFor();

    await dashboard.makeService('nginx-service', 'ClusterIP');
    await dashboard.send('lab06/client', 'http://nginx-service.lab06/');
    await dashboard.verdict('Delivered');
    await dashboard.walkHops();

    await dashboard.makeService('nginx-nodeport', 'NodePort', '30123');
    const node = await page.locator('[data-place^="node:"]').first().innerText();
    await dashboard.send(words.requests.outsideUser, `http://${node.match(/\d+\.\d+\.\d+\.\d+/)![0]}:30123/`);
    await dashboard.verdict('Delivered');

    await dashboard.makeService('nginx-lb', 'LoadBalancer');
    await page.getByText('<pending>').first().waitFor();
    await press(page, page.getByRole('switch', { name: words.cloud.label }), 'Space');
    const balancer = page.locator('[data-place="balancer:lab06/nginx-lb"]').getByText(/^\d+\.\d+\.\d+\.\d+$/);
    await balancer.waitFor();
    await dashboard.send(words.requests.outsideUser, `http://${await balancer.innerText()}/`);
    await dashboard.verdict('Delivered');
    expect(watched.faults).toEqual([]);
  });
});

it('a permalink opens the same request in another session, in the language of its reader', async () => {
  const dashboard = await open('en');
  await dashboard.signIn(await server.newLink());
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
