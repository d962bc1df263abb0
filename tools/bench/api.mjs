// `npm run bench:api`: what the Kubernetes API of one cluster does a second over TLS, beside a bare node:https handler
// that sends the same bytes, as JSON; progress goes to stderr. Server, measure and load are three processes on one
// machine and take turns: ratios count, digits depend on the machine. Words name the measures to take: all by default.
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { ask, load, openConnection, openWatches } from './api-load.mjs';
import { startServers } from './api-servers.mjs';

const CONNECTIONS = 16;
const WATCHERS = 50;
const OBJECTS = 1_000;
const ROUNDS = Number(process.env.PODLAB_BENCH_ROUNDS ?? 3);
const MERGE_PATCH = 'application/merge-patch+json';
const TEXT = 'x'.repeat(256);

/** What is expected: a part of what the bare handler does, and twice what a kube-apiserver with etcd did a second. */
const EXPECTED = {
  create: { of_bare: 0.25, kube_apiserver: 1_400 },
  get: { of_bare: 0.5, kube_apiserver: 2_900 },
  patch: { of_bare: 0.25, kube_apiserver: 1_500 },
  list: { of_bare: 0.7, kube_apiserver: 235 },
  list_by_label: { kube_apiserver: 1_500 },
  create_service: { of_bare: 0.2, kube_apiserver: 415 },
  delete: { kube_apiserver: 1_300 },
  watch_events: { a_second: 100_000, kube_apiserver: 19_000 },
};
const TIMES_KUBE_APISERVER = 2;
const RSS_MB = 250;

const core = (namespace, rest = '') => `/api/v1/namespaces/${namespace}/${rest}`;
const json = (value) => JSON.stringify(value);

function configMap(name, index) {
  const labels = { app: 'bench', tenth: String(index % 10) };
  return json({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels }, data: { text: TEXT } });
}

function service(name) {
  const spec = { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] };
  return json({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec });
}

const post = (path, body) => ({ method: 'POST', path, body });
const patch = (path, i) => ({
  method: 'PATCH',
  path,
  type: MERGE_PATCH,
  body: json({ data: { turn: String(i) } }),
});
const stored = (i) => core('thousand', `configmaps/c${i % OBJECTS}`);

/** Each measure: how many requests a round, the status of their answers, and the i-th of a round. */
const MEASURES = {
  create: [4_000, 201, (i, round) => post(core('made', 'configmaps'), configMap(`m${round}-${i}`, i))],
  delete: [4_000, 200, (i, round) => ({ method: 'DELETE', path: core('made', `configmaps/m${round}-${i}`) })],
  get: [12_000, 200, (i) => ({ method: 'GET', path: stored(i) })],
  patch: [4_000, 200, (i, round) => patch(stored(i), `${round}-${i}`)],
  list: [800, 200, () => ({ method: 'GET', path: core('thousand', 'configmaps') })],
  list_by_label: [
    4_000,
    200,
    (i) => ({ method: 'GET', path: core('thousand', `configmaps?labelSelector=tenth%3D${i % 10}`) }),
  ],
  create_service: [2_000, 201, (i, round) => post(core('made', 'services'), service(`s${round}-${i}`))],
};
const FAN_OUT_WRITES = 3_000;

const asked = process.argv.slice(2);
const isAsked = (name) => asked.length === 0 || asked.includes(name);
const progress = (text) => process.stderr.write(`${text}\n`);
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const rounded = (number) => (number < 10 ? Math.round(number * 100) / 100 : Math.round(number));

async function prepare(podlab, connections) {
  const namespaces = ['thousand', 'made', 'watched'];
  for (const name of namespaces) {
    await ask(
      podlab,
      post('/api/v1/namespaces', json({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
    );
  }
  const fill = (i) => post(core('thousand', 'configmaps'), configMap(`c${i}`, i));
  await load(podlab, connections, OBJECTS, 201, fill);
  await ask(podlab, post(core('watched', 'configmaps'), configMap('w', 0)));
}

/** What Podlab answers to the first request of a measure, for the bare handler to send. */
async function sample(podlab, name) {
  const [, status, request] = MEASURES[name];
  if (name === 'delete') await ask(podlab, MEASURES.create[2](0, 'sample'));
  return { status, body: await ask(podlab, request(0, 'sample')) };
}

async function measure({ podlab, bare }, connections, name, round, rates) {
  const [count, status, request] = MEASURES[name];
  const answer = await sample(podlab, name);
  rates[name] ??= { podlab: [], bare: [], answer_bytes: Buffer.byteLength(answer.body) };
  await bare.answerWith(answer);
  for (const [side, target] of Object.entries({ podlab, bare })) {
    const seconds = await load(target, connections[side], count, status, (i) => request(i, round));
    if (round > 0) rates[name][side].push(count / seconds);
    progress(`round ${round}  ${name.padEnd(16)} ${side.padEnd(7)} ${Math.round(count / seconds)}/s`);
  }
}

/** One event to 50 watchers for each of the writes. */
async function measureFanOut({ podlab, bare }, connections, round, rates) {
  const name = 'watch_events';
  const written = patch(core('watched', 'configmaps/w'), 'sample');
  const body = await ask(podlab, written);
  const event = `${json({ type: 'MODIFIED', object: JSON.parse(body) })}\n`;
  rates[name] ??= { podlab: [], bare: [], answer_bytes: Buffer.byteLength(event) };
  await bare.answerWith({ status: 200, body, event });
  for (const [side, target] of Object.entries({ podlab, bare })) {
    const now = JSON.parse(
      await ask(podlab, { method: 'GET', path: core('watched', 'configmaps') }),
    ).metadata;
    const path = `${core('watched', 'configmaps')}?watch=true&resourceVersion=${now.resourceVersion}`;
    const watches = await openWatches(target, path, WATCHERS);
    const begun = performance.now();
    const request = (i) => patch(core('watched', 'configmaps/w'), `${round}-${i}`);
    const writes = load(target, connections[side], FAN_OUT_WRITES, 200, request);
    await Promise.all([writes, watches.events(FAN_OUT_WRITES)]);
    const rate = (FAN_OUT_WRITES * WATCHERS * 1000) / (performance.now() - begun);
    watches.close();
    if (round > 0) rates[name][side].push(rate);
    progress(`round ${round}  ${name.padEnd(16)} ${side.padEnd(7)} ${Math.round(rate)}/s`);
  }
}

function result(name, { podlab, bare, answer_bytes }) {
  const { of_bare, a_second = 0, kube_apiserver } = EXPECTED[name];
  const rate = median(podlab);
  // Of the two beside each other: what else the machine does changes from round to round.
  const ratio = median(podlab.map((each, round) => each / bare[round]));
  const times = rate / kube_apiserver;
  return {
    a_second: rounded(rate),
    bare_a_second: rounded(median(bare)),
    of_bare: rounded(ratio),
    expected_of_bare: of_bare,
    kube_apiserver_a_second: kube_apiserver,
    times_kube_apiserver: rounded(times),
    answer_bytes,
    as_expected: ratio >= (of_bare ?? 0) && rate >= a_second && times >= TIMES_KUBE_APISERVER,
  };
}

/** Resident memory of a process in MB, now and at its most; where the system does not tell, nothing. */
function memoryOf({ pid }) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const megabytes = (name) =>
      Math.round(Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)[1]) / 1024);
    return { rss_mb: megabytes('VmRSS'), most_rss_mb: megabytes('VmHWM') };
  } catch {
    return {};
  }
}

async function measureAll(servers) {
  const sixteen = (target) => Promise.all(Array.from({ length: CONNECTIONS }, () => openConnection(target)));
  const connections = { podlab: await sixteen(servers.podlab), bare: await sixteen(servers.bare) };
  const rates = {};
  await prepare(servers.podlab, connections.podlab);
  for (let round = 0; round <= ROUNDS; round++) {
    for (const name of Object.keys(MEASURES)) {
      if (isAsked(name)) await measure(servers, connections, name, round, rates);
    }
    if (isAsked('watch_events')) await measureFanOut(servers, connections, round, rates);
  }
  return {
    objects: `ConfigMaps of one ${TEXT.length}-byte value and two labels; Services of one port; a cluster whose clock stands`,
    request_bytes: { create: configMap('m0-0', 0).length, create_service: service('s0-0').length },
    node: process.version,
    cores: cpus().length,
    connections: CONNECTIONS,
    watchers: WATCHERS,
    rounds: ROUNDS,
    results: Object.fromEntries(Object.entries(rates).map(([name, each]) => [name, result(name, each)])),
    ...memoryOf(servers.podlab.child),
    expected_rss_mb: RSS_MB,
  };
}

const servers = await startServers();
try {
  process.stdout.write(`${JSON.stringify(await measureAll(servers), null, 2)}\n`);
} catch (error) {
  progress(`it was not measured: ${error.stack}`);
} finally {
  await servers.stop();
}
process.exit(0);
