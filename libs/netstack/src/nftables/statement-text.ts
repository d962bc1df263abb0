import { formatMark } from './mark-text';
import type { NftElement, NftEndpoint, NftRule, NftStatement, NftVerdict } from './types';

/** A rule as `nft list ruleset` prints it, its comment last. */
export function ruleText({ statements, comment }: NftRule): string {
  const text = statements.map(statementText).join(' ');
  return comment === undefined ? text : `${text} comment ${quoted(comment)}`;
}

export function quoted(text: string): string {
  return `"${text}"`;
}

export function verdictText(verdict: NftVerdict): string {
  return 'chain' in verdict ? `${verdict.kind} ${verdict.chain}` : verdict.kind;
}

/** `10.96.0.1 . tcp . 80 comment "ns/svc:p80" : drop` */
export function elementText(key: string, element: NftElement, more = ''): string {
  const comment = element.comment === undefined ? '' : ` comment ${quoted(element.comment)}`;
  const verdict = element.verdict === undefined ? '' : ` : ${verdictText(element.verdict)}`;
  return `${key}${more}${comment}${verdict}`;
}

function statementText(statement: NftStatement): string {
  switch (statement.kind) {
    case 'match':
      return `${statement.field} ${not(statement.invert)}${valuesText(statement.field, statement.values)}`;
    case 'mark': {
      const relation = statement.invert === true ? '!=' : '==';
      return `meta mark & ${formatMark(statement.mask)} ${relation} ${formatMark(statement.value)}`;
    }
    case 'lookup':
      return `${statement.fields.join(' . ')} ${not(statement.invert)}@${statement.set}`;
    case 'vmap':
      return `${statement.fields.join(' . ')} vmap @${statement.map}`;
    case 'vmap-own': {
      const mappings = statement.mappings.map(({ key, verdict }) => `${key} : ${verdictText(verdict)}`);
      return `${statement.field} vmap { ${mappings.join(', ')} }`;
    }
    case 'vmap-random': {
      const verdicts = statement.verdicts.map((verdict, at) => `${at} : ${verdictText(verdict)}`);
      return `${numgen(verdicts.length)} vmap { ${verdicts.join(', ')} }`;
    }
    default:
      return actionText(statement);
  }
}

type Action = Exclude<
  NftStatement,
  { kind: 'match' | 'mark' | 'lookup' | 'vmap' | 'vmap-own' | 'vmap-random' }
>;

function actionText(statement: Action): string {
  switch (statement.kind) {
    case 'set-mark': {
      const { operation, value } = statement;
      const by = operation === 'set' ? '' : `meta mark ${operation} `;
      return `meta mark set ${by}${formatMark(value)}`;
    }
    case 'update': {
      const timeout =
        statement.timeout_s === undefined ? '' : ` timeout ${durationText(statement.timeout_s * 1000)}`;
      return `update @${statement.set} { ${statement.field}${timeout} }`;
    }
    case 'dnat':
      return `dnat to ${endpointText(statement.to)}`;
    case 'dnat-random': {
      const endpoints = statement.to.map(({ address, port }, at) =>
        port === undefined ? `${at} : ${address}` : `${at} : ${address} . ${port}`,
      );
      return `dnat ${familyOf(statement.to[0].address)} to ${numgen(endpoints.length)} map { ${endpoints.join(', ')} }`;
    }
    case 'snat':
      return `snat to ${statement.address}`;
    case 'masquerade':
      return statement.fully_random === true ? 'masquerade fully-random' : 'masquerade';
    case 'reject':
      return rejectText(statement.with);
    case 'verdict':
      return verdictText(statement.verdict);
  }
}

function not(invert: boolean | undefined): string {
  return invert === true ? '!= ' : '';
}

function numgen(count: number): string {
  return `numgen random mod ${count}`;
}

function familyOf(address: string): 'ip' | 'ip6' {
  return address.includes(':') ? 'ip6' : 'ip';
}

/** States are flags of one field and stand in a list; other values in a set of the rule's own, or bare if alone. */
function valuesText(field: string, values: readonly string[]): string {
  if (field === 'ct state' || field === 'ct status') return values.join(',');
  const quotes = field === 'iifname' || field === 'oifname';
  const texts = quotes ? values.map(quoted) : values;
  return texts.length === 1 ? texts[0] : `{ ${texts.join(', ')} }`;
}

/** `10.244.1.7:80`, `[fd00::7]:80` */
export function endpointText({ address, port }: NftEndpoint): string {
  if (port === undefined) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** How `reject with` names an error, by the words of iptables. */
const REJECTIONS: Readonly<Record<string, string>> = {
  'tcp-reset': 'tcp reset',
  'icmp-net-unreachable': 'icmp net-unreachable',
  'icmp-host-unreachable': 'icmp host-unreachable',
  'icmp-proto-unreachable': 'icmp prot-unreachable',
  'icmp-port-unreachable': 'icmp port-unreachable',
  'icmp-net-prohibited': 'icmp net-prohibited',
  'icmp-host-prohibited': 'icmp host-prohibited',
  'icmp-admin-prohibited': 'icmp admin-prohibited',
  'icmp6-no-route': 'icmpv6 no-route',
  'icmp6-adm-prohibited': 'icmpv6 admin-prohibited',
  'icmp6-addr-unreachable': 'icmpv6 addr-unreachable',
  'icmp6-port-unreachable': 'icmpv6 port-unreachable',
};

function rejectText(how: string | undefined): string {
  return how === undefined ? 'reject' : `reject with ${REJECTIONS[how]}`;
}

/** The error that `reject with NAME` means; undefined for a name that nft does not know. */
export function rejectionNamed(
  name: string,
): NonNullable<Extract<NftStatement, { kind: 'reject' }>['with']> | undefined {
  const known = Object.keys(REJECTIONS).find((error) => REJECTIONS[error] === name);
  return known as ReturnType<typeof rejectionNamed>;
}

const UNITS: readonly (readonly [string, number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
];

/** `3h`, `2h59m58s500ms`. Models nftables src/datatype.c time_print. */
export function durationText(duration_ms: number): string {
  let left = Math.max(0, Math.round(duration_ms));
  let text = '';
  for (const [unit, size] of UNITS) {
    const count = Math.floor(left / size);
    if (count > 0) text += `${count}${unit}`;
    left -= count * size;
  }
  return text === '' ? '0s' : text;
}

/** Milliseconds of a duration as {@link durationText} writes it; undefined where it is none. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+(ms|[dhms]))+$/.test(text)) return undefined;
  let sum = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|[dhms])/g)) {
    sum += Number(count) * (UNITS.find(([name]) => name === unit)?.[1] ?? 0);
  }
  return sum;
}
