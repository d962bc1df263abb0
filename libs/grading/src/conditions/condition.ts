import type { Cluster } from '@podlab/cluster';
import type { Condition } from '@podlab/contracts';
import { valuesOf } from '../cluster/values';
import { finishData } from '../instance/template';
import { lookAtConnectivity } from './connectivity';
import { lookAtName } from './dns';
import { lookAtCommand } from './exec';
import { lookAtObjects } from './object';
import { lookApart, outcomeOf, type Looking, type Outcome } from './outcome';
import { lookAtRequests } from './request';

/** Between two looks, in virtual time: what holds for less is not seen. */
const LOOK_EVERY_MS = 250;
const EVENTS_MAXIMUM = 300_000;

/** Whether it is true of a cluster at this moment, which stays as it is. Never throws: what can't be told is an error. */
export function lookAt(condition: Condition, looking: Looking): Outcome {
  try {
    const { let: wanted, ...template } = condition;
    const values = valuesOf(looking.cluster, wanted, looking.values, looking.namespace);
    const finished = { ...finishCondition(template as Condition, values), let: undefined };
    return look(finished, { ...looking, values });
  } catch (error) {
    return outcomeOf(error, looking);
  }
}

/** Puts the values into everything but expressions, which have them by name. */
function finishCondition(condition: Condition, values: Looking['values']): Condition {
  const finished = finishData(withoutExpressions(condition), values);
  return { ...condition, ...finished, ...expressionsOf(condition, finished) } as Condition;
}

function withoutExpressions(condition: Condition): Condition {
  const { holds: _, ...rest } = condition as Condition & { holds?: string };
  if (rest.kind !== 'Request') return rest;
  const { holds: __, ...expect } = rest.expect;
  return { ...rest, expect };
}

function expressionsOf(condition: Condition, finished: Condition): object {
  if (condition.kind !== 'Request' || finished.kind !== 'Request') return {};
  const { holds } = condition.expect;
  return { expect: { ...finished.expect, ...(holds !== undefined && { holds }) } };
}

function look(condition: Condition, looking: Looking): Outcome {
  if (condition.kind === 'Object') return lookAtObjects(condition, looking);
  if (condition.kind === 'Request') return lookAtRequests(condition, looking);
  // What is sent changes connections and generators: on a fork of its own, so that the order of checks never matters.
  return lookApart(looking, (cluster) => lookAround(condition, { ...looking, cluster }));
}

function lookAround(condition: Exclude<Condition, { kind: 'Object' | 'Request' }>, apart: Looking): Outcome {
  switch (condition.kind) {
    case 'Connectivity':
      return lookAtConnectivity(condition, apart);
    case 'Dns':
      return lookAtName(condition, apart);
    case 'Exec':
      return lookAtCommand(condition, apart);
  }
}

/** Whether all of some conditions are true of a cluster at this moment: the `until` of a settle. */
export function conditionsHold(
  cluster: Cluster,
  conditions: readonly Condition[],
  namespace = 'default',
): boolean {
  const looking = { cluster, namespace, values: {} };
  return conditions.every((condition) => lookAt(condition, looking).state === 'passed');
}

/** As {@link lookAt}, with the time that the condition has to become true: the cluster lives on in a fork meanwhile. */
export function waitFor(condition: Condition, looking: Looking): Outcome {
  const { within_ms = 0 } = condition;
  if (within_ms === 0) return lookAt(condition, looking);
  let outcome = lookAt(condition, { ...looking, isLast: false });
  if (outcome.state === 'passed') return outcome;
  const cluster = looking.isLast ? looking.cluster : looking.cluster.fork();
  const until = cluster.now() + within_ms;
  while (outcome.state !== 'passed' && cluster.now() < until) {
    liveOn(cluster, until);
    outcome = lookAt(condition, { ...looking, cluster, isLast: false });
  }
  return outcome;
}

/** Until something has changed and a moment has passed, or the time is over. */
function liveOn(cluster: Cluster, until: number): void {
  const { before, next } = { before: cluster.resourceVersion(), next: cluster.now() + LOOK_EVERY_MS };
  for (let events = 0; events < EVENTS_MAXIMUM; events++) {
    const due = cluster.nextDueAt();
    if (due === undefined || due > until) break;
    if (due > next && cluster.resourceVersion() !== before) return;
    cluster.runUntil(due, 1);
  }
  if (cluster.now() < until) cluster.runUntil(until, EVENTS_MAXIMUM);
}
