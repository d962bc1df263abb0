import { sha256, hex, utf8Encode } from '@podlab/kernel';
import type { AnyStrategy, StrategyIndex } from '../registry/strategy-index';
import { apiVersionOf } from '../registry/strategy-index';
import { VERSION_INFO } from './version';

const FIELDS_OF_ANY_OBJECT = {
  apiVersion: {
    type: 'string',
    description:
      'APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources',
  },
  kind: {
    type: 'string',
    description:
      'Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds',
  },
  metadata: {
    type: 'object',
    description:
      "Standard object's metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
  },
};

/**
 * The OpenAPI v3 documents of the kinds that users declared: `/openapi/v3` names theirs alone, the host adds those of the
 * built-in kinds. Undefined for any other path. Models apiextensions-apiserver pkg/controller/openapi/builder.
 */
export function customOpenApi(path: string, strategies: StrategyIndex): object | undefined {
  const custom = strategies.all.filter((each) => each.custom !== undefined);
  if (path === '/openapi/v3') return { paths: Object.fromEntries(custom.map(indexEntry)) };
  const groupVersion = /^\/openapi\/v3\/apis\/([^/]+\/[^/]+)$/.exec(path)?.[1];
  const kinds = custom.filter((each) => apiVersionOf(each) === groupVersion);
  return kinds.length > 0 ? documentOf(kinds) : undefined;
}

function indexEntry(strategy: AnyStrategy): [string, object] {
  const groupVersion = apiVersionOf(strategy);
  const hash = hex(sha256(utf8Encode(JSON.stringify(strategy.custom?.schema)))).slice(0, 32);
  return [`apis/${groupVersion}`, { serverRelativeURL: `/openapi/v3/apis/${groupVersion}?hash=${hash}` }];
}

function documentOf(kinds: readonly AnyStrategy[]): object {
  const schemas = Object.fromEntries(kinds.map((each) => [schemaName(each), schemaOf(each)]));
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes CRD Swagger', version: VERSION_INFO.gitVersion },
    paths: Object.assign({}, ...kinds.map(pathsOf)) as object,
    components: { schemas },
  };
}

function schemaName({ group, version, kind }: AnyStrategy): string {
  return [...group.split('.').reverse(), version, kind].join('.');
}

function schemaOf(strategy: AnyStrategy): object {
  const { group, kind, version } = strategy;
  const schema = strategy.custom?.schema as { properties?: object };
  const properties = {
    ...FIELDS_OF_ANY_OBJECT,
    ...schema.properties,
    metadata: FIELDS_OF_ANY_OBJECT.metadata,
  };
  return { ...schema, properties, 'x-kubernetes-group-version-kind': [{ group, kind, version }] };
}

/** What kubectl asks of a path: which kind it is about, and which of its options it has. */
function pathsOf(strategy: AnyStrategy): object {
  const { group, version, kind, resource, namespaced } = strategy;
  const collection = `/apis/${group}/${version}/${namespaced ? 'namespaces/{namespace}/' : ''}${resource}`;
  const operation = (action: string) => ({
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': { group, version, kind },
    parameters: ['dryRun', 'fieldManager', 'fieldValidation'].map((name) => ({
      name,
      in: 'query',
      schema: { type: 'string', uniqueItems: true },
    })),
  });
  return {
    [collection]: { post: operation('post') },
    [`${collection}/{name}`]: { put: operation('put'), patch: operation('patch') },
  };
}
