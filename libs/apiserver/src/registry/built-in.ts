import type { KubeObject } from '@podlab/apimachinery';
import { newForbidden, objectKey } from '@podlab/apimachinery';
import { hex, sha256, utf8Encode } from '@podlab/kernel';
import type { StrategyContext } from './strategy';
import { groupResourceOf, type AnyStrategy } from './strategy-index';

/**
 * The metadata of an object that every cluster shows and none stores: it is as old as the cluster, and its uid follows
 * from its name.
 */
export function builtInMetadata(
  context: StrategyContext,
  resource: string,
  name: string,
): KubeObject['metadata'] {
  const birth = context.get('namespaces', 'kube-system')?.metadata;
  const digest = hex(sha256(utf8Encode(`${resource}/${name}`)));
  const uid = [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `4${digest.slice(13, 16)}`,
    `8${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ].join('-');
  return {
    name,
    uid,
    resourceVersion: birth?.resourceVersion ?? '1',
    creationTimestamp: birth?.creationTimestamp ?? context.timestamp(),
  };
}

/** The kind's built-in object of that key. */
export function builtInObject(
  strategy: AnyStrategy,
  context: StrategyContext,
  key: string,
): KubeObject | undefined {
  return strategy.builtIns?.render(context).find((object) => objectKey(object) === key);
}

/** Stored objects with the built-in ones among them, in the order of keys. */
export function withBuiltIns(
  strategy: AnyStrategy,
  context: StrategyContext,
  stored: readonly KubeObject[],
): readonly KubeObject[] {
  const rendered = strategy.builtIns?.render(context) ?? [];
  if (rendered.length === 0) return stored;
  const keyed = [...stored, ...rendered].map((object): [string, KubeObject] => [objectKey(object), object]);
  keyed.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return keyed.map(([, object]) => object);
}

/** 403 for whoever would change or delete what stands in every cluster. */
export function refuseBuiltIn(strategy: AnyStrategy, name: string, operation: 'UPDATE' | 'DELETE'): never {
  const reason = strategy.builtIns?.refusal(operation) ?? '';
  throw newForbidden(groupResourceOf(strategy), name, reason);
}
