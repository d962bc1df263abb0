import { sha256, hex, utf8Encode } from '@podlab/kernel';
import { swaggerParts, type Json, type OpenApiParts } from '../openapi/swagger';
import type { AnyStrategy, StrategyIndex } from '../registry/strategy-index';
import { apiVersionOf } from '../registry/strategy-index';
import { customPaths } from './custom-paths';
import { VERSION_INFO } from './version';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const API_VERSION = {
  type: 'string',
  description:
    'APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources',
};
const KIND = {
  type: 'string',
  description:
    'Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds',
};
const OBJECT_METADATA = {
  description:
    "Standard object's metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
  allOf: [reference(`${META}.ObjectMeta`)],
};
const LIST_METADATA = {
  description:
    'Standard list metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds',
  allOf: [reference(`${META}.ListMeta`)],
};

/** The schemas of Kubernetes itself that documents of custom kinds refer to; whoever serves a document adds them. */
export const CUSTOM_OPENAPI_ROOTS: readonly string[] = [
  `${META}.ObjectMeta`,
  `${META}.ListMeta`,
  `${META}.DeleteOptions`,
  `${META}.Status`,
  'io.k8s.api.autoscaling.v1.Scale',
];

/**
 * The OpenAPI documents of the kinds that users declared: `/openapi/v3` names theirs alone, `/openapi/v2` has their
 * paths and definitions; the host adds those of the built-in kinds. Undefined for any other path.
 * Models apiextensions-apiserver pkg/controller/openapi/builder.
 */
export function customOpenApi(path: string, strategies: StrategyIndex): object | undefined {
  const custom = strategies.all.filter((each) => each.custom !== undefined);
  if (path === '/openapi/v2') return swaggerParts(partsOf(custom));
  if (path === '/openapi/v3') return { paths: indexOf(custom) };
  const groupVersion = /^\/openapi\/v3\/apis\/([^/]+\/[^/]+)$/.exec(path)?.[1];
  const kinds = custom.filter((each) => apiVersionOf(each) === groupVersion);
  return kinds.length > 0 ? documentOf(kinds) : undefined;
}

/** A client may keep a document by its hash: it covers every kind of the group-version. */
function indexOf(custom: readonly AnyStrategy[]): object {
  const groupVersions = [...new Set(custom.map(apiVersionOf))];
  return Object.fromEntries(
    groupVersions.map((groupVersion) => {
      const kinds = custom.filter((each) => apiVersionOf(each) === groupVersion);
      const hash = hex(sha256(utf8Encode(JSON.stringify(partsOf(kinds))))).slice(0, 32);
      const url = `/openapi/v3/apis/${groupVersion}?hash=${hash}`;
      return [`apis/${groupVersion}`, { serverRelativeURL: url }];
    }),
  );
}

function documentOf(kinds: readonly AnyStrategy[]): object {
  const { paths, schemas } = partsOf(kinds);
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes CRD Swagger', version: VERSION_INFO.gitVersion },
    paths,
    components: { schemas },
  };
}

function partsOf(kinds: readonly AnyStrategy[]): OpenApiParts {
  const schemas = kinds.flatMap((each) => [
    [schemaName(each), schemaOf(each)],
    [`${schemaName(each)}List`, listSchemaOf(each)],
  ]);
  const paths = kinds.flatMap((each) => Object.entries(customPaths(each, schemaName(each))));
  return { paths: Object.fromEntries(paths), schemas: Object.fromEntries(schemas) as Record<string, Json> };
}

function schemaName({ group, version, kind }: AnyStrategy): string {
  return [...group.split('.').reverse(), version, kind].join('.');
}

function schemaOf(strategy: AnyStrategy): Json {
  const { group, kind, version } = strategy;
  const schema = strategy.custom?.schema as { properties?: object };
  const properties = {
    apiVersion: API_VERSION,
    kind: KIND,
    ...schema.properties,
    metadata: OBJECT_METADATA,
  };
  return { ...schema, properties, 'x-kubernetes-group-version-kind': [{ group, kind, version }] };
}

function listSchemaOf(strategy: AnyStrategy): Json {
  const { group, kind, version } = strategy;
  return {
    description: `${kind}List is a list of ${kind}`,
    type: 'object',
    required: ['items'],
    properties: {
      apiVersion: API_VERSION,
      items: {
        description: `List of ${strategy.resource}. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md`,
        type: 'array',
        items: reference(schemaName(strategy)),
      },
      kind: KIND,
      metadata: LIST_METADATA,
    },
    'x-kubernetes-group-version-kind': [{ group, kind: `${kind}List`, version }],
  };
}

function reference(name: string): Json {
  return { $ref: `#/components/schemas/${name}` };
}
