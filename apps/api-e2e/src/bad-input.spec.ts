import type { Cluster } from '@podlab/contracts';
import { Client } from './support/client';
import { newDataFolder, removeDataFolder, startServer, type TestServer } from './support/server';

let server: TestServer;
let client: Client;
let cluster: Cluster;

beforeAll(async () => {
  server = await startServer(newDataFolder());
  client = new Client(server);
  cluster = await client.createCluster({ clock: { mode: 'paused' } });
});

afterAll(async () => {
  await server.stop();
  removeDataFolder(server.folder);
});

const from = { kind: 'External' };
const pollution = '{"name": "x", "__proto__": {"polluted": true}}';

describe('a body that makes no sense', () => {
  it.each([
    ['clusters', '{', 400, 'BadRequest', undefined],
    ['clusters', '[]', 422, 'InvalidBody', ''],
    ['clusters', '{"nodes": 0}', 422, 'InvalidBody', 'nodes'],
    ['clusters', '{"nodes": 101}', 422, 'InvalidBody', 'nodes'],
    ['clusters', '{"nodes": [{"name": "../etc"}]}', 422, 'InvalidBody', 'nodes[0].name'],
    ['clusters', '{"nodes": [{"name": "a"}, {"name": "a"}]}', 422, 'InvalidBody', 'nodes'],
    ['clusters', '{"name": "a\\u0000b"}', 422, 'InvalidBody', 'name'],
    ['clusters', '{"nmae": "x"}', 422, 'InvalidBody', 'nmae'],
    ['clusters', '{"service_cidr": "10.0.0.0/99"}', 422, 'InvalidBody', 'service_cidr'],
    ['clusters', '{"kube_proxy": {"mode": "ipvs"}}', 422, 'InvalidBody', 'kube_proxy.mode'],
    ['clusters', '{"clock": {"speed": 1e9}}', 422, 'InvalidBody', 'clock.speed'],
    ['clusters', pollution, 400, 'BadRequest', undefined],
    ['clusters', '{"constructor": {"prototype": {"polluted": true}}}', 400, 'BadRequest', undefined],
    ['requests', '{}', 422, 'InvalidBody', 'from'],
    ['requests', JSON.stringify({ from, to: 'ftp://x' }), 422, 'InvalidBody', 'to'],
    ['requests', JSON.stringify({ from, to: 'http://x', count: 1001 }), 422, 'InvalidBody', 'count'],
    [
      'requests',
      JSON.stringify({ from, to: 'http://x', headers: { a: 'b\r\nc: d' } }),
      422,
      'InvalidBody',
      'headers.a',
    ],
    ['requests', JSON.stringify({ from: { kind: 'Moon' }, to: 'http://x' }), 422, 'InvalidBody', 'from.kind'],
    ['clock/advance', '{"ms": -1}', 422, 'InvalidBody', 'ms'],
    ['clock/advance', '{"ms": "1"}', 422, 'InvalidBody', 'ms'],
  ])('%s %s is %i %s at %j', async (path, body, status, code, where) => {
    const url = path === 'clusters' ? '/api/v1/clusters' : `/api/v1/clusters/${cluster.id}/${path}`;
    const answer = await client.call('POST', url, body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.body.errors?.[0]?.path).toBe(where);
    expect(answer.text).not.toMatch(/node_modules|\.ts:|\.mjs:/);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('a URL with a broken percent escape is a problem like any other', async () => {
    const answer = await client.call('GET', '/api/v1/clusters/%ff');
    expect([answer.status, answer.body.code]).toEqual([400, 'BadRequest']);
    expect(answer.headers.get('content-type')).toMatch('application/problem+json');
  });

  it.each([
    ['GET', '', 200, undefined],
    ['DELETE', '/snapshots/none', 404, 'NotFound'],
    ['POST', '/clock/advance', 422, 'InvalidBody'],
  ])('%s %s with a type and nothing of it is a call without a body', async (method, path, status, code) => {
    const url = `/api/v1/clusters/${cluster.id}${path}`;
    const answer = await client.with({ 'content-type': 'application/json' }).call(method, url);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('is refused by its size before it is read', async () => {
    const big = JSON.stringify({ name: 'x', manifests: 'a'.repeat(10_000_000) });
    expect((await client.call('POST', '/api/v1/clusters', big)).body.code).toBe('BodyTooLarge');
    expect((await client.call('POST', '/api/v1/clusters', 'a: b', 'application/xml')).body.code).toBe(
      'UnsupportedMediaType',
    );
  });

  it.each([
    ['a YAML bomb', bomb(), 400, /alias/i],
    ['a tab', 'a:\n\t- b', 400, /error parsing YAML/],
    ['the same key twice', 'kind: Pod\nkind: Pod', 400, /error parsing YAML/],
  ])('%s to apply', async (_, text, status, detail) => {
    const answer = await client.call(
      'POST',
      `/api/v1/clusters/${cluster.id}/apply`,
      text,
      'application/yaml',
    );
    expect(answer.status).toBe(status);
    expect(answer.body.detail).toMatch(detail);
  });
});

describe('a path that leads nowhere', () => {
  it.each([
    '/api/v1/clusters/nobody',
    '/api/v1/clusters/..%2f..%2fetc%2fpasswd',
    '/api/v1/clusters/%00',
    '/api/v1/clusters/nobody/clock',
    '/api/v1/nothing',
    '/..%2f..%2fetc/passwd',
    '/_next/../../package.json',
  ])('%s is 404', async (path) => {
    const answer = await client.call('GET', path);
    expect([answer.status, answer.body.code]).toEqual([404, 'NotFound']);
  });

  it.each(['limit=0', 'limit=x', 'limit=501', 'cursor=!', 'colour=red'])('?%s is 422', async (query) => {
    const answer = await client.call('GET', `/api/v1/clusters?${query}`);
    expect([answer.status, answer.body.code]).toEqual([422, 'InvalidQuery']);
  });

  it('a node or a table that is not there is 404', async () => {
    const nodes = `/api/v1/clusters/${cluster.id}/nodes`;
    expect((await client.call('GET', `${nodes}/nobody/routes`)).status).toBe(404);
    expect((await client.call('GET', `${nodes}/node-a/passwords`)).status).toBe(404);
  });
});

it('changed nothing', async () => {
  const after = await client.ok<Cluster>('GET', `/api/v1/clusters/${cluster.id}`);
  expect(after.resourceVersion).toBe(cluster.resourceVersion);
  expect((await client.ok<{ items: Cluster[] }>('GET', '/api/v1/clusters')).items).toHaveLength(1);
});

function bomb(): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 9; level++) {
    lines.push(
      `a${level}: &a${level} [${Array(9)
        .fill(`*a${level - 1}`)
        .join(', ')}]`,
    );
  }
  return lines.join('\n');
}
