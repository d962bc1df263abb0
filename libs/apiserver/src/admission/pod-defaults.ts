import type { Pod, Toleration } from '@podlab/api';
import { newForbidden } from '@podlab/apimachinery';
import { groupResourceOf } from '../registry/strategy-index';
import type { AdmissionPlugin } from './admission';

const DEFAULT_TOLERATION_SECONDS = 300;
const OUTAGE_TAINTS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];
const BUILT_IN_PRIORITIES: Readonly<Record<string, number>> = {
  'system-cluster-critical': 2_000_000_000,
  'system-node-critical': 2_000_001_000,
};

/** Pods stay five minutes on a node that is lost. Models plugin/pkg/admission/defaulttolerationseconds. */
export const defaultTolerationSeconds: AdmissionPlugin = {
  name: 'DefaultTolerationSeconds',
  admit({ operation, strategy, object }) {
    if (operation !== 'CREATE' || groupResourceOf(strategy) !== 'pods') return;
    const spec = (object as Pod).spec;
    for (const key of OUTAGE_TAINTS) {
      if (spec.tolerations?.some((toleration) => tolerates(toleration, key))) continue;
      (spec.tolerations ??= []).push({
        key,
        operator: 'Exists',
        effect: 'NoExecute',
        tolerationSeconds: DEFAULT_TOLERATION_SECONDS,
      });
    }
  },
};

function tolerates({ key, effect }: Toleration, taint: string): boolean {
  return (key === taint || !key) && (effect === 'NoExecute' || !effect);
}

/** Resolves priorityClassName to a number. Models plugin/pkg/admission/priority. */
export const priorityAdmission: AdmissionPlugin = {
  name: 'Priority',
  admit({ operation, strategy, object, name }) {
    if (operation !== 'CREATE' || groupResourceOf(strategy) !== 'pods') return;
    const spec = (object as Pod).spec;
    const className = spec.priorityClassName;
    if (className && BUILT_IN_PRIORITIES[className] === undefined) {
      throw newForbidden('pods', name, `no PriorityClass with name ${className} was found`);
    }
    spec.priority ??= className ? BUILT_IN_PRIORITIES[className] : 0;
    spec.preemptionPolicy ??= 'PreemptLowerPriority';
  },
};
