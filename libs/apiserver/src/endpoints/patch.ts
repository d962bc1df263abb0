import type { KubeObject } from '@podlab/apimachinery';
import {
  applyJsonPatch,
  applyMergePatch,
  applyStrategicMergePatch,
  newBadRequest,
  newUnsupportedMediaType,
} from '@podlab/apimachinery';
import { parseJson } from '../decoding';
import type { UpdatePart } from '../registry/generic-registry';
import type { KubeAnswer } from '../request/kube-request';
import { checkObject, mediaType } from './body';
import { keyOf, objectAnswer } from './read';
import type { EndpointServices, RequestScope } from './scope';
import { warningHeaders, writeOptions } from './write';

/** What each media type of a PATCH does to a JSON document. */
const PATCHES: Readonly<Record<string, (document: KubeObject, patch: unknown, kind: string) => unknown>> = {
  'application/json-patch+json': (document, patch) => applyJsonPatch(document, patch),
  'application/merge-patch+json': (document, patch) => applyMergePatch(document, patch),
  'application/strategic-merge-patch+json': (document, patch, kind) =>
    applyStrategicMergePatch(kind, document, patch),
};

/** Throws 415 for a patch type that is not served; server-side apply is one. */
function requirePatchType({ request }: RequestScope): void {
  if (!Object.hasOwn(PATCHES, mediaType(request))) throw newUnsupportedMediaType(Object.keys(PATCHES));
}

/** The document after the request's patch; throws 400, 415 or 422. */
export function patched(scope: RequestScope, document: KubeObject, kind: string): unknown {
  requirePatchType(scope);
  const apply = PATCHES[mediaType(scope.request)];
  const patch = parseJson(scope.request.body);
  if (typeof patch !== 'object' || patch === null)
    throw newBadRequest('the patch must be a JSON object or array');
  return apply(document, patch, kind);
}

/** PATCH of an object or of one subresource of it. */
export function handlePatch(services: EndpointServices, scope: RequestScope, part: UpdatePart): KubeAnswer {
  const { strategy } = scope;
  requirePatchType(scope);
  const old = services.registry.get(strategy, keyOf(scope));
  const { object, warnings } = checkObject(scope, patched(scope, old, strategy.kind));
  const all = [...warnings, ...(strategy.warnings?.(object, old) ?? [])];
  const updated = services.registry.update(strategy, keyOf(scope), object, writeOptions(scope), part);
  return objectAnswer(services, scope, updated, 200, undefined, warningHeaders(all));
}
