import * as fastCheck from 'fast-check';
import { applyStrategicMergePatch } from './strategic-merge-patch';
import { createThreeWayMergePatch } from './three-way-merge-patch';

const container = (name: string, rest: object = {}) => ({ name, image: 'nginx:1.27', ...rest });
const pod = (...containers: object[]) => ({ kind: 'Pod', spec: { containers } });
const defaulted = { imagePullPolicy: 'IfNotPresent', terminationMessagePath: '/dev/termination-log' };

describe('what kubectl apply would send', () => {
  it.each<[string, string, object, object, object, object]>([
    ['nothing to do', 'ConfigMap', { a: 1 }, { a: 1 }, { a: 1, status: {} }, {}],
    ['a new field', 'ConfigMap', {}, { a: 1 }, {}, { a: 1 }],
    ['a field no longer applied', 'ConfigMap', { a: 1, b: 2 }, { a: 1 }, { a: 1, b: 2 }, { b: null }],
    ['a field that somebody else set stays', 'ConfigMap', {}, { a: 1 }, { a: 1, b: 2 }, {}],
    ['a removed field that is not there any more', 'ConfigMap', { b: 1 }, {}, {}, {}],
    [
      'inside of objects',
      'ConfigMap',
      { data: { x: 1, y: 1 } },
      { data: { x: 2 } },
      { data: { x: 1, y: 1, z: 1 } },
      { data: { x: 2, y: null } },
    ],
    ['a list without a key is one value', 'ConfigMap', { l: [1] }, { l: [1, 2] }, { l: [1] }, { l: [1, 2] }],
    ['an object where a text was', 'ConfigMap', { a: 'x' }, { a: { b: 1 } }, { a: 'x' }, { a: { b: 1 } }],
    [
      'defaults of the server in a list by key',
      'Pod',
      pod(container('web')),
      pod(container('web')),
      pod(container('web', defaulted)),
      {},
    ],
    [
      'one changed item',
      'Pod',
      pod(container('web'), container('log')),
      pod(container('web', { image: 'nginx:1.28' }), container('log')),
      pod(container('web', defaulted), container('log', defaulted)),
      {
        spec: {
          '$setElementOrder/containers': [{ name: 'web' }, { name: 'log' }],
          containers: [{ name: 'web', image: 'nginx:1.28' }],
        },
      },
    ],
    [
      'an item no longer applied, beside one that somebody else added',
      'Pod',
      pod(container('web'), container('log')),
      pod(container('web')),
      pod(container('web'), container('log'), container('proxy')),
      {
        spec: {
          '$setElementOrder/containers': [{ name: 'web' }],
          containers: [{ $patch: 'delete', name: 'log' }],
        },
      },
    ],
    [
      'finalizers are a set',
      'Pod',
      { metadata: { finalizers: ['a/b', 'c/d'] } },
      { metadata: { finalizers: ['c/d', 'e/f'] } },
      { metadata: { finalizers: ['a/b', 'c/d', 'x/y'] } },
      { metadata: { '$deleteFromPrimitiveList/finalizers': ['a/b'], finalizers: ['e/f'] } },
    ],
    [
      'a strategy keeps only the keys it names',
      'Deployment',
      {},
      { spec: { strategy: { type: 'Recreate' } } },
      { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } },
      { spec: { strategy: { type: 'Recreate', $retainKeys: ['type'] } } },
    ],
  ])('%s', (_, kind, original, modified, current, patch) => {
    expect(createThreeWayMergePatch(kind, { ...original }, { ...modified }, { ...current })).toEqual(patch);
  });
});

const names = fastCheck.uniqueArray(fastCheck.constantFrom('web', 'log', 'proxy', 'cache'));
const pods = names.chain((chosen) =>
  fastCheck
    .array(fastCheck.record({ image: fastCheck.constantFrom('a', 'b'), tty: fastCheck.boolean() }), {
      minLength: chosen.length,
      maxLength: chosen.length,
    })
    .map((rest) => pod(...chosen.map((name, index) => container(name, rest[index])))),
);

it('after the patch, what is applied is there as it was applied, and what was never applied stays', () => {
  fastCheck.assert(
    fastCheck.property(pods, pods, pods, (original, modified, current) => {
      const patch = createThreeWayMergePatch('Pod', original, modified, current);
      const result = applyStrategicMergePatch('Pod', current, patch) as ReturnType<typeof pod>;
      const named = (one: ReturnType<typeof pod>) => one.spec.containers as { name: string }[];
      const of = (one: ReturnType<typeof pod>) => named(one).map(({ name }) => name);
      expect(named(result)).toEqual(expect.arrayContaining(named(modified)));
      const others = of(current).filter(
        (name) => !of(modified).includes(name) && !of(original).includes(name),
      );
      expect(of(result).sort()).toEqual([...of(modified), ...others].sort());
    }),
  );
});
