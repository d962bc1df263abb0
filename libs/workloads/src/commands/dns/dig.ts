import { rfc3339 } from '@podlab/kernel';
import type { DnsAnswer, DnsRecord } from '../../dns-client';
import { calendarText } from '../../http/date';
import type { CommandOutcome } from '../../shell/host';
import { afterExchange } from '../after-exchange';
import type { Command, CommandSystem } from '../command';
import { digLine, digQuestion } from './records';
import {
  absolute,
  askServers,
  communicationErrors,
  readResolverFile,
  reverseName,
  searchNames,
} from './servers';
import type { Asked, Asking } from './servers';

const VERSION = '9.20.15';
const TYPES = ['A', 'AAAA', 'ANY', 'CNAME', 'MX', 'NS', 'PTR', 'SOA', 'SRV', 'TXT'];
/** The status of dig when no server answered. */
const NO_REPLY = 9;
const SECTIONS = ['comments', 'question', 'answer', 'authority', 'additional', 'stats', 'cmd'] as const;

type Section = (typeof SECTIONS)[number];

interface Call {
  readonly name: string;
  readonly type: string;
  readonly asking: Asking;
  readonly server: string | undefined;
  readonly short: boolean;
  readonly search: boolean;
  readonly ttl: boolean;
  readonly shown: ReadonlySet<Section>;
  /** The command line as dig repeats it. */
  readonly line: string;
}

/** `dig`: one lookup as BIND's tool prints it. Models bind9 bin/dig/dig.c. */
export const dig: Command = (context, system) => {
  const call = readCall(context.arguments, system);
  if (typeof call === 'string') {
    context.err(`${call}\n`);
    return 1;
  }
  return lookUp(call, system);
};

interface Draft {
  name?: string;
  type?: string;
  server?: string;
  port: number;
  short: boolean;
  search: boolean;
  ttl: boolean;
  recursion: boolean;
  tcp: boolean;
  timeoutMs: number;
  tries: number;
  readonly shown: Set<Section>;
}

function readCall(words: readonly string[], system: CommandSystem): Call | string {
  const draft: Draft = {
    port: 53,
    short: false,
    search: false,
    ttl: true,
    recursion: true,
    tcp: false,
    timeoutMs: 5_000,
    tries: 3,
    shown: new Set(SECTIONS),
  };
  for (let index = 0; index < words.length; index++) {
    const word = words[index];
    if (word.startsWith('+')) {
      if (!readPlus(word.slice(1), draft)) return `Invalid option: ${word}`;
    } else if (word.startsWith('@')) draft.server = word.slice(1);
    else if (/^-[^xtqp46]/.test(word)) return `Invalid option: ${word}`;
    else if (word.startsWith('-')) index += readDash(word, words[index + 1], draft);
    else if (TYPES.includes(word.toUpperCase()) && draft.type === undefined) draft.type = word.toUpperCase();
    else if (word.toUpperCase() !== 'IN') draft.name = word;
  }
  const {
    name = '.',
    type = draft.name === undefined ? 'NS' : 'A',
    server,
    shown,
    short,
    search,
    ttl,
    ...rest
  } = draft;
  const servers = server === undefined ? readResolverFile(system).servers : [server];
  return {
    name,
    type,
    server,
    short,
    search,
    ttl,
    shown,
    asking: { ...rest, servers },
    line: words.join(' '),
  };
}

/** Reads `-x 10.0.0.1` and its like; the answer is how many words it took beyond its own. */
function readDash(word: string, next: string | undefined, draft: Draft): number {
  const value = word.length > 2 ? word.slice(2) : (next ?? '');
  const taken = word.length > 2 ? 0 : 1;
  switch (word[1]) {
    case 'x':
      draft.name = `${reverseName(value) ?? value}.`;
      draft.type ??= 'PTR';
      return taken;
    case 't':
      draft.type = value.toUpperCase();
      return taken;
    case 'q':
      draft.name = value;
      return taken;
    case 'p':
      draft.port = Number(value);
      return taken;
    default:
      return 0;
  }
}

/** Reads `+short`, `+noall`, `+time=1` …; false for an option that dig does not have. */
function readPlus(option: string, draft: Draft): boolean {
  const [word, value = ''] = option.split('=');
  const on = !word.startsWith('no');
  const name = on ? word : word.slice(2);
  if (SECTIONS.includes(name as Section)) {
    if (on) draft.shown.add(name as Section);
    else draft.shown.delete(name as Section);
    return true;
  }
  switch (name) {
    case 'all':
      for (const section of SECTIONS) {
        if (on) draft.shown.add(section);
        else draft.shown.delete(section);
      }
      return true;
    case 'short':
    case 'search':
      draft[name] = on;
      return true;
    case 'ttl':
    case 'ttlid':
      draft.ttl = on;
      return true;
    case 'recurse':
    case 'rec':
      draft.recursion = on;
      return true;
    case 'tcp':
    case 'vc':
      draft.tcp = on;
      return true;
    case 'time':
    case 'timeout':
      draft.timeoutMs = Math.max(1, Number(value) || 0) * 1_000;
      return true;
    case 'tries':
    case 'retry':
      draft.tries = Math.max(1, (Number(value) || 0) + (name === 'retry' ? 1 : 0));
      return true;
    default:
      return [
        'edns',
        'cookie',
        'dnssec',
        'ignore',
        'multiline',
        'identify',
        'showsearch',
        'defname',
      ].includes(name);
  }
}

function lookUp(call: Call, system: CommandSystem): CommandOutcome {
  const { name, type, asking, search } = call;
  const names = search ? searchNames(name, readResolverFile(system)) : [name.replace(/(.)\.$/, '$1')];
  let elapsedMs = 0;
  let found = '';
  let asked: Asked | undefined;
  for (found of names) {
    asked = askServers(system, asking, found === '.' ? '' : found, type);
    elapsedMs += asked.elapsedMs;
    if (!asked.answer || asked.answer.rcode === 'NOERROR') break;
  }
  const { answer } = asked as Asked;
  if (!answer) return noReply(call, asked as Asked, elapsedMs, system);
  const stdout = call.short
    ? answer.answers.map(({ data }) => `${data}\n`).join('')
    : report(call, found, answer, asked as Asked, elapsedMs, system);
  return afterExchange(system, elapsedMs, { status: 0, stdout });
}

function head({ shown, line, server }: Call): string {
  if (!shown.has('cmd')) return '';
  const found = server === undefined ? '' : '; (1 server found)\n';
  return `\n; <<>> DiG ${VERSION} <<>> ${line}\n${found};; global options: +cmd\n`;
}

function noReply(call: Call, asked: Asked, elapsedMs: number, system: CommandSystem): CommandOutcome {
  const errors = communicationErrors(asked, call.asking.port);
  const stdout = `${errors}${call.short ? '' : head(call)};; no servers could be reached\n`;
  return afterExchange(system, elapsedMs, { status: NO_REPLY, stdout });
}

function report(
  call: Call,
  found: string,
  answer: DnsAnswer,
  { server }: Asked,
  elapsedMs: number,
  system: CommandSystem,
): string {
  const { shown, type, ttl, asking } = call;
  const name = found === '.' ? '.' : absolute(found);
  const section = (title: Section, records: readonly DnsRecord[]): string => {
    if (records.length === 0 || !shown.has(title)) return '';
    const heading = shown.has('comments') ? `;; ${title.toUpperCase()} SECTION:\n` : '';
    return `${heading}${records.map((record) => digLine(record, ttl)).join('')}${shown.has('comments') ? '\n' : ''}`;
  };
  const question = shown.has('question')
    ? `${shown.has('comments') ? ';; QUESTION SECTION:\n' : ''}${digQuestion(name, type)}\n`
    : '';
  return [
    head(call),
    shown.has('comments') ? header(name, answer, asking) : '',
    question,
    section('answer', answer.answers),
    section('authority', answer.authorities),
    section('additional', answer.additionals),
    shown.has('stats') ? statistics(server, answer, asking, elapsedMs, system.now()) : '',
  ].join('');
}

function header(
  name: string,
  { rcode, id, flags, answers, authorities, additionals }: DnsAnswer,
  asking: Asking,
): string {
  const multicast = name.toLowerCase().endsWith('.local.')
    ? ';; WARNING: .local is reserved for Multicast DNS\n;; You are currently testing what happens when an mDNS query is leaked to DNS\n'
    : '';
  const counts = `QUERY: 1, ANSWER: ${answers.length}, AUTHORITY: ${authorities.length}, ADDITIONAL: ${additionals.length}`;
  const unavailable =
    asking.recursion && !flags.includes('ra') ? ';; WARNING: recursion requested but not available\n' : '';
  return `;; Got answer:\n${multicast};; ->>HEADER<<- opcode: QUERY, status: ${rcode}, id: ${id}\n;; flags: ${flags.join(' ')}; ${counts}\n${unavailable}\n`;
}

function statistics(
  server: string,
  { size }: DnsAnswer,
  { port, tcp }: Asking,
  elapsedMs: number,
  now: number,
): string {
  const { weekday, month, day, time, year } = calendarText(rfc3339(now), now);
  return [
    `;; Query time: ${Math.round(elapsedMs)} msec`,
    `;; SERVER: ${server}#${port}(${server}) (${tcp ? 'TCP' : 'UDP'})`,
    `;; WHEN: ${weekday} ${month} ${day} ${time} UTC ${year}`,
    `;; MSG SIZE  rcvd: ${size}`,
    '',
    '',
  ].join('\n');
}
