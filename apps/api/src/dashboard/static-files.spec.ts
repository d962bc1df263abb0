import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { contentSecurityPolicy, StaticFiles, takesGzip } from './static-files';

const hash = (script: string) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`;

it('allows exactly the inline scripts of the page, and nothing from elsewhere', () => {
  const html = `<script src="/a.js"></script><script>one()</script><script type="module">two()\n</script><script id="x">one()</script>`;
  const policy = contentSecurityPolicy(html);
  expect(policy).toContain(`script-src 'self' ${hash('one()')} ${hash('two()\n')};`);
  expect(policy).not.toMatch(/https?:|unsafe-eval|\*/);
});

it.each<[string | undefined, boolean]>([
  ['gzip', true],
  ['gzip, deflate, br, zstd', true],
  ['br;q=1.0, gzip;q=0.8, *;q=0.1', true],
  ['*', true],
  ['br, GZIP ; q=0.5', true],
  [undefined, false],
  ['', false],
  ['br', false],
  ['gzip;q=0', false],
  ['gzip;q=0.0, br', false],
  ['x-gzip-not', false],
])('who accepts %j gets gzip: %s', (accepted, takes) => expect(takesGzip(accepted)).toBe(takes));

describe('a file', () => {
  const script = 'let answer = 42;\n'.repeat(500);
  const folder = mkdtempSync(join(tmpdir(), 'podlab-static-'));
  writeFileSync(join(folder, 'large.js'), script);
  writeFileSync(join(folder, 'small.js'), 'one()');
  writeFileSync(join(folder, 'page.html'), '<p>hello</p>');
  writeFileSync(join(folder, '404.html'), '<p>there is no such page</p>');
  writeFileSync(join(folder, 'picture.png'), Buffer.alloc(4096));
  const files = new StaticFiles(folder);
  const server = createServer((incoming, response) => {
    if (!files.handle(incoming, response)) response.writeHead(204).end();
  });
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => {
    rmSync(folder, { recursive: true });
    return new Promise((resolve) => server.close(resolve));
  });
  const ask = (path: string, headers: Record<string, string>) =>
    new Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
      const { port } = server.address() as AddressInfo;
      request({ port, path, headers, host: '127.0.0.1', agent: false }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) }),
        );
      })
        .on('error', reject)
        .end();
    });

  it.each<[string, string, boolean]>([
    ['/large.js', 'gzip', true],
    ['/large.js', 'br', false],
    ['/small.js', 'gzip', false],
    ['/picture.png', 'gzip', false],
  ])('%s for who accepts %s is compressed: %s', async (path, accepted, compressed) => {
    const { headers, body } = await ask(path, { 'accept-encoding': accepted });
    expect(headers['content-encoding']).toBe(compressed ? 'gzip' : undefined);
    expect(headers['content-length']).toBe(String(body.length));
    expect(headers['vary']).toBe('accept-encoding');
    if (path === '/large.js') expect((compressed ? gunzipSync(body) : body).toString()).toBe(script);
  });

  it('of a page may be shown in a frame by those that are named, and by nobody else', async () => {
    const policyOf = async () => {
      const { headers } = await ask('/page', {});
      const [, ancestors] = /frame-ancestors ([^;]+)/.exec(String(headers['content-security-policy'])) ?? [];
      return [ancestors, headers['x-frame-options']];
    };
    expect(await policyOf()).toEqual(["'none'", 'DENY']);
    files.framedBy(['https://campus.example']);
    expect(await policyOf()).toEqual(["'self' https://campus.example", undefined]);
    files.framedBy([]);
    expect(await policyOf()).toEqual(["'none'", 'DENY']);
  });

  it.each<[string, string, number]>([
    ['/nowhere', 'text/html,application/xhtml+xml;q=0.9', 404],
    ['/cluster/nowhere', 'text/html', 404],
    ['/nowhere', 'application/json', 204],
    ['/nowhere', '*/*', 204],
    ['/api/v1/nowhere', 'text/html', 204],
    ['/api', 'text/html', 204],
    ['/healthz', 'text/html', 204],
    ['/apiary', 'text/html', 404],
  ])('%s that is none, for who reads %s: %i', async (path, accept, status) => {
    const answer = await ask(path, { accept });
    expect(answer.status).toBe(status);
    expect(answer.body.toString()).toBe(status === 404 ? '<p>there is no such page</p>' : '');
    const again = await ask(path, { accept, 'if-none-match': String(answer.headers['etag']) });
    expect(again.status).toBe(status);
  });

  it('is known again by its tag, each of its encodings by its own', async () => {
    const plain = await ask('/large.js', {});
    const zipped = await ask('/large.js', { 'accept-encoding': 'gzip' });
    const tag = String(zipped.headers['etag']);
    expect(tag).not.toBe(plain.headers['etag']);
    const again = await ask('/large.js', { 'accept-encoding': 'gzip', 'if-none-match': tag });
    expect([again.status, again.body.length]).toEqual([304, 0]);
    expect((await ask('/large.js', { 'if-none-match': tag })).status).toBe(200);
  });
});
