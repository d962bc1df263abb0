import type { HorizontalPodAutoscaler, HPAScalingRules } from '@podlab/api';

/** Of a HorizontalPodAutoscaler without metrics. Models pkg/apis/autoscaling DefaultCPUUtilization. */
const DEFAULT_CPU_UTILIZATION = 80;

const SCALE_UP: HPAScalingRules = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
};
/** How long it waits is a flag of the controller. */
const SCALE_DOWN: HPAScalingRules = {
  selectPolicy: 'Max',
  policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
};

/** Models pkg/apis/autoscaling/v2 SetDefaults_HorizontalPodAutoscaler and …Behavior. */
export function setAutoscalerDefaults(draft: HorizontalPodAutoscaler): void {
  draft.spec ??= { maxReplicas: 0, scaleTargetRef: { kind: '', name: '' } };
  const { spec } = draft;
  spec.minReplicas ??= 1;
  if ((spec.metrics ?? []).length === 0) {
    const target = { type: 'Utilization', averageUtilization: DEFAULT_CPU_UTILIZATION };
    spec.metrics = [{ type: 'Resource', resource: { name: 'cpu', target } }];
  }
  if (!spec.behavior) return;
  spec.behavior.scaleUp = filled(spec.behavior.scaleUp, SCALE_UP);
  spec.behavior.scaleDown = filled(spec.behavior.scaleDown, SCALE_DOWN);
}

function filled(rules: HPAScalingRules | undefined, by: HPAScalingRules): HPAScalingRules {
  const policies = (by.policies ?? []).map((policy) => ({ ...policy }));
  return { ...by, policies, ...rules };
}
