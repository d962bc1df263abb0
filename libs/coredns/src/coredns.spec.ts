import type { ConfigMap } from '@podlab/api';
import { DEFAULT_COREFILE } from './corefile/corefile';
import { COREDNS_HANDLER, withLength } from './socket-handler';
import { createHarness } from './test-support';
import { decodeMessage } from './wire/decode';
import { encodeMessage } from './wire/encode';
import { createQuery, formatRecordData } from './wire/message';
import type { DnsMessage, Question } from './wire/message';

const answersOf = (message: DnsMessage) =>
  [
    message.rcode,
    ...message.answers.map((record) => `${record.type} ${formatRecordData(record)}`).sort(),
  ].join(' | ');

describe('CoreDNS answers', () => {
  const { ask } = createHarness();

  it.each<[sentence: string, name: string, type: Question['type'], answer: string]>([
    ['a Service has its cluster IP', 'web.lab06.svc.cluster.local', 'A', 'NOERROR | A 10.96.0.20'],
    ['in any case of letters', 'WEB.Lab06.svc.cluster.local', 'A', 'NOERROR | A 10.96.0.20'],
    ['a Service without IPv6 has no AAAA: no data', 'web.lab06.svc.cluster.local', 'AAAA', 'NOERROR'],
    ['a Service that is not there', 'wed.lab06.svc.cluster.local', 'A', 'NXDOMAIN'],
    ['a namespace that is not there', 'web.lab07.svc.cluster.local', 'A', 'NXDOMAIN'],
    ['a namespace alone has no data', 'lab06.svc.cluster.local', 'A', 'NOERROR'],
    ['the svc branch alone has no data', 'svc.cluster.local', 'A', 'NOERROR'],
    ['another branch is no name', 'web.lab06.cluster.local', 'A', 'NXDOMAIN'],
    [
      'a named port',
      '_http._tcp.web.lab06.svc.cluster.local',
      'SRV',
      'NOERROR | SRV 0 100 80 web.lab06.svc.cluster.local.',
    ],
    ['a named port with the wrong protocol', '_http._udp.web.lab06.svc.cluster.local', 'SRV', 'NXDOMAIN'],
    [
      'all ports of a Service',
      'web.lab06.svc.cluster.local',
      'SRV',
      'NOERROR | SRV 0 50 53 web.lab06.svc.cluster.local. | SRV 0 50 80 web.lab06.svc.cluster.local.',
    ],
    [
      'an endpoint of a Service with cluster IP',
      '10-244-1-5.web.lab06.svc.cluster.local',
      'A',
      'NOERROR | A 10.244.1.5',
    ],
    [
      'a headless Service has its ready endpoints',
      'db.lab06.svc.cluster.local',
      'A',
      'NOERROR | A 10.244.1.7 | A 10.244.2.8',
    ],
    ['an endpoint by its hostname', 'db-0.db.lab06.svc.cluster.local', 'A', 'NOERROR | A 10.244.1.7'],
    [
      'an endpoint without hostname by its address',
      '10-244-2-8.db.lab06.svc.cluster.local',
      'A',
      'NOERROR | A 10.244.2.8',
    ],
    ['an endpoint that is not ready', 'db-2.db.lab06.svc.cluster.local', 'A', 'NXDOMAIN'],
    [
      'ports of a headless Service, an endpoint each',
      '_http._tcp.db.lab06.svc.cluster.local',
      'SRV',
      'NOERROR | SRV 0 50 8080 10-244-2-8.db.lab06.svc.cluster.local. | SRV 0 50 8080 db-0.db.lab06.svc.cluster.local.',
    ],
    ['a headless Service without endpoints', 'empty.lab06.svc.cluster.local', 'A', 'NXDOMAIN'],
    ['a headless Service without ports', 'portless.lab06.svc.cluster.local', 'A', 'NOERROR | A 10.244.3.3'],
    [
      'an ExternalName is an alias, followed outside',
      'outside.lab06.svc.cluster.local',
      'A',
      'NOERROR | A 203.0.113.80 | CNAME example.com.',
    ],
    [
      'an ExternalName is an alias, followed inside',
      'inside.lab06.svc.cluster.local',
      'A',
      'NOERROR | A 10.96.0.20 | CNAME web.lab06.svc.cluster.local.',
    ],
    ['a pod by its address', '10-244-1-9.lab06.pod.cluster.local', 'A', 'NOERROR | A 10.244.1.9'],
    ['any address, since pods are insecure', '1-2-3-4.lab06.pod.cluster.local', 'A', 'NOERROR | A 1.2.3.4'],
    ['no address', 'client.lab06.pod.cluster.local', 'A', 'NXDOMAIN'],
    [
      'a cluster IP has a name',
      '20.0.96.10.in-addr.arpa',
      'PTR',
      'NOERROR | PTR web.lab06.svc.cluster.local.',
    ],
    [
      'an endpoint has a name',
      '7.1.244.10.in-addr.arpa',
      'PTR',
      'NOERROR | PTR db-0.db.lab06.svc.cluster.local.',
    ],
    ['an address of nobody falls through', '4.4.8.8.in-addr.arpa', 'PTR', 'NXDOMAIN'],
    ['a host outside', 'example.com', 'A', 'NOERROR | A 203.0.113.80'],
    ['no host outside', 'example.org', 'A', 'NXDOMAIN'],
    ['the version of the schema', 'dns-version.cluster.local', 'TXT', 'NOERROR | TXT "1.1.0"'],
  ])('%s: %s %s', (_, name, type, answer) => {
    expect(answersOf(ask(name, type))).toBe(answer);
  });

  it('with a time to live of 30 s, and the SOA where there is no data', () => {
    expect(ask('web.lab06.svc.cluster.local').answers[0].ttl).toBe(30);
    expect(ask('web.lab06.svc.cluster.local', 'AAAA').authorities).toMatchObject([
      { type: 'SOA', name: 'cluster.local' },
    ]);
  });

  it('with the addresses of an SRV record beside it', () => {
    const { additionals } = ask('_http._tcp.db.lab06.svc.cluster.local', 'SRV');
    expect(additionals.map((record) => `${record.name} ${formatRecordData(record)}`)).toEqual([
      'db-0.db.lab06.svc.cluster.local 10.244.1.7',
      '10-244-2-8.db.lab06.svc.cluster.local 10.244.2.8',
    ]);
  });

  it('nothing to bytes that are no query', () => {
    const { exchange } = createHarness();
    expect(exchange(Uint8Array.from([1, 2, 3]))).toBeUndefined();
  });

  it('over a stream whose chunks cut the message anywhere', () => {
    const { network } = createHarness();
    const query = withLength(
      encodeMessage(createQuery(9, { name: 'web.lab06.svc.cluster.local', type: 'A' })),
    );
    const sent: Uint8Array[] = [];
    const end = { address: '10.244.0.2', port: 53 };
    const connection = {
      id: 1,
      listener: {
        id: 1,
        namespace: '',
        protocol: 'TCP' as const,
        address: '',
        port: 53,
        handler: '',
        data: {},
      },
      local: end,
      remote: end,
      state: undefined,
      asides: undefined,
      onward: undefined,
      send: (bytes: Uint8Array) => sent.push(bytes) > 0,
      close: () => undefined,
      reset: () => undefined,
    };
    const handler = network.handlers.get(COREDNS_HANDLER);
    for (const cut of [query.subarray(0, 1), query.subarray(1, 20), query.subarray(20)])
      handler?.onData?.(connection, cut);
    expect(sent.map((bytes) => decodeMessage(bytes.subarray(2)).answers[0])).toMatchObject([
      { address: '10.96.0.20' },
    ]);
  });
});

describe('a changed Corefile', () => {
  const corefile = (Corefile: string): ConfigMap => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'coredns', namespace: 'kube-system' },
    data: { Corefile },
  });

  it('is in use 30 s later', () => {
    const { harness, ask } = createHarness();
    harness.client.create('configmaps', corefile(DEFAULT_COREFILE.replace('ttl 30', 'ttl 7')));
    harness.advance(29_000);
    expect(ask('web.lab06.svc.cluster.local').answers[0].ttl).toBe(30);
    harness.advance(2_000);
    expect(ask('web.lab06.svc.cluster.local').answers[0].ttl).toBe(7);
  });

  it.each([
    ['namespaces default', 'web.lab06.svc.cluster.local', 'NXDOMAIN'],
    ['namespaces lab06', 'web.lab06.svc.cluster.local', 'NOERROR'],
    ['noendpoints', 'db.lab06.svc.cluster.local', 'NXDOMAIN'],
    ['ignore empty_service', 'dual.lab06.svc.cluster.local', 'NXDOMAIN'],
    ['ignore empty_service', 'web.lab06.svc.cluster.local', 'NOERROR'],
    ['pods disabled', '10-244-1-9.lab06.pod.cluster.local', 'NXDOMAIN'],
    ['pods verified', '10-244-1-9.lab06.pod.cluster.local', 'NOERROR'],
    ['pods verified', '10-244-9-9.lab06.pod.cluster.local', 'NXDOMAIN'],
  ])('with %s: %s is %s', (option, name, rcode) => {
    const { harness, ask } = createHarness();
    harness.client.create('configmaps', corefile(`.:53 {\n kubernetes cluster.local {\n  ${option}\n }\n}`));
    harness.advance(31_000);
    expect(ask(name).rcode).toBe(rcode);
  });

  it('that no plugin answers by refuses', () => {
    const { harness, ask } = createHarness();
    harness.client.create('configmaps', corefile('.:53 {\n errors\n}'));
    harness.advance(31_000);
    expect(ask('web.lab06.svc.cluster.local').rcode).toBe('REFUSED');
  });

  it('that is broken is never in use', () => {
    const { harness, ask } = createHarness();
    harness.client.create('configmaps', corefile('.:53 { kubernets cluster.local }'));
    harness.advance(60_000);
    expect(ask('web.lab06.svc.cluster.local').answers[0].ttl).toBe(30);
  });
});
