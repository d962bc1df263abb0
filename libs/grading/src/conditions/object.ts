import type { KubeJson } from '@podlab/cluster';
import type { Condition, GradeEvidence } from '@podlab/contracts';
import { findObjects, isOne } from '../cluster/find-objects';
import { Expression, ExpressionFailed } from '../expression/expression';
import { boundsText, isWithin } from './bounds';
import { failed, passed, refusedObject, type Looking, type Outcome } from './outcome';

type ObjectCondition = Extract<Condition, { kind: 'Object' }>;

/** Objects that a result shows, and how long one may be: of a longer one only its name is shown. */
const EVIDENCE_MAXIMUM = 3;
const EVIDENCE_CHARACTERS = 20_000;
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** What is true of one object, or of all that match. */
export function lookAtObjects(condition: ObjectCondition, looking: Looking): Outcome {
  return judgeObjects(condition, findObjects(looking.cluster, condition.object, looking.namespace), looking);
}

/** What is true of the objects that a query found, wherever they are. */
export function judgeObjects(
  condition: ObjectCondition,
  objects: readonly KubeJson[],
  looking: Omit<Looking, 'cluster'>,
): Outcome {
  const { object: query, count, absent } = condition;
  const { kind, name = '' } = query;
  const namespace = query.namespace ?? looking.namespace;
  const evidence = evidenceOf(objects);
  if (absent) {
    if (objects.length === 0) return passed();
    return failed('ObjectThere', { kind, name: objects[0].metadata.name }, evidence);
  }
  if (count && !isWithin(count, objects.length))
    return failed('ObjectCount', { kind, found: objects.length, expected: boundsText(count) }, evidence);
  if (objects.length === 0 && isOne(query))
    return refusedObject(looking, kind, name) ?? failed('ObjectMissing', { kind, name, namespace });
  if (objects.length === 0 && !count) return failed('ObjectsMissing', { kind, namespace });
  return holds(condition, objects, looking) ?? passed(evidence);
}

function holds(
  { object: query, holds: text }: ObjectCondition,
  objects: readonly KubeJson[],
  { values }: Pick<Looking, 'values'>,
): Outcome | undefined {
  if (text === undefined) return undefined;
  const { kind } = query;
  const name = isOne(query) ? (query.name ?? '') : '';
  try {
    if (new Expression(text).holds({ object: objects[0], objects, values })) return undefined;
    return failed('ObjectDiffers', { kind, name, expression: text }, evidenceOf(objects));
  } catch (error) {
    if (!(error instanceof ExpressionFailed)) throw error;
    const params = { kind, name, expression: text, reason: error.message };
    return failed('ObjectUnanswered', params, evidenceOf(objects));
  }
}

function evidenceOf(objects: readonly KubeJson[]): GradeEvidence {
  return { kind: 'Objects', objects: objects.slice(0, EVIDENCE_MAXIMUM).map(shown) };
}

function shown(object: KubeJson): Record<string, unknown> {
  const whole = withoutLastApplied(object);
  if (JSON.stringify(whole).length <= EVIDENCE_CHARACTERS) return whole;
  const { apiVersion, kind, metadata } = object;
  const { name, namespace } = metadata;
  return { apiVersion, kind, metadata: { name, ...(namespace !== undefined && { namespace }) } };
}

function withoutLastApplied(object: KubeJson): Record<string, unknown> {
  const { [LAST_APPLIED]: _, ...annotations } = object.metadata.annotations ?? {};
  const { annotations: __, ...metadata } = object.metadata;
  const some = Object.keys(annotations).length > 0;
  return { ...object, metadata: { ...metadata, ...(some && { annotations }) } };
}
