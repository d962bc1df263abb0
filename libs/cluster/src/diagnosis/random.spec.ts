import * as fc from 'fast-check';
import type { Cluster } from '../cluster';
import { settle } from '../test-support';
import { badAsks, goodAsks } from './asks';
import { follow } from './check';
import type { Story } from './check';
import { MISTAKES } from './mistakes';
import type { Mistake } from './mistakes';
import { makeWorld, WORLDS } from './world';

const ROUNDS = Number(process.env['PODLAB_TEST_ROUNDS'] ?? 1);
/** Of each world; a run is a cluster with one or two mistakes and some requests. */
const RUNS = { numRuns: 20 * ROUNDS };
/** A mistake may take a few fixes: those of a policy one for the name and one for the packet. */
const FIXES_EACH = 3;
jest.setTimeout(120_000 * ROUNDS);

/** Whoever keeps an address that is gone, and asks for a port that nothing has any more, meant nobody can say what. */
const MAY_LACK_FIX: ReadonlySet<string> = new Set(['StaleLoadBalancerIP']);

/** Throws where a request ended neither answered nor, after a mistake that only its author can mend, explained. */
function judge(mistakes: readonly Mistake[], ask: string, { end, diagnoses }: Story): void {
  const forgiven = mistakes.some(({ fixable }) => !fixable) || MAY_LACK_FIX.has(diagnoses.at(-1)?.code ?? '');
  if (end === 'Delivered' || (end === 'NoFix' && forgiven)) return;
  throw new Error(`${end}: ${told(mistakes, ask, diagnoses)}`);
}

const mistake = fc.constantFrom(...MISTAKES);
const index = fc.nat();

function spoil(cluster: Cluster, mistakes: readonly Mistake[]): Cluster {
  const spoilt = cluster.fork();
  for (const { make } of mistakes) {
    make(spoilt);
    settle(spoilt);
  }
  return spoilt;
}

/** In words, for the message of a test that fails. */
const told = (mistakes: readonly Mistake[], ask: string, diagnoses: readonly { code: string }[]) =>
  `${mistakes.map(({ name }) => name).join(' and ')}; asked for ${ask}: ${diagnoses.map(({ code }) => code).join(', ')}`;

describe.each(Object.keys(WORLDS))('in a world of %s', (name) => {
  const world = makeWorld(name);
  const good = goodAsks(world);
  const bad = badAsks(world);

  test.each(good.map((ask) => [ask.name, ask] as const))(
    '%s is answered while nothing is wrong',
    (_, ask) => {
      expect(follow(world.cluster.fork(), ask.body, 0).end).toBe('Delivered');
    },
  );

  test.each(bad.map((ask) => [ask.name, ask] as const))('%s is explained', (_, { body }) => {
    const { end, diagnoses } = follow(world.cluster.fork(), body, 2 * FIXES_EACH);
    expect([end, ...diagnoses.map(({ code }) => code)]).not.toContain('Again');
    expect(end).not.toBe('TooMany');
  });

  test('whatever is wrong, each failure is explained, and a fix that was made is not proposed again', () => {
    fc.assert(
      fc.property(mistake, index, index, (one, first, second) => {
        const spoilt = spoil(world.cluster, [one]);
        for (const ask of [good[first % good.length], good[second % good.length]]) {
          judge([one], ask.name, follow(spoilt.fork(), ask.body, FIXES_EACH));
        }
      }),
      RUNS,
    );
  });

  test('two mistakes are explained one after the other', () => {
    fc.assert(
      fc.property(mistake, mistake, index, (one, two, first) => {
        fc.pre(one.name !== two.name);
        let spoilt: Cluster;
        try {
          spoilt = spoil(world.cluster, [one, two]);
        } catch {
          // The second has nothing to spoil any more, such as a Service that the first deleted.
          return fc.pre(false);
        }
        const ask = good[first % good.length];
        judge([one, two], ask.name, follow(spoilt, ask.body, 2 * FIXES_EACH));
      }),
      RUNS,
    );
  });
});
