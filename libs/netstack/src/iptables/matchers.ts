import type { Address } from '../address';
import { parsePrefix, prefixContains } from '../address';
import { isDestinationTranslated, isSourceTranslated } from '../conntrack-types';
import type { RuleContext, Test } from './compile';
import type { AddressType, Match } from './types';

/** The test that one match stands for. A port match holds only for packets of protocols that have ports. */
export function compileMatch(match: Match): Test {
  switch (match.kind) {
    case 'in-interface':
      return interfaceTest((context) => context.in_interface, match.name, match.invert);
    case 'out-interface':
      return interfaceTest((context) => context.out_interface, match.name, match.invert);
    case 'source-port':
      return portTest((context) => context.packet.source_port, match);
    case 'destination-port':
      return portTest((context) => context.packet.destination_port, match);
    case 'destination-ports':
      return inverted((context) => match.ports.includes(context.packet.destination_port), match.invert);
    case 'address-type':
      return addressTypeTest(match);
    case 'mark':
      return markTest(match.value, match.mask ?? 0xffffffff, match.invert);
    case 'statistic':
      return inverted((context) => context.random() < match.probability, match.invert);
    case 'recent':
      return inverted((context) => recentTest(context, match), match.invert);
    case 'comment':
    case 'protocol-module':
    case 'source':
    case 'destination':
    case 'protocol':
      return () => true;
    default:
      return conntrackTest(match);
  }
}

function inverted(test: Test, invert: boolean | undefined): Test {
  return invert === true ? (context) => !test(context) : test;
}

function interfaceTest(
  read: (context: RuleContext) => string | undefined,
  name: string,
  invert: boolean | undefined,
): Test {
  if (!name.endsWith('+')) return inverted((context) => read(context) === name, invert);
  const start = name.slice(0, -1);
  return inverted((context) => read(context)?.startsWith(start) === true, invert);
}

function portTest(
  read: (context: RuleContext) => number,
  match: { readonly port: number; readonly last_port?: number; readonly invert?: boolean },
): Test {
  const { port, last_port: last = port } = match;
  return inverted((context) => {
    const actual = read(context);
    return actual >= port && actual <= last;
  }, match.invert);
}

function addressTypeTest(match: Extract<Match, { kind: 'address-type' }>): Test {
  const { source_type: source, destination_type: destination } = match;
  const invertSource = match.invert_source === true;
  const invertDestination = match.invert_destination === true;
  return (context) =>
    (source === undefined || hasType(context, context.packet.source, source) !== invertSource) &&
    (destination === undefined ||
      hasType(context, context.packet.destination, destination) !== invertDestination);
}

function hasType(context: RuleContext, address: Address, type: AddressType): boolean {
  if (type === 'LOCAL') return context.isLocal(address);
  if (type === 'BROADCAST') return context.isBroadcast(address);
  return !context.isLocal(address) && !context.isBroadcast(address);
}

function markTest(value: number, mask: number, invert: boolean | undefined): Test {
  return inverted((context) => (context.packet.mark & mask) >>> 0 === value >>> 0, invert);
}

/** Addresses that one list remembers (xt_recent's ip_list_tot); the one longest unseen makes room. */
const RECENT_LIMIT = 100;

/** Models linux net/netfilter/xt_recent.c: a list of source addresses with the time each was last seen. */
function recentTest(context: RuleContext, match: Extract<Match, { kind: 'recent' }>): boolean {
  const list = context.recentList(match.name);
  const { source } = context.packet;
  if (match.operation === 'set') {
    list.delete(source);
    if (list.size >= RECENT_LIMIT) list.delete(list.keys().next().value as Address);
    list.set(source, context.now());
    return true;
  }
  const oldest = match.seconds === undefined ? -Infinity : context.now() - match.seconds * 1000;
  const seen = list.get(source);
  if (match.reap === true) for (const [address, at] of list) if (at < oldest) list.delete(address);
  if (seen === undefined || seen < oldest) return false;
  if (match.operation === 'remove') list.delete(source);
  if (match.operation === 'update') list.set(source, context.now());
  return true;
}

function conntrackTest(
  match: Extract<
    Match,
    {
      kind:
        | 'conntrack-state'
        | 'conntrack-original-source'
        | 'conntrack-original-destination'
        | 'conntrack-original-destination-port';
    }
  >,
): Test {
  switch (match.kind) {
    case 'conntrack-state':
      return stateTest(match);
    case 'conntrack-original-source': {
      const prefix = parsePrefix(match.address);
      return tracked((context) => prefixContains(prefix, context.source), match.invert);
    }
    case 'conntrack-original-destination': {
      const prefix = parsePrefix(match.address);
      return tracked((context) => prefixContains(prefix, context.destination), match.invert);
    }
    case 'conntrack-original-destination-port':
      return tracked((context) => context.destination_port === match.port, match.invert);
  }
}

/** The states that conntrack itself gives are compared at once; those of translation are worked out. */
function stateTest(match: Extract<Match, { kind: 'conntrack-state' }>): Test {
  const { states, invert } = match;
  const [first, second] = states;
  const invertIt = invert === true;
  const plain = states.every((state) => PLAIN_STATES.has(state));
  if (plain && states.length <= 2) {
    return ({ conntrack_state: actual }) =>
      (actual !== undefined && (actual === first || actual === second)) !== invertIt;
  }
  return inverted((context) => states.some((state) => hasState(context, state)), invert);
}

const PLAIN_STATES: ReadonlySet<string> = new Set(['INVALID', 'NEW', 'RELATED', 'ESTABLISHED']);

/** A test on the tuple as the sender wrote it; false for packets that are not tracked. */
function tracked(
  test: (original: {
    readonly source: Address;
    readonly destination: Address;
    readonly destination_port: number;
  }) => boolean,
  invert: boolean | undefined,
): Test {
  return (context) => {
    const original = context.conntrack_entry?.original;
    return original !== undefined && test(original) !== (invert === true);
  };
}

function hasState(
  context: RuleContext,
  state: Extract<Match, { kind: 'conntrack-state' }>['states'][number],
): boolean {
  const entry = context.conntrack_entry;
  switch (state) {
    case 'UNTRACKED':
      return context.conntrack_state === undefined;
    case 'SNAT':
      return entry !== undefined && isSourceTranslated(entry);
    case 'DNAT':
      return entry !== undefined && isDestinationTranslated(entry);
    default:
      return context.conntrack_state === state;
  }
}
