import type { KubeObject } from '@podlab/apimachinery';
import type { Scale } from '@podlab/api';
import { newInvalid } from '@podlab/apimachinery';
import { cloneJson } from '@podlab/kernel';
import { decodeObject, parseJson } from '../decoding';
import type { PrinterColumn } from '../registry/strategy';
import { apiVersionOf } from '../registry/strategy-index';
import type { KubeAnswer } from '../request/kube-request';
import { applyObject, applyOptions } from './apply';
import { mediaType, readBody } from './body';
import { negotiate } from './negotiation';
import { notAllowed } from './not-allowed';
import { keyOf, objectAnswer } from './read';
import { APPLY_TYPE, decodePatched, patched } from './patch';
import { jsonAnswer, type EndpointServices, type RequestScope } from './scope';
import { writeOptions } from './write';

/** GET, PUT and PATCH of `…/scale`. Models k8s.io/kubernetes pkg/registry/apps/deployment/storage ScaleREST. */
export function handleScale(services: EndpointServices, scope: RequestScope): KubeAnswer {
  const { strategy, request } = scope;
  if (!['GET', 'PUT', 'PATCH'].includes(request.method)) throw notAllowed(scope);
  const object = services.registry.get(strategy, keyOf(scope));
  if (request.method === 'GET') return scaleAnswer(services, scope, scaleOf(scope, object));
  if (mediaType(request) === APPLY_TYPE) return applyScale(services, scope);
  const body =
    request.method === 'PUT' ? readBody(scope, 'Scale') : patched(scope, scaleOf(scope, object), 'Scale');
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
  strategy.scale?.setReplicas(draft, replicas);
  const updated = services.registry.update(strategy, keyOf(scope), draft, writeOptions(scope));
  return scaleAnswer(services, scope, scaleOf(scope, updated));
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
  return scaleAnswer(services, scope, scaleOf(scope, services.registry.get(strategy, keyOf(scope))));
}

/** A Table has columns of its own. Models k8s.io/kubernetes pkg/printers/internalversion printers.go printScale. */
function scaleAnswer(services: EndpointServices, scope: RequestScope, scale: Scale): KubeAnswer {
  if (negotiate(scope.request.accept) !== 'table') return jsonAnswer(services, 200, scale);
  const { columns } = scope.strategy;
  const [name, age] = ['Name', 'Age'].map((wanted) => columns.filter((column) => column.name === wanted));
  const strategy = { ...scope.strategy, columns: [...name, ...SCALE_COLUMNS, ...age], present: undefined };
  return objectAnswer(services, { ...scope, strategy }, scale as KubeObject, 200, 'table');
}

const SCALE_COLUMNS: readonly PrinterColumn<KubeObject>[] = [
  {
    name: 'Desired',
    type: 'integer',
    description: 'replicas is the desired number of instances for the scaled object.',
    priority: 0,
    value: (scale) => (scale as Scale).spec?.replicas ?? 0,
  },
  {
    name: 'Available',
    type: 'integer',
    description: 'replicas is the actual number of observed instances of the scaled object.',
    priority: 0,
    value: (scale) => (scale as Scale).status?.replicas ?? 0,
  },
];

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
