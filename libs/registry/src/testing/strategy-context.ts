import type { KubeObject } from '@podlab/apimachinery';
import {
  StatusError,
  fieldErrorText,
  objectKey,
  validateObjectMeta,
  nameIsDnsSubdomain,
} from '@podlab/apimachinery';
import type { Strategy, StrategyContext } from '@podlab/apiserver';
import { Prng, cloneJson, deepFreeze, rfc3339, seedPrng } from '@podlab/kernel';

const NOW = 1_795_000_000_000;

/** A context over a fixed set of stored objects, for the tests of this library. */
export function contextOver(
  stored: Readonly<Record<string, readonly KubeObject[]>> = {},
  seed = '1',
  service_cidr = '10.96.0.0/16',
): StrategyContext {
  const of = (resource: string) => stored[resource] ?? [];
  return {
    now: () => NOW,
    timestamp: () => rfc3339(NOW),
    random: new Prng(seedPrng(seed, 'test')),
    settings: { service_cidr, pod_cidr: '10.244.0.0/16', node_port_range: [30_000, 32_767] },
    get: (resource, key) => of(resource).find((object) => objectKey(object) === key),
    list: (resource, namespace) =>
      of(resource).filter((object) => !namespace || object.metadata.namespace === namespace),
    held: (resource, _name, valuesOf) => ({
      has: (value, except) =>
        of(resource).some((object) => objectKey(object) !== except && valuesOf(object).includes(value)),
    }),
  };
}

/** A draft as the generic registry hands it on: with a name and, where the kind has one, a namespace. */
export function draftOf<T extends KubeObject>(strategy: Strategy<T>, fields: object): T {
  const draft = cloneJson(fields) as Record<string, unknown>;
  const metadata = {
    name: 'x',
    ...(strategy.namespaced && { namespace: 'default' }),
    ...(draft.metadata as object),
  };
  return { apiVersion: strategy.version, kind: strategy.kind, ...draft, metadata } as unknown as T;
}

/** What a creation leaves in the store, or throws. */
export function create<T extends KubeObject>(
  strategy: Strategy<T>,
  fields: object,
  context = contextOver(),
): T {
  const draft = draftOf(strategy, fields);
  strategy.defaults?.(draft);
  strategy.prepareForCreate?.(draft, context);
  strategy.begin?.(draft, undefined, context);
  const errors = createErrors(strategy, draft, context);
  if (errors.length > 0) throw new Error(errors.join('\n'));
  draft.metadata.uid ??= context.random.uuid();
  return deepFreeze(draft);
}

function createErrors<T extends KubeObject>(
  strategy: Strategy<T>,
  draft: T,
  context: StrategyContext,
): string[] {
  const meta = validateObjectMeta(
    draft.metadata,
    strategy.namespaced,
    strategy.validateName ?? nameIsDnsSubdomain,
  );
  return [...meta, ...(strategy.validate?.(draft, context) ?? [])].map(fieldErrorText);
}

/** The refusals of a creation, one a line of the answer. */
export function refusals<T extends KubeObject>(
  strategy: Strategy<T>,
  fields: object,
  context = contextOver(),
): string[] {
  const draft = draftOf(strategy, fields);
  strategy.defaults?.(draft);
  strategy.prepareForCreate?.(draft, context);
  try {
    strategy.begin?.(draft, undefined, context);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return (error.status.details?.causes ?? []).map(({ field, message }) => `${field}: ${message}`);
  }
  return createErrors(strategy, draft, context);
}

/** What an update by `change` leaves in the store, or the refusals. */
export function update<T extends KubeObject>(
  strategy: Strategy<T>,
  old: T,
  change: (draft: T) => void,
  context = contextOver(),
): { object: T; refusals: string[] } {
  const draft = cloneJson(old);
  change(draft);
  strategy.defaults?.(draft);
  strategy.begin?.(draft, old, context);
  strategy.prepareForUpdate?.(draft, old, context);
  const errors = (strategy.validateUpdate?.(draft, old, context) ?? []).map(fieldErrorText);
  return { object: draft, refusals: errors };
}

/** The message of the Status that an action is refused with. */
export function statusOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof StatusError) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

/** The cells of an object by column name. */
export function cells<T extends KubeObject>(
  strategy: Strategy<T>,
  object: T,
  now = NOW,
): Record<string, unknown> {
  return Object.fromEntries(strategy.columns.map((column) => [column.name, column.value(object, now)]));
}
