import type { Request } from '@podlab/contracts';
import { sentTogether } from './history';

const request = (
  id: string,
  resourceVersion: string,
  disposition: Request['disposition'] = 'Delivered',
): Request =>
  ({ id, resourceVersion, disposition, from: { kind: 'External' }, to: 'http://web/' }) as Request;

it.each<[string, Request[], string[][]]>([
  ['nothing', [], []],
  ['two requests are two lines', [request('b', '2'), request('a', '1')], [['b'], ['a']]],
  [
    'the connections of one request are one line',
    [request('c', '2'), request('b', '1'), request('a', '1')],
    [['c'], ['b', 'a']],
  ],
  [
    'those that ended otherwise have a line of their own',
    [request('c', '1'), request('b', '1', 'TimedOut'), request('a', '1')],
    [['c', 'a'], ['b']],
  ],
])('%s', (_, requests, lines) => expect(sentTogether(requests).map(({ ids }) => ids)).toEqual(lines));
