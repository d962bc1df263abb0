import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CheckBody } from './check';
import { LabDocument, type LabDocumentBody } from './lab';
import { labSchema } from './lab-schema';

const CHECK: CheckBody = {
  name: 'one-address',
  title: { en: 'The Service has an address', ko: '서비스에 주소가 있다' },
  kind: 'Object',
  object: { kind: 'Service', name: 'nginx-service' },
  holds: 'object.spec.clusterIP != "None"',
};

function lab(change: Partial<LabDocumentBody> = {}): LabDocumentBody {
  return {
    apiVersion: 'podlab.dev/v1',
    kind: 'Lab',
    metadata: { name: 'cluster-ip' },
    title: 'ClusterIP',
    steps: [{ name: 'expose', title: 'Expose', text: 'expose.md', checks: [CHECK] }],
    solution: [{ apply: 'solution.yaml' }],
    ...change,
  };
}

const stepWith = (check: object) => [
  { name: 'expose', title: 'Expose', text: 'expose.md', checks: [check as CheckBody] },
];

it('has defaults for all that a small lab leaves out', () => {
  const parsed = LabDocument.parse(lab());
  expect(parsed).toMatchObject({ points: 100, namespace: 'default', cluster: { nodes: 3 }, start: [] });
  expect(parsed.title).toEqual({ en: 'ClusterIP', ko: 'ClusterIP' });
  expect(parsed.steps[0].checks[0]).toMatchObject({ weight: 1, hidden: false, requires: [] });
});

it.each([
  ['a path out of the bundle', { solution: [{ apply: '../secret.yaml' }] }],
  ['an absolute path', { solution: [{ apply: '/etc/passwd' }] }],
  ['an action with two keys', { solution: [{ settle: 5, advance: 5 }] }],
  ['a field that no check has', { steps: stepWith({ ...CHECK, wieght: 2 }) }],
  ['a pod chosen by nothing', { steps: stepWith({ ...CHECK, kind: 'Dns', from: { kind: 'Pod' } }) }],
  ['a mode of kube-proxy that is not simulated', { cluster: { kube_proxy: { mode: 'ipvs' } } }],
  ['bounds without bounds', { steps: stepWith({ ...CHECK, count: {} }) }],
])('refuses %s', (_, change) => {
  expect(LabDocument.safeParse(lab(change as never)).success).toBe(false);
});

it('is told to editors as it is: npm run generate:lab-schema', () => {
  const published = readFileSync(join(__dirname, '../../../docs/lab.schema.json'), 'utf8');
  expect(JSON.parse(published)).toEqual(labSchema());
});
