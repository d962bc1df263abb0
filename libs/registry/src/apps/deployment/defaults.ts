import type { Deployment } from '@podlab/api';
import { defaultPodSpec } from '../../core/pod/defaults';

/** Models pkg/apis/apps/v1 SetDefaults_Deployment. */
export function setDeploymentDefaults(draft: Deployment): void {
  draft.spec ??= {} as Deployment['spec'];
  const { spec } = draft;
  spec.replicas ??= 1;
  const strategy = (spec.strategy ??= {});
  strategy.type ||= 'RollingUpdate';
  if (strategy.type === 'RollingUpdate') {
    const rolling = (strategy.rollingUpdate ??= {});
    rolling.maxUnavailable ??= '25%';
    rolling.maxSurge ??= '25%';
  }
  spec.revisionHistoryLimit ??= 10;
  spec.progressDeadlineSeconds ??= 600;
  spec.template ??= {};
  spec.template.spec = defaultPodSpec(spec.template.spec);
}
