import type { HorizontalPodAutoscaler } from '@podlab/api';
import { Path } from '@podlab/apimachinery';
import type { Strategy } from '@podlab/apiserver';
import { AGE_COLUMN, NAME_COLUMN, textColumn, countColumn } from '../../printing/cells';
import { validateNonNegative } from '../../validation/ports';
import { setAutoscalerDefaults } from './defaults';
import { formatMetrics } from './metric-cells';
import { validateAutoscaler } from './validation';

const STATUS = Path.of('status');

/** Models k8s.io/kubernetes pkg/registry/autoscaling/horizontalpodautoscaler strategy. */
export const horizontalPodAutoscalerStrategy: Strategy<HorizontalPodAutoscaler> = {
  group: 'autoscaling',
  version: 'v2',
  kind: 'HorizontalPodAutoscaler',
  resource: 'horizontalpodautoscalers',
  singular: 'horizontalpodautoscaler',
  shortNames: ['hpa'],
  categories: ['all'],
  namespaced: true,
  columns: [
    NAME_COLUMN,
    textColumn(
      'Reference',
      'scaleTargetRef points to the target resource to scale, and is used to the pods for which metrics should be collected, as well as to actually change the replica count.',
      ({ spec }) => `${spec.scaleTargetRef.kind}/${spec.scaleTargetRef.name}`,
    ),
    textColumn(
      'Targets',
      'metrics contains the specifications for which to use to calculate the desired replica count (the maximum replica count across all metrics will be used).  The desired replica count is calculated multiplying the ratio between the target value and the current value by the current number of pods.  Ergo, metrics used must decrease as the pod count is increased, and vice-versa.  See the individual metric source types for more information about how each type of metric must respond. If not set, the default metric will be set to 80% average CPU utilization.',
      ({ spec, status }) => formatMetrics(spec.metrics ?? [], status?.currentMetrics ?? []),
    ),
    textColumn(
      'MinPods',
      'minReplicas is the lower limit for the number of replicas to which the autoscaler can scale down.  It defaults to 1 pod.  minReplicas is allowed to be 0 if the alpha feature gate HPAScaleToZero is enabled and at least one Object or External metric is configured.  Scaling is active as long as at least one metric value is available.',
      ({ spec }) => (spec.minReplicas === undefined ? '<unset>' : String(spec.minReplicas)),
    ),
    countOf(
      'MaxPods',
      'maxReplicas is the upper limit for the number of replicas to which the autoscaler can scale up. It cannot be less that minReplicas.',
      ({ spec }) => spec.maxReplicas,
    ),
    countOf(
      'Replicas',
      'currentReplicas is current number of replicas of pods managed by this autoscaler, as last seen by the autoscaler.',
      ({ status }) => status?.currentReplicas ?? 0,
    ),
    AGE_COLUMN,
  ],
  defaults: setAutoscalerDefaults,
  prepareForCreate(draft) {
    draft.status = { desiredReplicas: 0 };
  },
  prepareForUpdate(draft, old) {
    draft.status = old.status;
  },
  validate: validateAutoscaler,
  validateUpdate: validateAutoscaler,
  status: {
    validateUpdate: ({ status }) => [
      ...validateNonNegative(status?.currentReplicas, STATUS.child('currentReplicas')),
      ...validateNonNegative(status?.desiredReplicas, STATUS.child('desiredReplicas')),
    ],
  },
};

/** A number in a column that upstream declares as text. */
function countOf(
  name: string,
  description: string,
  value: (object: HorizontalPodAutoscaler) => number,
): Strategy<HorizontalPodAutoscaler>['columns'][number] {
  return { ...countColumn(name, description, value), type: 'string' };
}
