import type { KubeObject } from '@podlab/apimachinery';
import {
  FieldSelectorError,
  LabelSelectorError,
  matchesFields,
  matchesLabels,
  newBadRequest,
  parseFieldSelector,
  parseLabelSelector,
  unsupportedFieldMessage,
} from '@podlab/apimachinery';
import { apiVersionOf, type AnyStrategy } from '../registry/strategy-index';
import type { Query } from '../request/query';

/** Which objects of a kind a list or a watch is about. */
export interface Selection {
  matches(object: KubeObject): boolean;
  /** False when every object of the kind (and namespace) matches. */
  readonly filters: boolean;
}

/** Reads labelSelector and fieldSelector; throws 400 with upstream's text. */
export function parseSelection(strategy: AnyStrategy, query: Query, namespace: string, name = ''): Selection {
  const labels = query.get('labelSelector') ?? '';
  const fields = query.get('fieldSelector') ?? '';
  const byLabels = labels ? parseOrRefuse(parseLabelSelector, labels) : undefined;
  const byFields = fields ? parseOrRefuse(parseFieldSelector, fields) : undefined;
  checkFieldLabels(strategy, byFields?.map(({ field }) => field) ?? []);
  const inNamespace = (object: KubeObject) =>
    !namespace || !strategy.namespaced || object.metadata.namespace === namespace;
  return {
    filters: !!byLabels || !!byFields || !!name,
    matches: (object) =>
      inNamespace(object) &&
      (!name || object.metadata.name === name) &&
      (!byLabels || matchesLabels(byLabels, object.metadata.labels)) &&
      (!byFields || matchesFields(byFields, selectableFields(strategy, object))),
  };
}

function parseOrRefuse<T>(parse: (text: string) => T, text: string): T {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof LabelSelectorError || error instanceof FieldSelectorError)
      throw newBadRequest(error.message);
    throw error;
  }
}

function selectableFields(strategy: AnyStrategy, object: KubeObject): Record<string, string> {
  const { name, namespace = '' } = object.metadata;
  return { 'metadata.name': name, 'metadata.namespace': namespace, ...strategy.selectableFields?.(object) };
}

/** kubectl itself puts what it looked for before this text. */
function checkFieldLabels(strategy: AnyStrategy, asked: readonly string[]): void {
  const sample = {
    apiVersion: apiVersionOf(strategy),
    kind: strategy.kind,
    metadata: { name: '' },
    spec: {},
    status: {},
  };
  const known = selectableFields(strategy, sample);
  const unknown = asked.find((field) => !Object.hasOwn(known, field));
  if (unknown === undefined) return;
  throw newBadRequest(unsupportedFieldMessage(unknown, strategy.selectableFields !== undefined));
}
