import type { Browser } from 'playwright-core';
import { openBrowser, openPage, type WatchedPage } from './support/browser';
import { Dashboard } from './support/dashboard';
import { startServer, type TestServer } from './support/server';

const NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: lab06 }\n';
const MANIFESTS = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: nginx-deployment, namespace: lab06 }
spec:
  replicas: 2
  selector: { matchLabels: { app: nginx } }
  template:
    metadata: { labels: { app: nginx } }
    spec: { containers: [{ name: nginx, image: nginx, ports: [{ containerPort: 80 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: wrong-port, namespace: lab06 }
spec: { selector: { app: nginx }, ports: [{ port: 80, targetPort: 8080 }] }
---
apiVersion: v1
kind: Service
metadata: { name: wrong-label, namespace: lab06 }
spec: { selector: { app: ngnix }, ports: [{ port: 80 }] }
`;
const DEFAULT_DENY = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: default-deny, namespace: lab06 }
spec: { podSelector: {}, policyTypes: [Ingress] }
`;
const POD = `
apiVersion: v1
kind: Pod
metadata: { name: latecomer, namespace: lab06 }
spec: { containers: [{ name: web, image: nginx }] }
`;

let server: TestServer;
let browser: Browser;
let watched: WatchedPage;
let cluster: string;

beforeAll(async () => {
  server = await startServer();
  browser = await openBrowser();
});
beforeEach(async () => {
  const body = { name: 'lab06', seed: '42', clock: { mode: 'paused' }, manifests: NAMESPACE };
  cluster = (await server.call<{ id: string }>('POST', '/clusters', body)).id;
  await server.call('POST', `/clusters/${cluster}/clock/advance`, { ms: 1000 });
  await server.call('POST', `/clusters/${cluster}/apply`, MANIFESTS);
  await server.call('POST', `/clusters/${cluster}/clock/advance`, { ms: 20_000 });
  await server.call('PUT', `/clusters/${cluster}/clock`, { mode: 'live', speed: 5 });
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
  await watched.page.goto(`${server.url}/cluster?id=${cluster}`);
  return dashboard;
}

it.each([
  ['wrong-port', 'spec.ports[0].targetPort'],
  ['wrong-label', 'spec.selector'],
])('the Service %s is mended by one press of its diagnosis', async (service, field) => {
  const dashboard = await open('en');
  await dashboard.send('node-a', `http://${await clusterIP(dashboard, service)}/`);
  await dashboard.verdict('Refused');
  await dashboard.diagnosis().getByText(field, { exact: true }).waitFor();
  await dashboard.diagnosis().getByRole('button', { name: dashboard.words.diagnosis.apply }).click();
  await dashboard.diagnosis().getByText(dashboard.words.diagnosis.applied).waitFor();
  await dashboard.page
    .locator('[data-place^="service:"] [data-backed="true"]', { hasText: service })
    .waitFor();
  await dashboard.diagnosis().getByRole('button', { name: dashboard.words.diagnosis.again }).click();
  await dashboard.verdict('Delivered');
  expect(watched.faults).toEqual([]);
});

it('a NetworkPolicy that denies is mended by one press of its diagnosis', async () => {
  const dashboard = await open('ko');
  await dashboard.makeClient();
  await dashboard.pods('client').first().waitFor();
  await server.call('POST', `/clusters/${cluster}/apply`, DEFAULT_DENY);
  await server.call('POST', `/clusters/${cluster}/clock/settle`, { timeout_ms: 60_000 });
  const podIP = (await dashboard.pods('nginx-deployment').first().innerText()).match(/10\.244\.\d+\.\d+/)![0];
  await dashboard.send('lab06/client', `http://${podIP}/`);
  await dashboard.verdict('TimedOut');
  await dashboard.diagnosis().getByRole('button', { name: dashboard.words.diagnosis.apply }).click();
  await dashboard.diagnosis().getByText(dashboard.words.diagnosis.applied).waitFor();
  await server.call('POST', `/clusters/${cluster}/clock/settle`, { timeout_ms: 60_000 });
  await dashboard.diagnosis().getByRole('button', { name: dashboard.words.diagnosis.again }).click();
  await dashboard.verdict('Delivered');
  expect(watched.faults).toEqual([]);
});

async function clusterIP(dashboard: Dashboard, service: string): Promise<string> {
  return (await dashboard.service(service).innerText()).match(/10\.96\.\d+\.\d+/)![0];
}

it('the picture goes on where it was after the server was killed and came back', async () => {
  const dashboard = await open('ko');
  await dashboard.pods('nginx-deployment').nth(1).waitFor();
  server = await server.killAndRestart();
  await server.call('POST', `/clusters/${cluster}/apply`, POD);
  await dashboard.pods('latecomer').waitFor();
  await dashboard.pods('nginx-deployment').nth(1).waitFor();
});
