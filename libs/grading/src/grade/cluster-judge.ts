import type { Cluster } from '@podlab/cluster';
import type { Check } from '@podlab/contracts';
import { Answers } from '../conditions/answers';
import { waitFor } from '../conditions/condition';
import { disturb } from '../conditions/disturbance';
import { lookAtHistory } from '../conditions/history';
import type { Looking, Outcome } from '../conditions/outcome';
import type { LabInstance } from '../instance/instance';
import { gradeMessage } from '../messages';
import type { ClusterSubmission } from './grade';
import type { Judge } from './grade-steps';
import { judgePrediction } from './predictions';

/** What is graded: a settled cluster that nobody else has. */
export interface Graded extends ClusterSubmission {
  readonly instance: LabInstance;
  readonly cluster: Cluster;
}

/** Looks at a cluster, which stays as it is. */
export function clusterJudge(graded: Graded): Judge {
  const { cluster, instance, documents, answers, found } = graded;
  const looking: Looking = {
    cluster,
    namespace: instance.document.namespace,
    values: {},
    answers: new Answers(cluster),
    refused: documents?.filter(({ result }) => result === 'Refused') ?? [],
  };
  return {
    check: (check) => runCheck(check, looking, graded),
    prediction: (item) =>
      judgePrediction(item, answers?.predictions?.[item.name], looking, found?.[item.name]),
  };
}

function runCheck(check: Check, looking: Looking, { instance, history, students }: Graded): Outcome {
  switch (check.kind) {
    case 'History':
      if (history) return lookAtHistory(check, history, students);
      return { state: 'error', message: gradeMessage('CannotRun', { reason: 'there is no history' }) };
    case 'Disturbance':
      return disturb(check, looking, instance);
    default:
      return waitFor(check, looking);
  }
}
