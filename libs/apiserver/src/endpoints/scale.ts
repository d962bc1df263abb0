import type { KubeObject } from '@podlab/apimachinery';
import type { Scale } from '@podlab/api';
import { newInvalid, newMethodNotSupported, newNotFound } from '@podlab/apimachinery';
import { cloneJson } from '@podlab/kernel';
import { decodeObject } from '../decoding';
import { groupResourceOf } from '../registry/strategy-index';
import type { KubeAnswer } from '../request/kube-request';
import { readBody } from './body';
import { keyOf } from './read';
import { patched } from './patch';
import { jsonAnswer, type EndpointServices, type RequestScope } from './scope';
import { writeOptions } from './write';

/** GET, PUT and PATCH of `…/scale`. Models k8s.io/kubernetes pkg/registry/apps/deployment/storage ScaleREST. */
export function handleScale(services: EndpointServices, scope: RequestScope): KubeAnswer {
  const { strategy, request } = scope;
  if (!strategy.scale) throw newNotFound(`${groupResourceOf(strategy)}/scale`, scope.info.name);
  const object = services.registry.get(strategy, keyOf(scope));
  if (request.method === 'GET') return jsonAnswer(services, 200, scaleOf(scope, object));
  if (request.method !== 'PUT' && request.method !== 'PATCH') {
    throw newMethodNotSupported(groupResourceOf(strategy), request.method.toLowerCase());
  }
  const body = request.method === 'PUT' ? readBody(scope) : patched(scope, scaleOf(scope, object), 'Scale');
  const scale = decodeObject({ apiVersion: 'autoscaling/v1', kind: 'Scale' }, body, 'Warn')
    .object as unknown as Scale;
  const draft = cloneJson(object);
  if (scale.metadata.resourceVersion) draft.metadata.resourceVersion = scale.metadata.resourceVersion;
  const replicas = scale.spec?.replicas ?? 0;
  if (replicas < 0) {
    const detail = 'must be greater than or equal to 0';
    const error = { type: 'FieldValueInvalid', field: 'spec.replicas', badValue: replicas, detail } as const;
    throw newInvalid('Scale.autoscaling', scope.info.name, [error]);
  }
  strategy.scale.setReplicas(draft, replicas);
  const updated = services.registry.update(strategy, keyOf(scope), draft, writeOptions(scope));
  return jsonAnswer(services, 200, scaleOf(scope, updated));
}

function scaleOf({ strategy }: RequestScope, object: KubeObject): Scale {
  const { spec, status, selector } = strategy.scale!.replicas(object);
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: spec },
    status: { replicas: status, selector },
  };
}
