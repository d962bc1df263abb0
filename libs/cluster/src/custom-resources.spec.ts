/** Custom kinds in a whole cluster: declared, served by all verbs, validated, kept by forks, and emptied when they go. */
import { utf8Decode, utf8Encode } from '@podlab/kernel';

import { restoreCluster, type Cluster } from './cluster';
import type { LogEntry } from './log-entry';
import { newCluster } from './test-support';

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const WIDGETS = '/apis/example.com/v1/namespaces/default/widgets';
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';

const schema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      required: ['size'],
      properties: {
        size: { type: 'integer', minimum: 1, maximum: 10 },
        replicas: { type: 'integer', default: 1 },
        color: { type: 'string', enum: ['red', 'blue'], default: 'red' },
        host: { type: 'string', pattern: '^[a-z]+(\\.[a-z]+)*$', maxLength: 12 },
        port: { 'x-kubernetes-int-or-string': true },
        labels: { type: 'object', additionalProperties: { type: 'string' } },
        zones: { type: 'array', maxItems: 2, 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
        open: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        either: {
          type: 'object',
          oneOf: [{ required: ['a'] }, { required: ['b'] }],
          properties: { a: { type: 'string' }, b: { type: 'string' } },
        },
      },
    },
    status: { type: 'object', properties: { replicas: { type: 'integer' }, phase: { type: 'string' } } },
  },
};
const version = (name: string, storage: boolean) => ({
  name,
  served: true,
  storage,
  schema: { openAPIV3Schema: schema },
  subresources: {
    status: {},
    scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' },
  },
  additionalPrinterColumns: [
    { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
    { name: 'Color', type: 'string', jsonPath: '.spec.color', priority: 1 },
  ],
});
const definition = (change: object = {}) => ({
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', kind: 'Widget', shortNames: ['wd'] },
    versions: [version('v1', true), version('v1beta1', false)],
    ...change,
  },
});

interface Answer {
  readonly code: number;
  readonly body: Record<string, unknown> & { metadata: Record<string, unknown>; message: string };
}

function ask(
  cluster: Cluster,
  method: string,
  path: string,
  body?: object,
  type = 'application/json',
  accept = 'application/json',
): Answer {
  const [plain, query = ''] = path.split('?');
  const answer = cluster.kube({
    method,
    path: plain,
    query,
    accept,
    content_type: body ? type : '',
    body: utf8Encode(body ? JSON.stringify(body) : ''),
    user: { name: 'student', groups: ['system:masters'] },
  });
  if (answer.kind !== 'answer') throw new Error(answer.kind);
  const text = utf8Decode(answer.body as Uint8Array);
  return { code: answer.status, body: (text.startsWith('{') ? JSON.parse(text) : {}) as Answer['body'] };
}

const settle = (cluster: Cluster, ms = 5_000) => cluster.runUntil(cluster.now() + ms, 1_000_000);
const widget = (spec: object, name = 'one') => ({
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  metadata: { name },
  spec,
});

function declared(): Cluster {
  const cluster = newCluster();
  settle(cluster);
  expect(ask(cluster, 'POST', DEFINITIONS, definition()).code).toBe(201);
  settle(cluster);
  return cluster;
}

describe('a definition', () => {
  test('is established, and its kind is in discovery', () => {
    const cluster = newCluster();
    expect(ask(cluster, 'GET', '/apis/example.com/v1').code).toBe(404);
    ask(cluster, 'POST', DEFINITIONS, definition());
    settle(cluster);
    const { body } = ask(cluster, 'GET', `${DEFINITIONS}/widgets.example.com`);
    expect(body['status']).toMatchObject({
      acceptedNames: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
      conditions: [
        { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts' },
        { type: 'Established', status: 'True', reason: 'InitialNamesAccepted' },
      ],
      storedVersions: ['v1'],
    });
    expect(ask(cluster, 'GET', '/apis/example.com/v1').body['resources']).toMatchObject([
      { name: 'widgets', singularName: 'widget', kind: 'Widget', shortNames: ['wd'], namespaced: true },
      { name: 'widgets/scale', kind: 'Scale' },
      { name: 'widgets/status', kind: 'Widget' },
    ]);
    expect(ask(cluster, 'GET', '/apis/example.com').body).toMatchObject({
      preferredVersion: { version: 'v1' },
      versions: [{ version: 'v1' }, { version: 'v1beta1' }],
    });
  });

  // Cases of apiextensions-apiserver pkg/apis/apiextensions/validation/validation_test.go and pkg/apiserver/schema/validation_test.go.
  const invalidSchema = (openAPIV3Schema: object) => ({
    versions: [{ ...version('v1', true), schema: { openAPIV3Schema } }],
  });
  const property = (value: object) => invalidSchema({ type: 'object', properties: { x: value } });
  const AT = 'spec.versions[0].schema.openAPIV3Schema';
  test.each<[title: string, change: object, message: string]>([
    [
      'another name',
      { group: 'example.org' },
      'metadata.name: Invalid value: "widgets.example.com": must be spec.names.plural+"."+spec.group',
    ],
    ['no scope', { scope: '' }, 'spec.scope: Required value'],
    [
      'an unknown scope',
      { scope: 'World' },
      'spec.scope: Unsupported value: "World": supported values: "Cluster", "Namespaced"',
    ],
    [
      'no storage version',
      { versions: [version('v1', false)] },
      'must have exactly one version marked as storage version',
    ],
    [
      'one version twice',
      { versions: [version('v1', true), version('v1', false)] },
      'must contain unique version names',
    ],
    [
      'no schema',
      { versions: [{ ...version('v1', true), schema: undefined }] },
      `${AT}: Required value: schemas are required`,
    ],
    [
      'a conversion webhook',
      { conversion: { strategy: 'Webhook' } },
      'spec.conversion.strategy: Forbidden: conversion webhooks are left out of this simulation',
    ],
    ['no type at the root', invalidSchema({}), `${AT}.type: Required value: must not be empty at the root`],
    [
      'a string at the root',
      invalidSchema({ type: 'string' }),
      `${AT}.type: Invalid value: "string": must be object at the root`,
    ],
    [
      'a field without a type',
      property({}),
      `${AT}.properties[x].type: Required value: must not be empty for specified object fields`,
    ],
    [
      'an array without items',
      property({ type: 'array' }),
      `${AT}.properties[x].items: Required value: must be specified`,
    ],
    [
      'unique items',
      property({ type: 'array', items: { type: 'string' }, uniqueItems: true }),
      `${AT}.properties[x].uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic`,
    ],
    [
      'a reference',
      property({ type: 'object', $ref: '#/x' }),
      `${AT}.properties[x].$ref: Forbidden: $ref is not supported`,
    ],
    [
      'a default of another type',
      property({ type: 'integer', default: 'a' }),
      `${AT}.properties[x].default: Invalid value: "string"`,
    ],
    [
      'items of no type',
      property({ type: 'array', items: { type: 5 } }),
      `${AT}: Invalid value: "": must be a schema in all its parts`,
    ],
    [
      'values of no schema',
      property({ type: 'object', additionalProperties: { properties: { y: [] } } }),
      `${AT}: Invalid value: "": must be a schema in all its parts`,
    ],
    [
      'replicas in the prototype',
      {
        versions: [
          {
            ...version('v1', true),
            subresources: {
              scale: { specReplicasPath: '.spec.__proto__.x', statusReplicasPath: '.status.x' },
            },
          },
        ],
      },
      'spec.versions[0].subresources.scale.specReplicasPath: Invalid value: ".spec.__proto__.x": should be a json path under .spec',
    ],
    [
      'a pattern that is none',
      property({ type: 'string', pattern: '(' }),
      `${AT}.properties[x].pattern: Invalid value: "(": must be a valid regular expression`,
    ],
    [
      'rules in CEL',
      property({ type: 'string', 'x-kubernetes-validations': [{ rule: 'self != ""' }] }),
      `${AT}.properties[x].x-kubernetes-validations: Forbidden: rules in CEL are left out of this simulation`,
    ],
  ])('with %s is refused', (_title, change, message) => {
    const { code, body } = ask(newCluster(), 'POST', DEFINITIONS, definition(change));
    expect(body.message).toContain(message);
    expect(code).toBe(422);
  });

  test('takes its objects along, and its kind is gone', () => {
    const cluster = declared();
    ask(cluster, 'POST', WIDGETS, widget({ size: 1 }));
    const { body } = ask(cluster, 'DELETE', `${DEFINITIONS}/widgets.example.com`);
    expect(body.metadata['finalizers']).toEqual(['customresourcecleanup.apiextensions.k8s.io']);
    expect(ask(cluster, 'POST', WIDGETS, widget({ size: 1 }, 'two')).body.message).toBe(
      'create is not supported on resources of kind "widgets.example.com"',
    );
    settle(cluster);
    expect(ask(cluster, 'GET', `${DEFINITIONS}/widgets.example.com`).code).toBe(404);
    expect(ask(cluster, 'GET', WIDGETS).code).toBe(404);
    ask(cluster, 'POST', DEFINITIONS, definition());
    settle(cluster);
    expect(ask(cluster, 'GET', WIDGETS).body['items']).toEqual([]);
  });

  test('of a kind that another has is not accepted', () => {
    const cluster = declared();
    const names = { plural: 'gadgets', kind: 'Widget', listKind: 'GadgetList' };
    ask(cluster, 'POST', DEFINITIONS, {
      ...definition({ names }),
      metadata: { name: 'gadgets.example.com' },
    });
    settle(cluster);
    expect(ask(cluster, 'GET', `${DEFINITIONS}/gadgets.example.com`).body['status']).toMatchObject({
      conditions: [
        {
          type: 'NamesAccepted',
          status: 'False',
          reason: 'KindConflict',
          message: '"Widget" is already in use',
        },
        { type: 'Established', status: 'False', reason: 'NotAccepted' },
      ],
    });
    expect(ask(cluster, 'GET', '/apis/example.com/v1/gadgets').code).toBe(404);
  });
});

describe('a custom object', () => {
  let cluster: Cluster;
  beforeAll(() => {
    cluster = declared();
  });

  // Cases of apiextensions-apiserver pkg/apiserver/validation/validation_test.go TestValidateCustomResource.
  test.each<[spec: object, message: string]>([
    [{}, 'spec.size: Required value'],
    [
      { size: 'big' },
      'spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"',
    ],
    [
      { size: 1.5 },
      'spec.size: Invalid value: "number": spec.size in body must be of type integer: "number"',
    ],
    [{ size: 11 }, 'spec.size: Invalid value: 11: spec.size in body should be less than or equal to 10'],
    [{ size: 0 }, 'spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1'],
    [{ size: 1, color: 'green' }, 'spec.color: Unsupported value: "green": supported values: "red", "blue"'],
    [
      { size: 1, host: 'a..b' },
      'spec.host: Invalid value: "a..b": spec.host in body should match \'^[a-z]+(\\.[a-z]+)*$\'',
    ],
    [{ size: 1, host: 'abcdefghijklm' }, 'spec.host: Too long: may not be more than 12 bytes'],
    [
      { size: 1, port: true },
      'spec.port: Invalid value: "boolean": spec.port in body must be of type integer,string: "boolean"',
    ],
    [
      { size: 1, labels: { a: 1 } },
      'spec.labels[a]: Invalid value: "integer": spec.labels[a] in body must be of type string: "integer"',
    ],
    [{ size: 1, zones: ['a', 'b', 'c'] }, 'spec.zones: Too many: 3: must have at most 2 items'],
    [{ size: 1, zones: ['a', 'a'] }, 'spec.zones[1]: Duplicate value: "a"'],
    [{ size: null }, 'spec.size: Invalid value: "null": spec.size in body must be of type integer: "null"'],
    [
      { size: 1, either: {} },
      'spec.either: Invalid value: "": "spec.either" must validate one and only one schema (oneOf). Found none valid',
    ],
  ])('with %j is refused', (spec, message) => {
    const { code, body } = ask(cluster, 'POST', WIDGETS, widget(spec));
    expect(body.message).toBe(`Widget.example.com "one" is invalid: ${message}`);
    expect(code).toBe(422);
  });

  test('has its defaults, and what its schema does not know is pruned or refused', () => {
    const given = widget({ size: 2, open: { any: 1 }, unknown: true }, 'pruned');
    expect(ask(cluster, 'POST', WIDGETS, given).body['spec']).toEqual({
      size: 2,
      replicas: 1,
      color: 'red',
      open: { any: 1 },
    });
    expect(ask(cluster, 'POST', `${WIDGETS}?fieldValidation=Strict`, given).body.message).toBe(
      'Widget in version "v1" cannot be handled as a Widget: strict decoding error: unknown field "spec.unknown"',
    );
  });

  test('is shown with its columns', () => {
    ask(cluster, 'POST', WIDGETS, widget({ size: 3 }, 'shown'));
    const { body } = ask(cluster, 'GET', `${WIDGETS}/shown`, undefined, undefined, TABLE);
    expect(body).toMatchObject({
      columnDefinitions: [{ name: 'Name' }, { name: 'Size', priority: 0 }, { name: 'Color', priority: 1 }],
      rows: [{ cells: ['shown', 3, 'red'] }],
    });
  });

  test('has a status and a scale of their own', () => {
    ask(cluster, 'POST', WIDGETS, { ...widget({ size: 3 }, 'parts'), status: { phase: 'mine' } });
    const created = ask(cluster, 'GET', `${WIDGETS}/parts`).body;
    expect(created['status']).toBeUndefined();
    const type = 'application/merge-patch+json';
    ask(
      cluster,
      'PATCH',
      `${WIDGETS}/parts/status`,
      { spec: { size: 9 }, status: { phase: 'Ready', replicas: 1 } },
      type,
    );
    ask(cluster, 'PATCH', `${WIDGETS}/parts/scale`, { spec: { replicas: 5 } }, type);
    expect(ask(cluster, 'GET', `${WIDGETS}/parts`).body).toMatchObject({
      metadata: { generation: 2 },
      spec: { size: 3, replicas: 5 },
      status: { phase: 'Ready' },
    });
    expect(ask(cluster, 'GET', `${WIDGETS}/parts/scale`).body).toMatchObject({
      spec: { replicas: 5 },
      status: { replicas: 1 },
    });
  });

  test('is one object in all versions', () => {
    ask(cluster, 'POST', WIDGETS, widget({ size: 4 }, 'both'));
    const beta = WIDGETS.replace('/v1/', '/v1beta1/');
    expect(ask(cluster, 'GET', `${beta}/both`).body).toMatchObject({
      apiVersion: 'example.com/v1beta1',
      spec: { size: 4 },
    });
    const patched = ask(
      cluster,
      'PATCH',
      `${beta}/both`,
      { spec: { size: 5 } },
      'application/merge-patch+json',
    );
    expect(patched.body).toMatchObject({ apiVersion: 'example.com/v1beta1', spec: { size: 5 } });
    expect(ask(cluster, 'GET', `${WIDGETS}/both`).body).toMatchObject({
      apiVersion: 'example.com/v1',
      spec: { size: 5 },
    });
  });

  test.each(['POST', 'PUT', 'PATCH'])(
    'is not written in one version at the path of another: %s',
    (method) => {
      ask(cluster, 'POST', WIDGETS, widget({ size: 4 }, 'crossed'));
      const beta = WIDGETS.replace('/v1/', '/v1beta1/') + (method === 'POST' ? '' : '/crossed');
      const type = method === 'PATCH' ? 'application/merge-patch+json' : undefined;
      const { code, body } = ask(cluster, method, beta, widget({ size: 5 }, 'crossed'), type);
      expect([code, body.message]).toEqual([
        400,
        'the API version in the data (example.com/v1) does not match the expected API version (example.com/v1beta1)',
      ]);
    },
  );

  test('is applied in the version of the path', () => {
    ask(cluster, 'POST', WIDGETS, widget({ size: 4 }, 'applied'));
    const path = `${WIDGETS.replace('/v1/', '/v1beta1/')}/applied`;
    const config = { ...widget({ size: 7 }, 'applied'), apiVersion: 'example.com/v1beta1' };
    const options = '?fieldManager=me&force=true';
    const { body } = ask(cluster, 'PATCH', path + options, config, 'application/apply-patch+yaml');
    expect(body).toMatchObject({ apiVersion: 'example.com/v1beta1', spec: { size: 7 } });
  });

  test('is not patched by keys of lists', () => {
    ask(cluster, 'POST', WIDGETS, widget({ size: 4 }, 'merged'));
    const answer = ask(cluster, 'PATCH', `${WIDGETS}/merged`, {}, 'application/strategic-merge-patch+json');
    expect(answer.code).toBe(415);
    expect(answer.body.message).toBe(
      'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
    );
  });

  test('is served by a fork, and gone with its namespace', () => {
    ask(cluster, 'POST', '/api/v1/namespaces', { metadata: { name: 'other' } });
    const other = WIDGETS.replace('/default/', '/other/');
    ask(cluster, 'POST', other, { ...widget({ size: 4 }, 'kept') });
    const fork = cluster.fork();
    expect(ask(fork, 'GET', `${other}/kept`).body).toMatchObject({ spec: { size: 4 } });
    ask(cluster, 'DELETE', '/api/v1/namespaces/other');
    settle(cluster);
    expect(ask(cluster, 'GET', '/api/v1/namespaces/other').code).toBe(404);
    expect(ask(cluster, 'GET', other).body['items']).toEqual([]);
    expect(ask(fork, 'GET', `${other}/kept`).code).toBe(200);
  });
});

test('the log of a cluster with custom kinds and volumes ends in the same bytes when it is replayed', () => {
  const cluster = newCluster();
  const entries: LogEntry[] = [];
  const birth = cluster.checkpoint();
  cluster.onEntry((entry) => entries.push(entry));
  settle(cluster);
  ask(cluster, 'POST', DEFINITIONS, definition());
  settle(cluster);
  ask(cluster, 'POST', WIDGETS, widget({ size: 1 }));
  const provisioner = 'podlab.dev/simulated';
  ask(cluster, 'POST', '/apis/storage.k8s.io/v1/storageclasses', {
    metadata: { name: 'standard' },
    provisioner,
  });
  ask(cluster, 'POST', '/api/v1/namespaces/default/persistentvolumeclaims', {
    metadata: { name: 'data' },
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'standard',
      resources: { requests: { storage: '1Gi' } },
    },
  });
  settle(cluster);
  const loaded = restoreCluster(cluster.checkpoint());
  expect(ask(loaded, 'GET', `${WIDGETS}/one`).body).toMatchObject({ spec: { size: 1 } });
  ask(cluster, 'DELETE', `${DEFINITIONS}/widgets.example.com`);
  settle(cluster);
  const again = restoreCluster(birth);
  expect(again.replay(entries)).toEqual([]);
  again.runUntil(cluster.now(), 1_000_000);
  expect(again.hash()).toBe(cluster.hash());
});
