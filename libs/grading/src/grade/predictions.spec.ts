import { Prediction } from '@podlab/contracts';
import { Refusal } from '@podlab/kernel';
import type { z } from 'zod';
import { instantiate } from '../instance/instance';
import { labOf } from '../test-support';
import { predictedAnswer, predictedRequest } from './predictions';
import { startLab } from './start-lab';

const CLUSTER = startLab(instantiate(labOf(), '7'));
const BEFORE = CLUSTER.hash();
const looking = { cluster: CLUSTER, namespace: 'lab06', values: {} };
const client = { kind: 'Pod', name: 'client' } as const;

type Asked = Pick<z.input<typeof Prediction>, 'request' | 'let'>;
const prediction = (asked: Asked): Prediction =>
  Prediction.parse({ name: 'p', question: { en: '?', ko: '?' }, ask: 'disposition', ...asked });

const ip = { kind: 'Service', namespace: 'kube-system', name: 'kube-dns', value: 'object.spec.clusterIP' };

it.each<[what: string, asked: Asked, target: string]>([
  ['a name', { request: { from: client, to: 'http://web/' } }, 'http://web/'],
  [
    'a value of the cluster',
    { request: { from: client, to: 'http://${ip}/' }, let: { ip } },
    'http://10.96.0.10/',
  ],
  ['from a node', { request: { from: { kind: 'Node', name: 'node-a' }, to: 'http://web/' } }, 'http://web/'],
  ['from outside', { request: { from: { kind: 'External' }, to: 'http://web/' } }, 'http://web/'],
])('the request that %s is asked about is the one that would be sent', (_, asked, target) => {
  const { from, to } = predictedRequest(prediction(asked), looking);
  expect(to).toBe(target);
  expect(predictedAnswer(prediction(asked), looking).request).toMatchObject({ from, to });
  expect(CLUSTER.hash()).toBe(BEFORE);
});

it.each<[what: string, asked: Asked]>([
  ['a sender', { request: { from: { kind: 'Pod', name: 'nobody' }, to: 'http://web/' } }],
  [
    'a sender by its labels',
    { request: { from: { kind: 'Pod', selector: { app: 'x' } }, to: 'http://web/' } },
  ],
  ['a node', { request: { from: { kind: 'Node', name: 'node-z' }, to: 'http://web/' } }],
  ['a value', { request: { from: client, to: 'http://${ip}/' }, let: { ip: { ...ip, name: 'nothing' } } }],
])('without %s nothing can be asked yet, and nothing could be sent', (_, asked) => {
  expect(isRefused(() => predictedRequest(prediction(asked), looking))).toBe(true);
  expect(isRefused(() => predictedAnswer(prediction(asked), looking))).toBe(true);
});

function isRefused(call: () => unknown): boolean {
  try {
    call();
    return false;
  } catch (error) {
    return error instanceof Refusal;
  }
}
