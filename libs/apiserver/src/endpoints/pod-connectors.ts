import type { Pod } from '@podlab/api';
import { newBadRequest, newNotFound } from '@podlab/apimachinery';
import { bindPod } from '../registry/binding';
import { readBody } from './body';
import type { Connector } from './connector';
import { keyOf } from './read';
import { atLeast, cut, followedLog, logOptions, type ContainerLogs } from './pod-log';
import { jsonAnswer, type RequestScope } from './scope';
import { textAnswer, writeOptions } from './write';

/** POST pods/{name}/binding and POST bindings are how a scheduler places a pod. */
export const bindingConnector: Connector = {
  resource: 'pods',
  subresource: 'binding',
  kind: 'Binding',
  verbs: ['create'],
  connect(services, scope) {
    const target = (readBody(scope) as { target?: { name?: unknown } } | null)?.target;
    if (typeof target?.name !== 'string' || target.name === '')
      throw newBadRequest('target.name: Required value');
    const { namespace, name } = scope.info;
    bindPod(services.registry, scope.strategy, namespace, name, target.name, writeOptions(scope));
    return jsonAnswer(services, 201, {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      code: 201,
    });
  },
};

/** GET pods/{name}/log. Models k8s.io/kubernetes pkg/registry/core/pod LogLocation. */
export function logConnector(logs: ContainerLogs): Connector {
  return {
    resource: 'pods',
    subresource: 'log',
    kind: 'Pod',
    verbs: ['get'],
    connect(services, scope) {
      const pod = services.registry.get(scope.strategy, keyOf(scope)) as Pod;
      const container = containerFor(pod, scope);
      const { query } = scope;
      const options = logOptions(query, services.now());
      const limit = atLeast(query, 'limitBytes', 1);
      const text = logs.read(pod, container, options);
      if (text === undefined) throw notStarted(pod, container, options.previous);
      if (!query.flag('follow') || options.previous) return textAnswer(services, 200, cut(text, limit));
      return followedLog(services, text, limit, (sink) => logs.follow(pod, container, options, sink));
    },
  };
}

function containerFor(pod: Pod, { query }: RequestScope): string {
  const { name } = pod.metadata;
  const names = pod.spec.containers.map((container) => container.name);
  const initNames = (pod.spec.initContainers ?? []).map((container) => container.name);
  const asked = query.get('container');
  if (asked) {
    const ephemeral = (pod.spec.ephemeralContainers ?? []).map((container) => container.name);
    if ([...names, ...initNames, ...ephemeral].includes(asked)) return asked;
    throw newBadRequest(`container ${asked} is not valid for pod ${name}`);
  }
  if (names.length + initNames.length === 1) return names[0];
  const inits = initNames.length > 0 ? ` or one of the init containers: [${initNames.join(' ')}]` : '';
  throw newBadRequest(
    `a container name must be specified for pod ${name}, choose one of: [${names.join(' ')}]${inits}`,
  );
}

function notStarted(pod: Pod, container: string, previous: boolean): Error {
  const { name } = pod.metadata;
  if (!pod.spec.nodeName) return newBadRequest(`pod ${name} does not have a host assigned`);
  if (previous)
    return newBadRequest(`previous terminated container "${container}" in pod "${name}" not found`);
  const {
    containerStatuses = [],
    initContainerStatuses = [],
    ephemeralContainerStatuses = [],
  } = pod.status ?? {};
  const statuses = [...containerStatuses, ...initContainerStatuses, ...ephemeralContainerStatuses];
  const waiting = statuses.find((status) => status.name === container)?.state?.waiting;
  if (!waiting) return newNotFound('pods', name);
  const why = waiting.reason === 'ContainerCreating' ? 'ContainerCreating' : trying(waiting.reason ?? '');
  return newBadRequest(`container "${container}" in pod "${name}" is waiting to start: ${why}`);
}

const trying = (reason: string) =>
  reason === 'ErrImagePull' || reason === 'ImagePullBackOff' ? 'trying and failing to pull image' : reason;
