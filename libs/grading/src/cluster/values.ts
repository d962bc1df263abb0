import type { Cluster } from '@podlab/cluster';
import type { CheckValues } from '@podlab/contracts';
import { Refusal } from '@podlab/kernel';
import { plainValue } from '../expression/cel-value';
import { Expression, ExpressionFailed } from '../expression/expression';
import { finishData, type TemplateValues } from '../instance/template';
import { findObjects, isOne } from './find-objects';

/** A value of the cluster that is not there (yet). */
export class ValueMissing extends Refusal {
  override readonly name = 'ValueMissing';
  constructor(
    readonly value: string,
    readonly about: { readonly kind: string; readonly name?: string; readonly namespace: string },
    message: string,
  ) {
    super(message);
  }
}

/** What `let` says, beside the values there are; a later one may use an earlier one. Throws ValueMissing. */
export function valuesOf(
  cluster: Cluster,
  wanted: CheckValues | undefined,
  before: TemplateValues,
  namespace: string,
): TemplateValues {
  let values = before;
  for (const [name, template] of Object.entries(wanted ?? {})) {
    const { value: text, ...rest } = template;
    const query = finishData(rest, values);
    const objects = findObjects(cluster, query, namespace);
    const about = {
      kind: query.kind,
      ...(query.name !== undefined && { name: query.name }),
      namespace: query.namespace ?? namespace,
    };
    if (isOne(query) && objects.length === 0) throw new ValueMissing(name, about, 'there is no such object');
    const value = evaluate(name, text, about, { object: objects[0], objects, values });
    values = { ...values, [name]: value };
  }
  return values;
}

function evaluate(
  name: string,
  text: string,
  about: ValueMissing['about'],
  scope: { object: unknown; objects: readonly unknown[]; values: TemplateValues },
): string | number | boolean {
  try {
    const value = plainValue(new Expression(text).evaluate(scope));
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
    throw new ExpressionFailed('it is no text and no number');
  } catch (error) {
    if (!(error instanceof ExpressionFailed)) throw error;
    throw new ValueMissing(name, about, error.message);
  }
}
