import type { FieldError, KubeObject } from '@podlab/apimachinery';
import { newBadRequest, newConflict, newInvalid, newNotFound } from '@podlab/apimachinery';
import { parseJson } from '../decoding';
import type { UpdatePart, WriteOptions } from '../registry/generic-registry';
import { apiVersionOf, groupResourceOf } from '../registry/strategy-index';
import type { KubeAnswer } from '../request/kube-request';
import { checkObject } from './body';
import { keyOf, objectAnswer } from './read';
import type { EndpointServices, RequestScope } from './scope';
import { updateWarnings, warningHeaders, writeOptions } from './write';

/**
 * PATCH with an applied configuration: makes the object, or brings it to what its manager wants.
 * Models k8s.io/apiserver pkg/endpoints/handlers/patch.go applyPatcher. Throws 400, 404, 409 and 422.
 */
export function handleApply(services: EndpointServices, scope: RequestScope, part: UpdatePart): KubeAnswer {
  const config = readConfiguration(scope);
  const options = applyOptions(scope);
  const { conversion } = scope.strategy;
  if (!conversion) return applyObject(services, scope, config, options, part);
  throw newBadRequest(
    `server-side apply of ${config.apiVersion} ${config.kind} is left out of this simulation: apply it as ${apiVersionOf({ ...scope.strategy, ...conversion.stored })}`,
  );
}

/** Applies a configuration to the object, or to a part of it, and answers with the object. */
export function applyObject(
  services: EndpointServices,
  scope: RequestScope,
  config: KubeObject,
  options: WriteOptions,
  part: UpdatePart,
): KubeAnswer {
  const { strategy, info } = scope;
  const { registry } = services;
  const live = registry.find(strategy, keyOf(scope));
  const { resourceVersion, uid } = config.metadata;
  if (!live && part !== 'all') throw newNotFound(groupResourceOf(strategy), info.name);
  if (!live && uid) throw newConflict(groupResourceOf(strategy), info.name, noObjectOfUid(uid));
  const force = scope.query.flag('force');
  const writer = options.writer as NonNullable<WriteOptions['writer']>;
  const { object: merged, entries } = registry.fields.apply(strategy, live, config, writer, force);
  const { object, warnings } = checkObject(scope, { ...merged, apiVersion: apiVersionOf(strategy) });
  object.metadata.resourceVersion = resourceVersion ?? live?.metadata.resourceVersion;
  object.metadata.uid = uid ?? live?.metadata.uid;
  const applying = { ...options, applied: entries };
  const written = live
    ? registry.update(strategy, keyOf(scope), object, applying, part)
    : registry.create(strategy, info.namespace, object, applying);
  const said = live ? updateWarnings(scope, written, live, part) : strategy.warnings?.(written);
  const all = [...warnings, ...(said ?? [])];
  return objectAnswer(services, scope, written, live ? 200 : 201, undefined, warningHeaders(all));
}

const noObjectOfUid = (uid: string) =>
  `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;

/** The options of an apply; a manager must be named. Throws 422. */
export function applyOptions(scope: RequestScope): WriteOptions {
  if (!scope.query.get('fieldManager')) {
    const detail = 'is required for apply patch';
    const error: FieldError = {
      type: 'FieldValueRequired',
      field: 'fieldManager',
      badValue: '',
      detail,
    };
    throw newInvalid('PatchOptions.meta.k8s.io', '', [error]);
  }
  return writeOptions(scope);
}

function readConfiguration({ request, strategy, info }: RequestScope): KubeObject {
  const value = withoutNulls(parseJson(request.body));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw newBadRequest('error decoding YAML: the applied configuration must be an object');
  }
  const config = value as KubeObject;
  const expected = { apiVersion: apiVersionOf(strategy), kind: strategy.kind };
  for (const field of ['apiVersion', 'kind'] as const) {
    if (config[field] === expected[field]) continue;
    const found = JSON.stringify(config[field] ?? '');
    throw newBadRequest(`the applied configuration's ${field} is ${found}, not "${expected[field]}"`);
  }
  const { metadata } = config;
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) {
    throw newBadRequest('the applied configuration must have metadata');
  }
  if (metadata.managedFields !== undefined) throw newBadRequest('metadata.managedFields must be nil');
  if (metadata.name !== undefined && metadata.name !== info.name) {
    throw newBadRequest(
      `the name of the object (${metadata.name}) does not match the name on the URL (${info.name})`,
    );
  }
  if (strategy.namespaced && metadata.namespace !== undefined && metadata.namespace !== info.namespace) {
    throw newBadRequest(
      'the namespace of the provided object does not match the namespace sent on the request',
    );
  }
  const { name } = info;
  return { ...config, metadata: { ...metadata, name } };
}

/** A null in a configuration says nothing about its field. */
function withoutNulls(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutNulls);
  const entries = Object.entries(value).filter(([key, item]) => item !== null && key !== '__proto__');
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutNulls(item)]));
}
