import type { Condition } from '@podlab/contracts';
import { sourceOf, targetOf } from '../cluster/sender';
import { choiceText, listOf } from './bounds';
import { sourceText, targetText } from './names';
import { failed, passed, type Looking, type Outcome } from './outcome';

type ConnectivityCondition = Extract<Condition, { kind: 'Connectivity' }>;

/** A connection from each to each, on a cluster that may change by that. */
export function lookAtConnectivity(condition: ConnectivityCondition, looking: Looking): Outcome {
  const { cluster, namespace } = looking;
  const from = condition.from.map((source) => sourceOf(cluster, source, namespace));
  const to = condition.to.map(targetOf);
  const { matrix } = cluster.connectivity({ from, to, timeout_ms: TIMEOUT_MS });
  const expected = listOf(condition.expect);
  const pairs = matrix.flatMap((row, i) =>
    row.map((disposition, j) => ({ from: sourceText(from[i]), to: targetText(to[j]), disposition })),
  );
  const wrong = pairs.find(({ disposition }) => !expected.includes(disposition));
  if (!wrong) return passed({ kind: 'Connectivity', pairs });
  const { disposition: found, ...ends } = wrong;
  const params = { ...ends, found, expected: choiceText(expected) };
  return failed('WrongDisposition', params, { kind: 'Connectivity', pairs });
}

const TIMEOUT_MS = 5000;
