import fc from 'fast-check';
import type { Packet } from '../packet';
import type { TableState } from './types';
import { CompiledRule } from './compile';
import type { CompiledChain, RuleContext } from './compile';
import { Evaluator } from './evaluate';
import { Iptables } from './iptables';
import type { Match, Rule, TableName, Target } from './types';

const accept: Rule = { matches: [], target: { kind: 'ACCEPT' } };
const jump = (chain: string): Rule => ({ matches: [], target: { kind: 'JUMP', chain } });

function fresh(): { tables: Map<TableName, TableState>; iptables: Iptables } {
  const tables = new Map<TableName, TableState>();
  return { tables, iptables: new Iptables('IPv4', tables, () => undefined) };
}

describe('iptables-restore', () => {
  it('replaces the chains it names and leaves the others', () => {
    const { iptables } = fresh();
    iptables.restore('filter', { A: [accept], B: [accept], FORWARD: [jump('A')] });
    iptables.restore('filter', { B: [] });
    expect(iptables.render('filter')).toBe(
      [
        '*filter',
        ':INPUT ACCEPT [0:0]',
        ':FORWARD ACCEPT [0:0]',
        ':OUTPUT ACCEPT [0:0]',
        ':A - [0:0]',
        ':B - [0:0]',
        '-A FORWARD -j A',
        '-A A -j ACCEPT',
        'COMMIT',
        '',
      ].join('\n'),
    );
  });

  it('with flush nothing of before stays', () => {
    const { iptables } = fresh();
    iptables.restore('nat', { OLD: [accept] });
    iptables.restore('nat', { NEW: [] }, { flush: true });
    expect(iptables.chains('nat')).toEqual(['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING', 'NEW']);
  });

  it.each([
    ['a jump to nowhere', { A: [jump('B')] }, {}, "Chain 'B' does not exist"],
    ['a loop', { A: [jump('B')], B: [jump('A')] }, {}, 'Too many levels of symbolic links'],
    ['a loop over a chain that is there', { KEPT: [jump('USER')] }, {}, 'Too many levels of symbolic links'],
    ['the removal of a chain in use', {}, { remove: ['KEPT'] }, "Chain 'KEPT' does not exist"],
    ['the removal of a built-in chain', {}, { remove: ['FORWARD'] }, "Chain 'FORWARD' is built in"],
  ])('%s is refused and changes nothing', (_, chains, options, message) => {
    const { iptables } = fresh();
    iptables.restore('filter', { KEPT: [], USER: [jump('KEPT')] });
    const before = iptables.render();
    expect(() => iptables.restore('filter', chains, options)).toThrow(message);
    expect(iptables.render()).toBe(before);
  });

  it('a rule is ensured once, at the end asked for, and can be taken out', () => {
    const { iptables } = fresh();
    const drop: Rule = { matches: [], target: { kind: 'DROP' } };
    iptables.ensureRule('filter', 'FORWARD', accept, 'append');
    iptables.ensureRule('filter', 'FORWARD', drop, 'prepend');
    iptables.ensureRule('filter', 'FORWARD', accept, 'prepend');
    expect(iptables.rules('filter', 'FORWARD')).toEqual([drop, accept]);
    expect(iptables.removeRule('filter', 'FORWARD', drop)).toBe(true);
    expect(iptables.removeRule('filter', 'FORWARD', drop)).toBe(false);
    expect(iptables.rules('filter', 'FORWARD')).toEqual([accept]);
  });

  it('a chain written anew is the one that packets meet, also where it was met before', () => {
    const { iptables } = fresh();
    iptables.restore('filter', { A: [accept], FORWARD: [jump('A')] });
    const context = contextOf({ destination: 1, destination_port: 1 });
    const verdict = (): string =>
      new Evaluator().run(iptables.at('FORWARD').filter as CompiledChain, context, undefined);
    expect(verdict()).toBe('ACCEPT');
    iptables.restore('filter', { A: [{ matches: [], target: { kind: 'DROP' } }] });
    expect(verdict()).toBe('DROP');
    iptables.restore('filter', { A: [] });
    expect(verdict()).toBe('CONTINUE');
    iptables.setPolicy('filter', 'FORWARD', 'DROP');
    expect(verdict()).toBe('DROP');
  });
});

function contextOf(packet: Partial<Packet>): RuleContext {
  return {
    packet: {
      protocol: 'TCP',
      source: 0,
      source_port: 1,
      destination: 0,
      destination_port: 1,
      ttl: 64,
      mark: 0,
      kind: 'syn',
      error: undefined,
      inner: undefined,
      ...packet,
    },
    in_interface: 'eth0',
    out_interface: undefined,
    conntrack_state: 'NEW',
    conntrack_entry: undefined,
    isLocal: () => false,
    isBroadcast: () => false,
    recentList: () => new Map(),
    now: () => 0,
    random: () => 0.5,
  };
}

/** The chain walked rule by rule, as the words of the manual say. */
function linear(rules: readonly Rule[], context: RuleContext): [string, number] {
  for (let position = 0; position < rules.length; position++) {
    const { target } = rules[position];
    const compiled = new CompiledRule(rules[position], 'IPv4', () => undefined as unknown as CompiledChain);
    if (!compiled.matches(context)) continue;
    if (target.kind === 'MARK')
      context.packet.mark = ((context.packet.mark & ~target.mask) ^ target.value) >>> 0;
    else if (target.kind === 'RETURN') break;
    else return [target.kind, position];
  }
  return ['CONTINUE', -1];
}

describe('the dispatch index', () => {
  const address = fc.integer({ min: 0, max: 5 }).map((last) => `10.0.0.${last}`);
  const match: fc.Arbitrary<Match> = fc.oneof(
    fc.record({ kind: fc.constant('destination' as const), address, invert: fc.boolean() }),
    fc.record({ kind: fc.constant('destination' as const), address: address.map((text) => `${text}/30`) }),
    fc.record({ kind: fc.constant('destination-port' as const), port: fc.integer({ min: 1, max: 4 }) }),
    fc.record({
      kind: fc.constant('destination-port' as const),
      port: fc.integer({ min: 1, max: 2 }),
      last_port: fc.integer({ min: 2, max: 4 }),
      invert: fc.boolean(),
    }),
    fc.record({ kind: fc.constant('mark' as const), value: fc.integer({ min: 0, max: 3 }) }),
  );
  const target: fc.Arbitrary<Target> = fc.constantFrom<Target>(
    { kind: 'ACCEPT' },
    { kind: 'DROP' },
    { kind: 'RETURN' },
    { kind: 'MARK', value: 1, mask: 1 },
    { kind: 'MARK', value: 2, mask: 3 },
  );
  const rule: fc.Arbitrary<Rule> = fc.record({ matches: fc.array(match, { maxLength: 3 }), target });

  it('gives the verdict, the rule and the mark that a walk over every rule gives', () => {
    const rules = fc.array(rule, { minLength: 8, maxLength: 40 });
    const last = fc.integer({ min: 0, max: 6 });
    fc.assert(
      fc.property(rules, last, fc.integer({ min: 0, max: 5 }), (chain, host, port) => {
        const { iptables } = fresh();
        iptables.restore('filter', { FORWARD: chain });
        const packet = { destination: (10 << 24) | host, destination_port: port };
        const expected = contextOf(packet);
        const actual = contextOf(packet);
        const compiled = iptables.at('FORWARD').filter as CompiledChain;
        expect(compiled.index).toBeDefined();
        const evaluator = new Evaluator();
        const verdict = evaluator.run(compiled, actual, undefined);
        expect([verdict, evaluator.position]).toEqual(linear(chain, expected));
        expect(actual.packet.mark).toBe(expected.packet.mark);
      }),
    );
  });
});
