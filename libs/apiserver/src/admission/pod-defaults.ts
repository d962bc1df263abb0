import type { Pod, Toleration } from '@podlab/api';
import { groupResourceOf } from '../registry/strategy-index';
import type { AdmissionPlugin } from './admission';

const DEFAULT_TOLERATION_SECONDS = 300;
const OUTAGE_TAINTS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];

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
