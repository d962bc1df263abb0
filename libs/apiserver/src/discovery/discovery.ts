import type { AnyStrategy, StrategyIndex } from '../registry/strategy-index';

/** Verbs in the order of discovery documents. */
const ALL_VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** A subresource as discovery lists it. */
export interface SubresourceInfo {
  readonly resource: string;
  readonly subresource: string;
  readonly kind: string;
  readonly group?: string;
  readonly version?: string;
  readonly verbs: readonly string[];
}

/** The discovery documents of one registry. Models k8s.io/apiserver pkg/endpoints/discovery. */
export class Discovery {
  constructor(
    private readonly strategies: StrategyIndex,
    private readonly connected: readonly SubresourceInfo[],
  ) {}

  /** GET /api */
  apiVersions(): object {
    const serverAddressByClientCIDRs = [{ clientCIDR: '0.0.0.0/0', serverAddress: '' }];
    return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs };
  }

  /** GET /apis */
  apiGroupList(): object {
    return {
      kind: 'APIGroupList',
      apiVersion: 'v1',
      groups: this.namedGroups().map((group) => this.apiGroup(group)),
    };
  }

  /** GET /apis/{group}; undefined when nothing of the group is served. */
  groupDocument(group: string): object | undefined {
    if (!this.namedGroups().includes(group)) return undefined;
    return { kind: 'APIGroup', apiVersion: 'v1', ...this.apiGroup(group) };
  }

  /** GET /api/v1 and /apis/{group}/{version}; undefined when it is not served. */
  resourceList(group: string, version: string): object | undefined {
    const kinds = this.strategies.kindsOf(group, version);
    if (kinds.length === 0) return undefined;
    const groupVersion = group ? `${group}/${version}` : version;
    const resources = kinds.flatMap((strategy) => [
      resourceEntry(strategy),
      ...this.subresourceEntries(strategy),
    ]);
    return { kind: 'APIResourceList', ...(group && { apiVersion: 'v1' }), groupVersion, resources };
  }

  /** Aggregated discovery of /api or /apis. Models apidiscovery.k8s.io/v2. */
  aggregated(core: boolean): object {
    const groups = core ? [''] : this.namedGroups();
    const items = groups.map((group) => ({
      metadata: { ...(group && { name: group }), creationTimestamp: null },
      versions: this.strategies.versions(group).map((version) => ({
        version,
        resources: this.strategies
          .kindsOf(group, version)
          .map((strategy) => this.aggregatedResource(strategy)),
        freshness: 'Current',
      })),
    }));
    return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
  }

  private namedGroups(): string[] {
    return this.strategies.groups().filter((group) => group !== '');
  }

  private apiGroup(name: string): object {
    const versions = this.strategies
      .versions(name)
      .map((version) => ({ groupVersion: `${name}/${version}`, version }));
    return { name, versions, preferredVersion: versions[0] };
  }

  private subresourceEntries(strategy: AnyStrategy): object[] {
    return this.subresourcesOf(strategy).map(({ subresource, kind, group, version, verbs }) => ({
      name: `${strategy.resource}/${subresource}`,
      singularName: '',
      namespaced: strategy.namespaced,
      ...(group !== undefined && { group }),
      ...(version !== undefined && { version }),
      kind,
      verbs,
    }));
  }

  private aggregatedResource(strategy: AnyStrategy): object {
    const { group, version, kind } = strategy;
    return {
      resource: strategy.resource,
      responseKind: { group, version, kind },
      scope: strategy.namespaced ? 'Namespaced' : 'Cluster',
      singularResource: strategy.singular,
      verbs: strategy.verbs ?? ALL_VERBS,
      ...(strategy.shortNames && { shortNames: strategy.shortNames }),
      ...(strategy.categories && { categories: strategy.categories }),
      subresources: this.subresourcesOf(strategy).map((entry) => ({
        subresource: entry.subresource,
        responseKind: { group: entry.group ?? group, version: entry.version ?? version, kind: entry.kind },
        verbs: entry.verbs,
      })),
    };
  }

  private subresourcesOf(strategy: AnyStrategy): Omit<SubresourceInfo, 'resource'>[] {
    const { kind } = strategy;
    const verbs = ['get', 'patch', 'update'];
    const own = this.connected.filter(
      ({ resource }) => strategy.group === '' && resource === strategy.resource,
    );
    const isNamespace = strategy.group === '' && strategy.resource === 'namespaces';
    return [
      ...own,
      ...(isNamespace ? [{ subresource: 'finalize', kind, verbs: ['update'] }] : []),
      ...(strategy.ephemeralContainers ? [{ subresource: 'ephemeralcontainers', kind, verbs }] : []),
      ...(strategy.scale
        ? [{ subresource: 'scale', group: 'autoscaling', version: 'v1', kind: 'Scale', verbs }]
        : []),
      ...(strategy.status ? [{ subresource: 'status', kind, verbs }] : []),
    ];
  }
}

function resourceEntry(strategy: AnyStrategy): object {
  return {
    name: strategy.resource,
    singularName: strategy.singular,
    namespaced: strategy.namespaced,
    kind: strategy.kind,
    verbs: strategy.verbs ?? ALL_VERBS,
    ...(strategy.shortNames && { shortNames: strategy.shortNames }),
    ...(strategy.categories && { categories: strategy.categories }),
  };
}
