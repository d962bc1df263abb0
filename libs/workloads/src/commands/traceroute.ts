import type { PingReply } from '../network-client';
import { afterExchange, secondsToMs } from './after-exchange';
import { parseOptions } from './command';
import type { Command, CommandSystem } from './command';

/** Port of the first probe, as van Jacobson's traceroute chose it. */
const FIRST_PORT = 33_434;
const HOPS_LIMIT = 30;
const PROBES_LIMIT = 10;
/** Hops without any answer before a run that nobody watches would only repeat itself. */
const SILENT_HOPS_LIMIT = 30;

/** Finds the routers on the way by time to live, with datagrams to a port that nobody listens on, or echoes (-I). */
export const traceroute: Command = (context, system) => {
  const { letters, values, operands } = parseOptions(context.arguments, 'mqwpfisgz');
  const name = operands[0];
  if (name === undefined) {
    context.err(
      system.userland === 'gnu'
        ? 'Specify "host" missing argument.\n'
        : 'BusyBox v1.37.0 multi-call binary.\n\nUsage: traceroute [OPTIONS] HOST [BYTES]\n',
    );
    return 2;
  }
  const most = Math.min(HOPS_LIMIT, Math.max(1, Number(values.get('m') ?? HOPS_LIMIT) || HOPS_LIMIT));
  const probes = Math.min(PROBES_LIMIT, Math.max(1, Number(values.get('q') ?? 3) || 3));
  const timeoutMs = secondsToMs(values.get('w')) ?? 5000;
  const port = Number(values.get('p') ?? FIRST_PORT);
  const lines: string[] = [];
  let elapsedMs = 0;
  let silent = 0;
  for (let hop = 1; hop <= most && silent < SILENT_HOPS_LIMIT; hop++) {
    const replies = Array.from({ length: probes }, (_, index) =>
      system.network.ping(system.origin, name, {
        timeoutMs,
        ttl: hop,
        ...(letters.has('I') ? {} : { port: port + (hop - 1) * probes + index }),
      }),
    );
    const [first] = replies;
    const refusal = refusedText(name, first, system);
    if (refusal !== undefined) {
      context.err(refusal);
      return 1;
    }
    if (hop === 1) lines.push(headText(name, first, most, system));
    elapsedMs += replies.reduce((total, reply) => total + reply.elapsedMs, 0);
    lines.push(hopText(hop, replies, letters.has('n')));
    silent = replies.some(({ refusal: by, disposition }) => by || disposition === 'Delivered')
      ? 0
      : silent + 1;
    if (replies.some((reply) => isEnd(reply))) break;
  }
  return afterExchange(system, elapsedMs, { status: 0, stdout: lines.join('') });
};

function refusedText(name: string, reply: PingReply, { userland }: CommandSystem): string | undefined {
  if (reply.disposition === 'NameNotResolved')
    return userland === 'gnu'
      ? `${name}: Name or service not known\n`
      : `traceroute: bad address '${name}'\n`;
  return reply.disposition === 'NoRoute' ? 'traceroute: sendto: Network is unreachable\n' : undefined;
}

function headText(
  name: string,
  { address = name }: PingReply,
  most: number,
  { userland }: CommandSystem,
): string {
  const size = userland === 'gnu' ? `${most} hops max, 60 byte packets` : `${most} hops max, 46 byte packets`;
  return `traceroute to ${name} (${address}), ${size}\n`;
}

/** The target itself answered, or a router said that there is no way on. */
function isEnd({ disposition, refusal }: PingReply): boolean {
  return disposition === 'Delivered' || (refusal !== undefined && !refusal.with.endsWith('time-exceeded'));
}

function hopText(hop: number, replies: readonly PingReply[], numeric: boolean): string {
  let last: string | undefined;
  const parts = replies.map((reply) => {
    const by = reply.disposition === 'Delivered' ? reply.address : reply.refusal?.by;
    if (by === undefined) return '*';
    const who = by === last ? '' : numeric ? `${by}  ` : `${by} (${by})  `;
    last = by;
    return `${who}${reply.elapsedMs.toFixed(3)} ms${markOf(reply)}`;
  });
  return `${String(hop).padStart(2)}  ${parts.join('  ')}\n`;
}

function markOf({ refusal, address }: PingReply): string {
  if (refusal === undefined || refusal.with.endsWith('time-exceeded')) return '';
  if (refusal.with.endsWith('port-unreachable')) return refusal.by === address ? '' : ' !P';
  if (refusal.with.includes('prohibited')) return ' !X';
  return refusal.with.includes('net') ? ' !N' : ' !H';
}
