import type { Json } from '../openapi/swagger';
import type { AnyStrategy } from '../registry/strategy-index';

const ANSWER_TYPES = ['application/json', 'application/yaml'];
const PATCH_TYPES = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/apply-patch+yaml',
];
const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const SCALE = 'io.k8s.api.autoscaling.v1.Scale';
const WRITE_OPTIONS = ['dryRun', 'fieldManager', 'fieldValidation'];
const DELETE_OPTIONS = ['dryRun', 'gracePeriodSeconds', 'orphanDependents', 'propagationPolicy'];
const LIST_OPTIONS = [
  'allowWatchBookmarks',
  'continue',
  'fieldSelector',
  'labelSelector',
  'limit',
  'resourceVersion',
  'resourceVersionMatch',
  'sendInitialEvents',
  'timeoutSeconds',
  'watch',
];
const INTEGERS: ReadonlySet<string> = new Set(['gracePeriodSeconds', 'limit', 'timeoutSeconds']);
const BOOLEANS: ReadonlySet<string> = new Set([
  'allowWatchBookmarks',
  'force',
  'orphanDependents',
  'sendInitialEvents',
  'watch',
]);

interface Call {
  readonly action: string;
  readonly id: string;
  readonly description: string;
  readonly options: readonly string[];
  readonly answer: string;
  readonly codes?: readonly number[];
  readonly body?: { readonly schema?: string; readonly types: readonly string[] };
}

/** The calls of one custom kind. Models apiextensions-apiserver pkg/controller/openapi/builder buildRoute. */
export function customPaths(strategy: AnyStrategy, schema: string): Record<string, Json> {
  const { group, version, kind, resource, namespaced } = strategy;
  const root = `/apis/${group}/${version}`;
  const collection = `${root}/${namespaced ? 'namespaces/{namespace}/' : ''}${resource}`;
  const own = { group, version, kind };
  const calls = new Calls(kind, namespaced, schema);
  const pathOf = (operations: Json, names: readonly string[]) => ({
    ...operations,
    ...(names.length > 0 && { parameters: names.map(inPath) }),
  });
  const inNamespace = namespaced ? ['namespace'] : [];
  const inObject = ['name', ...inNamespace];
  const everywhere = `list${kind}ForAllNamespaces`;
  return {
    [collection]: pathOf(calls.collection(own), inNamespace),
    [`${collection}/{name}`]: pathOf(calls.object(own), inObject),
    ...(strategy.status && {
      [`${collection}/{name}/status`]: pathOf(calls.part(own, 'Status', schema), inObject),
    }),
    ...(strategy.scale && {
      [`${collection}/{name}/scale`]: pathOf(
        calls.part({ group: 'autoscaling', version: 'v1', kind: 'Scale' }, 'Scale', SCALE),
        inObject,
      ),
    }),
    ...(namespaced && { [`${root}/${resource}`]: { get: calls.list(own, everywhere) } }),
  };
}

class Calls {
  private readonly scope: string;

  constructor(
    private readonly kind: string,
    namespaced: boolean,
    private readonly schema: string,
  ) {
    this.scope = namespaced ? 'Namespaced' : '';
  }

  list(about: object, id: string): Json {
    const description = `list objects of kind ${this.kind}`;
    const answer = `${this.schema}List`;
    return operation(about, { action: 'list', id, description, options: LIST_OPTIONS, answer });
  }

  collection(about: object): Json {
    const { kind, schema, scope } = this;
    return {
      get: this.list(about, `list${scope}${kind}`),
      post: operation(about, {
        action: 'post',
        id: `create${scope}${kind}`,
        description: `create a ${kind}`,
        options: WRITE_OPTIONS,
        answer: schema,
        codes: [200, 201, 202],
        body: { schema, types: ANSWER_TYPES },
      }),
      delete: operation(about, {
        action: 'deletecollection',
        id: `deleteCollection${scope}${kind}`,
        description: `delete collection of ${kind}`,
        options: LIST_OPTIONS,
        answer: `${META}.Status`,
      }),
    };
  }

  object(about: object): Json {
    const { kind, scope } = this;
    return {
      ...this.part(about, '', this.schema),
      delete: operation(about, {
        action: 'delete',
        id: `delete${scope}${kind}`,
        description: `delete a ${kind}`,
        options: DELETE_OPTIONS,
        answer: `${META}.Status`,
        codes: [200, 202],
        body: { schema: `${META}.DeleteOptions`, types: ANSWER_TYPES },
      }),
    };
  }

  /** What an object and its subresources have in common: to be read, replaced and patched. */
  part(about: object, name: string, schema: string): Json {
    const { kind, scope } = this;
    const what = name === '' ? `the specified ${kind}` : `${name.toLowerCase()} of the specified ${kind}`;
    return {
      get: operation(about, {
        action: 'get',
        id: `read${scope}${kind}${name}`,
        description: `read ${what}`,
        options: ['resourceVersion'],
        answer: schema,
      }),
      put: operation(about, {
        action: 'put',
        id: `replace${scope}${kind}${name}`,
        description: `replace ${what}`,
        options: WRITE_OPTIONS,
        answer: schema,
        codes: [200, 201],
        body: { schema, types: ANSWER_TYPES },
      }),
      patch: operation(about, {
        action: 'patch',
        id: `patch${scope}${kind}${name}`,
        description: `partially update ${what}`,
        options: [...WRITE_OPTIONS, 'force'],
        answer: schema,
        body: { types: PATCH_TYPES },
      }),
    };
  }
}

function operation(
  about: object,
  { action, id, description, options, answer, codes = [200], body }: Call,
): Json {
  const content = contentOf(ANSWER_TYPES, answer);
  const responses = codes.map((code) => [code, { description: RESPONSES[code], content }]);
  return {
    description,
    operationId: id,
    parameters: ['pretty', ...options].map(inQuery),
    ...(body && {
      requestBody: { content: contentOf(body.types, body.schema), required: action !== 'delete' },
    }),
    responses: { ...(Object.fromEntries(responses) as Json), 401: { description: 'Unauthorized' } },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': about,
  };
}

const RESPONSES: Readonly<Record<number, string>> = { 200: 'OK', 201: 'Created', 202: 'Accepted' };

function contentOf(types: readonly string[], name?: string): Json {
  const schema = name ? { $ref: `#/components/schemas/${name}` } : { type: 'object' };
  return Object.fromEntries(types.map((type) => [type, { schema }]));
}

const inPath = (name: string) => ({
  name,
  in: 'path',
  required: true,
  schema: { type: 'string', uniqueItems: true },
});

function inQuery(name: string): Json {
  const type = INTEGERS.has(name) ? 'integer' : BOOLEANS.has(name) ? 'boolean' : 'string';
  return { name, in: 'query', schema: { type, uniqueItems: true } };
}
