import type { Check } from '@podlab/contracts';
import { ActionFailed, performActions } from '../actions/perform-actions';
import { LAB_USER } from '../cluster/kube';
import { settle } from '../cluster/settle';
import { valuesOf } from '../cluster/values';
import type { LabInstance } from '../instance/instance';
import { withWords } from '../messages';
import { waitFor } from './condition';
import { failed, outcomeOf, passed, type Looking, type Outcome } from './outcome';

type DisturbanceCheck = Extract<Check, { kind: 'Disturbance' }>;

/** Does what the check says on a fork, stage after stage, and looks at what is expected then. */
export function disturb(check: DisturbanceCheck, looking: Looking, instance: LabInstance): Outcome {
  try {
    const cluster = looking.cluster.fork();
    let values = valuesOf(cluster, check.let, looking.values, looking.namespace);
    const lastExpected = check.stages.at(-1)?.expect.at(-1);
    for (const { do: actions, settle_ms, expect } of check.stages) {
      values = performActions(cluster, actions, { instance, user: LAB_USER, values }).values;
      if (settle_ms > 0) settle(cluster, settle_ms);
      for (const condition of expect) {
        const isLast = condition === lastExpected;
        const outcome = waitFor(condition, { ...looking, cluster, values, isLast });
        if (outcome.state !== 'passed')
          return { ...outcome, message: withWords(outcome.message, AFTERWARDS) };
      }
    }
    return passed();
  } catch (error) {
    if (error instanceof ActionFailed)
      return failed('DisturbanceImpossible', { action: error.action, reason: error.reason });
    return outcomeOf(error, looking);
  }
}

const AFTERWARDS = { en: 'After the disturbance:', ko: '교란 뒤:' };
