import type { Hop, Request, RequestAnswer, Step } from '@podlab/contracts';

/** Steps that only a full trace tells. */
const QUIET: ReadonlySet<Step['type']> = new Set([
  'Routing',
  'Conntrack',
  'Link',
  'Arp',
  'Socket',
  'Iptables',
  'Nftables',
]);

/** One request with what mattered on its way; several as a sum. */
export function requestsText({ requests, summary }: RequestAnswer): string {
  const [request] = requests;
  if (requests.length === 1)
    return [...headLines(request), ...wayLines(request, true), ...whyLines(request)].join('\n');
  const backends = Object.entries(summary.by_backend).map(
    ([backend, count]) => `  ${backend} ${count} times`,
  );
  const failed = requests.find(({ diagnosis }) => diagnosis);
  const dispositions = Object.entries(summary.by_disposition).map(([name, count]) => `${count} ${name}`);
  return [dispositions.join(', '), ...backends.sort(), ...(failed ? whyLines(failed) : [])].join('\n');
}

/** One request with every step and the rule it cites. */
export function traceText(request: Request): string {
  return [...headLines(request), ...wayLines(request, false), ...whyLines(request)].join('\n');
}

/** A transcript tells the time of what nobody would call fast. */
const SLOW_MS = 100;

function headLines(request: Request): string[] {
  const { disposition, response, backend, source_seen_by_backend, elapsed_ms } = request;
  const status = response?.status === undefined ? '' : `, HTTP ${response.status}`;
  const by = response?.served_by ? ` (pod ${response.served_by.pod} on ${response.served_by.node})` : '';
  const served = backend === undefined ? '' : `, backend ${backend}${by} sees ${source_seen_by_backend}`;
  const slow = elapsed_ms >= SLOW_MS ? `, after ${Math.round(elapsed_ms)} ms` : '';
  return [`${disposition}${status}${served}${disposition === 'Delivered' ? slow : ''}`];
}

function wayLines(request: Request, short: boolean): string[] {
  return (request.trace?.hops ?? []).flatMap((hop) => {
    if (short && hop.direction === 'reply') return [];
    const steps = hop.steps.filter((step) => !short || isTelling(step));
    return steps.length === 0 && short
      ? []
      : [placeOf(hop), ...steps.flatMap((step) => stepLines(step, short))];
  });
}

function isTelling({ type, action }: Step): boolean {
  return !QUIET.has(type) || action === 'Dropped' || action === 'Rejected';
}

function placeOf({ where, direction }: Hop): string {
  const name = where.namespace ? `${where.namespace}/${where.name}` : where.name;
  const device = where.interface === undefined ? '' : `, ${where.interface}`;
  return `  ${direction === 'reply' ? '<-' : '->'} ${where.kind} ${name}${device}`;
}

function stepLines({ type, message, rule }: Step, short: boolean): string[] {
  const line = `       ${type}: ${message.text}`;
  return rule && (!short || type !== 'SourceNat') ? [line, `         ${rule.text}`] : [line];
}

function whyLines({ diagnosis }: Request): string[] {
  if (!diagnosis) return [];
  const { code, message, object, field, fix } = diagnosis;
  const where = object
    ? [
        `  in: ${object.kind} ${object.namespace ? `${object.namespace}/` : ''}${object.name}${field ? ` ${field}` : ''}`,
      ]
    : [];
  const mend = fix ? [`  fix: ${JSON.stringify(fix)}`] : [];
  return [`  why: ${code}: ${message.text}`, ...where, ...mend];
}
