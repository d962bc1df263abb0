import type { Endpoint, EndpointSlice } from '@podlab/api';
import fc from 'fast-check';
import { endpointKey } from './desired-endpoints';
import { MAX_ENDPOINTS_PER_SLICE, planSlices } from './slice-plan';

const PORTS = [{ name: '', port: 80, protocol: 'TCP' }];

function endpoint(index: number, ready = true): Endpoint {
  return { addresses: [`10.244.${index >> 8}.${index & 255}`], conditions: { ready } };
}

function slice(name: string, endpoints: Endpoint[]): EndpointSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name },
    addressType: 'IPv4',
    endpoints,
    ports: PORTS,
  };
}

test('whatever was there, a plan gives exactly what is desired, within the limit, and repeats to nothing', () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 6 });
  fc.assert(
    fc.property(
      sizes,
      fc.array(fc.tuple(fc.integer({ min: 0, max: 700 }), fc.boolean()), { maxLength: 400 }),
      (have, want) => {
        let next = 0;
        const existing = have.map((size, index) =>
          slice(
            `s${index}`,
            Array.from({ length: size }, () => endpoint(next++)),
          ),
        );
        const endpoints = new Map(
          want.map(([index, ready]) => endpoint(index, ready)).map((each) => [endpointKey(each), each]),
        );
        const after = applied(existing, planSlices(existing, { ports: PORTS, endpoints }));
        const held = after.flatMap((each) => each.endpoints ?? []);
        expect(new Map(held.map((each) => [endpointKey(each), each]))).toEqual(endpoints);
        expect(held).toHaveLength(endpoints.size);
        for (const each of after) expect(each.endpoints?.length).toBeLessThanOrEqual(MAX_ENDPOINTS_PER_SLICE);
        expect(planSlices(after, { ports: PORTS, endpoints })).toEqual({
          create: [],
          update: [],
          remove: [],
        });
      },
    ),
  );
});

function applied(existing: EndpointSlice[], plan: ReturnType<typeof planSlices>): EndpointSlice[] {
  const updates = new Map(plan.update.map((each) => [each.slice, each.endpoints]));
  const kept = existing.filter((each) => !plan.remove.includes(each));
  const updated = kept.map((each) => ({ ...each, endpoints: updates.get(each) ?? each.endpoints }));
  return [...updated, ...plan.create.map(({ endpoints }, index) => slice(`new${index}`, endpoints))];
}
