import {
  ApiServer,
  evictionConnector,
  StrategyIndex,
  TokenIssuer,
  tokenConnector,
  type KubeAnswer,
} from '@podlab/apiserver';
import { Prng, rfc3339, seedPrng, utf8Decode, utf8Encode } from '@podlab/kernel';
import { MvccStore, createMvccState } from '@podlab/storage';
import { limitRangeStrategy } from '../core/limit-range/strategy';
import { resourceQuotaStrategy } from '../core/resource-quota/strategy';
import { REGISTRY } from '../registry';
import { priorityClassStrategy } from '../scheduling/priority-class/strategy';
import { create, refusals } from '../testing/strategy-context';
import { podDisruptionBudgetStrategy } from './pod-disruption-budget/strategy';

const NOW = 1_795_000_000_000;
const KEY = new Uint8Array(32).fill(7);
const LAB = '/api/v1/namespaces/lab';

/** A cluster with a namespace `lab` of these labels, asked by its owner. */
function cluster(labels: Record<string, string> = {}) {
  const now = () => NOW;
  const budgets = new StrategyIndex(REGISTRY).get('poddisruptionbudgets.policy');
  const server = new ApiServer({
    store: new MvccStore(createMvccState(), now),
    registry: REGISTRY,
    settings: { service_cidr: '10.96.0.0/16', pod_cidr: '10.244.0.0/16', node_port_range: [30_000, 32_767] },
    random: new Prng(seedPrng('1', 'api')),
    now,
    timestamp: () => rfc3339(NOW),
    connectors: [evictionConnector(budgets as never), tokenConnector(new TokenIssuer(() => KEY))],
  });
  const ask = (method: string, path: string, body?: object) => {
    const answer = server.handle({
      method,
      path,
      query: '',
      accept: 'application/json',
      content_type: 'application/json',
      body: utf8Encode(body ? JSON.stringify(body) : ''),
      user: { name: 'owner', groups: ['system:masters'] },
    }) as KubeAnswer;
    return { status: answer.status, body: JSON.parse(utf8Decode(answer.body)), headers: answer.headers };
  };
  ask('POST', '/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'lab', labels },
  });
  ask('POST', `${LAB}/serviceaccounts`, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default' },
  });
  return Object.assign(ask, { server });
}

const pod = (spec: object = {}, name = 'p') => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: 'web' } },
  spec: { containers: [{ name: 'c', image: 'nginx:1.27' }], ...spec },
});
const asking = (resources: object) => pod({ containers: [{ name: 'c', image: 'nginx:1.27', resources }] });
const limits = (limit: object) => ({
  apiVersion: 'v1',
  kind: 'LimitRange',
  metadata: { name: 'l' },
  spec: { limits: [limit] },
});
const quota = (hard: object, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'q' },
  spec: { hard, ...more },
});

// Cases of k8s.io/kubernetes plugin/pkg/admission/limitranger/admission_test.go TestLimitRanger.
describe('a LimitRange', () => {
  test.each<[title: string, limit: object, resources: object, string]>([
    [
      'a request under the least',
      { type: 'Container', min: { cpu: '100m' } },
      { requests: { cpu: '50m' } },
      'minimum cpu usage per Container is 100m, but request is 50m',
    ],
    [
      'a limit over the most',
      { type: 'Container', max: { memory: '1Gi' } },
      { limits: { memory: '2Gi' } },
      'maximum memory usage per Container is 1Gi, but limit is 2Gi',
    ],
    [
      'no limit for a pod',
      { type: 'Pod', max: { cpu: '1' } },
      {},
      'maximum cpu usage per Pod is 1.  No limit is specified',
    ],
    [
      'no request for a pod',
      { type: 'Pod', min: { cpu: '1' } },
      {},
      'minimum cpu usage per Pod is 1.  No request is specified',
    ],
    [
      'too wide a range',
      { type: 'Container', maxLimitRequestRatio: { cpu: '2' } },
      { requests: { cpu: '1' }, limits: { cpu: '3' } },
      'cpu max limit to request ratio per Container is 2, but provided ratio is 3.000000',
    ],
  ])('refuses %s', (_title, limit, resources, expected) => {
    const ask = cluster();
    expect(ask('POST', `${LAB}/limitranges`, limits(limit)).status).toBe(201);
    const { status, body } = ask('POST', `${LAB}/pods`, asking(resources));
    expect([status, body.message]).toEqual([403, `pods "p" is forbidden: ${expected}`]);
  });

  test('gives what a container does not say, and says so', () => {
    const ask = cluster();
    ask(
      'POST',
      `${LAB}/limitranges`,
      limits({ type: 'Container', default: { cpu: '500m' }, defaultRequest: { cpu: '100m' } }),
    );
    const { body } = ask('POST', `${LAB}/pods`, pod());
    expect(body.spec.containers[0].resources).toEqual({ limits: { cpu: '500m' }, requests: { cpu: '100m' } });
    expect(body.metadata.annotations).toEqual({
      'kubernetes.io/limit-ranger':
        'LimitRanger plugin set: cpu request for container c; cpu limit for container c',
    });
  });

  test('is refused when its bounds cross', () => {
    const limit = { type: 'Container', min: { cpu: '2' }, max: { cpu: '1' } };
    expect(refusals(limitRangeStrategy, { spec: { limits: [limit] } })).toContain(
      'spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1',
    );
  });
});

// Cases of k8s.io/apiserver pkg/admission/plugin/resourcequota/admission_test.go.
describe('a ResourceQuota', () => {
  test.each<[title: string, hard: object, object: object, string]>([
    [
      'a pod too many',
      { pods: '0' },
      pod(),
      'exceeded quota: q, requested: pods=1, used: pods=0, limited: pods=0',
    ],
    [
      'cpu over what there is',
      { 'requests.cpu': '1' },
      asking({ requests: { cpu: '1500m' } }),
      'exceeded quota: q, requested: requests.cpu=1500m, used: requests.cpu=0, limited: requests.cpu=1',
    ],
    ['silence about cpu', { 'limits.cpu': '1' }, pod(), 'failed quota: q: must specify limits.cpu for: c'],
    [
      'a count of the kind',
      { 'count/pods': '0' },
      pod(),
      'exceeded quota: q, requested: count/pods=1, used: count/pods=0, limited: count/pods=0',
    ],
  ])('refuses %s', (_title, hard, object, expected) => {
    const ask = cluster();
    expect(ask('POST', `${LAB}/resourcequotas`, quota(hard)).status).toBe(201);
    const { status, body } = ask('POST', `${LAB}/pods`, object);
    expect([status, body.message]).toEqual([403, `pods "p" is forbidden: ${expected}`]);
  });

  test('counts what is there already, and lets in what fits', () => {
    const ask = cluster();
    ask('POST', `${LAB}/resourcequotas`, quota({ 'services.nodeports': '2' }));
    const service = (name: string, type: string) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name },
      spec: { type, ports: [{ port: 80 }] },
    });
    const statuses = ['ClusterIP', 'NodePort', 'LoadBalancer', 'NodePort'].map(
      (type, index) => ask('POST', `${LAB}/services`, service(`s${index}`, type)).status,
    );
    expect(statuses).toEqual([201, 201, 201, 403]);
  });

  test('of a scope leaves other pods alone', () => {
    const ask = cluster();
    ask('POST', `${LAB}/resourcequotas`, quota({ pods: '0' }, { scopes: ['BestEffort'] }));
    expect(ask('POST', `${LAB}/pods`, pod()).status).toBe(403);
    expect(ask('POST', `${LAB}/pods`, asking({ requests: { cpu: '1' } })).status).toBe(201);
  });

  test('of something unheard of is refused', () => {
    expect(refusals(resourceQuotaStrategy, { spec: { hard: { bananas: '1' } } })).toEqual([
      'spec.hard[bananas]: Invalid value: "bananas": must be a standard resource type or fully qualified',
      'spec.hard[bananas]: Invalid value: "bananas": must be a standard resource for quota',
    ]);
  });
});

// Cases of k8s.io/pod-security-admission policy check_*_test.go.
describe('a standard', () => {
  const container = (securityContext: object, more: object = {}) => ({
    containers: [{ name: 'a', image: 'nginx:1.27', securityContext, ...more }],
  });
  test.each<[title: string, spec: object, string]>([
    [
      'privileged containers',
      container({ privileged: true }),
      'privileged (container "a" must not set securityContext.privileged=true)',
    ],
    [
      'namespaces of the host',
      { hostNetwork: true, hostPID: true },
      'host namespaces (hostNetwork=true, hostPID=true)',
    ],
    [
      'volumes of the host',
      { volumes: [{ name: 'v', hostPath: { path: '/' } }] },
      'hostPath volumes (volume "v")',
    ],
    [
      'ports of the host',
      container({}, { ports: [{ containerPort: 80, hostPort: 80 }] }),
      'hostPort (container "a" uses hostPort 80)',
    ],
    [
      'capabilities',
      container({ capabilities: { add: ['NET_ADMIN'] } }),
      'non-default capabilities (container "a" must not include "NET_ADMIN" in securityContext.capabilities.add)',
    ],
    [
      'sysctls',
      { securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '1' }] } },
      'forbidden sysctls (kernel.msgmax)',
    ],
    [
      'no seccomp',
      { securityContext: { seccompProfile: { type: 'Unconfined' } } },
      'seccompProfile (pod must not set securityContext.seccompProfile.type to "Unconfined")',
    ],
  ])('of baseline refuses %s', (_title, spec, expected) => {
    const ask = cluster({ 'pod-security.kubernetes.io/enforce': 'baseline' });
    const { status, body } = ask('POST', `${LAB}/pods`, pod(spec));
    expect(status).toBe(403);
    expect(body.message).toBe(`pods "p" is forbidden: violates PodSecurity "baseline:latest": ${expected}`);
  });

  test('of restricted lets in who keeps it', () => {
    const ask = cluster({ 'pod-security.kubernetes.io/enforce': 'restricted' });
    const kept = container({ allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } });
    const securityContext = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };
    expect(ask('POST', `${LAB}/pods`, pod(kept)).status).toBe(403);
    expect(ask('POST', `${LAB}/pods`, pod({ ...kept, securityContext })).status).toBe(201);
  });

  test('warns whom it concerns, and not the next one who asks for what a controller has made', () => {
    const ask = cluster({ 'pod-security.kubernetes.io/warn': 'restricted' });
    expect(ask('POST', `${LAB}/pods`, pod()).headers.warning).toHaveLength(1);
    const controller = { name: 'system:kube-controller-manager', groups: ['system:masters'] };
    const made = { ...pod({}, 'made'), metadata: { name: 'made', namespace: 'lab' } };
    ask.server.client(controller).create('pods', made);
    expect(ask('GET', `${LAB}/pods/made`).headers.warning).toBeUndefined();
  });

  test('that is none is refused', () => {
    const labels = { 'pod-security.kubernetes.io/enforce': 'strict' };
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'x', labels } };
    expect(cluster()('POST', '/api/v1/namespaces', namespace).body.message).toMatch(
      /Invalid value: "strict": must be one of privileged, baseline, restricted$/,
    );
  });
});

// Cases of plugin/pkg/admission/priority/admission_test.go.
test('a pod gets the number of its class, or of the default', () => {
  const ask = cluster();
  const made = (name: string, value: number, globalDefault = false) =>
    ask('POST', '/apis/scheduling.k8s.io/v1/priorityclasses', {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name },
      value,
      globalDefault,
    });
  expect(made('usual', 5, true).status).toBe(201);
  expect(made('other', 6, true).body.message).toMatch(
    /PriorityClass usual is already marked as default\. Only one default can exist$/,
  );
  const priority = (spec: object, name: string) => ask('POST', `${LAB}/pods`, pod(spec, name)).body;
  expect(priority({}, 'a').spec.priority).toBe(5);
  expect(priority({ priorityClassName: 'system-node-critical' }, 'b').spec.priority).toBe(2_000_001_000);
  expect(priority({ priorityClassName: 'gone' }, 'c').message).toBe(
    'pods "c" is forbidden: no PriorityClass with name gone was found',
  );
  expect(refusals(priorityClassStrategy, { value: 1_000_000_001 })).toEqual([
    'value: Forbidden: maximum allowed value of a user defined priority is 1000000000',
  ]);
});

// Cases of pkg/registry/core/pod/storage/eviction_test.go and pkg/apis/policy/validation/validation_test.go.
describe('an eviction', () => {
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'p' } };
  const budget = (name: string) => ({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name },
    spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } },
  });
  const BUDGETS = '/apis/policy/v1/namespaces/lab/poddisruptionbudgets';
  function running() {
    const ask = cluster();
    const { body } = ask('POST', `${LAB}/pods`, pod());
    const conditions = [{ type: 'Ready', status: 'True' }];
    ask('PUT', `${LAB}/pods/p/status`, { ...body, status: { phase: 'Running', conditions } });
    return ask;
  }

  test('without a budget is a deletion', () => {
    expect(running()('POST', `${LAB}/pods/p/eviction`, eviction).status).toBe(201);
  });

  test('waits for a budget that is not counted yet, and for one that is spent', () => {
    const ask = running();
    const { body: made } = ask('POST', BUDGETS, budget('one'));
    const early = ask('POST', `${LAB}/pods/p/eviction`, eviction);
    expect([early.status, early.headers['retry-after']]).toEqual([429, '10']);
    const status = {
      observedGeneration: 1,
      disruptionsAllowed: 0,
      currentHealthy: 1,
      desiredHealthy: 1,
      expectedPods: 1,
    };
    ask('PUT', `${BUDGETS}/one/status`, { ...made, metadata: { name: 'one' }, status });
    const { body } = ask('POST', `${LAB}/pods/p/eviction`, eviction);
    expect(body).toMatchObject({
      code: 429,
      message: "Cannot evict pod as it would violate the pod's disruption budget.",
      details: {
        causes: [
          {
            reason: 'DisruptionBudget',
            message: 'The disruption budget one needs 1 healthy pods and has 1 currently',
          },
        ],
      },
    });
    ask('PUT', `${BUDGETS}/one/status`, {
      ...made,
      metadata: { name: 'one' },
      status: { ...status, disruptionsAllowed: 1 },
    });
    expect(ask('POST', `${LAB}/pods/p/eviction`, eviction).status).toBe(201);
    expect(ask('GET', `${BUDGETS}/one`).body.status).toMatchObject({
      disruptionsAllowed: 0,
      disruptedPods: { p: rfc3339(NOW) },
    });
  });

  test('of a pod with two budgets is not supported', () => {
    const ask = running();
    for (const name of ['one', 'two']) ask('POST', BUDGETS, budget(name));
    expect(ask('POST', `${LAB}/pods/p/eviction`, eviction).body.message).toMatch(
      /^This pod has more than one/,
    );
  });

  test('a budget says either how many stay or how many go', () => {
    const both = { spec: { minAvailable: 1, maxUnavailable: '200%' } };
    expect(refusals(podDisruptionBudgetStrategy, both).map((each) => each.replace(/\{.*\}/, '{}'))).toEqual([
      'spec: Invalid value: {}: minAvailable and maxUnavailable cannot be both set',
      'spec.maxUnavailable: Invalid value: "200%": must not be greater than 100%',
    ]);
    expect(create(podDisruptionBudgetStrategy, { spec: { minAvailable: '50%' } }).spec.minAvailable).toBe(
      '50%',
    );
  });
});

test('a token is asked for ten minutes at least', () => {
  const ask = cluster();
  const request = (expirationSeconds: number) =>
    ask('POST', `${LAB}/serviceaccounts/default/token`, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds },
    });
  expect(request(60).body.message).toMatch(/may not specify a duration less than 10 minutes$/);
  expect(request(600).body.status.expirationTimestamp).toBe(rfc3339(NOW + 600_000));
});
