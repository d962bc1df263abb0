import { createRequire } from 'node:module';
import { Client } from './support/client';
import { newDataFolder, removeDataFolder, startServer, type TestServer } from './support/server';

/** The judge of documents that openapi-typescript brings along. */
function redocly() {
  const found = createRequire(require.resolve('openapi-typescript'));
  return found('@redocly/openapi-core') as {
    createConfig(config: object): Promise<object>;
    lintFromString(asked: {
      source: string;
      config: object;
    }): Promise<{ message: string; location: { pointer?: string }[] }[]>;
  };
}

let server: TestServer;
let client: Client;

beforeAll(async () => {
  server = await startServer(newDataFolder());
  client = new Client(server, {});
});

afterAll(async () => {
  await server.stop();
  removeDataFolder(server.folder);
});

interface Schema {
  $ref?: string;
  type?: string;
  properties?: Record<string, unknown>;
}
interface Content {
  content?: Record<string, { schema?: Schema }>;
}
interface Operation {
  operationId: string;
  summary?: string;
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, Content>;
}
interface OpenApi {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

it('the document names every call of the contract that there is', async () => {
  const { openapi, paths } = await client.ok<OpenApi>('GET', '/api/openapi.json');
  expect(openapi).toBe('3.1.0');
  const calls = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace('/api/v1', '')}`),
  );
  expect(calls).toEqual(
    expect.arrayContaining([
      'GET /healthz',
      'GET /readyz',
      'GET /metrics',
      'POST /auth/sign-in',
      'GET /auth/methods',
      'GET /auth/oidc/start',
      'GET /auth/sessions',
      'PUT /auth/password',
      'POST /people',
      'DELETE /people/{id}',
      'GET /people/{id}/export',
      'POST /classes',
      'POST /classes/{id}/members',
      'POST /classes/{id}/roster',
      'POST /classes/{id}/invitations',
      'POST /classes/{id}/archive',
      'POST /join',
      'POST /clusters',
      'GET /clusters',
      'GET /clusters/{id}',
      'PATCH /clusters/{id}',
      'DELETE /clusters/{id}',
      'GET /clusters/{id}/kubeconfig',
      'GET /clusters/{id}/clock',
      'PUT /clusters/{id}/clock',
      'POST /clusters/{id}/clock/step',
      'POST /clusters/{id}/clock/advance',
      'POST /clusters/{id}/clock/settle',
      'PUT /clusters/{id}/cloud',
      'POST /clusters/{id}/requests',
      'GET /clusters/{id}/requests',
      'GET /clusters/{id}/requests/{request}',
      'GET /clusters/{id}/nodes/{node}/rules',
      'GET /clusters/{id}/nodes/{node}/{table}',
      'GET /clusters/{id}/history',
      'GET /clusters/{id}/history/{resourceVersion}/objects',
      'GET /clusters/{id}/export',
      'POST /clusters/{id}/apply',
    ]),
  );
  for (const methods of Object.values(paths)) {
    for (const call of Object.values(methods)) expect(call.summary).toMatch(/./);
  }
});

it.each([
  ['/api/openapi.json', /^3\.1\./],
  ['/api/openapi-3.0.json', /^3\.0\./],
])('the document at %s is valid, as Redocly reads it', async (path, version) => {
  const { text } = await client.call('GET', path);
  expect((JSON.parse(text) as OpenApi).openapi).toMatch(version);
  expect(text).not.toMatch(/\\p\{|9007199254740991/);
  const { createConfig, lintFromString } = redocly();
  const rules = {
    struct: 'error',
    'no-unresolved-refs': 'error',
    'operation-operationId-unique': 'error',
    'path-parameters-defined': 'error',
    'path-declaration-must-exist': 'error',
    'security-defined': 'error',
    'no-unused-components': 'error',
  } as const;
  const problems = await lintFromString({ source: text, config: await createConfig({ rules }) });
  expect(problems.map(({ message, location }) => [message, location[0]?.pointer])).toEqual([]);
});

it('a body is documented by the schema that checks it', async () => {
  const { paths, components } = await client.ok<OpenApi>('GET', '/api/openapi.json');
  const create = paths['/api/v1/clusters'].post;
  expect(create.requestBody?.content['application/json'].schema.$ref).toBe(
    '#/components/schemas/ClusterCreate',
  );
  const { properties } = components.schemas.ClusterCreate;
  expect(Object.keys(properties ?? {})).toEqual(
    expect.arrayContaining([
      'name',
      'seed',
      'nodes',
      'service_cidr',
      'pod_cidr',
      'kube_proxy',
      'cloud',
      'clock',
    ]),
  );
  expect(Object.keys(create.responses)).toEqual(expect.arrayContaining(['201', 'default']));
});

it('calls and schemas have names that a client can be made of', async () => {
  const { paths, components } = await client.ok<OpenApi>('GET', '/api/openapi.json');
  const calls = Object.values(paths).flatMap((methods) => Object.values(methods));
  const operations = calls.map(({ operationId }) => operationId);
  expect(operations).toEqual(expect.arrayContaining(['grade', 'createCluster', 'listLabs', 'getAttempt']));
  expect(operations.filter((name) => !/^[a-z]+([A-Z0-9][a-z0-9]*)*$/.test(name))).toEqual([]);
  const names = Object.keys(components.schemas);
  expect(names).toEqual(expect.arrayContaining(['Grade', 'GradeRequest', 'LabSummaryPage', 'Problem']));
  expect(names.filter((name) => !/^[A-Z][A-Za-z]*$/.test(name))).toEqual([]);
  const inline = calls.flatMap(({ operationId, requestBody, responses }) =>
    [requestBody, ...Object.values(responses)].flatMap((part) =>
      Object.values(part?.content ?? {})
        .filter(({ schema }) => schema?.$ref === undefined && schema?.type !== 'string')
        .map(() => operationId),
    ),
  );
  expect(inline).toEqual([]);
});

it('the page allows its own script and nothing from elsewhere', async () => {
  const { headers, text } = await client.call('GET', '/api/docs');
  expect(headers.get('content-security-policy')).toMatch(/script-src 'self' 'sha256-[^']+';/);
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(text).not.toMatch(/https?:\/\//);
});
