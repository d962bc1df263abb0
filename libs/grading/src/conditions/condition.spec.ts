import type { Cluster } from '@podlab/cluster';
import { Condition, type ConditionBody } from '@podlab/contracts';
import { applyManifests } from '../cluster/apply';
import { STUDENT_USER } from '../cluster/kube';
import { settle } from '../cluster/settle';
import { startLab } from '../grade/start-lab';
import { instantiate } from '../instance/instance';
import { finish } from '../instance/template';
import { labOf, SOLUTION } from '../test-support';
import { conditionsHold, lookAt, waitFor } from './condition';

const VARIABLES = { app: 'web', port: 8080 };
const HEADLESS = `---
apiVersion: v1
kind: Service
metadata: { name: each }
spec: { clusterIP: None, selector: { app: web }, ports: [{ name: http, port: 80 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: tools }
spec:
  selector: { matchLabels: { app: tools } }
  template:
    metadata: { labels: { app: tools } }
    spec: { containers: [{ name: main, image: 'nicolaka/netshoot:v0.13', command: [sleep, infinity] }] }
`;

/** The small lab, solved; `web` on port 8080. */
const CLUSTER: Cluster = startLab(instantiate(labOf(), '7'));
applyManifests(CLUSTER, finish(SOLUTION + HEADLESS, VARIABLES), { user: STUDENT_USER, namespace: 'lab06' });
settle(CLUSTER, 300_000);
const BEFORE = CLUSTER.hash();

const client = { kind: 'Pod', name: 'client' } as const;
const tools = { kind: 'Pod', selector: { app: 'tools' } } as const;
const outside = { kind: 'External' } as const;
const web = { from: client, to: 'http://web:8080/' };
const service = { kind: 'Service', name: 'web' };
const looking = { cluster: CLUSTER, namespace: 'lab06', values: {} };
const codeOf = (body: ConditionBody) => {
  const { state, message } = lookAt(Condition.parse(body), looking);
  return state === 'passed' ? 'passed' : `${state} ${message.code}`;
};

it.each<[expected: string, body: ConditionBody]>([
  ['passed', { kind: 'Object', object: service, holds: 'object.spec.ports[0].port == 8080' }],
  ['failed ObjectDiffers', { kind: 'Object', object: service, holds: 'object.spec.type == "ClusterIP"' }],
  ['failed ObjectUnanswered', { kind: 'Object', object: service, holds: 'object.spec.nothing == 1' }],
  ['failed ObjectMissing', { kind: 'Object', object: { kind: 'Service', name: 'shop' } }],
  [
    'failed ObjectsMissing',
    { kind: 'Object', object: { kind: 'Pod', selector: { app: 'shop' } }, holds: 'objects.all(p, false)' },
  ],
  ['passed', { kind: 'Object', object: { kind: 'Pod', selector: { app: 'shop' } }, count: { max: 0 } }],
  ['passed', { kind: 'Object', object: { kind: 'Pod', name: 'web-*' }, count: { min: 3, max: 3 } }],
  [
    'failed ObjectCount',
    { kind: 'Object', object: { kind: 'Pod', selector: { app: 'web' } }, count: { min: 4 } },
  ],
  ['passed', { kind: 'Object', object: { kind: 'Service', name: 'shop' }, absent: true }],
  ['failed ObjectThere', { kind: 'Object', object: service, absent: true }],
  [
    'passed',
    { kind: 'Object', object: { kind: 'Pod', namespace: '*', selector: { 'k8s-app': 'kube-dns' } } },
  ],
  ['failed ApiRefused', { kind: 'Object', object: { kind: 'Sevrice', name: 'web' } }],
  [
    'passed',
    {
      kind: 'Request',
      request: web,
      expect: { status: 200, body: 'nginx', served_by: { pod: 'web-*', node: 'node-*' } },
    },
  ],
  [
    'passed',
    { kind: 'Request', request: web, expect: { holds: 'request.response.served_by.namespace == "lab06"' } },
  ],
  ['failed WrongDisposition', { kind: 'Request', request: { ...web, to: 'http://web:81/' } }],
  ['passed', { kind: 'Request', request: { ...web, to: 'http://shop/' }, expect: { rcode: 'NXDOMAIN' } }],
  [
    'failed WrongStatus',
    { kind: 'Request', request: { ...web, to: 'http://web:8080/nothing' }, expect: { status: [200, 301] } },
  ],
  ['failed WrongBody', { kind: 'Request', request: web, expect: { body: 'apache' } }],
  ['failed WrongServer', { kind: 'Request', request: web, expect: { served_by: { pod: 'shop-*' } } }],
  ['failed WrongBackend', { kind: 'Request', request: web, expect: { backend: '10.1.*' } }],
  [
    'passed',
    { kind: 'Request', request: web, expect: { source_seen: '10.244.0.0/16', backend: '10.244.*:80' } },
  ],
  ['failed WrongSource', { kind: 'Request', request: web, expect: { source_seen: '198.51.100.7' } }],
  [
    'passed',
    {
      kind: 'Request',
      request: { from: outside, to: 'http://10.96.0.10/' },
      expect: { disposition: 'NoRoute', diagnosis: 'ClusterIPNotReachableFromOutside' },
    },
  ],
  [
    'failed WrongDiagnosis',
    {
      kind: 'Request',
      request: { from: outside, to: 'http://10.96.0.10/' },
      expect: { disposition: 'NoRoute', diagnosis: 'NoReadyEndpoint' },
    },
  ],
  [
    'failed RequestDiffers',
    { kind: 'Request', request: web, expect: { holds: 'request.elapsed_ms > 1000.0' } },
  ],
  [
    'passed',
    {
      kind: 'Request',
      request: { ...web, count: 40 },
      backends: { distinct: { min: 3 }, share: { min: 0.1, max: 0.6 } },
    },
  ],
  [
    'failed BackendCount',
    { kind: 'Request', request: { ...web, count: 40 }, backends: { distinct: { min: 4 } } },
  ],
  [
    'failed BackendShare',
    { kind: 'Request', request: { ...web, count: 40 }, backends: { share: { max: 0.1 } } },
  ],
  [
    'passed',
    {
      kind: 'Request',
      request: web,
      expect: {
        path: [
          { type: 'DnsQuery' },
          {
            where: { kind: 'Node' },
            type: 'DestinationNat',
            object: { kind: 'Service', name: 'web' },
            rule: { text: 'lab06/web' },
            before: { destination: '10.96.*' },
            after: { destination_port: 80 },
          },
          { where: { kind: 'Pod', name: 'web-*' }, type: 'Application' },
        ],
      },
    },
  ],
  [
    'failed StepMissing',
    { kind: 'Request', request: web, expect: { path: [{ type: 'DestinationNat' }, { type: 'DnsQuery' }] } },
  ],
  [
    'failed StepForbidden',
    { kind: 'Request', request: web, expect: { never: [{ type: ['NetworkPolicy', 'DestinationNat'] }] } },
  ],
  [
    'failed NoSender',
    { kind: 'Request', request: { ...web, from: { kind: 'Pod', selector: { app: 'shop' } } } },
  ],
  ['failed NoSender', { kind: 'Request', request: { ...web, from: { kind: 'Pod', name: 'nobody' } } }],
  ['error CannotRun', { kind: 'Request', request: { ...web, to: 'gopher://web/' } }],
  [
    'passed',
    {
      kind: 'Connectivity',
      from: [client, { kind: 'Node', name: 'node-a' }],
      to: ['tcp://10.96.0.10:53'],
      expect: 'Delivered',
    },
  ],
  [
    'failed WrongDisposition',
    { kind: 'Connectivity', from: [client, outside], to: ['tcp://10.96.0.10:53'], expect: 'Delivered' },
  ],
  ['passed', { kind: 'Dns', from: client, lookup: 'web', answers: ['10.96.*'] }],
  ['passed', { kind: 'Dns', from: client, lookup: 'each', count: { min: 3, max: 3 } }],
  ['passed', { kind: 'Dns', from: client, lookup: 'shop', rcode: 'NXDOMAIN' }],
  ['failed WrongAnswers', { kind: 'Dns', from: client, lookup: 'each', answers: ['10.96.*'] }],
  ['passed', { kind: 'Dns', from: tools, lookup: '_http._tcp.each', type: 'SRV', count: { min: 3 } }],
  ['failed WrongAnswers', { kind: 'Dns', from: tools, lookup: '_dns._tcp.each', type: 'SRV' }],
  [
    'passed',
    { kind: 'Exec', from: client, command: ['sh', '-c', 'echo one; exit 3'], exit_code: 3, stdout: 'one' },
  ],
  ['failed WrongExit', { kind: 'Exec', from: client, command: ['false'] }],
  ['failed WrongOutput', { kind: 'Exec', from: client, command: ['echo', 'one'], stdout: 'two' }],
  [
    'failed ResultDiffers',
    { kind: 'Exec', from: client, command: ['echo', 'one'], holds: 'result.stdout.matches("^[0-9]+$")' },
  ],
  ['failed NeverEnded', { kind: 'Exec', from: client, command: ['sleep', '1000'] }],
  ['error CannotRun', { kind: 'Exec', from: outside, command: ['true'] }],
])('%s: %j', (expected, body) => {
  expect(codeOf(body)).toBe(expected);
});

it('values come out of the cluster, and what a student writes there is no template', () => {
  const ip = { ...service, value: 'object.spec.clusterIP' };
  const request = { from: client, to: 'http://${ip}:8080/' };
  expect(codeOf({ kind: 'Request', request, let: { ip } })).toBe('passed');
  expect(
    codeOf({ kind: 'Object', object: service, holds: 'object.spec.clusterIP == values.ip', let: { ip } }),
  ).toBe('passed');
  expect(
    codeOf({ kind: 'Request', request, let: { ip: { ...service, value: 'object.status.nothing' } } }),
  ).toBe('failed ValueMissing');
  expect(
    codeOf({ kind: 'Request', request, let: { ip: { ...service, name: 'shop', value: 'object.kind' } } }),
  ).toBe('failed ObjectMissing');
  const odd = { ...service, value: '"${port}"' };
  expect(
    codeOf({ kind: 'Exec', from: client, command: ['echo', '${odd}'], stdout: '${port}', let: { odd } }),
  ).toBe('error CannotRun');
  expect(
    codeOf({ kind: 'Exec', from: client, command: ['echo', '${odd}'], stdout: '$${port}', let: { odd } }),
  ).toBe('passed');
});

it('looking changes nothing, in whatever order', () => {
  expect(CLUSTER.hash()).toBe(BEFORE);
});

it('a condition has its time in virtual milliseconds, and a fork of its own to live through them', () => {
  const scaled = CLUSTER.fork();
  applyManifests(scaled, finish(SOLUTION.replace('replicas: 3', 'replicas: 5'), VARIABLES), {
    user: STUDENT_USER,
    namespace: 'lab06',
  });
  const ready = (within_ms: number) =>
    Condition.parse({
      kind: 'Object',
      object: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      holds: 'object.status.readyReplicas == 5',
      within_ms,
    });
  const at = scaled.now();
  const look = (within_ms: number) => waitFor(ready(within_ms), { ...looking, cluster: scaled }).state;
  expect([0, 100, 60_000].map(look)).toEqual(['failed', 'failed', 'passed']);
  expect(scaled.now()).toBe(at);
  expect(conditionsHold(scaled, [ready(0)], 'lab06')).toBe(false);
  settle(scaled, 60_000);
  expect(conditionsHold(scaled, [ready(0)], 'lab06')).toBe(true);
});
