import type { GroupResource, KubeObject } from '@podlab/apimachinery';
import type { Registry, Strategy } from './strategy';

/** Any kind's strategy, seen without its type. */
export type AnyStrategy = Strategy<KubeObject>;

/** `pods`, `deployments.apps`: the key of a kind in storage. */
export function groupResourceOf(strategy: Pick<AnyStrategy, 'group' | 'resource'>): GroupResource {
  return strategy.group ? `${strategy.resource}.${strategy.group}` : strategy.resource;
}

/** `v1`, `apps/v1`. */
export function apiVersionOf(strategy: Pick<AnyStrategy, 'group' | 'version'>): string {
  return strategy.group ? `${strategy.group}/${strategy.version}` : strategy.version;
}

/** Finds strategies by resource, and lists groups for discovery. */
export class StrategyIndex {
  private readonly byResource = new Map<GroupResource, AnyStrategy>();
  readonly all: readonly AnyStrategy[];

  constructor(registry: Registry) {
    this.all = registry as unknown as readonly AnyStrategy[];
    for (const strategy of this.all) this.byResource.set(groupResourceOf(strategy), strategy);
  }

  get(resource: GroupResource): AnyStrategy | undefined {
    return this.byResource.get(resource);
  }

  /** The strategy that a request's group, version and resource name. */
  find(group: string, version: string, resource: string): AnyStrategy | undefined {
    const strategy = this.byResource.get(group ? `${resource}.${group}` : resource);
    return strategy?.version === version ? strategy : undefined;
  }

  /** Group names in the order of discovery; the core group is the empty name. */
  groups(): string[] {
    return [...new Set(this.all.map((strategy) => strategy.group))];
  }

  versions(group: string): string[] {
    return [...new Set(this.all.filter((strategy) => strategy.group === group).map((each) => each.version))];
  }

  kindsOf(group: string, version: string): AnyStrategy[] {
    return this.all.filter((strategy) => strategy.group === group && strategy.version === version);
  }
}
