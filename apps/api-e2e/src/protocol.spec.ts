/** What clients ask of an API server before and beside its objects: documents, discovery, health, and other encodings. */
import type { Cluster } from '@podlab/contracts';
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import { parse } from 'yaml';
import { Client } from './support/client';
import { Kubectl, machineHasKubectl } from './support/kubectl';
import { newDataFolder, removeDataFolder, startServer, type TestServer } from './support/server';

let server: TestServer;
let client: Client;
let cluster: Cluster;
let newest: Kubectl;
let oldest: Kubectl;

const DEFINITION = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: moons.example.com }
spec:
  group: example.com
  scope: Namespaced
  names: { plural: moons, singular: moon, kind: Moon }
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          description: A moon of a planet.
          properties:
            spec:
              type: object
              properties:
                size: { type: integer, description: How large it is. }
                name: { type: string, nullable: true }
`;
const MOON = 'apiVersion: example.com/v1\nkind: Moon\nmetadata: { name: io }\nspec: { size: 3 }\n';

const at = (path: string) => `/clusters/${cluster.id}${path}`;
const ask = (path: string, headers: Record<string, string> = {}) =>
  client.with(headers).call('GET', at(path));

beforeAll(async () => {
  server = await startServer(newDataFolder());
  client = new Client(server);
  cluster = await client.createCluster({ name: 'protocol', clock: { mode: 'live', speed: 20 } });
  newest = await Kubectl.for(client, cluster.id);
  oldest = await Kubectl.for(client, cluster.id, '1.29');
  await newest.ok('apply -f -', DEFINITION);
  await newest.ok('wait --for=condition=Established crd/moons.example.com');
});

afterAll(async () => {
  await server.stop();
  removeDataFolder(server.folder);
});

describe('documents', () => {
  const AT_ONCE = 4;

  /** The kinds that kubectl can't explain. */
  async function unexplained(kubectl: Kubectl, kinds: readonly string[], more = ''): Promise<string[]> {
    const names = [...kinds];
    const silent: string[] = [];
    const work = async () => {
      for (let name = names.pop(); name; name = names.pop()) {
        const { code, stdout } = await kubectl.run(`explain ${name} ${more}`);
        if (code !== 0 || !/DESCRIPTION:\n +\S/.test(stdout) || !/ kind\t<string>\n/.test(stdout))
          silent.push(name);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return silent;
  }

  it('explain every kind', async () => {
    const listed = (await newest.ok('api-resources -o name')).trim().split('\n');
    // kubectl takes what follows `events` for fields of the core group's kind.
    const kinds = listed.filter((name) => !/\.(?:metrics|events)\.k8s\.io$/.test(name));
    expect(kinds.length).toBeGreaterThan(40);
    expect(await unexplained(newest, kinds)).toEqual([]);
    expect(await unexplained(newest, ['events'], '--api-version=events.k8s.io/v1')).toEqual([]);
  });

  it('explain kinds by OpenAPI v2', async () => {
    const kinds = ['pods', 'services', 'deployments', 'ingresses', 'networkpolicies', 'moons'];
    expect(await unexplained(oldest, kinds, '--output=plaintext-openapiv2')).toEqual([]);
  });

  it.each([
    ['deployment.spec.template.spec.containers.ports.containerPort', /containerPort <integer>/],
    ['pod.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution', /nodeSelectorTerms\t/],
    ['service.spec.ports.targetPort', /targetPort <IntOrString>/],
    ['ingress.spec.rules.http.paths.backend.service.port.number', /number <integer>/],
    ['networkpolicy.spec.ingress.from.podSelector.matchExpressions', /operator\t<string>/],
    ['pod.metadata.ownerReferences', /blockOwnerDeletion\t<boolean>/],
    [
      'deployment.spec',
      /template\t<PodTemplateSpec> -required-\n +Template describes the pods that will be created\./,
    ],
    ['pod.spec.securityContext', /SecurityContext holds pod-level security attributes/],
    ['service', /metadata\t<ObjectMeta>\n +Standard object's metadata\./],
    ['moon.spec.size', /How large it is\./],
    ['moon.metadata.labels', /labels <map\[string\]string>/],
  ])('explain %s', async (field, words) => {
    for (const kubectl of [newest, oldest]) expect(await kubectl.ok(`explain ${field}`)).toMatch(words);
  });

  it('explain which values a string may have', async () => {
    expect(await newest.ok('explain pod.spec.restartPolicy')).toMatch(
      /ENUM:\n +Always\n +Never\n +OnFailure\n/,
    );
  });

  it('explain a custom kind by OpenAPI v2, and let it be applied as it says', async () => {
    expect(await oldest.ok('explain moon.spec --output=plaintext-openapiv2')).toMatch(
      /size\t<integer>\n +How large it is\./,
    );
    expect(await oldest.ok('apply --validate=strict -f -', MOON)).toBe('moon.example.com/io created\n');
    const { stderr } = await oldest.run('apply --validate=strict -f -', `${MOON.trim()}\nstatus: { x: 1 }\n`);
    expect(stderr).toMatch(/unknown field "status"/);
  });

  it('are sent as JSON, as protobuf, packed, and once', async () => {
    const json = await ask('/openapi/v2');
    const etag = json.headers.get('etag') ?? '';
    const document = JSON.parse(json.text) as { paths: object; definitions: object };
    expect(Object.keys(document.paths)).toContain('/apis/example.com/v1/namespaces/{namespace}/moons/{name}');
    expect(Object.keys(document.definitions)).toContain('com.example.v1.Moon');
    expect(Object.keys(document.definitions)).toContain('io.k8s.api.core.v1.Pod');
    expect((await ask('/openapi/v2', { 'if-none-match': etag })).status).toBe(304);
    const protobuf = await ask('/openapi/v2', {
      accept: 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf',
    });
    expect(protobuf.headers.get('content-type')).toBe(
      'application/com.github.proto-openapi.spec.v2.v1.0+protobuf',
    );
    expect(protobuf.text).toContain('com.example.v1.Moon');
    expect((await ask('/openapi/v2', { accept: 'text/html' })).status).toBe(406);
  });

  it('refer to nothing that is not there', async () => {
    interface Index {
      paths: Record<string, { serverRelativeURL: string }>;
    }
    const { paths } = await client.ok<Index>('GET', at('/openapi/v3'));
    for (const [name, { serverRelativeURL }] of Object.entries(paths)) {
      const { text } = await ask(serverRelativeURL);
      const { components } = JSON.parse(text) as { components: { schemas: object } };
      const referred = [...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, each]) => each);
      expect({ name, missing: referred.filter((each) => !(each in components.schemas)) }).toEqual({
        name,
        missing: [],
      });
    }
  });
});

describe('beside the API groups', () => {
  const VERSIONS = ['1.36', '1.29', ...(machineHasKubectl ? ['of the machine'] : [])];

  it.each(VERSIONS)('kubectl %s reads paths as they stand', async (version) => {
    const kubectl = await Kubectl.for(client, cluster.id, version);
    const raw = (path: string) => kubectl.ok(`get --raw ${path}`);
    const { paths } = JSON.parse(await raw('/')) as { paths: string[] };
    expect(paths).toEqual(
      expect.arrayContaining(['/api/v1', '/apis/apps/v1', '/apis/example.com/v1', '/readyz']),
    );
    expect(await raw('/livez')).toBe('ok');
    expect(await raw('/readyz?verbose')).toMatch(/^\[\+\]ping ok\n[^]*readyz check passed\n$/);
    expect(JSON.parse(await raw('/version'))).toMatchObject({ major: '1', minor: '36' });
    expect(JSON.parse(await raw('/api/v1/nodes'))).toMatchObject({ kind: 'NodeList' });
    expect((await raw('/openapi/v2')).slice(0, 80)).toMatch(
      /^\{"swagger":"2\.0","info":\{"title":"Kubernetes"/,
    );
    const { code, stderr } = await kubectl.run('get --raw /nothing');
    expect([code, stderr]).toEqual([
      1,
      'Error from server (NotFound): the server could not find the requested resource\n',
    ]);
  });

  it('nothing is there in the words of whoever would answer, and people get it laid out', async () => {
    const told = async (path: string, headers = {}) => {
      const { status, headers: sent, text } = await ask(path, headers);
      return [status, sent.get('content-type'), text];
    };
    expect(await told('/apis/nothing')).toEqual([404, 'text/plain; charset=utf-8', '404 page not found\n']);
    const [status, type, text] = await told('/apis/apps/v1/nothing');
    expect([status, type, JSON.parse(String(text))]).toMatchObject([
      404,
      'application/json',
      { details: {} },
    ]);
    const laidOut = (given: unknown) => /^\{\n {2}"/.test(String(given));
    const path = '/api/v1/namespaces/default';
    expect(laidOut((await told(`${path}?pretty=true`))[2])).toBe(true);
    const curl = { 'user-agent': 'curl/8.5.0' };
    expect(laidOut((await told(path, curl))[2])).toBe(true);
    expect(laidOut((await told(`${path}?pretty=0`, curl))[2])).toBe(false);
    expect((await told('/apis/nothing', curl))[2]).toBe('404 page not found\n');
  });

  it('a token that names no cluster reads none by a path without one', async () => {
    const token = `--token=${server.adminToken}`;
    const bare = await oldest.run(`get --raw /version ${token}`);
    expect([bare.code, bare.stderr]).toEqual([
      1,
      'Error from server (NotFound): the server could not find the requested resource\n',
    ]);
  });

  it('anybody can verify a token of a service account by the keys of its cluster', async () => {
    const token = (await newest.ok('create token default')).trim();
    const claimed = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString()) as { iat: number };
    const keys = await client.ok<JSONWebKeySet>('GET', at('/openid/v1/jwks'));
    const options = {
      issuer: 'https://kubernetes.default.svc.cluster.local',
      currentDate: new Date(claimed.iat * 1000),
    };
    const { payload } = await jwtVerify(token, createLocalJWKSet(keys), options);
    expect(payload.sub).toBe('system:serviceaccount:default:default');
    const other = await client.createCluster({ clock: { mode: 'paused' } });
    const others = await client.ok<JSONWebKeySet>('GET', `/clusters/${other.id}/openid/v1/jwks`);
    await expect(jwtVerify(token, createLocalJWKSet(others), options)).rejects.toThrow(/no applicable key/);
    const headers = { authorization: `Bearer ${token}` };
    expect((await new Client(server, headers).call('GET', `/clusters/${other.id}/api/v1/pods`)).status).toBe(
      401,
    );
    expect((await new Client(server, headers).call('GET', at('/apis'))).status).toBe(200);
  });

  it('a service account reads who signs its tokens, and not the list of paths', async () => {
    const token = (await newest.ok('create token default')).trim();
    const raw = (path: string) => newest.run(`get --raw ${path} --token=${token}`);
    expect(JSON.parse((await raw('/.well-known/openid-configuration')).stdout)).toMatchObject({
      id_token_signing_alg_values_supported: ['ES256'],
    });
    expect((await raw('/')).stderr).toMatch(
      /^Error from server \(Forbidden\): forbidden: User .* cannot get path "\/"/,
    );
  });
});

describe('answers in YAML', () => {
  const YAML = { accept: 'application/yaml' };

  it.each([
    ['an object', '/api/v1/namespaces/default', 200, 'Namespace'],
    ['a list', '/api/v1/nodes', 200, 'NodeList'],
    ['a refusal', '/api/v1/namespaces/nobody', 404, 'Status'],
    ['discovery', '/apis/apps/v1', 200, 'APIResourceList'],
  ])('%s', async (_, path, status, kind) => {
    const { headers, text, ...answer } = await ask(path, YAML);
    expect([answer.status, headers.get('content-type')]).toEqual([status, 'application/yaml']);
    expect(parse(text)).toMatchObject({ kind });
    expect(parse(text)).toEqual(JSON.parse((await ask(path)).text));
  });

  it('a Table, but no watch', async () => {
    const table = await ask('/api/v1/nodes', { accept: 'application/yaml;as=Table;g=meta.k8s.io;v=v1' });
    expect(parse(table.text)).toMatchObject({ kind: 'Table' });
    const watch = await ask('/api/v1/nodes?watch=1', YAML);
    expect([watch.status, watch.text]).toEqual([406, expect.stringMatching(/accepted: application\/json"/)]);
  });

  it('is the second of two choices, and of the two that there are', async () => {
    const second = await ask('/api/v1/nodes', { accept: 'text/html, application/yaml;q=0.5' });
    expect(parse(second.text)).toMatchObject({ kind: 'NodeList' });
    expect(second.headers.get('content-type')).toBe('application/yaml');
    const none = await ask('/api/v1/nodes', { accept: 'text/html' });
    expect([none.status, JSON.parse(none.text)]).toEqual([
      406,
      {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message: 'only the following media types are accepted: application/json, application/yaml',
        reason: 'NotAcceptable',
        code: 406,
      },
    ]);
  });
});

describe('kubectl', () => {
  it('lists what there is with its verbs and categories', async () => {
    expect(await newest.ok('api-resources -o wide --api-group=apps')).toMatch(
      /deployments +deploy +apps\/v1 +true +Deployment +create,delete,deletecollection,get,list,patch,update,watch +all\n/,
    );
    expect((await newest.ok('api-versions')).split('\n')).toEqual(
      expect.arrayContaining(['apps/v1', 'example.com/v1', 'networking.k8s.io/v1', 'v1']),
    );
    expect(await newest.ok('get componentstatuses')).toMatch(/scheduler +Healthy +ok/);
  });

  it('reads Events in either group, and a scale as a table of its own', async () => {
    const rows = async (kind: string) =>
      (await newest.ok(`get ${kind} -n default --no-headers -o custom-columns=N:.metadata.name`)).split('\n');
    expect(await rows('events.v1.events.k8s.io')).toEqual(await rows('events'));
    expect(await newest.ok('get deploy coredns -n kube-system --subresource=scale')).toMatch(
      /^NAME +DESIRED +AVAILABLE +AGE\ncoredns +2 +\d /,
    );
    const { stderr } = await newest.run('certificate approve nobody');
    expect(stderr).toBe(`error: the server doesn't have a resource type "certificatesigningrequests"\n`);
  });

  it('dumps the whole cluster', async () => {
    const dumped = await newest.ok('cluster-info dump');
    for (const kind of [
      'NodeList',
      'EventList',
      'ReplicationControllerList',
      'ServiceList',
      'DaemonSetList',
      'PodList',
    ])
      expect(dumped).toContain(`"kind": "${kind}"`);
    expect(dumped).toMatch(/==== START logs for container coredns of pod kube-system\/coredns-\S+ ====/);
  });
});
