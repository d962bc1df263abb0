import type { KubeObject } from '@podlab/apimachinery';
import {
  newBadRequest,
  newResourceExpired,
  newTooLargeResourceVersion,
  objectKey,
  StatusError,
  withoutManagedFields,
} from '@podlab/apimachinery';
import { withShownManagers } from '../managed-fields/field-manager';
import { apiVersionOf } from '../registry/strategy-index';
import type { KubeAnswer } from '../request/kube-request';
import { decodeContinue, encodeContinue, LATEST_REVISION, type ContinueToken } from './continue-token';
import { checkListOptions } from './list-options';
import { negotiate, type Representation } from './negotiation';
import { jsonAnswer, type EndpointServices, type RequestScope } from './scope';
import { parseSelection } from './selection';
import { tableOf, type IncludeObject } from './table';

/** The storage key that a request's namespace and name mean. */
export function keyOf({ info, strategy }: RequestScope): string {
  return strategy.namespaced ? `${info.namespace}/${info.name}` : info.name;
}

/** GET of one object. */
export function handleGet(services: EndpointServices, scope: RequestScope): KubeAnswer {
  const as = negotiate(scope.request.accept);
  return objectAnswer(services, scope, services.registry.get(scope.strategy, keyOf(scope)), 200, as);
}

/** An answer that shows one object in the representation that the client asked for. */
export function objectAnswer(
  services: EndpointServices,
  scope: RequestScope,
  object: KubeObject,
  status: number,
  as: Representation = negotiate(scope.request.accept),
  headers: KubeAnswer['headers'] = {},
): KubeAnswer {
  object = presented(services, scope, object);
  if (as === 'table') {
    const metadata = { resourceVersion: object.metadata.resourceVersion };
    const options = { now: services.now(), include: includeObject(scope), metadata, headers: true };
    return jsonAnswer(services, status, tableOf(scope.strategy, [object], options), headers);
  }
  if (as === 'plain') return jsonAnswer(services, status, withoutManagedFields(object), headers);
  return jsonAnswer(
    services,
    status,
    as === 'partial' ? partialOf(object) : bytesOf(services, scope, object),
    headers,
  );
}

function bytesOf({ encoder }: EndpointServices, { request }: RequestScope, object: KubeObject): Uint8Array {
  return request.method === 'GET' ? encoder.encode(object) : encoder.encodeWritten(object);
}

/** The object as a client sees it now, where a part of it is a function of time. */
export function presented<T extends KubeObject>(
  services: Pick<EndpointServices, 'now'>,
  { strategy }: Pick<RequestScope, 'strategy'>,
  object: T,
): T {
  return (strategy.present?.(object, services.now()) ?? object) as T;
}

/** GET of a collection, in pages when `limit` says so. */
export function handleList(services: EndpointServices, scope: RequestScope): KubeAnswer {
  const as = negotiate(scope.request.accept);
  checkListOptions(scope.query);
  // Where objects are rendered (metrics, leases) a list depends on more than the revision.
  const { present, builtIns } = scope.strategy;
  if (as !== 'object' || present || builtIns) return listAnswer(services, scope, as);
  const { path, query } = scope.request;
  const { resourceVersion } = services.store;
  const asked = `${path}?${query}`;
  const body = services.encoder.listOnce(resourceVersion, asked, () => listAnswer(services, scope, as).body);
  return jsonAnswer(services, 200, body);
}

function listAnswer(services: EndpointServices, scope: RequestScope, as: Representation): KubeAnswer {
  const page = selectPage(services, scope);
  if (as === 'table') {
    const options = {
      now: services.now(),
      include: includeObject(scope),
      metadata: page.metadata,
      headers: true,
    };
    return jsonAnswer(services, 200, tableOf(scope.strategy, page.items, options));
  }
  if (as === 'partial') {
    const envelope = {
      kind: 'PartialObjectMetadataList',
      apiVersion: 'meta.k8s.io/v1',
      metadata: page.metadata,
    };
    return jsonAnswer(services, 200, { ...envelope, items: page.items.map(partialOf) });
  }
  const { strategy } = scope;
  const envelope = {
    kind: `${strategy.kind}List`,
    apiVersion: apiVersionOf(strategy),
    metadata: page.metadata,
  };
  if (as === 'plain') {
    return jsonAnswer(services, 200, { ...envelope, items: page.items.map(withoutManagedFields) });
  }
  return jsonAnswer(services, 200, services.encoder.encodeList(envelope, page.items));
}

interface ListPage {
  items: readonly KubeObject[];
  metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number };
}

function selectPage(services: EndpointServices, scope: RequestScope): ListPage {
  const { strategy, query, info } = scope;
  const token = query.get('continue') ? decodeContinue(query.get('continue') as string) : undefined;
  const { resourceVersion } = services.store;
  const asOf = token && token.rv !== LATEST_REVISION ? token.rv : undefined;
  const rv = asOf ?? exactRevision(services, scope) ?? resourceVersion;
  const selection = parseSelection(strategy, query, info.namespace);
  const all = objectsAt(services, scope, rv, token);
  const asked = query.number('limit') ?? 0;
  const limit = asked > 0 ? asked : Infinity;
  const start = token ? all.findIndex((object) => objectKey(object) > token.after) : 0;
  const rest = start < 0 ? [] : all.slice(start).filter((object) => selection.matches(object));
  const items = (rest.length > limit ? rest.slice(0, limit) : rest).map((each) =>
    presented(services, scope, each),
  );
  const metadata: ListPage['metadata'] = { resourceVersion: String(rv) };
  if (rest.length > items.length) {
    metadata.continue = encodeContinue({ rv, after: objectKey(items[items.length - 1]) });
    if (!selection.filters) metadata.remainingItemCount = rest.length - items.length;
  }
  return { items, metadata };
}

function objectsAt(
  services: EndpointServices,
  scope: RequestScope,
  rv: number,
  token?: ContinueToken,
): readonly KubeObject[] {
  const namespace = scope.strategy.namespaced ? scope.info.namespace : '';
  if (rv === services.store.resourceVersion)
    return services.registry.list(scope.strategy, namespace || undefined);
  const objects = services.registry.listAt(scope.strategy, rv);
  if (!objects) throw expired(token);
  return namespace ? objects.filter((object) => object.metadata.namespace === namespace) : objects;
}

function exactRevision(services: EndpointServices, { query }: RequestScope): number | undefined {
  const asked = query.get('resourceVersion');
  const match = query.get('resourceVersionMatch');
  if (!asked || asked === '0') return undefined;
  const rv = Number(asked);
  requireRevision(asked);
  if (rv > services.store.resourceVersion)
    throw newTooLargeResourceVersion(asked, services.store.resourceVersion);
  return match === 'Exact' ? rv : undefined;
}

/** Throws 400 for a resourceVersion that is no number; the empty one is absent. */
export function requireRevision(asked: string): void {
  if (asked !== '' && !/^\d{1,15}$/.test(asked)) {
    throw newBadRequest(`Invalid value: "${asked}": strconv.ParseUint: parsing "${asked}": invalid syntax`);
  }
}

/**
 * 410 of a page or a list at a revision that is compacted; a page's says how to go on with what is there now.
 * Models k8s.io/apiserver pkg/storage/etcd3/errors.go interpretListError.
 */
function expired(token: ContinueToken | undefined): StatusError {
  if (!token) return newResourceExpired('The resourceVersion for the provided list is too old.');
  const { status } = newResourceExpired(INCONSISTENT_CONTINUE);
  const metadata = { continue: encodeContinue({ rv: LATEST_REVISION, after: token.after }) };
  return new StatusError({ ...status, metadata });
}

const INCONSISTENT_CONTINUE =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
  'the continue parameter, or use the continue token in this response to retrieve the remainder of the results. ' +
  'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or ' +
  'deleted between the time the first chunk was returned and now may show up in the list.';

export function includeObject({ query }: RequestScope): IncludeObject {
  const value = query.get('includeObject') ?? 'Metadata';
  if (value === 'None' || value === 'Metadata' || value === 'Object') return value;
  throw newBadRequest(`unrecognized includeObject value: "${value}"`);
}

export function partialOf(object: KubeObject): object {
  const { metadata } = withShownManagers(object);
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
}
