import type { EndpointSlice } from '@podlab/api';
import { buildService } from '@podlab/testkit';
import fc from 'fast-check';
import { createHarness } from './test-support';
import { reverseName } from './wire/reverse-names';
import { formatRecordData } from './wire/message';

const ZONE = 'lab06.svc.cluster.local';

interface Place {
  readonly ready: boolean | undefined;
  readonly named: boolean;
  readonly slice: number;
}

const places = fc.array(
  fc.record({
    ready: fc.constantFrom(true, false, undefined),
    named: fc.boolean(),
    slice: fc.integer({ min: 0, max: 2 }),
  }),
  { maxLength: 12 },
);
const families = fc.constantFrom('IPv4', 'IPv6');
const ports = fc.uniqueArray(fc.constantFrom('http', 'https', 'metrics'), { minLength: 1 });

const addressAt = (family: string, index: number) =>
  family === 'IPv4' ? `10.244.0.${index + 1}` : `fd00:10:244::${(index + 1).toString(16)}`;

/** The endpoints of one headless Service, scattered over three slices. */
function slicesOf(family: string, names: readonly string[], all: readonly Place[]): EndpointSlice[] {
  return [0, 1, 2].map((number) => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `db-${number}`, namespace: 'lab06', labels: { 'kubernetes.io/service-name': 'db' } },
    addressType: family,
    ports: names.map((name, index) => ({ name, port: 8000 + index, protocol: 'TCP' })),
    endpoints: all.flatMap(({ ready, named, slice }, index) =>
      slice === number
        ? [
            {
              addresses: [addressAt(family, index)],
              ...(named && { hostname: `db-${index}` }),
              conditions: ready === undefined ? {} : { ready },
            },
          ]
        : [],
    ),
  }));
}

describe('for any headless Service', () => {
  it('A, SRV and PTR answers are its ready endpoints', () => {
    fc.assert(
      fc.property(families, ports, places, (family, names, all) => {
        const service = buildService(
          'lab06',
          'db',
          { app: 'db' },
          names.map((name, index) => ({ name, port: 8000 + index, protocol: 'TCP' })),
          { clusterIP: 'None', clusterIPs: ['None'] },
        );
        const { ask } = createHarness([service], slicesOf(family, names, all));
        const dataOf = (name: string, type: 'A' | 'AAAA' | 'SRV' | 'PTR') =>
          ask(name, type).answers.map(formatRecordData).sort();
        const ready = all.flatMap((place, index) => {
          const address = addressAt(family, index);
          const host = place.named ? `db-${index}` : address.replace(/[.:]/g, '-');
          return place.ready === false ? [] : [{ address, host, named: place.named }];
        });
        const type = family === 'IPv4' ? 'A' : 'AAAA';
        expect(dataOf(`db.${ZONE}`, type)).toEqual(ready.map(({ address }) => address).sort());
        expect(dataOf(`db.${ZONE}`, type === 'A' ? 'AAAA' : 'A')).toEqual([]);
        names.forEach((name, index) => {
          const weight = Math.max(1, Math.floor(100 / Math.max(1, ready.length)));
          const wanted = ready.map(({ host }) => `0 ${weight} ${8000 + index} ${host}.db.${ZONE}.`);
          expect(dataOf(`_${name}._tcp.db.${ZONE}`, 'SRV')).toEqual(wanted.sort());
        });
        all.forEach((_, index) => {
          const address = addressAt(family, index);
          const own = ready.find((place) => place.address === address && place.named);
          expect(dataOf(reverseName(address) as string, 'PTR')).toEqual(
            own ? [`${own.host}.db.${ZONE}.`] : [],
          );
        });
        for (const { host, address } of ready) expect(dataOf(`${host}.db.${ZONE}`, type)).toEqual([address]);
      }),
      { numRuns: 150 },
    );
  });
});
