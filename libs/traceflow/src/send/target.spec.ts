import { changeTarget, InvalidTarget, parseTarget } from './target';

describe('a target', () => {
  it.each([
    [
      'http://web',
      { host: 'web', port: 80, protocol: 'TCP', http: { scheme: 'http', path: '/', authority: 'web' } },
    ],
    [
      'http://web.lab06:8080/a/b?c=d#e',
      {
        host: 'web.lab06',
        port: 8080,
        protocol: 'TCP',
        http: { scheme: 'http', path: '/a/b?c=d', authority: 'web.lab06:8080' },
      },
    ],
    [
      'https://web/',
      { host: 'web', port: 443, protocol: 'TCP', http: { scheme: 'https', path: '/', authority: 'web' } },
    ],
    [
      'http://web?a=b',
      { host: 'web', port: 80, protocol: 'TCP', http: { scheme: 'http', path: '/?a=b', authority: 'web' } },
    ],
    ['tcp://10.0.0.1:5432', { host: '10.0.0.1', port: 5432, protocol: 'TCP' }],
    [
      'http://[fd00::1]:8080/a',
      {
        host: 'fd00::1',
        port: 8080,
        protocol: 'TCP',
        http: { scheme: 'http', path: '/a', authority: '[fd00::1]:8080' },
      },
    ],
    ['udp://[FD00::1]:53', { host: 'FD00::1', port: 53, protocol: 'UDP' }],
    ['udp://dns:53', { host: 'dns', port: 53, protocol: 'UDP' }],
  ])('%s', (url, expected) => {
    expect(parseTarget(url)).toEqual(expected);
  });

  it.each([
    'tcp://web',
    'http://web:0/',
    'http://web:99999/',
    'http://user:secret@web/',
    'http://[::g]/',
    'http://::1/',
    'http://[10.0.0.1]/',
    'ftp://web/',
  ])('%s is none', (url) => {
    expect(() => parseTarget(url)).toThrow(InvalidTarget);
  });

  it.each([
    ['http://web:80/a?b', { host: 'shop.other' }, 'http://shop.other:80/a?b'],
    ['http://web/a', { port: 30123 }, 'http://web:30123/a'],
    ['http://[fd00::1]:80/a', { port: 81 }, 'http://[fd00::1]:81/a'],
    ['http://web:80/a', { host: 'fd00::1' }, 'http://[fd00::1]:80/a'],
    ['tcp://web:1', { host: 'x', port: 2 }, 'tcp://x:2'],
  ])('%s with %j is %s', (url, change, expected) => {
    expect(changeTarget(url, change)).toBe(expected);
  });
});
