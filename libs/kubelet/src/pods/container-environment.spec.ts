import type { Container, Service } from '@podlab/api';
import { ComponentHarness } from '@podlab/testkit';
import type { ComponentContext } from '@podlab/client';
import { container, pod } from '../test-support';
import { containerEnvironment, expand, ServiceVariables, withVariables } from './container-environment';
import { newPodRecord } from './pod-record';

function environmentOf(change: Partial<Container>) {
  const parts: { context?: ComponentContext } = {};
  const harness = new ComponentHarness({
    probe: (context) => {
      parts.context = context;
      return { name: 'probe' };
    },
  });
  const { informers } = parts.context as ComponentContext;
  const metadata = (name: string, namespace = 'default') => ({ name, namespace });
  const service = (name: string, namespace: string, clusterIP: string): Service => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata(name, namespace),
    spec: { clusterIP, ports: [{ name: 'http', port: 80, protocol: 'TCP' }] },
  });
  const services = new ServiceVariables(informers);
  harness.client.create('services', service('kubernetes', 'default', '10.96.0.1'));
  harness.client.create('services', service('redis-master', 'default', '10.96.0.7'));
  harness.client.create('services', service('elsewhere', 'other', '10.96.0.8'));
  harness.client.create('services', service('headless', 'default', 'None'));
  harness.client.create('configmaps', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadata('settings'),
    data: { colour: 'blue', 'log.level': 'info' },
  } as never);
  harness.client.create('secrets', {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: metadata('keys'),
    data: { password: 'czNjcjN0' },
  } as never);
  const web = harness.client.create('pods', pod('web'));
  const record = newPodRecord(web, 'default/web', 0);
  record.ip = '10.244.0.2';
  return containerEnvironment(informers, services.of(web), web, container('main', {}, change), record, [
    '172.18.0.3',
  ]);
}

const ROWS: [string, Partial<Container>, Record<string, string>][] = [
  ['plain values', { env: [{ name: 'A', value: 'x' }, { name: 'B' }] }, { A: 'x', B: '' }],
  [
    'values that name earlier ones',
    {
      env: [
        { name: 'A', value: 'x' },
        { name: 'B', value: '$(A)y$$(A)$(C)' },
      ],
    },
    { A: 'x', B: 'xy$(A)$(C)' },
  ],
  [
    'values that name a Service',
    { env: [{ name: 'R', value: 'tcp://$(REDIS_MASTER_SERVICE_HOST)' }] },
    { R: 'tcp://10.96.0.7' },
  ],
  [
    'a key of a ConfigMap',
    { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'colour' } } }] },
    { A: 'blue' },
  ],
  [
    'a key of a Secret',
    { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'keys', key: 'password' } } }] },
    { A: 's3cr3t' },
  ],
  [
    'an optional key that is missing',
    { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'no', optional: true } } }] },
    {},
  ],
  [
    'a whole ConfigMap with a prefix',
    { envFrom: [{ prefix: 'S_', configMapRef: { name: 'settings' } }] },
    { S_colour: 'blue', 'S_log.level': 'info' },
  ],
  [
    'fields of the pod',
    {
      env: ['metadata.name', 'metadata.namespace', 'spec.nodeName', 'status.podIP', 'status.hostIP'].map(
        (fieldPath) => ({
          name: fieldPath,
          valueFrom: { fieldRef: { fieldPath } },
        }),
      ),
    },
    {
      'metadata.name': 'web',
      'metadata.namespace': 'default',
      'spec.nodeName': 'node-a',
      'status.podIP': '10.244.0.2',
      'status.hostIP': '172.18.0.3',
    },
  ],
];

describe('the environment of a container', () => {
  it.each(ROWS)('%s', (_title, change, own) => {
    expect(environmentOf(change).own).toEqual(own);
  });

  it('has the variables of the namespace’s Services and of kubernetes', () => {
    const { variables } = environmentOf({}).services;
    expect(variables).toMatchObject({
      REDIS_MASTER_SERVICE_HOST: '10.96.0.7',
      REDIS_MASTER_SERVICE_PORT: '80',
      REDIS_MASTER_SERVICE_PORT_HTTP: '80',
      REDIS_MASTER_PORT: 'tcp://10.96.0.7:80',
      REDIS_MASTER_PORT_80_TCP_ADDR: '10.96.0.7',
      KUBERNETES_SERVICE_HOST: '10.96.0.1',
    });
    expect(Object.keys(variables).filter((name) => /ELSEWHERE|HEADLESS/.test(name))).toEqual([]);
  });

  it.each<[string, Partial<Container>, string]>([
    ['a ConfigMap', { envFrom: [{ configMapRef: { name: 'no' } }] }, 'configmap "no" not found'],
    [
      'a Secret',
      { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'no', key: 'k' } } }] },
      'secret "no" not found',
    ],
    [
      'a key',
      { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'no' } } }] },
      "couldn't find key no in ConfigMap default/settings",
    ],
  ])('fails when %s is missing', (_title, change, message) => {
    expect(() => environmentOf(change)).toThrow(message);
  });

  it('fails where variables of variables grow beyond what a process can be given', () => {
    const doubling = Array.from({ length: 60 }, (_, at) => ({
      name: `E${at}`,
      value: at === 0 ? 'xx' : `$(E${at - 1})$(E${at - 1})`,
    }));
    const env = Array.from({ length: 40 }, (_, at) => ({ name: `E${at}`, value: 'x'.repeat(100_000) }));
    for (const change of [{ env: doubling }, { env }])
      expect(() => environmentOf(change)).toThrow('argument list too long');
  });

  it('a key that every object inherits is missing as well', () => {
    const valueFrom = { configMapKeyRef: { name: 'settings', key: 'constructor' } };
    expect(() => environmentOf({ env: [{ name: 'A', valueFrom }] })).toThrow("couldn't find key constructor");
  });
});

it.each([
  ['$(A)', 'x'],
  ['$$(A)', '$(A)'],
  ['$(B) $A $', '$(B) $A $'],
  ['$(constructor)', '$(constructor)'],
])('expand %s', (text, expanded) => {
  expect(expand(text, { A: 'x' })).toBe(expanded);
});

it('a command and its arguments know the variables, and stay as they are without one', () => {
  const environment = { own: { A: 'x' }, services: { id: '', variables: { B: 'y' } } };
  const container = { name: 'main', command: ['run'], args: ['--a=$(A)', '--b=$(B)', '--c=$(C)'] };
  expect(withVariables(container, environment).args).toEqual(['--a=x', '--b=y', '--c=$(C)']);
  const plain = { name: 'main', args: ['run'] };
  expect(withVariables(plain, environment)).toBe(plain);
});
