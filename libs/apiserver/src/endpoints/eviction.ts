import type { Eviction, Pod, PodDisruptionBudget } from '@podlab/api';
import {
  matchesLabels,
  newBadRequest,
  newTooManyRequests,
  selectorFromLabelSelector,
  StatusError,
} from '@podlab/apimachinery';
import { cloneJson } from '@podlab/kernel';
import type { DeleteRequest } from '../registry/deletion';
import type { WriteOptions } from '../registry/generic-registry';
import type { AnyStrategy } from '../registry/strategy-index';
import { readBody } from './body';
import type { Connector } from './connector';
import { keyOf } from './read';
import { jsonAnswer, type EndpointServices, type RequestScope } from './scope';
import { writeOptions } from './write';

const REFUSED = "Cannot evict pod as it would violate the pod's disruption budget.";
const SEVERAL =
  'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';

/** POST pods/{name}/eviction: a deletion that asks the budgets. Models k8s.io/kubernetes pkg/registry/core/pod/storage EvictionREST. */
export function evictionConnector(budgets: AnyStrategy): Connector {
  return {
    resource: 'pods',
    subresource: 'eviction',
    kind: 'Eviction',
    group: 'policy',
    version: 'v1',
    verbs: ['create'],
    connect(services, scope) {
      const eviction = readEviction(scope);
      const options = writeOptions(scope);
      const pod = services.registry.get(scope.strategy, keyOf(scope)) as Pod;
      if (!ignoresBudgets(pod)) takeFrom(services, budgets, pod, options);
      markEvicted(services, scope, pod, options);
      const request = (eviction.deleteOptions ?? {}) as DeleteRequest;
      const preconditions = { ...request.preconditions, uid: request.preconditions?.uid ?? pod.metadata.uid };
      services.registry.delete(scope.strategy, keyOf(scope), { ...request, preconditions }, options);
      const success = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };
      return jsonAnswer(services, 201, success);
    },
  };
}

function readEviction(scope: RequestScope): Eviction {
  const eviction = readBody(scope) as Partial<Eviction> | null;
  if (eviction?.kind !== 'Eviction') throw newBadRequest('the body must be an Eviction of policy/v1');
  const { name } = eviction.metadata ?? {};
  if (name !== undefined && name !== scope.info.name)
    throw newBadRequest('name in URL does not match name in Eviction object');
  return eviction as Eviction;
}

/** Models canIgnorePDB: who does not run disturbs nobody. */
const ignoresBudgets = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp !== undefined ||
  ['Succeeded', 'Failed', 'Pending'].includes(status?.phase ?? '');

/** Counts the eviction in the pod's budget. Throws 429 when it has nothing left. */
function takeFrom(services: EndpointServices, strategy: AnyStrategy, pod: Pod, options: WriteOptions): void {
  const matching = budgetsOf(services, strategy, pod);
  if (matching.length === 0) return;
  if (matching.length > 1) throw failure(SEVERAL);
  const [budget] = matching;
  if (!isReady(pod) && mayGoUnready(budget)) return;
  const draft = cloneJson(budget);
  const status = requireLeft(draft);
  status.disruptionsAllowed = (status.disruptionsAllowed ?? 0) - 1;
  status.disruptedPods = { ...status.disruptedPods, [pod.metadata.name]: services.registry.timestamp() };
  const { namespace, name } = budget.metadata;
  services.registry.update(strategy, `${namespace}/${name}`, draft, options, 'status');
}

function budgetsOf(services: EndpointServices, strategy: AnyStrategy, pod: Pod): PodDisruptionBudget[] {
  const { namespace, labels } = pod.metadata;
  const all = services.registry.list(strategy, namespace) as readonly PodDisruptionBudget[];
  return all.filter(({ spec }) => matchesLabels(selectorFromLabelSelector(spec.selector), labels));
}

const isReady = ({ status }: Pod): boolean =>
  (status?.conditions ?? []).some((each) => each.type === 'Ready' && each.status === 'True');

/** A pod that serves nobody may go while enough others do, or always, as the budget says. */
function mayGoUnready({ spec, status = {} }: PodDisruptionBudget): boolean {
  if (spec.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  const { currentHealthy = 0, desiredHealthy = 0 } = status;
  return desiredHealthy > 0 && currentHealthy >= desiredHealthy;
}

/** Models checkAndDecrement. */
function requireLeft(budget: PodDisruptionBudget): NonNullable<PodDisruptionBudget['status']> {
  const { metadata, status = {} } = budget;
  const { observedGeneration = 0, disruptionsAllowed = 0, desiredHealthy = 0, currentHealthy = 0 } = status;
  if (observedGeneration < (metadata.generation ?? 0))
    throw refusal(10, `The disruption budget ${metadata.name} is still being processed by the server.`);
  if (disruptionsAllowed <= 0)
    throw refusal(
      0,
      `The disruption budget ${metadata.name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`,
    );
  return (budget.status = status);
}

function refusal(seconds: number, message: string): StatusError {
  const { status } = newTooManyRequests(REFUSED, seconds);
  const retry = seconds > 0 ? { retryAfterSeconds: seconds } : {};
  return new StatusError({
    ...status,
    details: { ...retry, causes: [{ reason: 'DisruptionBudget', message }] },
  });
}

function failure(message: string): StatusError {
  const { status } = newBadRequest(message);
  return new StatusError({ ...status, reason: 'InternalError', code: 500 });
}

/** Models addConditionAndDeletePod. */
function markEvicted(services: EndpointServices, scope: RequestScope, pod: Pod, options: WriteOptions): void {
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
    lastTransitionTime: services.registry.timestamp(),
  };
  const others = (pod.status?.conditions ?? []).filter(({ type }) => type !== condition.type);
  const draft = cloneJson(pod);
  draft.status = { ...draft.status, conditions: [...others, condition] };
  services.registry.update(scope.strategy, keyOf(scope), draft, options, 'status');
}
