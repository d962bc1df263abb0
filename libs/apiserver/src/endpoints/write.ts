import type { FieldError, KubeObject } from '@podlab/apimachinery';
import { newInvalid } from '@podlab/apimachinery';
import { utf8Encode } from '@podlab/kernel';
import { managerOfRequest } from '../managed-fields/managers';
import type { DeleteRequest } from '../registry/deletion';
import type { UpdatePart, WriteOptions } from '../registry/generic-registry';
import { groupResourceOf } from '../registry/strategy-index';
import type { KubeAnswer, KubeResponse } from '../request/kube-request';
import { OPTIONS_KINDS, readObject } from './body';
import { readDeleteOptions } from './delete-options';
import { encodeJson } from './encoding';
import { negotiate } from './negotiation';
import { handleList, keyOf, objectAnswer } from './read';
import { jsonAnswer, type EndpointServices, type RequestScope } from './scope';
import { parseSelection } from './selection';

/** Who writes, and whether it counts; who can't read the answer writes nothing. Throws 406 and 422. Models apimachinery meta/v1/validation ValidateCreateOptions and others. */
export function writeOptions({ request, query, info }: RequestScope): WriteOptions {
  const kind = OPTIONS_KINDS[request.method];
  negotiate(request.accept);
  const dryRun = query.get('dryRun');
  if (dryRun && dryRun !== 'All') throw newInvalid(`${kind}.meta.k8s.io`, '', [unsupportedDryRun([dryRun])]);
  const manager = managerOfRequest(query, kind);
  const writer = { manager, subresource: info.subresource, isClient: true };
  return { user: request.user, dryRun: dryRun === 'All', writer };
}

function unsupportedDryRun(values: readonly string[]): FieldError {
  const detail = 'supported values: "All"';
  return { type: 'FieldValueNotSupported', field: 'dryRun', badValue: values, detail };
}

/** POST to a collection: 201. */
export function handleCreate(services: EndpointServices, scope: RequestScope): KubeAnswer {
  const { object, warnings } = readObject(scope);
  const created = services.registry.create(scope.strategy, scope.info.namespace, object, writeOptions(scope));
  const all = [...warnings, ...(scope.strategy.warnings?.(created) ?? [])];
  return objectAnswer(services, scope, created, 201, undefined, warningHeaders(all));
}

/** PUT of an object or of one subresource of it. */
export function handleUpdate(services: EndpointServices, scope: RequestScope, part: UpdatePart): KubeAnswer {
  const { object, warnings } = readObject(scope);
  if (!object.metadata.name) object.metadata.name = scope.info.name;
  const old = services.registry.get(scope.strategy, keyOf(scope));
  const updated = services.registry.update(scope.strategy, keyOf(scope), object, writeOptions(scope), part);
  const all = [...warnings, ...updateWarnings(scope, updated, old, part)];
  return objectAnswer(services, scope, updated, 200, undefined, warningHeaders(all));
}

/** What the kind says of a write of the whole object; of its subresources it says nothing. */
export function updateWarnings(
  { strategy }: RequestScope,
  updated: KubeObject,
  old: KubeObject,
  part: UpdatePart,
): string[] {
  return part === 'all' ? (strategy.warnings?.(updated, old) ?? []) : [];
}

/** DELETE of one object: the object while it lives on, else a Status. */
export function handleDelete(services: EndpointServices, scope: RequestScope): KubeAnswer {
  const { request, options } = deletion(scope);
  const { object, gone } = services.registry.delete(scope.strategy, keyOf(scope), request, options);
  if (!gone || groupResourceOf(scope.strategy) === 'pods') return objectAnswer(services, scope, object, 200);
  return jsonAnswer(services, 200, deletedStatus(scope, object));
}

/** DELETE of a collection: what it matched. */
export function handleDeleteCollection(services: EndpointServices, scope: RequestScope): KubeAnswer {
  const { strategy, query, info } = scope;
  const { request, options } = deletion(scope);
  const answer = handleList(services, scope);
  const selection = parseSelection(strategy, query, info.namespace);
  const namespace = strategy.namespaced ? info.namespace : undefined;
  for (const object of services.store.list(groupResourceOf(strategy), namespace)) {
    if (!selection.matches(object)) continue;
    services.registry.delete(
      strategy,
      keyOf({ ...scope, info: { ...info, name: object.metadata.name } }),
      request,
      options,
    );
  }
  return { ...answer, resourceVersion: services.store.resourceVersion };
}

/** What a DELETE asks for, and as who; a dry run is asked for in the body or in the query. */
function deletion(scope: RequestScope): { request: DeleteRequest; options: WriteOptions } {
  const { request, dryRun } = readDeleteOptions(scope);
  const options = writeOptions(scope);
  return { request, options: { ...options, dryRun: options.dryRun || dryRun } };
}

function deletedStatus({ strategy }: RequestScope, object: KubeObject): object {
  const { name, uid } = object.metadata;
  const details = { name, ...(strategy.group && { group: strategy.group }), kind: strategy.resource, uid };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}

/** RFC 7234 Warning headers, as kubectl prints them. */
export function warningHeaders(warnings: readonly string[]): KubeAnswer['headers'] {
  if (warnings.length === 0) return {};
  return {
    warning: warnings.map((text) => `299 - "${text.replace(/([\\"])/g, '\\$1').replace(/\n/g, ' ')}"`),
  };
}

/** An answer with what admission had to say beside it. */
export function withWarnings(response: KubeResponse, warnings: readonly string[]): KubeResponse {
  if (response.kind !== 'answer' || warnings.length === 0) return response;
  const said = response.headers.warning ?? [];
  const more = warningHeaders(warnings).warning as readonly string[];
  return {
    ...response,
    headers: { ...response.headers, warning: [...(typeof said === 'string' ? [said] : said), ...more] },
  };
}

/** A text as it stands, for health checks and logs. */
export function textAnswer(
  services: Pick<EndpointServices, 'store'>,
  status: number,
  text: string,
  type = 'text/plain',
): KubeAnswer {
  const answer = jsonAnswer(services, status, encodeJson(''), { 'content-type': type });
  return { ...answer, body: utf8Encode(text) };
}
