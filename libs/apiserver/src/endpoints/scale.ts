import type { KubeObject } from '@podlab/apimachinery';
import type { Scale } from '@podlab/api';
import { newInvalid, newMethodNotSupported, newNotFound } from '@podlab/apimachinery';
import { cloneJson } from '@podlab/kernel';
import { decodeObject, parseJson } from '../decoding';
import { apiVersionOf, groupResourceOf } from '../registry/strategy-index';
import type { KubeAnswer } from '../request/kube-request';
import { applyObject, applyOptions } from './apply';
import { mediaType, readBody } from './body';
import { keyOf } from './read';
import { APPLY_TYPE, decodePatched, patched } from './patch';
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
  if (mediaType(request) === APPLY_TYPE) return applyScale(services, scope);
  const body = request.method === 'PUT' ? readBody(scope) : patched(scope, scaleOf(scope, object), 'Scale');
  const expected = { apiVersion: 'autoscaling/v1', kind: 'Scale' };
  const decoded = decodePatched(scope, body, (value, converted) =>
    decodeObject({ ...expected, converted }, value, 'Warn'),
  );
  const scale = decoded.object as unknown as Scale;
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

/** Applies spec.replicas of the scale to the object behind it. */
function applyScale(services: EndpointServices, scope: RequestScope): KubeAnswer {
  const options = applyOptions(scope);
  const { spec } = parseJson(scope.request.body) as { spec?: { replicas?: unknown } };
  const { strategy, info } = scope;
  const config = {
    apiVersion: apiVersionOf(strategy),
    kind: strategy.kind,
    metadata: { name: info.name },
    spec: { replicas: spec?.replicas },
  };
  applyObject(services, scope, config, options, 'all');
  return jsonAnswer(services, 200, scaleOf(scope, services.registry.get(strategy, keyOf(scope))));
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
