import type { HorizontalPodAutoscaler } from '@podlab/api';
import { cells, create, refusals, update } from '../../testing/strategy-context';
import { horizontalPodAutoscalerStrategy as strategy } from './strategy';

const REFERENCE = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
const SPEC = { scaleTargetRef: REFERENCE, maxReplicas: 5 };
const refused = (spec: object) => refusals(strategy, { spec: { ...SPEC, ...spec } });
const metric = (fields: object) => refused({ metrics: [fields] });
const cpu = (target: object) => ({ type: 'Resource', resource: { name: 'cpu', target } });

// Cases of k8s.io/kubernetes pkg/apis/autoscaling/v2/defaults_test.go.
test('one pod at least, and 80 % of the requested CPU by default', () => {
  const { spec, status } = create(strategy, { spec: SPEC });
  expect(spec).toEqual({
    ...SPEC,
    minReplicas: 1,
    metrics: [cpu({ type: 'Utilization', averageUtilization: 80 })],
  });
  expect(status).toEqual({ desiredReplicas: 0 });
});

test('a behaviour is filled in both directions', () => {
  const behavior = { scaleDown: { policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] } };
  expect(create(strategy, { spec: { ...SPEC, behavior } }).spec.behavior).toEqual({
    scaleUp: {
      stabilizationWindowSeconds: 0,
      selectPolicy: 'Max',
      policies: [
        { type: 'Pods', value: 4, periodSeconds: 15 },
        { type: 'Percent', value: 100, periodSeconds: 15 },
      ],
    },
    scaleDown: { selectPolicy: 'Max', policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] },
  });
});

// Cases of k8s.io/kubernetes pkg/apis/autoscaling/validation/validation_test.go TestValidateHorizontalPodAutoscaler.
describe('a HorizontalPodAutoscaler is refused', () => {
  const utilization = { type: 'Utilization', averageUtilization: 70 };
  test.each<[string, string[], string[]]>([
    [
      'without limits',
      refused({ minReplicas: 0, maxReplicas: 0 }),
      [
        'spec.minReplicas: Invalid value: 0: must be greater than or equal to 1',
        'spec.maxReplicas: Invalid value: 0: must be greater than 0',
      ],
    ],
    [
      'with limits that cross',
      refused({ minReplicas: 7 }),
      ['spec.maxReplicas: Invalid value: 5: must be greater than or equal to `minReplicas`'],
    ],
    [
      'without a target',
      refused({ scaleTargetRef: { name: 'a/b' } }),
      [
        'spec.scaleTargetRef.kind: Required value',
        'spec.scaleTargetRef.name: Invalid value: "a/b": may not contain \'/\'',
      ],
    ],
    [
      'with a metric of no type',
      metric({ resource: { name: 'cpu', target: utilization } }),
      [
        'spec.metrics[0].type: Required value: must specify a metric source type',
        'spec.metrics[0].type: Unsupported value: "": supported values: "ContainerResource", "External", "Object", "Pods", "Resource"',
        'spec.metrics[0].type: Unsupported value: "": supported values: "ContainerResource", "External", "Object", "Pods", "Resource"',
      ],
    ],
    [
      'with a metric of another source',
      metric({ type: 'Pods', resource: { name: 'cpu', target: utilization } }),
      ['spec.metrics[0].pods: Required value: must populate information for the given metric source'],
    ],
    [
      'with two sources',
      metric({
        ...cpu(utilization),
        pods: { metric: { name: 'hits' }, target: { type: 'AverageValue', averageValue: '1' } },
      }),
      ['spec.metrics[0].pods: Forbidden: must populate the given metric source only'],
    ],
    [
      'with two targets',
      metric(cpu({ type: 'Utilization', averageUtilization: 0, averageValue: '-1' })),
      [
        'spec.metrics[0].resource.target.averageValue: Invalid value: "-1": must be positive',
        'spec.metrics[0].resource.target.averageUtilization: Invalid value: 0: must be greater than 0',
        'spec.metrics[0].resource.target.averageValue: Forbidden: may not set both a target raw value and a target utilization',
      ],
    ],
    [
      'with no target',
      metric(cpu({ type: 'Share' })),
      [
        'spec.metrics[0].resource.target.type: Invalid value: "Share": must be either Utilization, Value, or AverageValue',
        'spec.metrics[0].resource.target.averageUtilization: Required value: must set either a target raw value or a target utilization',
      ],
    ],
    [
      'of a container without a name',
      metric({ type: 'ContainerResource', containerResource: { name: 'cpu', target: utilization } }),
      ['spec.metrics[0].containerResource.container: Required value: must specify a container'],
    ],
    [
      'with metrics of others that say too little',
      refused({
        metrics: [
          { type: 'Pods', pods: { metric: { name: 'hits' }, target: { type: 'AverageValue' } } },
          { type: 'External', external: { metric: { name: '' }, target: { type: 'Value', value: '1' } } },
          {
            type: 'Object',
            object: { describedObject: REFERENCE, metric: { name: 'rps' }, target: { type: 'Value' } },
          },
        ],
      }),
      [
        'spec.metrics[0].pods.target.averageValue: Required value: must specify a positive target averageValue',
        'spec.metrics[1].external.metric.name: Required value: must specify a metric name',
        'spec.metrics[2].object.target.averageValue: Required value: must set either a target value or averageValue',
      ],
    ],
    [
      'with a behaviour beyond its limits',
      refused({
        behavior: {
          scaleUp: { stabilizationWindowSeconds: 3601, selectPolicy: 'Best', policies: [] },
          scaleDown: {
            stabilizationWindowSeconds: -1,
            tolerance: '-0.1',
            policies: [{ type: 'Nodes', value: 0, periodSeconds: 1801 }],
          },
        },
      }),
      [
        'spec.behavior.scaleUp.stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600',
        'spec.behavior.scaleUp.selectPolicy: Unsupported value: "Best": supported values: "Disabled", "Max", "Min"',
        'spec.behavior.scaleUp.policies: Required value: must specify at least one Policy',
        'spec.behavior.scaleDown.stabilizationWindowSeconds: Invalid value: -1: must be greater than or equal to zero',
        'spec.behavior.scaleDown.policies[0].type: Unsupported value: "Nodes": supported values: "Percent", "Pods"',
        'spec.behavior.scaleDown.policies[0].value: Invalid value: 0: must be greater than zero',
        'spec.behavior.scaleDown.policies[0].periodSeconds: Invalid value: 1801: must be less than or equal to 1800',
        'spec.behavior.scaleDown.tolerance: Invalid value: "-0.1": must be greater or equal to zero',
      ],
    ],
  ])('%s', (_title, errors, messages) => {
    expect(errors).toEqual(messages);
  });

  test('when it shrinks below nothing', () => {
    const old = create(strategy, { spec: SPEC });
    const { refusals: errors } = update(strategy, old, (draft) => {
      draft.spec.maxReplicas = -1;
    });
    expect(errors).toEqual([
      'spec.maxReplicas: Invalid value: -1: must be greater than 0',
      'spec.maxReplicas: Invalid value: -1: must be greater than or equal to `minReplicas`',
    ]);
  });
});

// Cases of k8s.io/kubernetes pkg/printers/internalversion/printers_test.go TestPrintHPA.
describe('what kubectl get shows', () => {
  const targets = (spec: object, status: object = {}) => {
    const made = create(strategy, { spec: { ...SPEC, ...spec } });
    const shown = { ...made, status: { ...made.status, ...status } } as HorizontalPodAutoscaler;
    return cells(strategy, shown)['Targets'];
  };
  const half = cpu({ type: 'Utilization', averageUtilization: 50 });
  const current = (fields: object) => ({
    currentMetrics: [{ type: 'Resource', resource: { name: 'cpu', current: fields } }],
  });

  test.each([
    ['nothing known yet', targets({ metrics: [half] }), 'cpu: <unknown>/50%'],
    [
      'a share',
      targets({ metrics: [half] }, current({ averageUtilization: 10, averageValue: '20m' })),
      'cpu: 10%/50%',
    ],
    [
      'a value',
      targets(
        { metrics: [cpu({ type: 'AverageValue', averageValue: '100m' })] },
        current({ averageValue: '20m' }),
      ),
      'cpu: 20m/100m',
    ],
    [
      'more than two',
      targets({
        metrics: [
          half,
          { type: 'Pods', pods: { metric: { name: 'hits' }, target: { type: 'Value', averageValue: '3' } } },
          {
            type: 'External',
            external: { metric: { name: 'queue' }, target: { type: 'Value', value: '9' } },
          },
        ],
      }),
      'cpu: <unknown>/50%, <unknown>/3 + 1 more...',
    ],
  ])('%s', (_title, shown, text) => {
    expect(shown).toBe(text);
  });

  test('its limits and its size', () => {
    expect(cells(strategy, create(strategy, { spec: SPEC }))).toEqual({
      Name: 'x',
      Reference: 'Deployment/web',
      Targets: 'cpu: <unknown>/80%',
      MinPods: '1',
      MaxPods: 5,
      Replicas: 0,
      Age: '<unknown>',
    });
  });
});
