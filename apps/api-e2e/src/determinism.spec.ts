/** The same seed and the same inputs give the same bytes, whatever becomes of the process meanwhile. */
import type { Cluster, History, PastObjects, RequestAnswer } from '@podlab/contracts';
import { Client } from './support/client';
import { newDataFolder, removeDataFolder, startServer, type TestServer } from './support/server';

const WEB = (replicas: number) => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: nginx, image: "nginx:1.27", ports: [{containerPort: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, nodePort: 30080}]}
`;

type Step = (client: Client, cluster: Cluster) => Promise<unknown>;

const apply =
  (replicas: number): Step =>
  (client, { id }) =>
    client.ok('POST', `/api/v1/clusters/${id}/apply`, WEB(replicas), 'application/yaml');
const settle: Step = (client, { id }) => client.settle(id);
const advance: Step = (client, { id }) =>
  client.ok('POST', `/api/v1/clusters/${id}/clock/advance`, { ms: 12_345 });
const send: Step = (client, { id, nodes }) =>
  client.send(id, { from: { kind: 'External' }, to: `http://${nodes[0].external_ip}:30080/`, count: 20 });
const cloud: Step = (client, { id }) => client.ok('PUT', `/api/v1/clusters/${id}/cloud`, { enabled: true });

const SCENARIO: Step[] = [
  apply(2),
  settle,
  send,
  apply(5),
  advance,
  cloud,
  send,
  settle,
  apply(1),
  settle,
  send,
];

/** Everything that can be seen at the end; the cluster's own id and its server's certificate are left out. */
async function outcome(
  seed: string,
  interrupt: (server: TestServer, step: number) => Promise<TestServer>,
): Promise<string> {
  const folder = newDataFolder();
  let server = await startServer(folder);
  try {
    const clock = { mode: 'paused', epoch: '2026-01-05T09:00:00Z' } as const;
    const cluster = await new Client(server).createCluster({ seed, clock });
    const answers: unknown[] = [];
    for (const [index, step] of SCENARIO.entries()) {
      answers.push(await step(new Client(server), cluster));
      server = await interrupt(server, index);
    }
    const client = new Client(server);
    const { resourceVersion } = await client.ok<Cluster>('GET', `/api/v1/clusters/${cluster.id}`);
    const path = `/api/v1/clusters/${cluster.id}/history`;
    const history = await client.ok<History>('GET', path);
    const past = await client.ok<PastObjects>('GET', `${path}/${resourceVersion}/objects`);
    const answered = answers.at(-1) as RequestAnswer;
    expect(answered.summary.by_disposition).toEqual({ Delivered: 20 });
    const certificate = JSON.stringify(cluster.kube_api.ca_pem).slice(1, -1);
    return JSON.stringify([answers, history.items, past.objects])
      .replaceAll(cluster.id, 'ID')
      .replaceAll(certificate, 'CA');
  } finally {
    await server.kill();
    removeDataFolder(folder);
  }
}

const never = async (server: TestServer) => server;
const after =
  (step: number, end: 'kill' | 'stop') =>
  async (server: TestServer, index: number): Promise<TestServer> => {
    if (index !== step) return server;
    await server[end]();
    return startServer(server.folder);
  };

it('over kill -9, an unload and a load in the middle; another seed gives another', async () => {
  const steady = await outcome('42', never);
  expect(await outcome('42', after(4, 'kill'))).toBe(steady);
  expect(await outcome('42', after(6, 'stop'))).toBe(steady);
  expect(await outcome('43', never)).not.toBe(steady);
});
