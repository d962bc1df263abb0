import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { promisify } from 'node:util';
import { patchTypeOf } from '../../libs/apimachinery/src/patch/merge-keys';
import { kubectlPath } from '../clients/fetch-kubectl.mjs';
import { enumerated } from './enumerations.mjs';
import { generateDocuments } from './generate-documents.mjs';

let documents;

beforeAll(async () => {
  documents = await generateDocuments();
});

function* referencesIn(value) {
  if (typeof value !== 'object' || value === null) return;
  if (typeof value.$ref === 'string') yield value.$ref.replace('#/components/schemas/', '');
  for (const inner of Object.values(value)) yield* referencesIn(inner);
}

const schema = (groupVersion, name) => documents.get(groupVersion).components.schemas[name];

describe('the OpenAPI documents of the Kubernetes API', () => {
  it.each([
    'api/v1',
    'apis/apps/v1',
    'apis/discovery.k8s.io/v1',
    'apis/networking.k8s.io/v1',
    'apis/batch/v1',
  ])('have one for %s', (groupVersion) => {
    expect(Object.keys(documents.get(groupVersion).paths)).toContain(`/${groupVersion}/`);
  });

  it('hold every schema that they refer to', () => {
    for (const [groupVersion, document] of documents) {
      const missing = [...referencesIn(document)].filter((name) => !(name in document.components.schemas));
      expect({ groupVersion, missing }).toEqual({ groupVersion, missing: [] });
    }
  });

  it.each([
    ['api/v1', 'io.k8s.api.core.v1.EndpointPort'],
    ['apis/discovery.k8s.io/v1', 'io.k8s.api.discovery.v1.EndpointPort'],
    ['apis/apps/v1', 'io.k8s.api.core.v1.PodSpec'],
    ['apis/apps/v1', 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta'],
    ['apis/apps/v1', 'io.k8s.api.autoscaling.v1.Scale'],
    ['api/v1', 'io.k8s.api.policy.v1.Eviction'],
    ['apis/storage.k8s.io/v1', 'io.k8s.api.core.v1.TopologySelectorTerm'],
    [
      'apis/apiextensions.k8s.io/v1',
      'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition',
    ],
  ])('%s calls a type by the name of Kubernetes, %s', (groupVersion, name) => {
    expect(schema(groupVersion, name)).toMatchObject({ type: 'object' });
  });

  it('say what a reference is for, but where upstream has no words either', () => {
    const silent = [...documents]
      .filter(([groupVersion]) => !/v\d+(alpha|beta)\d+$/.test(groupVersion))
      .flatMap(([, { components }]) => Object.entries(components.schemas))
      .flatMap(([name, { properties = {} }]) =>
        Object.entries(properties)
          .filter(([, { allOf, description }]) => allOf && !description)
          .map(([field]) => `${name.slice(name.lastIndexOf('.') + 1)}.${field}`),
      )
      .filter((field) => !field.startsWith('JSONSchemaProps.'));
    expect([...new Set(silent)].sort()).toEqual([
      'CertificateSigningRequest.metadata',
      'CertificateSigningRequestList.metadata',
      'IngressRule.http',
      'ListMeta.shardInfo',
    ]);
  });

  it('list the values of strings that may be few', () => {
    const schemas = Object.assign({}, ...[...documents.values()].map(({ components }) => components.schemas));
    for (const [name, field] of enumerated)
      expect({ name, field, schema: schemas[name]?.properties[field] }).toMatchObject({
        schema: { type: 'string', enum: expect.any(Array) },
      });
    expect(schemas['io.k8s.api.core.v1.PodSpec'].properties.restartPolicy.enum).toEqual([
      'Always',
      'Never',
      'OnFailure',
    ]);
  });

  it('tell the kind and the shape of a type', () => {
    expect(schema('apis/apps/v1', 'io.k8s.api.apps.v1.Deployment')).toMatchObject({
      description: 'Deployment enables declarative updates for Pods and ReplicaSets.',
      'x-kubernetes-group-version-kind': [{ group: 'apps', version: 'v1', kind: 'Deployment' }],
      properties: { spec: { allOf: [{ $ref: '#/components/schemas/io.k8s.api.apps.v1.DeploymentSpec' }] } },
    });
    expect(schema('api/v1', 'io.k8s.api.core.v1.Container')).toMatchObject({
      required: ['name'],
      properties: {
        ports: { type: 'array', 'x-kubernetes-patch-merge-key': 'containerPort' },
        terminationMessagePath: { type: 'string' },
      },
    });
    expect(schema('api/v1', 'io.k8s.api.core.v1.ContainerPort').properties.containerPort).toMatchObject({
      type: 'integer',
      format: 'int32',
    });
    expect(schema('api/v1', 'io.k8s.api.core.v1.ResourceRequirements').properties.limits).toMatchObject({
      additionalProperties: { $ref: '#/components/schemas/io.k8s.apimachinery.pkg.api.resource.Quantity' },
    });
  });

  it.each([
    ['api/v1', '/api/v1/namespaces/{namespace}/pods', 'get', 'list', 'Pod'],
    ['api/v1', '/api/v1/namespaces/{namespace}/pods', 'post', 'post', 'Pod'],
    ['api/v1', '/api/v1/namespaces/{namespace}/pods', 'delete', 'deletecollection', 'Pod'],
    ['api/v1', '/api/v1/namespaces/{namespace}/pods/{name}', 'patch', 'patch', 'Pod'],
    ['api/v1', '/api/v1/namespaces/{namespace}/pods/{name}', 'delete', 'delete', 'Pod'],
    ['api/v1', '/api/v1/namespaces/{namespace}/pods/{name}/exec', 'post', 'connect', 'PodExecOptions'],
    ['api/v1', '/api/v1/namespaces/{namespace}/pods/{name}/eviction', 'post', 'post', 'Eviction'],
    ['apis/apps/v1', '/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale', 'put', 'put', 'Scale'],
    ['apis/apps/v1', '/apis/apps/v1/namespaces/{namespace}/deployments/{name}', 'put', 'put', 'Deployment'],
  ])('%s %s %s is the action %s on a %s', (groupVersion, path, method, action, kind) => {
    const operation = documents.get(groupVersion).paths[path][method];
    expect(operation['x-kubernetes-action']).toBe(action);
    expect(operation['x-kubernetes-group-version-kind']).toMatchObject({ kind });
  });

  it.each(['post', 'put', 'patch'])('offer field validation on %s', (method) => {
    const { paths } = documents.get('apis/apps/v1');
    const path = `/apis/apps/v1/namespaces/{namespace}/deployments${method === 'post' ? '' : '/{name}'}`;
    expect(paths[path][method].parameters.map(({ name }) => name)).toContain('fieldValidation');
  });
});

describe('how lists merge', () => {
  const TYPES = [
    'Container',
    'NodeSpec',
    'NodeStatus',
    'PodSpec',
    'PodStatus',
    'ServiceAccount',
    'ServiceSpec',
  ];

  it.each(TYPES)('is told to clients as the server does it: %s', (type) => {
    const { properties } = schema('api/v1', `io.k8s.api.core.v1.${type}`);
    const told = Object.entries(properties).filter(
      ([, property]) => 'x-kubernetes-patch-strategy' in property,
    );
    const keys = told.map(([field, property]) => [field, property['x-kubernetes-patch-merge-key']]);
    const done = Object.entries(patchTypeOf(type)).filter(([, patch]) => patch.mergeKey || patch.primitives);
    expect(Object.fromEntries(keys)).toEqual(
      Object.fromEntries(done.map(([field, patch]) => [field, patch.mergeKey])),
    );
  });
});

describe('kubectl', () => {
  const resource = (name, kind) => ({
    name,
    singularName: '',
    namespaced: true,
    kind,
    verbs: ['get', 'list', 'create', 'patch'],
  });
  const answers = () => ({
    '/version': { major: '1', minor: '36', gitVersion: 'v1.36.0' },
    '/api': { kind: 'APIVersions', versions: ['v1'] },
    '/apis': {
      kind: 'APIGroupList',
      apiVersion: 'v1',
      groups: [
        {
          name: 'apps',
          versions: [{ groupVersion: 'apps/v1', version: 'v1' }],
          preferredVersion: { groupVersion: 'apps/v1', version: 'v1' },
        },
      ],
    },
    '/api/v1': { kind: 'APIResourceList', groupVersion: 'v1', resources: [resource('pods', 'Pod')] },
    '/apis/apps/v1': {
      kind: 'APIResourceList',
      groupVersion: 'apps/v1',
      resources: [resource('deployments', 'Deployment')],
    },
    '/openapi/v3': {
      paths: Object.fromEntries(
        [...documents.keys()].map((path) => [path, { serverRelativeURL: `/openapi/v3/${path}?hash=1` }]),
      ),
    },
    ...Object.fromEntries([...documents].map(([path, document]) => [`/openapi/v3/${path}`, document])),
  });
  let server;

  beforeAll(async () => {
    const byPath = answers();
    server = createServer((request, response) => {
      const body = byPath[new URL(request.url, 'http://localhost').pathname];
      response.writeHead(body ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body ?? { kind: 'Status', code: 404, reason: 'NotFound' }));
    });
    await new Promise((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
  });

  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it.each(['1.36', '1.29'])('%s explains a field from them', async (minor) => {
    const address = `http://127.0.0.1:${server.address().port}`;
    const explain = await promisify(execFile)(kubectlPath(minor), [
      `--server=${address}`,
      '--kubeconfig=/dev/null',
      `--cache-dir=.cache/test/kubectl-${minor}-${server.address().port}`,
      'explain',
      'deployment.spec.template.spec.containers.ports.containerPort',
    ]);
    expect(explain.stdout).toMatch(/GROUP: +apps\nKIND: +Deployment\nVERSION: +v1\n/);
    expect(explain.stdout).toContain('FIELD: containerPort <integer>');
    expect(explain.stdout).toContain("Number of port to expose on the pod's IP address.");
  });
});
