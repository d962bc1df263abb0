import type { DnsAnswer } from '../../dns-client';
import type { CommandContext, CommandOutcome } from '../../shell/host';
import { afterExchange } from '../after-exchange';
import type { Command, CommandSystem } from '../command';
import { nslookupLine } from './records';
import { askServers, communicationErrors, readResolverFile, reverseName, searchNames } from './servers';
import type { Asked, Asking } from './servers';

const NO_SERVERS = ';; connection timed out; no servers could be reached\n\n';
const TYPES = ['A', 'AAAA', 'ANY', 'CNAME', 'MX', 'NS', 'PTR', 'SOA', 'SRV', 'TXT'];

/** What both nslookups read of their command line. */
interface Call {
  readonly name: string;
  readonly types: readonly string[];
  readonly asking: Asking;
  readonly debug: boolean;
}

/** Images with BIND's tools have its nslookup, the others BusyBox's: they search differently. */
export const nslookup: Command = (context, system) => {
  const busybox = !system.hasCommand('dig');
  const call = readCall(context, system, busybox);
  if (typeof call === 'string') {
    context.err(call);
    return 1;
  }
  return busybox ? busyboxLookup(call, system) : bindLookup(call, system);
};

function readCall(context: CommandContext, system: CommandSystem, busybox: boolean): Call | string {
  const options = context.arguments
    .filter((word) => word.startsWith('-'))
    .map((word) => word.slice(1).split('='));
  const [name, server, ...more] = context.arguments.filter((word) => !word.startsWith('-'));
  if (name === undefined || more.length > 0)
    return busybox
      ? 'BusyBox v1.37.0 multi-call binary.\n\nUsage: nslookup [-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]\n'
      : 'nslookup: an interactive session needs a terminal; name a host\n';
  const value = (...names: string[]) => options.find(([option]) => names.includes(option))?.[1];
  const types = options
    .filter(([option]) => /^(ty(pe)?|q(u(ery(type)?)?)?)$/.test(option))
    .map(([, type = '']) => type.toUpperCase());
  const unknown = types.find((type) => !TYPES.includes(type));
  if (unknown !== undefined)
    return busybox
      ? `nslookup: invalid query type "${unknown.toLowerCase()}"\n`
      : `unknown query type: ${unknown.toLowerCase()}\n`;
  const strange = options.find(
    ([option]) =>
      !/^(ty(pe)?|q(u(ery(type)?)?)?|deb(ug)?|po(rt)?|norec(urse)?|vc|t(imeout)?|ret(ry)?)$/.test(option),
  );
  if (strange !== undefined)
    return busybox ? `nslookup: invalid option: "${strange[0]}"\n` : `*** Invalid option: ${strange[0]}\n`;
  const asking: Asking = {
    servers: server === undefined ? readResolverFile(system).servers : [server],
    port: Number(value('port', 'po') ?? 53),
    recursion: !options.some(([option]) => option.startsWith('norec')),
    tcp: options.some(([option]) => option === 'vc'),
    timeoutMs: Number(value('timeout', 't') ?? 5) * 1_000,
    tries: Number(value('retry', 'ret') ?? (busybox ? 2 : 3)),
  };
  return { name, types, asking, debug: options.some(([option]) => option.startsWith('deb')) };
}

/**
 * Asks for every domain of the search path at once when the name has no dot, and for none when it has one.
 * Models busybox networking/nslookup.c nslookup_main.
 */
function busyboxLookup({ name, types, asking }: Call, system: CommandSystem): CommandOutcome {
  const reverse = types.length === 0 ? reverseName(name) : undefined;
  const { search } = readResolverFile(system);
  const names =
    name.includes('.') || search.length === 0 ? [name] : search.map((domain) => `${name}.${domain}`);
  const questions = reverse
    ? [{ name: reverse, type: 'PTR' }]
    : (types.length > 0 ? types : ['A', 'AAAA']).flatMap((type) => names.map((one) => ({ name: one, type })));
  const failures: Asked['failures'][number][] = [];
  for (const server of asking.servers) {
    const once = { ...asking, servers: [server], tries: 1 };
    const ask = (question: (typeof questions)[number]) =>
      askServers(system, once, question.name, question.type);
    const first = ask(questions[0]);
    if (first.answer) {
      return busyboxAnswers(system, asking, server, questions, [first, ...questions.slice(1).map(ask)]);
    }
    failures.push(...first.failures);
  }
  return busyboxFailure(system, asking, failures);
}

function busyboxAnswers(
  system: CommandSystem,
  { port }: Asking,
  server: string,
  questions: readonly { readonly name: string }[],
  asked: readonly Asked[],
): CommandOutcome {
  const address = server.includes(':') ? `[${server}]:${port}` : `${server}:${port}`;
  let stdout = `Server:\t\t${server}\nAddress:\t${address}\n\n`;
  let status = 0;
  asked.forEach(({ answer }, index) => {
    if (!answer) stdout += `*** Can't find ${questions[index].name}: No answer\n\n`;
    else if (answer.rcode === 'NOERROR') stdout += `${busyboxRecords(answer)}\n`;
    else stdout += `** server can't find ${questions[index].name}: ${answer.rcode}\n\n`;
    if (answer?.rcode !== 'NOERROR') status = 1;
  });
  const elapsedMs = Math.max(...asked.map((one) => one.elapsedMs));
  return afterExchange(system, elapsedMs, { status, stdout });
}

function busyboxRecords({ flags, answers }: DnsAnswer): string {
  const head = flags.includes('aa') ? '' : 'Non-authoritative answer:\n';
  return head + answers.map((record) => nslookupLine(record, 'busybox')).join('');
}

function busyboxFailure(system: CommandSystem, asking: Asking, failures: Asked['failures']): CommandOutcome {
  const stderr = failures
    .map(({ server, outcome }) => {
      if (outcome === 'NoRoute') return `nslookup: write to '${server}': Network unreachable\n`;
      return outcome === 'Refused' ? 'nslookup: read: Connection refused\n'.repeat(asking.tries) : '';
    })
    .join('');
  const waited = failures.filter(({ outcome }) => outcome !== 'NoRoute').length;
  const elapsedMs = waited * asking.timeoutMs;
  return afterExchange(system, elapsedMs, { status: 1, stdout: NO_SERVERS, stderr });
}

/** Walks through the search path as a resolver does. Models bind9 bin/dig/nslookup.c printmessage. */
function bindLookup({ name, types, asking }: Call, system: CommandSystem): CommandOutcome {
  const reverse = reverseName(name);
  const [type = 'A'] = types;
  if (reverse !== undefined) return bindReverse(reverse, asking, system);
  const names = searchNames(name, readResolverFile(system));
  let asked = askServers(system, asking, names[0], type);
  let elapsedMs = asked.elapsedMs;
  let found = names[0];
  for (const next of names.slice(1)) {
    if (!asked.answer || asked.answer.rcode === 'NOERROR') break;
    found = next;
    asked = askServers(system, asking, next, type);
    elapsedMs += asked.elapsedMs;
  }
  const { answer } = asked;
  if (!answer) return bindFailure(system, asked, asking, elapsedMs);
  const head = `Server:\t\t${asked.server}\nAddress:\t${asked.server}#${asking.port}\n\n`;
  if (answer.rcode !== 'NOERROR') {
    const shown = answer.rcode === 'NXDOMAIN' ? name : found;
    const stdout = `${head}** server can't find ${shown}: ${answer.rcode}\n\n`;
    return afterExchange(system, elapsedMs, { status: 1, stdout });
  }
  const second = types.length === 0 ? askServers(system, asking, found, 'AAAA') : undefined;
  const records = [
    ...answer.answers,
    ...(second?.answer?.answers ?? []).filter((record) => record.type === 'AAAA'),
  ];
  const authority = answer.flags.includes('aa') ? '' : 'Non-authoritative answer:\n';
  const body =
    records.length > 0
      ? records.map((record) => nslookupLine(record, 'bind')).join('')
      : `*** Can't find ${name}: No answer\n`;
  return afterExchange(system, elapsedMs + (second?.elapsedMs ?? 0), {
    status: 0,
    stdout: `${head}${authority}${body}\n`,
  });
}

function bindReverse(name: string, asking: Asking, system: CommandSystem): CommandOutcome {
  const asked = askServers(system, asking, name, 'PTR');
  const { answer, elapsedMs } = asked;
  if (!answer) return bindFailure(system, asked, asking, elapsedMs);
  if (answer.rcode !== 'NOERROR') {
    const stdout = `** server can't find ${name}: ${answer.rcode}\n\n`;
    return afterExchange(system, elapsedMs, { status: 1, stdout });
  }
  const stdout = `${answer.answers.map((record) => nslookupLine(record, 'bind')).join('')}\n`;
  return afterExchange(system, elapsedMs, { status: 0, stdout });
}

function bindFailure(
  system: CommandSystem,
  asked: Asked,
  { port }: Asking,
  elapsedMs: number,
): CommandOutcome {
  const stdout = `${communicationErrors(asked, port)};; no servers could be reached\n\n`;
  return afterExchange(system, elapsedMs, { status: 1, stdout });
}
