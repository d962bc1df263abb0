import type { DnsRecord } from '../../dns-client';
import type { CommandOutcome } from '../../shell/host';
import { afterExchange } from '../after-exchange';
import { parseOptions } from '../command';
import type { Command, CommandSystem } from '../command';
import {
  absolute,
  askServers,
  communicationErrors,
  readResolverFile,
  reverseName,
  searchNames,
} from './servers';
import type { Asked, Asking } from './servers';

const RCODES: Readonly<Record<string, number>> = {
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
};
/** What a record is in a sentence. Models bind9 bin/dig/host.c rtypetext. */
const PHRASES: Readonly<Record<string, string>> = {
  A: 'has address',
  AAAA: 'has IPv6 address',
  CNAME: 'is an alias for',
  NS: 'name server',
  PTR: 'domain name pointer',
  SOA: 'has SOA record',
  SRV: 'has SRV record',
  TXT: 'descriptive text',
};

/** `host`: what a name stands for, in sentences. Models bind9 bin/dig/host.c. */
export const host: Command = (context, system) => {
  const { values, letters, operands } = parseOptions(context.arguments, 'tcRWmNp');
  const [name, server] = operands;
  if (name === undefined) {
    context.err(
      'Usage: host [-aCdilrTvVw] [-c class] [-N ndots] [-t type] [-W time]\n            [-R number] [-m flag] [-p port] hostname [server]\n',
    );
    return 1;
  }
  const asking: Asking = {
    servers: server === undefined ? readResolverFile(system).servers : [server],
    port: Number(values.get('p') ?? 53),
    recursion: !letters.has('r'),
    tcp: letters.has('T'),
    timeoutMs: Math.max(1, Number(values.get('W') ?? 5)) * 1_000,
    tries: Number(values.get('R') ?? 1) + 1,
  };
  const reverse = reverseName(name);
  const type = (values.get('t') ?? (letters.has('a') ? 'ANY' : reverse && 'PTR'))?.toUpperCase();
  const names = reverse === undefined ? searchNames(name, readResolverFile(system)) : [reverse];
  const head =
    server === undefined
      ? ''
      : `Using domain server:\nName: ${server}\nAddress: ${server}#${asking.port}\nAliases: \n\n`;
  return lookUp(reverse ?? name, names, type, asking, head, system);
};

function lookUp(
  name: string,
  names: readonly string[],
  type: string | undefined,
  asking: Asking,
  head: string,
  system: CommandSystem,
): CommandOutcome {
  let elapsedMs = 0;
  let asked: Asked | undefined;
  let found = name;
  for (found of names) {
    asked = askServers(system, asking, found, type ?? 'A');
    elapsedMs += asked.elapsedMs;
    if (asked.answer?.rcode !== 'NXDOMAIN') break;
  }
  const answer = asked?.answer;
  if (!answer) {
    const stdout = `${communicationErrors(asked as Asked, asking.port)};; no servers could be reached\n`;
    return afterExchange(system, elapsedMs, { status: 1, stdout });
  }
  if (answer.rcode !== 'NOERROR') {
    const stdout = `${head}Host ${type === 'PTR' ? absolute(name) : name} not found: ${RCODES[answer.rcode] ?? 2}(${answer.rcode})\n`;
    return afterExchange(system, elapsedMs, { status: 1, stdout });
  }
  let lines = answer.answers.map(sentence).join('');
  if (type !== undefined && lines === '') lines = `${found} has no ${type} record\n`;
  if (type === undefined) {
    const canonical =
      answer.answers.find((record) => record.type === 'CNAME')?.data.replace(/\.$/, '') ?? found;
    const second = askServers(system, asking, canonical, 'AAAA');
    elapsedMs += second.elapsedMs;
    lines += (second.answer?.answers ?? [])
      .filter((record) => record.type === 'AAAA')
      .map(sentence)
      .join('');
  }
  return afterExchange(system, elapsedMs, { status: 0, stdout: head + lines });
}

function sentence({ name, type, data }: DnsRecord): string {
  return `${name} ${PHRASES[type] ?? `has ${type} record`} ${data}\n`;
}
