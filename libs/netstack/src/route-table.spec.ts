import fc from 'fast-check';
import { formatAddress, parsePrefix, prefixContains } from './address';
import { renderRoutes } from './render-route';
import { RouteTable } from './route-table';
import type { Route } from './state';

describe('route table', () => {
  it('the longest prefix wins, and of equal ones the smallest metric', () => {
    const route = fc.record({
      address: fc.integer({ min: 0, max: 7 }).map((value) => formatAddress(value << 29)),
      length: fc.integer({ min: 0, max: 8 }),
      metric: fc.integer({ min: 0, max: 3 }),
    });
    const target = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    fc.assert(
      fc.property(fc.array(route, { maxLength: 20 }), target, (specs, destination) => {
        const routes: Route[] = specs.map(({ address, length, metric }) => ({
          destination: `${address}/${length}`,
          interface: 'eth0',
          metric,
        }));
        const found = new RouteTable(routes, new Map()).lookup(destination)?.route;
        const fitting = routes.filter((one) => prefixContains(parsePrefix(one.destination), destination));
        if (found === undefined) {
          expect(fitting).toEqual([]);
          return;
        }
        expect(fitting).toContain(found);
        const rank = (one: Route): number => parsePrefix(one.destination).length * 10 - (one.metric ?? 0);
        expect(rank(found)).toBe(Math.max(...fitting.map(rank)));
      }),
    );
  });

  it('prints as ip route does, the default first', () => {
    const text = renderRoutes(
      [
        {
          destination: '192.168.0.0/24',
          interface: 'eth0',
          source: '192.168.0.11',
          protocol: 'kernel',
          scope: 'link',
        },
        { destination: '10.244.2.0/24', via: '10.244.2.0', interface: 'flannel.1', onlink: true },
        { destination: '0.0.0.0/0', via: '192.168.0.1', interface: 'eth0', metric: 100 },
        { destination: '10.244.3.9/32', kind: 'blackhole' },
      ],
      'IPv4',
    );
    expect(text).toBe(
      [
        'default via 192.168.0.1 dev eth0 metric 100 ',
        '10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink ',
        'blackhole 10.244.3.9 ',
        '192.168.0.0/24 dev eth0 proto kernel scope link src 192.168.0.11 ',
        '',
      ].join('\n'),
    );
  });
});
