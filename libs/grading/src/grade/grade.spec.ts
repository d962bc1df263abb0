import { callKube, createCluster, type LogEntry } from '@podlab/cluster';
import { Grade, type Check } from '@podlab/contracts';
import { sha256, hex } from '@podlab/kernel';
import { instantiate } from '../instance/instance';
import { ANSWERS, changed, failuresOf, labOf, SOLUTION } from '../test-support';
import { passed } from '../conditions/outcome';
import { gradeMessage } from '../messages';
import { finish } from '../instance/template';
import { settle } from '../cluster/settle';
import { applyManifests } from '../cluster/apply';
import { gradeBy, gradeCluster, Grader, gradeManifests } from './grade';
import { beginLab, labClusterConfig } from './start-lab';

const LAB = labOf();
const manifestsFor = (seed: string, text = SOLUTION) => finish(text, instantiate(LAB, seed).variables);
const grade = (text: string, seed = '7', answers: object = ANSWERS) =>
  gradeManifests(LAB, manifestsFor(seed, text), { seed, answers });

/** Everything that the small lab asks, but what nobody who does nothing can fail. */
const ALL = [
  'three-replicas',
  'own-network',
  'by-name',
  'name-is-found',
  'from-a-shell',
  'what-stays',
  'load-balancer',
  'pods-closed',
  'pods-replaced',
  'by-selector',
  'closed',
];

it('the solution scores all, and the answer is what the contract says', () => {
  const result = grade(SOLUTION);
  expect(failuresOf(result)).toEqual([]);
  expect(result).toMatchObject({ score: 100, max: 100, seed: '7' });
  expect(Grade.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
});

it('nothing scores none', () => {
  const result = grade('', '7', {});
  expect(failuresOf(result)).toEqual(ALL);
  expect(result.score).toBe(0);
});

/** Each looks like a solution to somebody who looks once. */
const WRONG: [what: string, change: (text: string) => string, fails: string[]][] = [
  [
    'one replica',
    (text) => text.replace('replicas: 3', 'replicas: 1'),
    ['three-replicas', 'by-name', 'by-selector'],
  ],
  [
    'hostNetwork',
    (text) =>
      text.replace(
        '      containers: [{ name: main, image',
        '      hostNetwork: true\n      containers: [{ name: main, image',
      ),
    ['three-replicas', 'own-network', 'by-name', 'pods-closed', 'by-selector'],
  ],
  [
    'NodePort instead of LoadBalancer',
    (text) => text.replace('LoadBalancer', 'NodePort'),
    ['load-balancer', 'pods-closed'],
  ],
  [
    'a selector that picks nothing',
    (text) => text.replace('  selector: { app: ${app} }\n  ports', '  selector: { app: other }\n  ports'),
    ['by-name', 'from-a-shell', 'load-balancer', 'pods-closed', 'pods-replaced', 'by-selector'],
  ],
];

it.each(WRONG)('%s is caught', (_, change, fails) => {
  const result = grade(change(SOLUTION));
  expect(failuresOf(result)).toEqual(fails);
  expect(result.checks.filter(({ state }) => state === 'error')).toEqual([]);
});

/** Endpoints of the present pods, written by hand for a Service without selector. */
function handMade(address: string): string {
  return `apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: by-hand, labels: { kubernetes.io/service-name: \${app} } }
addressType: IPv4
endpoints: [{ addresses: ['${address}'], conditions: { ready: true } }]
ports: [{ port: 80, protocol: TCP }]
`;
}

it('endpoints made by hand are caught: the pods are replaced, and the log is read', () => {
  const seed = '7';
  const cluster = createCluster(labClusterConfig(instantiate(LAB, seed)));
  beginLab(cluster, instantiate(LAB, seed));
  const history: LogEntry[] = [];
  cluster.onEntry((entry) => history.push(entry));
  const applying = { user: { name: 'ada', groups: ['system:masters'] }, namespace: 'lab06' };
  const withoutSelector = SOLUTION.replace('  selector: { app: ${app} }\n  ports', '  ports');
  applyManifests(cluster, manifestsFor(seed, withoutSelector), applying);
  settle(cluster, 60_000);
  const [pod] = cluster.list('pods', 'lab06').filter(({ metadata }) => metadata.labels?.['app']);
  const { podIP } = (pod as unknown as { status: { podIP: string } }).status;
  applyManifests(cluster, manifestsFor(seed, handMade(podIP)), applying);
  const result = gradeCluster(LAB, cluster, seed, { answers: ANSWERS, history });
  expect(failuresOf(result)).toEqual(['by-name', 'pods-replaced', 'by-selector']);
  const others = gradeCluster(LAB, cluster, seed, { answers: ANSWERS, history, students: ['grace'] });
  expect(others.checks.find(({ name }) => name === 'by-selector')?.message.code).toBe('RequiresFirst');
  expect(
    gradeCluster(LAB, cluster, seed, { step: 'outside', history }).checks.map(({ name }) => name),
  ).toEqual(ALL.slice(6));
});

it('without a history, checks of it are errors, and then there is no score', () => {
  const seed = '7';
  const cluster = createCluster(labClusterConfig(instantiate(LAB, seed)));
  beginLab(cluster, instantiate(LAB, seed));
  const before = cluster.hash();
  const lab = labOf(changed('        requires: [by-name]\n', ''));
  const result = gradeCluster(lab, cluster, seed);
  expect(result.score).toBeNull();
  expect(result.checks.find(({ name }) => name === 'by-selector')).toMatchObject({
    state: 'error',
    score: null,
  });
  expect(cluster.hash()).toBe(before);
});

it('manifests that the API refuses are told in its words', () => {
  const result = grade(SOLUTION.replace('port: ${port}', 'port: 70000'));
  expect(result.documents?.map((document) => document.result)).toEqual(['Created', 'Refused']);
  const check = result.checks.find(({ name }) => name === 'load-balancer');
  expect(check).toMatchObject({ state: 'failed', score: 0, message: { code: 'ObjectRefused' } });
  expect(check?.evidence).toMatchObject({ kind: 'Status', status: { reason: 'Invalid', code: 422 } });
  expect(grade(': [').documents).toMatchObject([{ result: 'Refused', status: { code: 400 } }]);
});

it('a lab is scored by what somebody else found, and what could not be run there is no zero', () => {
  const instance = instantiate(LAB, '7');
  const notRun = { state: 'error', message: gradeMessage('NotRun', { reason: 'no simulation' }) } as const;
  const judge = {
    check: (check: Check) => (check.kind === 'Object' ? passed() : notRun),
    prediction: () => notRun,
  };
  const result = gradeBy({ instance, answers: ANSWERS }, judge);
  expect(result).toMatchObject({ score: null, max: 100, steps: [{ score: null }, { score: null }] });
  const states = result.checks.map(({ name, state }) => `${name} ${state}`);
  expect(states.slice(0, 3)).toEqual(['three-replicas passed', 'own-network passed', 'by-name error']);
  expect(states).toContain('what-stays passed');
  expect(
    gradeBy({ instance, answers: ANSWERS }, { check: () => passed(), prediction: () => passed() }).score,
  ).toBe(100);
});

it('evidence is short, whatever the student stores', () => {
  const large = SOLUTION.replace(
    'metadata: { name: ${app} }\nspec:\n  replicas',
    `metadata: { name: \${app}, annotations: { note: '${'x'.repeat(100_000)}' } }\nspec:\n  replicas`,
  );
  const result = grade(large);
  const evidence = result.checks.find(({ name }) => name === 'three-replicas')?.evidence;
  expect(evidence).toMatchObject({ kind: 'Objects', objects: [{ kind: 'Deployment' }] });
  expect(JSON.stringify(evidence).length).toBeLessThan(1000);
});

it('a hint costs its part of the step', () => {
  const result = grade(SOLUTION, '7', { ...ANSWERS, hints: { outside: 1 } });
  expect(result.steps).toMatchObject([{ score: 60 }, { score: 20, max: 40, hints_cost: 20 }]);
  expect(result.score).toBe(80);
});

it('a wrong answer is told why', () => {
  const result = grade(SOLUTION, '7', {
    quiz: { 'what-stays': ['pod-ip'] },
    predictions: { closed: 'Delivered' },
  });
  const message = (name: string) => result.checks.find((check) => check.name === name)?.message;
  expect(message('what-stays')).toMatchObject({ en: 'The answer is not right. Pods come and go.' });
  expect(message('closed')).toMatchObject({ en: 'You said Delivered, it is NoRoute.' });
});

it('what a label says of a pod is no expression: a submission can only fail', () => {
  const hostile = SOLUTION.replaceAll('app: ${app} }', 'app: ${app}, "x": "$${port}" }');
  expect(grade(hostile).checks.filter(({ state }) => state === 'error')).toEqual([]);
});

const hashOf = (grade: Grade) => hex(sha256(JSON.stringify(grade)));

it('is the same bytes for the same seed and submission, whatever was graded before', () => {
  const texts = [SOLUTION, ...WRONG.slice(0, 2).map(([, change]) => change(SOLUTION))];
  const grader = new Grader(LAB, 2);
  const submissions = texts.flatMap((text) => ['7', '8', '9'].map((seed) => ({ text, seed })));
  const fresh = texts.map((text) => hashOf(grade(text)));
  const shared = ({ text, seed }: { text: string; seed: string }) =>
    hashOf(grader.gradeManifests(manifestsFor(seed, text), { seed, answers: ANSWERS }));
  const first = submissions.map(shared);
  expect(first.filter((_, index) => submissions[index].seed === '7')).toEqual(fresh);
  expect(new Set(first).size).toBe(first.length);
  expect([...submissions].reverse().map(shared).reverse()).toEqual(first);
});

it('is the same bytes a thousand times', () => {
  const lab = labOf({
    'lab.yaml': `apiVersion: podlab.dev/v1
kind: Lab
metadata: { name: tiny }
title: Tiny
cluster: { nodes: 1 }
steps:
  - name: only
    title: Only
    text: only.md
    checks:
      - { name: there, title: There, kind: Object, object: { kind: Service, name: web }, holds: object.spec.ports.size() == 1 }
      - { name: refused, title: Refused, kind: Request, request: { from: { kind: Node, name: node-a }, to: 'http://web.default/' }, expect: { disposition: NameNotResolved } }
solution: []
`,
    'only.md': '# Only\n',
  });
  const grader = new Grader(lab);
  const service = (port: number) =>
    `{ apiVersion: v1, kind: Service, metadata: { name: web }, spec: { ports: [{ port: ${port} }] } }`;
  const texts = [service(80), service(0), service(8080)];
  const hash = (index: number) => hashOf(grader.gradeManifests(texts[index % 3], { seed: '7' }));
  const first = [0, 1, 2].map(hash);
  expect(new Set(first).size).toBe(3);
  for (let round = 0; round < 1000; round++) expect(hash(round)).toBe(first[round % 3]);
});

it('grades what kubectl would call a cluster as it is, and leaves it so', () => {
  const seed = '9';
  const instance = instantiate(LAB, seed);
  const cluster = createCluster(labClusterConfig(instance));
  beginLab(cluster, instance);
  const user = { name: 'ada', groups: ['system:masters'] };
  const list = () => callKube(cluster, user, { method: 'GET', path: '/api/v1/namespaces/lab06/pods' }).body;
  const before = JSON.stringify(list());
  gradeCluster(LAB, cluster, seed, { history: [] });
  expect(JSON.stringify(list())).toBe(before);
});
