import { createHarness } from '../test-support';
import { decodeMessage } from '../wire/decode';
import { encodeMessage } from '../wire/encode';
import type { ResponseCode } from '../wire/message';
import { clusterFirstConfig, hostsAddresses, parseResolvConf } from './resolver-config';
import { candidateNames, resolve } from './resolver';
import type { DnsExchange, Resolution } from './resolver';

const told = ({ tries }: Resolution): string[] =>
  tries.map(({ name, type, rcode }) => `${name} ${type} ${rcode}`);

describe('the resolver of a pod in lab06', () => {
  const { exchange } = createHarness();
  const config = clusterFirstConfig('lab06', '10.96.0.10');
  const coredns: DnsExchange = (_server, query) => {
    return { kind: 'Answered', bytes: exchange(query) as Uint8Array, elapsed_ms: 1 };
  };

  it.each([
    ['web', 'NOERROR', ['web.lab06.svc.cluster.local A NOERROR']],
    [
      'web.lab06',
      'NOERROR',
      ['web.lab06.lab06.svc.cluster.local A NXDOMAIN', 'web.lab06.svc.cluster.local A NOERROR'],
    ],
    ['web.lab06.svc.cluster.local.', 'NOERROR', ['web.lab06.svc.cluster.local A NOERROR']],
    [
      'example.com',
      'NOERROR',
      [
        'example.com.lab06.svc.cluster.local A NXDOMAIN',
        'example.com.svc.cluster.local A NXDOMAIN',
        'example.com.cluster.local A NXDOMAIN',
        'example.com A NOERROR',
      ],
    ],
    ['example.com.', 'NOERROR', ['example.com A NOERROR']],
    [
      'wed',
      'NXDOMAIN',
      [
        'wed.lab06.svc.cluster.local A NXDOMAIN',
        'wed.svc.cluster.local A NXDOMAIN',
        'wed.cluster.local A NXDOMAIN',
        'wed A NXDOMAIN',
      ],
    ],
    [
      '_http._tcp.web.lab06.svc',
      'NODATA',
      [
        '_http._tcp.web.lab06.svc.lab06.svc.cluster.local A NXDOMAIN',
        '_http._tcp.web.lab06.svc.svc.cluster.local A NXDOMAIN',
        '_http._tcp.web.lab06.svc.cluster.local A NOERROR',
      ],
    ],
  ])('tries for %s: %s', (host, rcode, tries) => {
    const result = resolve(host, config, coredns);
    expect(told(result)).toEqual(tries);
    expect(result.rcode).toBe(tries[tries.length - 1].endsWith('NOERROR') ? 'NOERROR' : rcode);
  });

  it('asks for both families of each name where the host has both, and takes IPv6 first', () => {
    const types = ['A', 'AAAA'] as const;
    expect(told(resolve('web', config, coredns, { types }))).toEqual([
      'web.lab06.svc.cluster.local A NOERROR',
      'web.lab06.svc.cluster.local AAAA NODATA',
    ]);
    const { addresses } = resolve('dual', config, coredns, { types });
    expect(addresses).toEqual(['fd00:10:96::21', '10.96.0.21']);
  });
});

describe('candidate names', () => {
  const search = ['lab06.svc.cluster.local', 'svc.cluster.local', 'cluster.local'];
  it.each<[host: string, ndots: number, names: string[]]>([
    ['web', 5, ['web.lab06.svc.cluster.local', 'web.svc.cluster.local', 'web.cluster.local', 'web']],
    ['web', 1, ['web.lab06.svc.cluster.local', 'web.svc.cluster.local', 'web.cluster.local', 'web']],
    ['web', 0, ['web', 'web.lab06.svc.cluster.local', 'web.svc.cluster.local', 'web.cluster.local']],
    ['a.b', 1, ['a.b', 'a.b.lab06.svc.cluster.local', 'a.b.svc.cluster.local', 'a.b.cluster.local']],
    [
      'a.b.c.d.e.f',
      5,
      [
        'a.b.c.d.e.f',
        'a.b.c.d.e.f.lab06.svc.cluster.local',
        'a.b.c.d.e.f.svc.cluster.local',
        'a.b.c.d.e.f.cluster.local',
      ],
    ],
    ['a.b.', 5, ['a.b']],
  ])('of %s with ndots %d', (host, ndots, names) => {
    expect(candidateNames(host, { search, ndots })).toEqual(names);
  });
});

describe('name servers that fail', () => {
  const base = { search: ['lab.example'], ndots: 1, timeout_ms: 5_000, attempts: 2 };
  const reply =
    (codes: Readonly<Record<string, ResponseCode>>, asked: string[] = []): DnsExchange =>
    (server, bytes, timeout_ms) => {
      asked.push(server);
      const code = codes[server];
      if (code === undefined) return { kind: 'TimedOut', elapsed_ms: timeout_ms };
      const query = decodeMessage(bytes);
      const answer = { type: 'A', name: query.questions[0].name, ttl: 30, address: '10.0.0.1' } as const;
      const answers = code === 'NOERROR' ? [answer] : [];
      return {
        kind: 'Answered',
        bytes: encodeMessage({ ...query, response: true, rcode: code, answers }),
        elapsed_ms: 1,
      };
    };

  it('a silent one is asked again, then the name as it is, and no other', () => {
    const search = ['lab.example', 'other.example'];
    const result = resolve('web', { ...base, search, nameservers: ['10.0.0.9'] }, reply({}));
    expect(told(result)).toEqual(['web.lab.example A TIMEOUT', 'web A TIMEOUT']);
    expect([result.rcode, result.elapsed_ms]).toEqual(['TIMEOUT', 20_000]);
  });

  it('whoever asks may give up before', () => {
    const result = resolve('web', { ...base, nameservers: ['10.0.0.9'] }, reply({}), { limit_ms: 7_000 });
    expect(told(result)).toEqual(['web.lab.example A TIMEOUT']);
    expect(result.elapsed_ms).toBe(7_000);
  });

  it('one that is refused fails at once', () => {
    const refuse: DnsExchange = () => ({ kind: 'Refused', elapsed_ms: 1 });
    const result = resolve('web', { ...base, nameservers: ['10.0.0.9'] }, refuse);
    expect(result.tries).toMatchObject([{ name: 'web.lab.example', rcode: 'TIMEOUT', failure: 'Refused' }]);
    expect(result.elapsed_ms).toBe(2);
  });

  it.each<[sentence: string, codes: Record<string, ResponseCode>, rcode: string, asked: string[]]>([
    ['the next one is asked after a silent one', { b: 'NOERROR' }, 'NOERROR', ['a', 'b']],
    ['and after one that fails', { a: 'SERVFAIL', b: 'NOERROR' }, 'NOERROR', ['a', 'b']],
    ['and after one that refuses', { a: 'REFUSED', b: 'NOERROR' }, 'NOERROR', ['a', 'b']],
    ['not after one that says no', { a: 'NXDOMAIN', b: 'NOERROR' }, 'NXDOMAIN', ['a']],
    ['all of them again, when all fail', { a: 'SERVFAIL', b: 'SERVFAIL' }, 'SERVFAIL', ['a', 'b', 'a', 'b']],
  ])('%s', (_sentence, codes, rcode, expected) => {
    const asked: string[] = [];
    const result = resolve('web.', { ...base, nameservers: ['a', 'b'] }, reply(codes, asked));
    expect([result.rcode, asked]).toEqual([rcode, expected]);
  });
});

describe('/etc/resolv.conf', () => {
  it.each([
    ['', { nameservers: ['127.0.0.1'], search: [], ndots: 1, timeout_ms: 5_000, attempts: 2 }],
    [
      '# comment\nnameserver 10.96.0.10\nsearch a.example. b.example\noptions ndots:5 timeout:1 attempts:3 edns0',
      {
        nameservers: ['10.96.0.10'],
        search: ['a.example', 'b.example'],
        ndots: 5,
        timeout_ms: 1_000,
        attempts: 3,
      },
    ],
    [
      'nameserver 1.1.1.1\nnameserver 1.1.1.2\nnameserver 1.1.1.3\nnameserver 1.1.1.4\ndomain lab.example',
      { nameservers: ['1.1.1.1', '1.1.1.2', '1.1.1.3'], search: ['lab.example'] },
    ],
    ['options ndots:99 timeout:99 attempts:99', { ndots: 15, timeout_ms: 30_000, attempts: 5 }],
    ['options ndots timeout:0 attempts:x', { ndots: 0, timeout_ms: 1_000, attempts: 1 }],
  ])('%j', (text, expected) => {
    expect(parseResolvConf(text)).toMatchObject(expected);
  });
});

it('/etc/hosts gives every address of a name, in any case of letters', () => {
  const hosts = '127.0.0.1 localhost # comment\n::1\tlocalhost\n10.0.0.1 web Web.example\n';
  expect(hostsAddresses(hosts, 'LOCALHOST.')).toEqual(['127.0.0.1', '::1']);
  expect(hostsAddresses(hosts, 'web.EXAMPLE')).toEqual(['10.0.0.1']);
  expect(hostsAddresses(hosts, 'comment')).toEqual([]);
});
