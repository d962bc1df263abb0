import type { OutboundResult } from '../network-client';
import { afterExchange, CONNECT_TIMEOUT_MS, secondsToMs } from './after-exchange';
import { parseOptions } from './command';
import type { Command } from './command';
import { socketErrorText } from './curl-report';

const USAGE =
  'BusyBox v1.37.0 multi-call binary.\n\nUsage: nc [OPTIONS] HOST PORT  - connect\nnc [OPTIONS] -l -p PORT [HOST] [PORT]  - listen\n';
const OPENBSD_USAGE =
  'usage: nc [-46CDdFhklNnrStUuvZz] [-I length] [-i interval] [-M ttl]\n\t  [-m minttl] [-O length] [-P proxy_username] [-p source_port]\n\t  [-q seconds] [-s sourceaddr] [-T keyword] [-V rtable] [-W recvlimit]\n\t  [-w timeout] [-X proxy_protocol] [-x proxy_address[:port]]\n\t  [destination] [port]\n';
/** Ports of one scan (`nc -z host 20-30`). */
const SCAN_LIMIT = 100;

/** Sends the standard input to a port and prints what comes back; with -z it only knocks. */
export const netcat: Command = (context, system) => {
  const { letters, values, operands } = parseOptions(context.arguments, 'wpei');
  const [name, portText = ''] = operands;
  const ports = portsOf(portText);
  const openbsd = system.userland === 'gnu';
  if (name === undefined || ports.length === 0) {
    context.err(openbsd ? OPENBSD_USAGE : USAGE);
    return 1;
  }
  const protocol: 'TCP' | 'UDP' = letters.has('u') ? 'UDP' : 'TCP';
  const limit = secondsToMs(values.get('w'));
  const scanning = letters.has('z');
  const payload = scanning ? '' : context.input();
  const source = Number(values.get('p'));
  let elapsedMs = 0;
  let stdout = '';
  let stderr = '';
  let status = 0;
  for (const port of ports) {
    const result = system.network.request(system.origin, {
      host: name,
      port,
      protocol,
      payload,
      timeoutMs: limit ?? CONNECT_TIMEOUT_MS,
      ...(source > 0 && { sourcePort: source }),
      ...(letters.has('6') && { family: 'IPv6' as const }),
      ...(letters.has('4') && { family: 'IPv4' as const }),
    });
    elapsedMs += result.elapsedMs;
    const open =
      result.disposition === 'Delivered' || (protocol === 'UDP' && result.disposition === 'TimedOut');
    status = open ? status : 1;
    if (open && !scanning) stdout += result.data ?? '';
    const told = { name, port, protocol, limited: limit !== undefined, verbose: letters.has('v'), scanning };
    stderr += openbsd ? openbsdText(told, open, result) : busyboxText(told, open, result);
  }
  return afterExchange(system, elapsedMs, { status, stdout, stderr });
};

function portsOf(text: string): number[] {
  const match = /^([0-9]{1,5})(?:-([0-9]{1,5}))?$/.exec(text);
  const first = Number(match?.[1]);
  const last = Number(match?.[2] ?? first);
  if (!match || first < 1 || last > 65_535 || last < first) return [];
  return Array.from({ length: Math.min(last - first + 1, SCAN_LIMIT) }, (_, index) => first + index);
}

interface Attempt {
  readonly name: string;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP';
  readonly limited: boolean;
  readonly verbose: boolean;
  readonly scanning: boolean;
}

function busyboxText(
  { name, port, limited, verbose, scanning }: Attempt,
  open: boolean,
  result: OutboundResult,
): string {
  if (result.disposition === 'NameNotResolved') return `nc: bad address '${name}'\n`;
  const where = `${name} (${result.address ?? name}:${port})`;
  if (open) return verbose ? `${where} open\n` : '';
  if (!verbose && scanning) return '';
  const timedOut = limited ? 'timed out' : 'Operation timed out';
  return `nc: ${where}: ${result.disposition === 'TimedOut' ? timedOut : socketErrorText(result)}\n`;
}

const SERVICES: Readonly<Record<string, string>> = {
  '53': 'domain',
  '80': 'http',
  '443': 'https',
  '3306': 'mysql',
  '5432': 'postgresql',
  '6379': 'redis',
};

/** Models OpenBSD netcat.c: what is open is told on standard error too. */
function openbsdText(
  { name, port, protocol, verbose }: Attempt,
  open: boolean,
  result: OutboundResult,
): string {
  if (result.disposition === 'NameNotResolved')
    return `nc: getaddrinfo for host "${name}" port ${port}: Name or service not known\n`;
  if (!verbose) return '';
  const word = protocol.toLowerCase();
  const shown = result.addresses ? `${name} (${result.address})` : name;
  if (open) return `Connection to ${shown} ${port} port [${word}/${SERVICES[port] ?? '*'}] succeeded!\n`;
  const reason = result.disposition === 'TimedOut' ? 'Operation now in progress' : socketErrorText(result);
  const failure = `nc: connect to ${shown} port ${port} (${word}) failed: ${reason}\n`;
  return result.disposition === 'TimedOut'
    ? failure.replace('failed: Operation now in progress', 'timed out: Operation now in progress')
    : failure;
}
