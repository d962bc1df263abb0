import type { Hop, Request } from '@podlab/contracts';
import { failuresIn, isSuccess } from './failures';

const addresses = { source: '10.244.1.2', destination: '10.96.0.9', protocol: 'TCP' as const, ttl: 64 };

/** `request Node/node-a Routing Forwarded` */
function hop(line: string): Hop {
  const [direction, place, type, action] = line.split(' ');
  const [kind, name] = place.split('/');
  const message = { code: 'x', params: {}, text: '' };
  return {
    where: { kind, name } as Hop['where'],
    direction: direction as Hop['direction'],
    steps: [
      {
        type,
        action,
        before: addresses,
        after: null,
        detail: {},
        objects: [],
        message,
      } as Hop['steps'][number],
    ],
  };
}

interface Told {
  disposition?: Request['disposition'];
  status?: number;
  code?: string;
  hops?: string[];
}

const request = ({ disposition = 'Delivered', status, code, hops }: Told, index = 0): Request =>
  ({
    id: `r${index}`,
    resourceVersion: '1',
    at: '2026-01-01T00:00:00.000000Z',
    from: { kind: 'External' },
    to: 'http://a/',
    disposition,
    elapsed_ms: 1,
    ...(status !== undefined && { response: { status, body: '' } }),
    ...(code !== undefined && { diagnosis: { code } }),
    ...(hops && { trace: { disposition, hops: hops.map(hop) } }),
  }) as unknown as Request;

it.each<[string, Told, boolean]>([
  ['an answer', { status: 200 }, true],
  ['a redirect', { status: 302 }, true],
  ['an answer that is no HTTP', {}, true],
  ['a page that is not there', { status: 404 }, false],
  ['a server’s error', { status: 503 }, false],
  ['a refusal', { disposition: 'Refused' }, false],
  ['silence', { disposition: 'TimedOut' }, false],
])('%s: success is %#', (_, told, isGood) => {
  expect(isSuccess(request(told))).toBe(isGood);
  expect(failuresIn([request(told)])).toHaveLength(isGood ? 0 : 1);
});

const CLIENT = 'request Pod/client Socket Forwarded';
it.each<[string, Told, string]>([
  [
    'at the rule that refused it',
    {
      disposition: 'Refused',
      hops: [CLIENT, 'request Node/node-a Iptables Rejected', 'reply Pod/client Socket Delivered'],
    },
    'Node/node-a Iptables',
  ],
  [
    'where it was dropped on the way',
    { disposition: 'TimedOut', hops: [CLIENT, 'request Node/node-b NetworkPolicy Dropped'] },
    'Node/node-b NetworkPolicy',
  ],
  [
    'where the reply was dropped',
    {
      disposition: 'TimedOut',
      hops: [CLIENT, 'request Pod/web Application Answered', 'reply Node/node-b Link Dropped'],
    },
    'Node/node-b Link',
  ],
  [
    'at the name server that knows no such name',
    { disposition: 'NameNotResolved', hops: ['request Pod/client DnsQuery Answered'] },
    'Pod/client DnsQuery',
  ],
  [
    'at the server that answers with an error',
    {
      status: 500,
      hops: [CLIENT, 'request Pod/web Application Answered', 'reply Node/node-a Routing Forwarded'],
    },
    'Pod/web Application',
  ],
  ['nowhere, when nobody knows the way', { disposition: 'TimedOut' }, 'nowhere'],
  ['nowhere, when there was no way', { disposition: 'NoRoute', hops: [] }, 'nowhere'],
])('it failed %s', (_, told, place) => {
  const [{ where, step }] = failuresIn([request(told)]);
  expect(where ? `${where.kind}/${where.name} ${step}` : 'nowhere').toBe(place);
});

it('those that fail alike are one, with the first way that is known', () => {
  const refused = { disposition: 'Refused', code: 'A' } as const;
  const sent: Told[] = [
    refused,
    { ...refused, hops: [CLIENT] },
    { ...refused, hops: ['request Node/node-a Iptables Rejected'] },
    { disposition: 'Refused', code: 'B' },
    { status: 200 },
  ];
  const failures = failuresIn(sent.map(request));
  expect(failures.map(({ request: id, code, step }) => [id, code, step])).toEqual([
    ['r1', 'A', 'Socket'],
    ['r3', 'B', null],
  ]);
});
