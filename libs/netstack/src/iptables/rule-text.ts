import { formatAddress, formatEndpoint, formatPrefix, parseAddress, parsePrefix } from '../address';
import type { AddressFamily } from '../address';
import { PORT_UNREACHABLE } from '../packet';
import type { ConntrackMatchState, Match, Rule, Target } from './types';

const CONNTRACK_STATE_ORDER: readonly ConntrackMatchState[] = [
  'INVALID',
  'NEW',
  'RELATED',
  'ESTABLISHED',
  'UNTRACKED',
  'SNAT',
  'DNAT',
];
const ALL_ONES = 0xffffffff;
const PROBABILITY_UNIT = 0x80000000;
const HOST_MASKS = { IPv4: '255.255.255.255', IPv6: 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff' } as const;

/** The rule after `-A CHAIN`, normalised as iptables-save writes it: header fields first, then matches in order. */
export function ruleText(rule: Rule, family: AddressFamily = 'IPv4'): string {
  const parts: string[] = [];
  for (const kind of ['source', 'destination', 'in-interface', 'out-interface', 'protocol'] as const) {
    for (const match of rule.matches) if (match.kind === kind) parts.push(headerText(match));
  }
  const protocol = rule.matches.find((match) => match.kind === 'protocol');
  let module = '';
  for (const match of rule.matches) {
    const name = moduleOf(match, protocol?.protocol);
    if (name === undefined) continue;
    // A source and a destination port are options of one module; every other match loads its own.
    if (name !== module || !isPort(match)) parts.push(`-m ${name}`);
    module = name;
    const text = moduleText(match, family);
    if (text !== '') parts.push(text);
  }
  const target = targetText(rule.target, family);
  if (target !== '') parts.push(target);
  return parts.join(' ');
}

function isPort(match: Match): boolean {
  return match.kind === 'source-port' || match.kind === 'destination-port';
}

function headerText(match: Match): string {
  switch (match.kind) {
    case 'source':
      return `${bang(match.invert)}-s ${formatPrefix(parsePrefix(match.address))}`;
    case 'destination':
      return `${bang(match.invert)}-d ${formatPrefix(parsePrefix(match.address))}`;
    case 'in-interface':
      return `${bang(match.invert)}-i ${match.name}`;
    case 'out-interface':
      return `${bang(match.invert)}-o ${match.name}`;
    case 'protocol':
      return `${bang(match.invert)}-p ${match.protocol}`;
    default:
      return '';
  }
}

function bang(invert: boolean | undefined): string {
  return invert === true ? '! ' : '';
}

function moduleOf(match: Match, protocol: string | undefined): string | undefined {
  switch (match.kind) {
    case 'source':
    case 'destination':
    case 'in-interface':
    case 'out-interface':
    case 'protocol':
      return undefined;
    case 'source-port':
    case 'destination-port':
    case 'protocol-module':
      return protocol ?? 'tcp';
    case 'destination-ports':
      return 'multiport';
    case 'address-type':
      return 'addrtype';
    case 'conntrack-state':
    case 'conntrack-original-source':
    case 'conntrack-original-destination':
    case 'conntrack-original-destination-port':
      return 'conntrack';
    default:
      return match.kind;
  }
}

function moduleText(match: Match, family: AddressFamily): string {
  switch (match.kind) {
    case 'source-port':
      return `${bang(match.invert)}--sport ${portRange(match)}`;
    case 'destination-port':
      return `${bang(match.invert)}--dport ${portRange(match)}`;
    case 'destination-ports':
      return `${bang(match.invert)}--dports ${match.ports.join(',')}`;
    case 'comment':
      return `--comment ${quote(match.comment)}`;
    case 'address-type':
      return addressTypeText(match);
    case 'mark':
      return `${bang(match.invert)}--mark ${markText(match.value, match.mask ?? ALL_ONES)}`;
    case 'statistic':
      return `--mode random ${bang(match.invert)}--probability ${probabilityText(match.probability)}`;
    case 'conntrack-state': {
      const states = CONNTRACK_STATE_ORDER.filter((state) => match.states.includes(state));
      return `${bang(match.invert)}--ctstate ${states.join(',')}`;
    }
    case 'conntrack-original-source':
      return `${bang(match.invert)}--ctorigsrc ${shortPrefix(match.address)}`;
    case 'conntrack-original-destination':
      return `${bang(match.invert)}--ctorigdst ${shortPrefix(match.address)}`;
    case 'conntrack-original-destination-port':
      return `${bang(match.invert)}--ctorigdstport ${match.port}`;
    case 'recent':
      return recentText(match, family);
    default:
      return '';
  }
}

function portRange(match: { readonly port: number; readonly last_port?: number }): string {
  return match.last_port === undefined ? String(match.port) : `${match.port}:${match.last_port}`;
}

function addressTypeText(match: Extract<Match, { kind: 'address-type' }>): string {
  const parts: string[] = [];
  if (match.source_type !== undefined)
    parts.push(`${bang(match.invert_source)}--src-type ${match.source_type}`);
  if (match.destination_type !== undefined) {
    parts.push(`${bang(match.invert_destination)}--dst-type ${match.destination_type}`);
  }
  return parts.join(' ');
}

function recentText(match: Extract<Match, { kind: 'recent' }>, family: AddressFamily): string {
  const seconds = match.seconds === undefined ? '' : ` --seconds ${match.seconds}`;
  const reap = match.reap === true ? ' --reap' : '';
  return `${bang(match.invert)}--${match.operation}${seconds}${reap} --name ${match.name} --mask ${HOST_MASKS[family]} --rsource`;
}

function shortPrefix(address: string): string {
  const prefix = parsePrefix(address);
  return prefix.mask === -1 ? formatAddress(prefix.base) : formatPrefix(prefix);
}

/** Models iptables libxtables xtables_save_string: plain words stay bare, all else is quoted. */
function quote(text: string): string {
  if (/^[A-Za-z0-9_-]+$/.test(text)) return text;
  return `"${text.replace(/["\\']/g, (character) => `\\${character}`)}"`;
}

function hexadecimal(value: number): string {
  return `0x${value.toString(16)}`;
}

function markText(value: number, mask: number): string {
  return mask === ALL_ONES ? hexadecimal(value) : `${hexadecimal(value)}/${hexadecimal(mask)}`;
}

/** The kernel keeps a probability in units of 2^-31, and iptables-save prints that with eleven digits. */
function probabilityText(probability: number): string {
  return (Math.round(probability * PROBABILITY_UNIT) / PROBABILITY_UNIT).toFixed(11);
}

/** A mark as `--set-xmark` and traces print it. */
export function formatMark(value: number): string {
  return hexadecimal(value);
}

function targetText(target: Target, family: AddressFamily): string {
  switch (target.kind) {
    case 'NONE':
      return '';
    case 'JUMP':
      return `-j ${target.chain}`;
    case 'REJECT':
      return `-j REJECT --reject-with ${target.reject_with ?? PORT_UNREACHABLE[family]}`;
    case 'DNAT':
      return `-j DNAT --to-destination ${natTargetText(target)}`;
    case 'SNAT':
      return `-j SNAT --to-source ${formatAddress(parseAddress(target.address))}`;
    case 'MASQUERADE':
      return target.random_fully === true ? '-j MASQUERADE --random-fully' : '-j MASQUERADE';
    case 'MARK':
      return `-j MARK --set-xmark ${hexadecimal(target.value)}/${hexadecimal(target.mask)}`;
    default:
      return `-j ${target.kind}`;
  }
}

function natTargetText(target: { readonly address: string; readonly port?: number }): string {
  const address = formatAddress(parseAddress(target.address));
  return target.port === undefined ? address : formatEndpoint(address, target.port);
}
