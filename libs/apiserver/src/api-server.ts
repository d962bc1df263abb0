import type { Prng } from '@podlab/kernel';
import { LimitExceeded } from '@podlab/kernel';
import type { Client, ResourceMetrics } from '@podlab/client';
import {
  newMethodNotAllowed,
  newNotFound,
  newTooManyRequests,
  newUnknownPath,
  StatusError,
} from '@podlab/apimachinery';
import type { MvccStore } from '@podlab/storage';
import { namespaceLifecycle } from './admission/namespace-lifecycle';
import { defaultIngressClass } from './admission/default-ingress-class';
import { defaultStorageClass } from './admission/default-storage-class';
import { limitRanger } from './admission/limit-ranger';
import { defaultTolerationSeconds } from './admission/pod-defaults';
import { podSecurity } from './admission/pod-security/pod-security';
import { priorityAdmission } from './admission/priority';
import { runtimeClassAdmission } from './admission/runtime-class';
import { clusterQuotaAdmission, type ClusterQuotas } from './admission/quota/cluster-quota';
import { resourceQuotaAdmission } from './admission/quota/resource-quota';
import { serviceAccountAdmission } from './admission/service-account';
import type { ResourceAccess } from './authorization/attributes';
import { Authorizer } from './authorization/authorizer';
import { escalationCheck } from './authorization/escalation';
import { actingUser, resourceAccess } from './authorization/request-access';
import type { RoleSource } from './authorization/rule-resolver';
import { customOpenApi } from './discovery/custom-openapi';
import { Discovery } from './discovery/discovery';
import { rootAnswer } from './discovery/root-paths';
import type { Connector } from './endpoints/connector';
import { withDeprecation } from './endpoints/deprecation';
import { ObjectEncoder } from './endpoints/encoding';
import { LocalClient } from './endpoints/local-client';
import { wantsAggregatedDiscovery } from './endpoints/negotiation';
import { handlePatch } from './endpoints/patch';
import { handleGet, handleList } from './endpoints/read';
import { handleReview } from './endpoints/review';
import { handleScale } from './endpoints/scale';
import { notAllowed } from './endpoints/not-allowed';
import { jsonAnswer, type EndpointServices, type RequestScope } from './endpoints/scope';
import { isStream } from './endpoints/stream-connectors';
import { handleWatch } from './endpoints/watch';
import {
  handleCreate,
  handleDelete,
  handleDeleteCollection,
  handleUpdate,
  textAnswer,
  withWarnings,
} from './endpoints/write';
import { builtInObject, withBuiltIns } from './registry/built-in';
import { CustomKinds, type StrategiesOf } from './registry/custom-kinds';
import { heldValuesOf } from './registry/held-values';
import { GenericRegistry, type UpdatePart } from './registry/generic-registry';
import type { ClusterSettings, Registry, StrategyContext } from './registry/strategy';
import { groupResourceOf, StrategyIndex, type AnyStrategy } from './registry/strategy-index';
import type { KubeAnswer, KubeRequest, KubeResponse, UserInfo } from './request/kube-request';
import { Query } from './request/query';
import { parseRequestInfo, type RequestInfo } from './request/request-info';

export interface ApiServerOptions {
  readonly store: MvccStore;
  readonly registry: Registry;
  /** Makes the strategies of kinds that users declare; without it nobody can. */
  readonly custom?: StrategiesOf;
  readonly settings: ClusterSettings;
  readonly random: Prng;
  /** Of the uids of Events, so that one told more or less gives no other object another name. */
  readonly event_random?: Prng;
  /** Virtual ms since the Unix epoch. */
  now(): number;
  timestamp(): string;
  readonly connectors: readonly Connector[];
  /** What the cluster may have in all; without it there is no bound. */
  quotas?(): ClusterQuotas | undefined;
  /** What `metrics.k8s.io` shows. */
  readonly metrics?: ResourceMetrics;
}

/** The Kubernetes API of one cluster: request info → admission → registry → storage. Pure and synchronous. */
export class ApiServer {
  private readonly services: EndpointServices;
  private readonly strategies: StrategyIndex;
  private readonly discovery: Discovery;
  private readonly authorizer: Authorizer;
  private readonly context: StrategyContext;

  constructor(private readonly options: ApiServerOptions) {
    const { store } = options;
    const custom = options.custom && new CustomKinds(store, options.custom);
    this.strategies = new StrategyIndex(options.registry, custom);
    const admission = [
      namespaceLifecycle,
      limitRanger,
      serviceAccountAdmission,
      podSecurity,
      priorityAdmission,
      runtimeClassAdmission,
      defaultTolerationSeconds,
      defaultIngressClass,
      defaultStorageClass,
    ];
    const context = strategyContext(options);
    this.context = context;
    this.authorizer = new Authorizer(roleSource(this.strategies, context));
    const registry = new GenericRegistry(store, context, [
      ...admission,
      escalationCheck(this.authorizer),
      resourceQuotaAdmission,
      clusterQuotaAdmission(store, () => options.quotas?.()),
    ]);
    this.services = { store, registry, encoder: new ObjectEncoder(), now: () => options.now() };
    this.discovery = new Discovery(this.strategies, options.connectors);
  }

  /** A component's or the host's own way in, as `user`. */
  client(user: UserInfo): Client {
    return new LocalClient(this.services.registry, this.strategies, user);
  }

  /** Answers any request; what goes wrong is a Status, never an exception, but for a broken invariant. */
  handle(request: KubeRequest): KubeResponse {
    this.services.registry.keepWarnings();
    try {
      const user = actingUser(request, this.authorizer, this.context);
      const acting = user === request.user ? request : { ...request, user };
      const info = parseRequestInfo(request.path);
      const response = info ? this.serve(acting, info) : this.besideTheResources(acting);
      return withWarnings(response, this.services.registry.takeWarnings());
    } catch (error) {
      this.services.registry.takeWarnings();
      if (error instanceof StatusError) return this.refuse(error);
      if (error instanceof LimitExceeded) return this.refuse(newTooManyRequests(error.message, 1));
      throw error;
    }
  }

  private refuse({ status }: StatusError): KubeAnswer {
    const retry = status.details?.retryAfterSeconds;
    return jsonAnswer(this.services, status.code, status, retry ? { 'retry-after': String(retry) } : {});
  }

  private besideTheResources(request: KubeRequest): KubeAnswer {
    return this.discover(request) ?? this.unknownPath(request.path);
  }

  private discover({ method, path, query, accept, user }: KubeRequest): KubeAnswer | undefined {
    this.authorizer.require(user, { verb: method === 'HEAD' ? 'get' : method.toLowerCase(), path });
    const parts = path.replace(/^\/|\/+$/g, '').split('/');
    if (parts[0] === 'openapi') return this.openApi(path);
    if (parts[0] !== 'api' && parts[0] !== 'apis') return this.besideTheApis(method, path, query);
    const document = this.discoveryDocument(parts, accept);
    if (document && method !== 'GET') throw newMethodNotAllowed();
    return document && this.discoveryAnswer(document);
  }

  private besideTheApis(method: string, path: string, query: string): KubeAnswer | undefined {
    const root = rootAnswer(path, new Query(query), this.strategies);
    if (root && method !== 'GET' && READ_ONLY.test(path)) throw newMethodNotAllowed();
    return root && textAnswer(this.services, 200, root.body, root.type);
  }

  /**
   * What a path is told that nothing answers: a Status where a group of Kubernetes' own begins it, else the words of Go's
   * server. Models k8s.io/apiserver pkg/server/handler.go director.
   */
  private unknownPath(path: string): KubeAnswer {
    const [root, group] = path.slice(1).split('/');
    if (root === 'api' || (root === 'apis' && this.strategies.hasBuiltInGroup(group))) throw newUnknownPath();
    const answer = textAnswer(this.services, 404, '404 page not found\n', 'text/plain; charset=utf-8');
    return { ...answer, headers: { ...answer.headers, 'x-content-type-options': 'nosniff' } };
  }

  /** The documents of custom kinds; those of the others are the host's to serve. */
  private openApi(path: string): KubeAnswer {
    const document = customOpenApi(path.replace(/\/$/, ''), this.strategies);
    if (!document) throw newUnknownPath();
    return jsonAnswer(this.services, 200, document);
  }

  private discoveryDocument(parts: readonly string[], accept: string): object | undefined {
    const [prefix, first, second, ...rest] = parts;
    if (rest.length > 0) return undefined;
    if (prefix === 'api') {
      if (first === undefined)
        return wantsAggregatedDiscovery(accept)
          ? this.discovery.aggregated(true)
          : this.discovery.apiVersions();
      return second === undefined ? this.discovery.resourceList('', first) : undefined;
    }
    if (prefix !== 'apis') return undefined;
    if (first === undefined)
      return wantsAggregatedDiscovery(accept)
        ? this.discovery.aggregated(false)
        : this.discovery.apiGroupList();
    return second === undefined
      ? this.discovery.groupDocument(first)
      : this.discovery.resourceList(first, second);
  }

  private discoveryAnswer(document: object): KubeAnswer {
    const aggregated = (document as { kind?: string }).kind === 'APIGroupDiscoveryList';
    const type = aggregated
      ? 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'
      : 'application/json';
    return jsonAnswer(this.services, 200, document, { 'content-type': type });
  }

  private serve(request: KubeRequest, info: RequestInfo): KubeResponse {
    const query = new Query(info.watch ? `watch=1&${request.query}` : request.query);
    const access = resourceAccess(request.method, info, query);
    this.authorizer.require(request.user, access);
    const strategy = this.strategies.find(info.group, info.version, info.resource);
    if (!strategy || !isWhereTheKindIs(info, strategy, access)) return this.unknownPath(request.path);
    const scope: RequestScope = { request, info, strategy, query };
    if (!info.subresource && !strategy.review && strategy.verbs?.includes(access.verb) === false)
      throw notAllowed(scope);
    // Models pkg/registry/core/pod/rest/subresources.go ensureAuthorizedForVerb.
    if (isStream(info)) this.authorizer.require(request.user, resourceAccess('POST', info, query));
    if (info.subresource) return this.serveSubresource(scope);
    return withDeprecation(
      strategy.deprecation,
      info.name ? this.serveObject(scope) : this.serveCollection(scope),
    );
  }

  private serveCollection(scope: RequestScope): KubeResponse {
    const { method } = scope.request;
    const { strategy, info, query } = scope;
    if (strategy.review && method !== 'POST') throw notAllowed(scope);
    if (method === 'GET' || (method === 'HEAD' && strategy.custom))
      return query.flag('watch') ? handleWatch(this.services, scope) : handleList(this.services, scope);
    if (method === 'POST' && strategy.review)
      return handleReview(this.services, scope, this.authorizer, this.context);
    const inNamespace = !strategy.namespaced || info.namespace !== '';
    if (method === 'POST' && inNamespace) return handleCreate(this.services, scope);
    if (method === 'DELETE' && inNamespace) return handleDeleteCollection(this.services, scope);
    throw notAllowed(scope);
  }

  private serveObject(scope: RequestScope): KubeResponse {
    if (scope.strategy.review) throw newUnknownPath();
    const { method } = scope.request;
    switch (method === 'HEAD' && scope.strategy.custom ? 'GET' : method) {
      case 'GET':
        return scope.query.flag('watch')
          ? handleWatch(this.services, scope)
          : handleGet(this.services, scope);
      case 'PUT':
        return handleUpdate(this.services, scope, 'all');
      case 'PATCH':
        return handlePatch(this.services, scope, 'all');
      case 'DELETE':
        return handleDelete(this.services, scope);
      default:
        throw notAllowed(scope);
    }
  }

  private serveSubresource(scope: RequestScope): KubeResponse {
    const { info, strategy, request } = scope;
    if (info.subresource === 'scale' && strategy.scale) return handleScale(this.services, scope);
    const connector = this.options.connectors.find(
      ({ resource, subresource }) =>
        strategy.group === '' && resource === info.resource && subresource === info.subresource,
    );
    if (connector?.verbs.includes(VERB_OF_METHOD[request.method]))
      return connector.connect(this.services, scope);
    if (connector) throw notAllowed(scope);
    const part = partOf(scope);
    const isWhole = part !== 'finalize';
    if (request.method === 'GET' && isWhole) return handleGet(this.services, scope);
    if (request.method === 'PUT') return handleUpdate(this.services, scope, part);
    if (request.method === 'PATCH' && isWhole) return handlePatch(this.services, scope, part);
    throw notAllowed(scope);
  }
}

/** Whether the path has a namespace if the kind has; across namespaces a kind is listed, and whatever else is tried is 405. */
function isWhereTheKindIs(info: RequestInfo, strategy: AnyStrategy, { verb }: ResourceAccess): boolean {
  if (info.rest !== '' && info.subresource !== 'proxy') return false;
  if (!strategy.namespaced) return info.namespace === '' || info.resource === 'namespaces';
  return info.namespace !== '' || verb === 'list' || verb === 'watch' || (!info.name && !strategy.custom);
}

/** Paths that answer a GET alone; health and the list of paths don't mind the method. */
const READ_ONLY = /^\/(?:version|openid|\.well-known)(?:\/|$)/;

const VERB_OF_METHOD: Readonly<Record<string, string>> = {
  GET: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** The part of an object that a subresource stands for; throws 404 where the kind has none of that name. */
function partOf({ info: { subresource, resource, name }, strategy }: RequestScope): UpdatePart {
  if (subresource === 'status' && strategy.status) return 'status';
  if (subresource === 'ephemeralcontainers' && strategy.ephemeralContainers) return 'ephemeralcontainers';
  if (subresource === 'finalize' && resource === 'namespaces' && strategy.group === '') return 'finalize';
  throw strategy.custom ? newNotFound(groupResourceOf(strategy), name) : newUnknownPath();
}

/** Roles and bindings as the API shows them: the stored ones and those of every cluster. */
function roleSource(strategies: StrategyIndex, context: StrategyContext): RoleSource {
  return {
    get(resource, key) {
      const strategy = strategies.get(resource);
      return strategy && (context.get(resource, key) ?? builtInObject(strategy, context, key));
    },
    list(resource, namespace) {
      const strategy = strategies.get(resource);
      return strategy ? withBuiltIns(strategy, context, context.list(resource, namespace)) : [];
    },
  };
}

function strategyContext(options: ApiServerOptions): StrategyContext {
  const { store, settings, metrics, random, now, timestamp, event_random = random } = options;
  return {
    now,
    timestamp,
    random,
    event_random,
    settings,
    ...(metrics && { metrics }),
    get: (resource, key) => store.get(resource, key),
    list: (resource, namespace) => store.list(resource, namespace),
    held: heldValuesOf(store),
  };
}
