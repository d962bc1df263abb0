import type { PriorityClass } from '@podlab/api';
import type { FieldError } from '@podlab/apimachinery';
import { forbidden, immutable, notSupported, Path } from '@podlab/apimachinery';
import {
  builtInMetadata,
  SYSTEM_PRIORITIES,
  type PrinterColumn,
  type Strategy,
  type StrategyContext,
} from '@podlab/apiserver';
import { AGE_COLUMN, countColumn, NAME_COLUMN, textColumn } from '../../printing/cells';

const HIGHEST_USER_PRIORITY = 1_000_000_000;
const POLICIES = ['Never', 'PreemptLowerPriority'];
const UPDATE_REFUSAL = 'may not be changed in an update.';
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  'system-cluster-critical':
    'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  'system-node-critical': 'Used for system critical pods that must not be moved from their current node.',
};

/** Models k8s.io/kubernetes pkg/registry/scheduling/priorityclass strategy. */
export const priorityClassStrategy: Strategy<PriorityClass> = {
  group: 'scheduling.k8s.io',
  version: 'v1',
  kind: 'PriorityClass',
  resource: 'priorityclasses',
  singular: 'priorityclass',
  shortNames: ['pc'],
  namespaced: false,
  hasGeneration: true,
  columns: [
    NAME_COLUMN,
    countColumn(
      'Value',
      'value represents the integer value of this priority class. This is the actual priority that pods receive when they have the name of this class in their pod spec.',
      ({ value }) => value ?? 0,
    ),
    globalDefaultColumn(),
    AGE_COLUMN,
    textColumn(
      'PreemptionPolicy',
      'preemptionPolicy is the Policy for preempting pods with lower priority. One of Never, PreemptLowerPriority. Defaults to PreemptLowerPriority if unset.',
      ({ preemptionPolicy }) => preemptionPolicy ?? '',
    ),
  ],
  defaults(draft) {
    draft.value ??= 0;
    draft.preemptionPolicy ??= 'PreemptLowerPriority';
  },
  validate: validateClass,
  validateUpdate: validateClassUpdate,
  builtIns: {
    render: systemClasses,
    refusal: (operation) =>
      operation === 'DELETE'
        ? 'this is a system priority class and cannot be deleted'
        : 'this is a system priority class and cannot be changed',
  },
};

function globalDefaultColumn(): PrinterColumn<PriorityClass> {
  const description =
    'globalDefault specifies whether this PriorityClass should be considered as the default priority for pods that do not have any priority class. Only one PriorityClass can be marked as `globalDefault`. However, if more than one PriorityClasses exists with their `globalDefault` field set to true, the smallest value of such global default PriorityClasses will be used as the default priority.';
  return {
    name: 'Global-Default',
    type: 'boolean',
    description,
    priority: 0,
    value: ({ globalDefault }) => globalDefault ?? false,
  };
}

function systemClasses(context: StrategyContext): PriorityClass[] {
  return Object.entries(SYSTEM_PRIORITIES).map(([name, value]) => ({
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { ...builtInMetadata(context, 'priorityclasses', name), generation: 1 },
    value,
    description: DESCRIPTIONS[name],
    preemptionPolicy: 'PreemptLowerPriority',
  }));
}

/** Models pkg/apis/scheduling/validation ValidatePriorityClass. */
function validateClass(draft: PriorityClass): FieldError[] {
  const { metadata, value = 0, preemptionPolicy } = draft;
  const errors: FieldError[] = [];
  if (metadata.name.startsWith('system-')) errors.push(...validateSystemClass(draft));
  else if (value > HIGHEST_USER_PRIORITY)
    errors.push(
      forbidden(
        Path.of('value'),
        `maximum allowed value of a user defined priority is ${HIGHEST_USER_PRIORITY}`,
      ),
    );
  if (preemptionPolicy && !POLICIES.includes(preemptionPolicy))
    errors.push(notSupported(Path.of('preemptionPolicy'), preemptionPolicy, POLICIES));
  return errors;
}

/** Models pkg/apis/scheduling/v1 IsKnownSystemPriorityClass. */
function validateSystemClass({
  metadata: { name },
  value = 0,
  globalDefault = false,
}: PriorityClass): FieldError[] {
  const known = Object.hasOwn(SYSTEM_PRIORITIES, name) ? SYSTEM_PRIORITIES[name] : undefined;
  const reserved = "priority class names with 'system-' prefix are reserved for system use only. error: ";
  const refuse = (error: string) => [forbidden(Path.of('metadata', 'name'), reserved + error)];
  if (known === undefined) return refuse(`${name} is not a known system priority class`);
  if (value !== known) return refuse(`value of ${name} PriorityClass must be ${known}`);
  return globalDefault ? refuse(`globalDefault of ${name} PriorityClass must be false`) : [];
}

/** Models ValidatePriorityClassUpdate. */
function validateClassUpdate(draft: PriorityClass, old: PriorityClass): FieldError[] {
  const errors: FieldError[] = [];
  if (draft.value !== old.value) errors.push(forbidden(Path.of('value'), UPDATE_REFUSAL));
  if (draft.preemptionPolicy !== old.preemptionPolicy)
    errors.push(immutable(Path.of('preemptionPolicy'), draft.preemptionPolicy));
  return errors;
}
