import { SUBDOMAIN } from './messages';
import { accepted, refused, updateAccepted, type Table } from './table';

const spec = (fields: object) => ({ spec: fields });
const metric = (fields: object) => spec({ metrics: [fields] });
const cpu = (target: object) => metric({ type: 'Resource', resource: { name: 'cpu', target } });
const scaleUp = (fields: object) =>
  spec({ behavior: { scaleUp: { policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }], ...fields } } });

export const AUTOSCALER: Table = {
  source: 'pkg/apis/autoscaling/validation/validation_test.go',
  url: '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers',
  good: {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'myautoscaler', namespace: 'default' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'myrc' },
      minReplicas: 1,
      maxReplicas: 5,
    },
  },
  rows: [
    refused(
      'TestValidateHorizontalPodAutoscaler "must be greater than or equal to 1"',
      spec({ minReplicas: -1 }),
      'spec.minReplicas: Invalid value: -1: must be greater than or equal to 1',
    ),
    refused(
      'TestValidateHorizontalPodAutoscaler "must be greater than or equal to `minReplicas`"',
      spec({ minReplicas: 7 }),
      'spec.maxReplicas: Invalid value: 5: must be greater than or equal to `minReplicas`',
    ),
    refused(
      'TestValidateHorizontalPodAutoscaler "scaleTargetRef.kind: Required"',
      spec({ scaleTargetRef: { kind: '' } }),
      'spec.scaleTargetRef.kind: Required value',
    ),
    refused(
      'TestValidateHorizontalPodAutoscaler "scaleTargetRef.kind: Invalid"',
      spec({ scaleTargetRef: { kind: '..' } }),
      'spec.scaleTargetRef.kind: Invalid value: "..": may not be \'..\'',
    ),
    refused(
      'TestValidateHorizontalPodAutoscaler "scaleTargetRef.name: Required"',
      spec({ scaleTargetRef: { name: '' } }),
      'spec.scaleTargetRef.name: Required value',
    ),
    refused(
      'TestValidateHorizontalPodAutoscaler "scaleTargetRef.name: Invalid"',
      spec({ scaleTargetRef: { name: '..' } }),
      'spec.scaleTargetRef.name: Invalid value: "..": may not be \'..\'',
    ),
    refused(
      'TestValidateHorizontalPodAutoscaler "must specify a metric source type"',
      metric({}),
      'spec.metrics[0].type: Required value: must specify a metric source type',
      'spec.metrics[0].type: Unsupported value: "": supported values: "ContainerResource", "External", "Object", "Pods", "Resource"',
      'spec.metrics[0].type: Unsupported value: "": supported values: "ContainerResource", "External", "Object", "Pods", "Resource"',
    ),
    refused(
      'TestValidateHorizontalPodAutoscaler "must populate information for the given metric source"',
      metric({ type: 'Resource' }),
      'spec.metrics[0].resource: Required value: must populate information for the given metric source',
    ),
    refused(
      'TestValidateHorizontalPodAutoscaler "must populate the given metric source only"',
      metric({
        type: 'Resource',
        resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } },
        pods: { metric: { name: 'a' }, target: { type: 'AverageValue', averageValue: '1' } },
      }),
      'spec.metrics[0].pods: Forbidden: must populate the given metric source only',
    ),
    refused(
      'TestValidateHorizontalPodAutoscaler "must set either a target raw value or a target utilization"',
      cpu({ type: 'Utilization' }),
      'spec.metrics[0].resource.target.averageUtilization: Required value: must set either a target raw value or a target utilization',
    ),
    refused(
      'validation.go validateScalingRules: a window of less than nothing',
      scaleUp({ stabilizationWindowSeconds: -1 }),
      'spec.behavior.scaleUp.stabilizationWindowSeconds: Invalid value: -1: must be greater than or equal to zero',
    ),
    refused(
      'TestValidateBehavior "spec.behavior.scaleUp.stabilizationWindowSeconds: Invalid value: 3601"',
      scaleUp({ stabilizationWindowSeconds: 3601 }),
      'spec.behavior.scaleUp.stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600',
    ),
    refused(
      'TestValidateBehavior "spec.behavior.scaleUp.selectPolicy: Unsupported value"',
      scaleUp({ selectPolicy: 'incorrect' }),
      'spec.behavior.scaleUp.selectPolicy: Unsupported value: "incorrect": supported values: "Disabled", "Max", "Min"',
    ),
    refused(
      'TestValidateBehavior "spec.behavior.scaleUp.policies[0].periodSeconds: Invalid value: 1801"',
      scaleUp({ policies: [{ type: 'Pods', value: 7, periodSeconds: 1801 }] }),
      'spec.behavior.scaleUp.policies[0].periodSeconds: Invalid value: 1801: must be less than or equal to 1800',
    ),
    refused(
      'TestValidateBehavior "spec.behavior.scaleUp.policies[0].value: Invalid value: 0"',
      scaleUp({ policies: [{ type: 'Percent', value: 0, periodSeconds: 60 }] }),
      'spec.behavior.scaleUp.policies[0].value: Invalid value: 0: must be greater than zero',
    ),
    refused(
      'validation.go ValidateHorizontalPodAutoscaler: a bad name',
      { metadata: { name: 'A_b' } },
      `metadata.name: Invalid value: "A_b": ${SUBDOMAIN}`,
    ),
    accepted(
      'TestValidateHorizontalPodAutoscaler "success": what it gets by default',
      spec({ minReplicas: null }),
      {
        spec: {
          minReplicas: 1,
          metrics: [
            {
              type: 'Resource',
              resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
            },
          ],
        },
      },
    ),
    updateAccepted(
      'TestValidateHorizontalPodAutoscalerUpdate "more replicas"',
      {},
      spec({ maxReplicas: 8 }),
      { spec: { maxReplicas: 8 } },
    ),
  ],
};
