import type { CustomResourceDefinition } from '@podlab/api';
import type { MvccStore } from '@podlab/storage';
import { apiVersionOf, type AnyStrategy } from './strategy-index';

export const DEFINITIONS = 'customresourcedefinitions.apiextensions.k8s.io';

/** Makes the strategies of the kind that a definition declares; the same definition always gives the same ones. */
export type StrategiesOf = (definition: CustomResourceDefinition) => readonly AnyStrategy[];

/**
 * The kinds that users declare: a function of the definitions in the store, so that a fork, a replay and a load of a
 * cluster serve what the cluster served. What is kept here can be made anew at any time.
 */
export class CustomKinds {
  private known: readonly AnyStrategy[] | undefined;
  private readonly made = new WeakMap<object, readonly AnyStrategy[]>();

  constructor(
    private readonly store: MvccStore,
    private readonly strategiesOf: StrategiesOf,
  ) {
    store.onRevision(({ resource }) => {
      if (resource === DEFINITIONS) this.known = undefined;
    });
  }

  /** All versions of all kinds: groups by name, in each the preferred version first. */
  all(): readonly AnyStrategy[] {
    return (this.known ??= this.make());
  }

  private make(): readonly AnyStrategy[] {
    if (this.store.count(DEFINITIONS) === 0) return [];
    const definitions = this.store.list(DEFINITIONS) as unknown as readonly CustomResourceDefinition[];
    const strategies = definitions.flatMap((definition) => this.of(definition));
    return strategies.sort((a, b) => (a.group === b.group ? 0 : a.group < b.group ? -1 : 1));
  }

  private of(definition: CustomResourceDefinition): readonly AnyStrategy[] {
    let strategies = this.made.get(definition);
    if (!strategies) this.made.set(definition, (strategies = this.strategiesOf(definition)));
    return strategies;
  }
}

/** Whether the strategy is of the version that objects are stored in: what the cluster's components write. */
export function isStoredVersion(strategy: AnyStrategy): boolean {
  return strategy.custom === undefined || strategy.custom.storedVersion === apiVersionOf(strategy);
}
