import type { PingReply } from '../network-client';
import type { CommandOutcome } from '../shell/host';
import { secondsToMs } from './after-exchange';
import { parseOptions } from './command';
import type { Command, CommandSystem } from './command';

/** Echoes of a ping without -c: longer than anybody looks. */
const ENDLESS = 100_000;

/** What a ping has seen so far. */
interface PingState {
  readonly sent: number;
  readonly times: readonly number[];
  readonly lost: number;
  readonly startedAt: number;
}

/** Sends an echo a second; each is printed when it is answered. */
export const ping: Command = (context, system) => {
  const { letters, values, operands } = parseOptions(context.arguments, 'cWwist');
  const name = operands[0];
  if (name === undefined) {
    context.err(
      system.userland === 'gnu'
        ? 'ping: usage error: Destination address required\n'
        : 'BusyBox v1.37.0 multi-call binary.\n\nUsage: ping [OPTIONS] HOST\n',
    );
    return system.userland === 'gnu' ? 2 : 1;
  }
  const count = Math.max(1, Number(values.get('c') ?? ENDLESS) || ENDLESS);
  const waitMs = secondsToMs(values.get('W')) ?? 10_000;
  const intervalMs = Math.max(2, secondsToMs(values.get('i')) ?? 1000);
  const ttl = Number(values.get('t'));
  const family =
    letters.has('6') || context.name === 'ping6' ? 'IPv6' : letters.has('4') ? 'IPv4' : undefined;
  const before = (context.resumed as PingState | undefined) ?? {
    sent: 0,
    times: [],
    lost: 0,
    startedAt: system.now(),
  };
  const reply = system.network.ping(system.origin, name, {
    timeoutMs: waitMs,
    ...(ttl > 0 && ttl < 256 && { ttl }),
    ...(family && { family }),
  });
  const failure = refused(name, reply, system);
  if (failure) {
    context.err(failure.message);
    return failure.status;
  }
  const answered = reply.disposition === 'Delivered';
  const state: PingState = {
    sent: before.sent + 1,
    times: answered ? [...before.times.slice(-999), reply.elapsedMs] : before.times,
    lost: before.lost + (answered ? 0 : 1),
    startedAt: before.startedAt,
  };
  const quiet = letters.has('q');
  const size = Number(values.get('s') ?? 56);
  const head = before.sent === 0 ? headText(name, reply, system, size) : '';
  const stdout = head + (quiet ? '' : lineText(state.sent, reply, system, size));
  const deadline = Number(values.get('w') ?? 0) * 1000;
  const isOver = deadline > 0 && system.now() + intervalMs > state.startedAt + deadline;
  if (state.sent < count && !isOver) return { kind: 'again', ms: intervalMs, state, stdout };
  return ended(name, state, stdout, system, reply);
};

function refused(
  name: string,
  reply: PingReply,
  { userland }: CommandSystem,
): { message: string; status: number } | undefined {
  const gnu = userland === 'gnu';
  if (reply.disposition === 'NameNotResolved') {
    const reason =
      reply.rcode === 'TIMEOUT' ? 'Temporary failure in name resolution' : 'Name or service not known';
    return gnu
      ? { message: `ping: ${name}: ${reason}\n`, status: 2 }
      : { message: `ping: bad address '${name}'\n`, status: 1 };
  }
  if (reply.disposition === 'NoRoute')
    return gnu
      ? { message: 'ping: connect: Network is unreachable\n', status: 2 }
      : { message: 'ping: sendto: Network unreachable\n', status: 1 };
  return undefined;
}

function headText(
  name: string,
  { address = name }: PingReply,
  { userland }: CommandSystem,
  size: number,
): string {
  if (userland === 'busybox') return `PING ${name} (${address}): ${size} data bytes\n`;
  return address.includes(':')
    ? `PING ${name} (${address}) ${size} data bytes\n`
    : `PING ${name} (${address}) ${size}(${size + 28}) bytes of data.\n`;
}

function lineText(sent: number, reply: PingReply, { userland }: CommandSystem, size: number): string {
  const { address, elapsedMs, refusal, ttl = 64 } = reply;
  if (reply.disposition === 'Delivered') {
    const sequence = userland === 'gnu' ? `icmp_seq=${sent}` : `seq=${sent - 1}`;
    const time = userland === 'gnu' ? shortTime(elapsedMs) : elapsedMs.toFixed(3);
    return `${size + 8} bytes from ${address}: ${sequence} ttl=${ttl} time=${time} ms\n`;
  }
  if (refusal === undefined || userland === 'busybox') return '';
  return `From ${refusal.by} icmp_seq=${sent} ${refusalText(refusal.with)}\n`;
}

/** Three digits of precision, as iputils prints them. */
function shortTime(ms: number): string {
  if (ms >= 100) return ms.toFixed(0);
  return ms >= 10 ? ms.toFixed(1) : ms >= 1 ? ms.toFixed(2) : ms.toFixed(3);
}

/** Models iputils ping/ping6_common.c print_icmp. */
const ICMPV6_TEXTS: Readonly<Record<string, string>> = {
  'icmp6-no-route': 'Destination unreachable: No route',
  'icmp6-adm-prohibited': 'Destination unreachable: Administratively prohibited',
  'icmp6-addr-unreachable': 'Destination unreachable: Address unreachable',
  'icmp6-port-unreachable': 'Destination unreachable: Port unreachable',
  'icmp6-time-exceeded': 'Time exceeded: Hop limit',
};

function refusalText(reason: string): string {
  if (Object.hasOwn(ICMPV6_TEXTS, reason)) return ICMPV6_TEXTS[reason];
  if (reason.endsWith('time-exceeded')) return 'Time to live exceeded';
  if (reason.endsWith('port-unreachable')) return 'Destination Port Unreachable';
  if (reason.includes('prohibited')) return 'Packet filtered';
  return reason.includes('net') ? 'Destination Net Unreachable' : 'Destination Host Unreachable';
}

function ended(
  name: string,
  { sent, times, lost, startedAt }: PingState,
  stdout: string,
  system: CommandSystem,
  last: PingReply,
): CommandOutcome {
  const received = sent - lost;
  const share = Math.round((lost / sent) * 100);
  const sum = times.reduce((total, time) => total + time, 0);
  const mean = sum / Math.max(1, times.length);
  const least = Math.min(...times).toFixed(3);
  const most = Math.max(...times).toFixed(3);
  const gnu = system.userland === 'gnu';
  const spread = Math.sqrt(
    times.reduce((total, time) => total + (time - mean) ** 2, 0) / Math.max(1, times.length),
  );
  // From the first packet sent to the last, as iputils counts.
  const elapsed = Math.round(system.now() - startedAt);
  const counts = gnu
    ? `${sent} packets transmitted, ${received} received, ${last.refusal && lost > 0 ? `+${lost} errors, ` : ''}${share}% packet loss, time ${elapsed}ms\n`
    : `${sent} packets transmitted, ${received} packets received, ${share}% packet loss\n`;
  const times_text =
    received === 0
      ? ''
      : gnu
        ? `rtt min/avg/max/mdev = ${least}/${mean.toFixed(3)}/${most}/${spread.toFixed(3)} ms\n`
        : `round-trip min/avg/max = ${least}/${mean.toFixed(3)}/${most} ms\n`;
  const report = `${stdout}\n--- ${name} ping statistics ---\n${counts}${times_text}${gnu && received === 0 ? '\n' : ''}`;
  const ms = system.origin.interactive ? 0 : Math.max(1, Math.ceil(last.elapsedMs));
  return { kind: 'time', ms, status: received > 0 ? 0 : 1, stdout: report };
}
