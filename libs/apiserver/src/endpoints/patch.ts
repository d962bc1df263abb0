import type { KubeObject } from '@podlab/apimachinery';
import {
  applyJsonPatch,
  applyMergePatch,
  applyStrategicMergePatch,
  invalid,
  newBadRequest,
  newInvalid,
  newUnsupportedMediaType,
  Path,
} from '@podlab/apimachinery';
import { parseJson } from '../decoding';
import { CannotHandle } from '../decoding/cannot-handle';
import { withShownManagers } from '../managed-fields/field-manager';
import type { UpdatePart } from '../registry/generic-registry';
import { apiVersionOf, type AnyStrategy } from '../registry/strategy-index';
import type { KubeAnswer } from '../request/kube-request';
import { handleApply } from './apply';
import { checkObject, mediaType } from './body';
import { keyOf, objectAnswer } from './read';
import type { EndpointServices, RequestScope } from './scope';
import { updateWarnings, warningHeaders, writeOptions } from './write';

/** Custom kinds have no keys of lists to merge by. */
const STRATEGIC_MERGE = 'application/strategic-merge-patch+json';

/** Patches of the bare JSON, of which no kind is known. */
const JSON_PATCHES = ['application/json-patch+json', 'application/merge-patch+json'];

/** What each media type of a PATCH does to a JSON document. */
const PATCHES: Readonly<Record<string, (document: KubeObject, patch: unknown, kind: string) => unknown>> = {
  'application/json-patch+json': (document, patch) => applyJsonPatch(document, patch),
  'application/merge-patch+json': (document, patch) => applyMergePatch(document, patch),
  [STRATEGIC_MERGE]: (document, patch, kind) => applyStrategicMergePatch(kind, document, patch),
};

/** The patch type of server-side apply. */
export const APPLY_TYPE = 'application/apply-patch+yaml';

/** Throws 415 for a patch type that is not served. */
function requirePatchType({ request, query, strategy }: RequestScope): void {
  const served = Object.keys(PATCHES).filter((type) => !strategy.custom || type !== STRATEGIC_MERGE);
  if (!served.includes(mediaType(request))) {
    throw newUnsupportedMediaType([...served, APPLY_TYPE]);
  }
  if (query.get('force') === undefined) return;
  const detail = 'may not be specified for non-apply patch';
  throw newInvalid('PatchOptions.meta.k8s.io', '', [
    { type: 'FieldValueForbidden', field: 'force', badValue: '', detail },
  ]);
}

/** The document after the request's patch; throws 400, 415 or 422. */
export function patched(scope: RequestScope, document: KubeObject, kind: string): unknown {
  requirePatchType(scope);
  const apply = PATCHES[mediaType(scope.request)];
  const patch = parseJson(scope.request.body);
  if (typeof patch !== 'object' || patch === null)
    throw newBadRequest('the patch must be a JSON object or array');
  return apply(namesManagers(patch) ? withShownManagers(document) : document, patch, kind);
}

/**
 * What `decode` makes of a patched document. One that a JSON or merge patch spoils is refused as the patch's fault, with
 * 422. Models apiserver pkg/endpoints/handlers jsonPatcher.applyPatchToCurrentObject.
 */
export function decodePatched<T>(
  { request }: RequestScope,
  document: unknown,
  decode: (value: unknown) => T,
): T {
  try {
    return decode(document);
  } catch (error) {
    if (!(error instanceof CannotHandle) || !JSON_PATCHES.includes(mediaType(request))) throw error;
    throw newInvalid('', '', [invalid(Path.of('patch'), JSON.stringify(document), error.reason)]);
  }
}

/** Whether a JSON patch works on the managers of fields, as kubectl's does that takes over what it applied before. */
function namesManagers(patch: object): boolean {
  if (!Array.isArray(patch)) return false;
  return patch.some((each: unknown) => {
    const path = (each as { path?: unknown } | null)?.path;
    return typeof path === 'string' && path.startsWith('/metadata/managedFields');
  });
}

/** The object as the request's version has it: it may be stored in another. */
export function inVersionOf(strategy: AnyStrategy, object: KubeObject): KubeObject {
  if (strategy.conversion) return strategy.conversion.fromStored(object);
  const apiVersion = apiVersionOf(strategy);
  return object.apiVersion === apiVersion ? object : { ...object, apiVersion };
}

/** PATCH of an object or of one subresource of it. */
export function handlePatch(services: EndpointServices, scope: RequestScope, part: UpdatePart): KubeAnswer {
  const { strategy } = scope;
  if (mediaType(scope.request) === APPLY_TYPE) return handleApply(services, scope, part);
  requirePatchType(scope);
  const old = services.registry.get(strategy, keyOf(scope));
  const document = patched(scope, inVersionOf(strategy, old), strategy.kind);
  const { object, warnings } = decodePatched(scope, document, (value) => checkObject(scope, value));
  const updated = services.registry.update(strategy, keyOf(scope), object, writeOptions(scope), part);
  const all = [...warnings, ...updateWarnings(scope, updated, old, part)];
  return objectAnswer(services, scope, updated, 200, undefined, warningHeaders(all));
}
