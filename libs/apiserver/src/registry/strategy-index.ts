import type { GroupResource, KubeObject } from '@podlab/apimachinery';
import { interned } from '@podlab/kernel';
import { isStoredVersion, type CustomKinds } from './custom-kinds';
import type { Registry, Strategy } from './strategy';

/** Any kind's strategy, seen without its type. */
export type AnyStrategy = Strategy<KubeObject>;

/** `pods`, `deployments.apps`: the key of a kind in storage. */
export function groupResourceOf({
  group: own,
  resource,
  conversion,
}: Pick<AnyStrategy, 'group' | 'resource' | 'conversion'>): GroupResource {
  const group = conversion ? conversion.stored.group : own;
  return group ? `${resource}.${group}` : resource;
}

/** `v1`, `apps/v1`. */
export function apiVersionOf(strategy: Pick<AnyStrategy, 'group' | 'version'>): string {
  return strategy.group ? `${strategy.group}/${strategy.version}` : strategy.version;
}

/** Finds strategies by resource, and lists groups for discovery: those of the registry, then those that users declared. */
export class StrategyIndex {
  private readonly byResource = new Map<GroupResource, AnyStrategy>();
  private readonly builtIn: readonly AnyStrategy[];

  constructor(
    registry: Registry,
    private readonly custom?: CustomKinds,
  ) {
    this.builtIn = registry as unknown as readonly AnyStrategy[];
    for (const strategy of this.builtIn)
      if (!strategy.conversion) this.byResource.set(interned(groupResourceOf(strategy)), strategy);
  }

  /** All that requests may name. */
  get all(): readonly AnyStrategy[] {
    const custom = this.customKinds();
    return custom.length === 0 ? this.builtIn : [...this.builtIn, ...custom.filter(isServed)];
  }

  /** The strategy by which components read and write a resource. */
  get(resource: GroupResource): AnyStrategy | undefined {
    return (
      this.byResource.get(resource) ??
      this.customKinds().find((each) => groupResourceOf(each) === resource && isStoredVersion(each))
    );
  }

  /** The strategy that a request's group, version and resource name. */
  find(group: string, version: string, resource: string): AnyStrategy | undefined {
    const strategy = this.byResource.get(group ? `${resource}.${group}` : resource);
    if (strategy?.version === version) return strategy;
    if (strategy || this.hasBuiltInGroup(group)) return this.converted(group, version, resource);
    return this.customKinds().find(
      (each) =>
        each.resource === resource && each.group === group && each.version === version && isServed(each),
    );
  }

  /** A built-in kind in another version, or in another group, than the one it is stored in. */
  private converted(group: string, version: string, resource: string): AnyStrategy | undefined {
    return this.builtIn.find(
      (each) => each.version === version && each.resource === resource && each.group === group,
    );
  }

  private customKinds(): readonly AnyStrategy[] {
    return this.custom?.all() ?? [];
  }

  /** Group names in the order of discovery; the core group is the empty name. */
  groups(): string[] {
    return [...new Set(this.all.map((strategy) => strategy.group))];
  }

  /** Whether some kind of the group is in every cluster. */
  hasBuiltInGroup(group: string | undefined): boolean {
    return this.builtIn.some((strategy) => strategy.group === group);
  }

  versions(group: string): string[] {
    return [...new Set(this.all.filter((strategy) => strategy.group === group).map((each) => each.version))];
  }

  kindsOf(group: string, version: string): AnyStrategy[] {
    return this.all.filter((strategy) => strategy.group === group && strategy.version === version);
  }
}

const isServed = ({ custom }: AnyStrategy) => custom?.served !== false;
