import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { internalHostOf, isNamed, readInternalHosts } from './internal-hosts';
import { isOnInternet } from './internet';
import { Outbound } from './outbound';

const outbound = (hosts = '') => new Outbound({ internalHosts: readInternalHosts(hosts) ?? [] });

describe('an address', () => {
  it.each([
    '1.1.1.1',
    '8.8.8.8',
    '172.15.0.1',
    '172.32.0.1',
    '100.63.0.1',
    '2606:4700::1111',
    '2a00:1450::1',
  ])('%s is on the internet', (address) => expect(isOnInternet(address)).toBe(true));
  it.each([
    ['this machine', ['127.0.0.1', '127.255.255.254', '0.0.0.0', '::1', '::']],
    ['a network of somebody’s own', ['10.0.0.1', '172.16.0.1', '172.31.255.1', '192.168.1.1', '100.64.0.1']],
    ['a network of somebody’s own in IPv6', ['fc00::1', 'fd12:3456::1', 'fec0::1']],
    [
      'a link, where a cloud tells its secrets',
      ['169.254.169.254', 'fe80::1', 'fe80::1%eth0', 'fd00:ec2::254'],
    ],
    ['many at once', ['224.0.0.1', '239.255.255.250', '255.255.255.255', 'ff02::1']],
    ['documentation and measurement', ['192.0.2.1', '198.18.0.1', '203.0.113.9', '2001:db8::1', '3fff::1']],
    [
      'IPv4 in disguise',
      ['::ffff:127.0.0.1', '::ffff:8.8.8.8', '64:ff9b::7f00:1', '2002:7f00:1::', '::7f00:1'],
    ],
    ['Teredo', ['2001:0:4136:e378::1']],
    ['no address', ['', 'localhost', '1.1.1', '0x7f000001']],
  ])('%s is not', (_, addresses) => expect(addresses.filter(isOnInternet)).toEqual([]));
});

describe('a URL that a hostile platform names is not called', () => {
  it.each([
    ['without encryption', 'http://example.com/keys', /^example\.com is called by https only$/],
    ['a file', 'file:///etc/passwd', /https only/],
    ['loopback', 'https://127.0.0.1/keys', /^127\.0\.0\.1 is no host of the internet/],
    ['loopback in one number', 'https://2130706433/', /^127\.0\.0\.1 is no/],
    ['loopback in octal', 'https://0177.0.0.1/', /^127\.0\.0\.1 is no/],
    ['loopback in hexadecimal', 'https://0x7f.1/', /^127\.0\.0\.1 is no/],
    ['loopback in short', 'https://127.1/', /^127\.0\.0\.1 is no/],
    ['loopback with a dot at its end', 'https://127.0.0.1./', /^127\.0\.0\.1 is no/],
    ['loopback of IPv6', 'https://[::1]/', /^::1 is no/],
    ['loopback in a mapped address', 'https://[::ffff:127.0.0.1]/', /^::ffff:7f00:1 is no/],
    ['every address of this machine', 'https://0.0.0.0/', /^0\.0\.0\.0 is no/],
    ['the metadata of a cloud', 'https://169.254.169.254/latest/meta-data/', /^169\.254\.169\.254 is no/],
    ['a private network', 'https://192.168.0.1:8443/', /^192\.168\.0\.1 is no/],
    ['a name before the address', 'https://example.com@10.0.0.1/', /^10\.0\.0\.1 is no/],
    ['full-width digits', 'https://１２７.0.0.1/', /^127\.0\.0\.1 is no/],
  ])('%s', async (_, url, words) => {
    expect(() => outbound().require(url)).toThrow(words);
    await expect((async () => outbound().fetch(url))()).rejects.toThrow(words);
  });

  it.each(['https://localhost/', 'https://LOCALHOST/'])(
    '%s: where the name leads is found out as it is called',
    async (url) => {
      expect(() => outbound().require(url)).not.toThrow();
      await expect(outbound().fetch(url)).rejects.toThrow(/^localhost is no host of the internet/);
    },
  );
});

describe('hosts that the administrator names', () => {
  it.each([
    ['moodle.lan', 'https://moodle.lan/a', true],
    ['moodle.lan', 'https://moodle.lan:8443/a', true],
    ['moodle.lan', 'http://moodle.lan/a', false],
    ['moodle.lan:8443', 'https://moodle.lan/a', false],
    ['http://10.0.0.7:8080', 'http://10.0.0.7:8080/a', true],
    ['http://10.0.0.7:8080', 'http://10.0.0.7/a', false],
    ['http://10.0.0.7', 'https://10.0.0.7/a', true],
    ['Moodle.LAN, https://[::1]', 'https://[::1]:3/a', true],
    ['moodle.lan', 'https://other.moodle.lan/a', false],
    ['10.0.0.7', 'https://10.0.0.70/a', false],
  ])('of %s, %s is one: %s', (hosts, url, isOne) =>
    expect(isNamed(new URL(url), readInternalHosts(hosts) ?? [])).toBe(isOne),
  );

  it.each(['a b', 'ftp://x', 'host/path', 'a:b', 'https://', 'user@host'])('%j names no host', (text) =>
    expect(readInternalHosts(text)).toBeUndefined(),
  );

  it('the issuer of identities is one with its port, and nothing beside it', () => {
    const also = [internalHostOf('http://127.0.0.1:9000/oidc')];
    expect(() => outbound().require('http://127.0.0.1:9000/keys', also)).not.toThrow();
    expect(() => outbound().require('http://127.0.0.1:9001/keys', also)).toThrow(/https only/);
    expect(() => outbound().require('https://10.0.0.1/keys', also)).toThrow(/no host of the internet/);
  });
});

describe('an answer', () => {
  let server: Server;
  let url: string;
  let sent = 0;

  beforeAll(async () => {
    server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://x');
      if (pathname === '/moved') return response.writeHead(302, { location: 'https://10.0.0.1/' }).end();
      if (pathname === '/empty') return response.writeHead(204).end();
      if (pathname === '/silent') return response.writeHead(200).write('{');
      if (pathname === '/headers') return response.writeHead(200, { 'x-much': 'x'.repeat(60_000) }).end();
      if (pathname === '/endless') {
        const more = () => {
          while (!response.destroyed && response.write('x'.repeat(1024))) sent += 1024;
        };
        response.on('drain', more);
        return more();
      }
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => response.end(`${request.method} ${request.headers['content-type']} ${body}`));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const get = (path: string, deadlineMs = 10_000, answerBytes = 10_000) =>
    outbound(url).fetch(`${url}${path}`, {}, [], { deadlineMs, answerBytes });

  it('comes with its status and headers', async () => {
    const headers = { 'content-type': 'text/x' };
    const body = new URLSearchParams({ a: 'b' });
    const answer = await outbound(url).fetch(`${url}/echo`, { method: 'POST', headers, body });
    expect([answer.status, await answer.text()]).toEqual([200, 'POST text/x a=b']);
    expect((await get('/empty')).status).toBe(204);
  });

  it('that leads elsewhere is not followed', async () => {
    const answer = await get('/moved');
    expect([answer.status, answer.headers.get('location')]).toEqual([302, 'https://10.0.0.1/']);
  });

  it('without an end is listened to no longer than it may be', async () => {
    await expect(get('/endless')).rejects.toThrow('the answer has more than 10000 bytes');
    expect(sent).toBeLessThan(64 * 1024 * 1024);
  });

  it('that does not come to its end in time is given up, and headers have a bound', async () => {
    await expect(get('/silent', 100)).rejects.toThrow('no answer within 0.1 s');
    await expect(get('/headers')).rejects.toThrow(/overflow/i);
  });
});
