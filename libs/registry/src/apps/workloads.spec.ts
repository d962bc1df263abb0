import type { Deployment } from '@podlab/api';
import { cells, create, refusals, update } from '../testing/strategy-context';
import { deploymentStrategy } from './deployment/strategy';
import { replicaSetStrategy } from './replica-set/strategy';

const SPEC = {
  selector: { matchLabels: { app: 'web' } },
  template: {
    metadata: { labels: { app: 'web' } },
    spec: { containers: [{ name: 'web', image: 'nginx:1.27' }] },
  },
};
const refused = (spec: object) => refusals(deploymentStrategy, { spec: { ...SPEC, ...spec } });

// Cases of k8s.io/kubernetes pkg/apis/apps/v1/defaults_test.go TestSetDefaultDeployment.
test('what a Deployment gets by default', () => {
  const { spec, status } = create(deploymentStrategy, { spec: SPEC });
  expect(spec).toEqual({
    replicas: 1,
    selector: SPEC.selector,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
    template: {
      metadata: { labels: { app: 'web' } },
      spec: {
        containers: [
          {
            name: 'web',
            image: 'nginx:1.27',
            imagePullPolicy: 'IfNotPresent',
            resources: {},
            terminationMessagePath: '/dev/termination-log',
            terminationMessagePolicy: 'File',
          },
        ],
        dnsPolicy: 'ClusterFirst',
        restartPolicy: 'Always',
        schedulerName: 'default-scheduler',
        securityContext: {},
        terminationGracePeriodSeconds: 30,
      },
    },
  });
  expect(status).toEqual({});
});

// Cases of k8s.io/kubernetes pkg/apis/apps/validation/validation_test.go TestValidateDeployment.
describe('a Deployment is refused', () => {
  test.each<[string, string[], string[]]>([
    ['without a selector', refused({ selector: undefined }), ['spec.selector: Required value']],
    [
      'with an empty selector',
      refused({ selector: {} }),
      ['spec.selector: Invalid value: {}: empty selector is invalid for deployment'],
    ],
    [
      'with a selector that its template does not fit',
      refused({ selector: { matchLabels: { app: 'db' } } }),
      [
        'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
      ],
    ],
    [
      'with less than no replicas',
      refused({ replicas: -1 }),
      ['spec.replicas: Invalid value: -1: must be greater than or equal to 0'],
    ],
    [
      'with pods that do not restart',
      refused({ template: { ...SPEC.template, spec: { ...SPEC.template.spec, restartPolicy: 'Never' } } }),
      ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
    ],
    [
      'without containers',
      refused({ template: { metadata: { labels: { app: 'web' } } } }),
      ['spec.template.spec.containers: Required value'],
    ],
    [
      'with a strategy of its own',
      refused({ strategy: { type: 'BigBang' } }),
      ['spec.strategy.type: Unsupported value: "BigBang": supported values: "Recreate", "RollingUpdate"'],
    ],
    [
      'recreating by degrees',
      refused({ strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } }),
      ["spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"],
    ],
    [
      'when it may not move',
      refused({ strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } }),
      ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0'],
    ],
    [
      'with a share that is none',
      refused({ strategy: { rollingUpdate: { maxSurge: '1' } } }),
      [
        "spec.strategy.rollingUpdate.maxSurge: Invalid value: \"1\": a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
      ],
    ],
    [
      'with more than all unavailable',
      refused({ strategy: { rollingUpdate: { maxUnavailable: '110%' } } }),
      ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "110%": must not be greater than 100%'],
    ],
    [
      'with too short a deadline',
      refused({ progressDeadlineSeconds: 5, minReadySeconds: 5 }),
      ['spec.progressDeadlineSeconds: Invalid value: 5: must be greater than minReadySeconds'],
    ],
  ])('%s', (_title, errors, messages) => {
    expect(errors).toEqual(messages);
  });

  test('when its selector changes', () => {
    const old = create(deploymentStrategy, { spec: SPEC });
    const labels = { app: 'web', tier: 'x' };
    const { refusals: errors } = update(deploymentStrategy, old, (draft) => {
      draft.spec.selector = { matchLabels: labels };
      draft.spec.template.metadata = { labels };
    });
    expect(errors).toEqual([
      'spec.selector: Invalid value: {"matchLabels":{"app":"web","tier":"x"}}: field is immutable',
    ]);
  });
});

test('a ReplicaSet has one replica by default and says so when its selector is empty', () => {
  expect(create(replicaSetStrategy, { spec: SPEC }).spec.replicas).toBe(1);
  expect(refusals(replicaSetStrategy, { spec: { ...SPEC, selector: {} } })).toEqual([
    'spec.selector: Invalid value: {}: empty selector is invalid for deployment',
  ]);
});

// Cases of pkg/printers/internalversion/printers_test.go TestPrintDeployment and TestPrintReplicaSet.
test('the cells of a Deployment and of a ReplicaSet', () => {
  const metadata = { name: 'web', creationTimestamp: '2026-11-18T11:04:40Z' };
  const status = { replicas: 4, readyReplicas: 1, updatedReplicas: 2, availableReplicas: 3 };
  const spec = { ...SPEC, replicas: 5 };
  const deployment: Deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec, status };
  const template = { Age: '2m', Containers: 'web', Images: 'nginx:1.27', Selector: 'app=web' };
  expect(cells(deploymentStrategy, deployment)).toEqual({
    Name: 'web',
    Ready: '1/5',
    'Up-to-date': 2,
    Available: 3,
    ...template,
  });
  const replicaSet = { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata, spec, status };
  expect(cells(replicaSetStrategy, replicaSet)).toEqual({
    Name: 'web',
    Desired: 5,
    Current: 4,
    Ready: 1,
    ...template,
  });
});

test('both are scaled through one field', () => {
  const deployment = create(deploymentStrategy, { spec: { ...SPEC, replicas: 3 } });
  expect(deploymentStrategy.scale?.replicas(deployment)).toEqual({ spec: 3, status: 0, selector: 'app=web' });
});
