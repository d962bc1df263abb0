import type { Pod } from '@podlab/api';
import { newBadRequest, newNotFound } from '@podlab/apimachinery';
import { bindPod } from '../registry/binding';
import { readBody } from './body';
import type { Connector } from './connector';
import { keyOf } from './read';
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

export interface LogOptions {
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly tailLines?: number;
  readonly limitBytes?: number;
  /** Virtual ms since the Unix epoch: older lines are left out. */
  readonly since?: number;
}

/** Where container logs come from; undefined when the container has not started. */
export interface ContainerLogs {
  read(pod: Pod, container: string, options: LogOptions): string | undefined;
}

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
      const seconds = query.number('sinceSeconds');
      const text = logs.read(pod, container, {
        previous: query.flag('previous'),
        timestamps: query.flag('timestamps'),
        ...optional('tailLines', query.number('tailLines')),
        ...optional('limitBytes', query.number('limitBytes')),
        ...optional('since', seconds === undefined ? undefined : services.now() - seconds * 1000),
      });
      if (text === undefined) throw notStarted(pod, container, query.flag('previous'));
      return textAnswer(services, 200, text);
    },
  };
}

function optional<K extends string>(key: K, value: number | undefined): Partial<Record<K, number>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, number>);
}

function containerFor(pod: Pod, { query }: RequestScope): string {
  const { name } = pod.metadata;
  const names = pod.spec.containers.map((container) => container.name);
  const initNames = (pod.spec.initContainers ?? []).map((container) => container.name);
  const asked = query.get('container');
  if (asked) {
    if ([...names, ...initNames].includes(asked)) return asked;
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
  const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
  const waiting = statuses.find((status) => status.name === container)?.state?.waiting;
  if (!waiting) return newNotFound('pods', name);
  const why = waiting.reason === 'ContainerCreating' ? 'ContainerCreating' : trying(waiting.reason ?? '');
  return newBadRequest(`container "${container}" in pod "${name}" is waiting to start: ${why}`);
}

const trying = (reason: string) =>
  reason === 'ErrImagePull' || reason === 'ImagePullBackOff' ? 'trying and failing to pull image' : reason;
