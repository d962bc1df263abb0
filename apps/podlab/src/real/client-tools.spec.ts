import { curlCommand, seenByCurl } from './curl';
import { readNslookup, searched } from './name-lookup';

const result = (exit_code: number, stdout = '', stderr = '') => ({ exit_code, stdout, stderr });

describe('curl', () => {
  it('is told all that a request says', () => {
    const words = curlCommand('http://web/', {
      method: 'PUT',
      headers: { Host: 'a' },
      body: '@x',
      source_port: 70,
    });
    expect(words.slice(0, 13)).toEqual([
      'curl',
      '-v',
      '-s',
      '--max-time',
      '5',
      '-X',
      'PUT',
      '-H',
      'Host: a',
      '--data-raw',
      '@x',
      '--local-port',
      '70',
    ]);
    expect(words.at(-1)).toBe('http://web/');
  });

  it.each([
    [
      'answered',
      result(0, 'hello\n\npodlab-status:200'),
      { dispositions: ['Delivered'], status: 200, body: 'hello\n' },
    ],
    ['no HTTP', result(52, '\npodlab-status:000'), { dispositions: ['Delivered'], body: '' }],
    ['no such name', result(6), { dispositions: ['NameNotResolved'], body: '' }],
    [
      'a reset',
      result(7, '', '* connect to 10.0.0.1 port 80 failed: Connection refused'),
      { dispositions: ['Refused'], body: '' },
    ],
    ['an ICMP error', result(7, '', 'No route to host'), { dispositions: ['Refused', 'NoRoute'], body: '' }],
    [
      'silence',
      result(28, '', 'Connection timed out after 5001 milliseconds'),
      { dispositions: ['TimedOut'], body: '' },
    ],
    [
      'silent DNS',
      result(28, '', 'Resolving timed out after 5000 milliseconds'),
      { dispositions: ['NameNotResolved'], body: '' },
    ],
    ['cut off', result(56), { dispositions: ['Reset'], body: '' }],
    ['a bad option', result(2), undefined],
  ])('%s', (_, run, seen) => {
    expect(seenByCurl(run)).toEqual(seen);
  });
});

describe('names', () => {
  const CONF = 'nameserver 10.96.0.10\nsearch a.svc.cluster.local svc.cluster.local\noptions ndots:5\n';

  it.each([
    ['web', ['web.a.svc.cluster.local.', 'web.svc.cluster.local.', 'web.']],
    ['a.b.c.d.e.f', ['a.b.c.d.e.f.', 'a.b.c.d.e.f.a.svc.cluster.local.', 'a.b.c.d.e.f.svc.cluster.local.']],
    ['web.', ['web.']],
  ])('%s is searched', (name, asked) => {
    expect(searched(name, CONF)).toEqual(asked);
  });

  it.each([
    [
      'BusyBox',
      'Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\nName:\tweb.a.svc.cluster.local\nAddress: 10.96.4.2\n',
      '',
      'NOERROR',
      ['10.96.4.2'],
    ],
    [
      'BIND',
      'Server:\t\t10.96.0.10\nAddress:\t10.96.0.10#53\n\nName:\tweb\nAddress: 10.96.4.2\nName:\tweb\nAddress: 10.96.4.3\n',
      '',
      'NOERROR',
      ['10.96.4.2', '10.96.4.3'],
    ],
    [
      'no such name',
      "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\n** server can't find web.: NXDOMAIN\n\n",
      '',
      'NXDOMAIN',
      [],
    ],
    [
      'no such record',
      "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10#53\n\n*** Can't find web: No answer\n",
      '',
      'NODATA',
      [],
    ],
    ['silence', ';; connection timed out; no servers could be reached\n\n', '', 'TIMEOUT', []],
  ])('%s', (_, stdout, stderr, rcode, answers) => {
    expect(readNslookup(result(0, stdout, stderr))).toEqual({ rcode, answers });
  });
});
