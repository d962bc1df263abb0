import type { Condition } from '@podlab/contracts';
import { DnsQueryDetail, SendRequest } from '@podlab/contracts';
import { matchesGlob } from '../cluster/glob';
import { runCommand } from '../cluster/run-command';
import { InvalidRequest, sourceOf } from '../cluster/sender';
import { boundsText, choiceText, isWithin, listOf } from './bounds';
import { failed, passed, type Looking, type Outcome } from './outcome';

type DnsCondition = Extract<Condition, { kind: 'Dns' }>;

interface DnsAnswer {
  readonly rcode: string;
  readonly answers: readonly string[];
}

/** What a name is answered with, on a cluster that may change by that. */
export function lookAtName(condition: DnsCondition, looking: Looking): Outcome {
  const { lookup: name, answers: wanted, count } = condition;
  const { rcode, answers } = ask(condition, looking);
  const evidence = { kind: 'Dns' as const, rcode, answers: [...answers] };
  const rcodes: readonly string[] = listOf(condition.rcode);
  if (!rcodes.includes(rcode))
    return failed('WrongAnswers', { name, found: rcode, expected: choiceText(rcodes) }, evidence);
  if (count && !isWithin(count, answers.length))
    return failed('WrongAnswers', { name, found: answers.length, expected: boundsText(count) }, evidence);
  if (wanted && !areAs(wanted, answers)) {
    const found = answers.length === 0 ? '–' : answers.join(', ');
    return failed('WrongAnswers', { name, found, expected: wanted.join(', ') }, evidence);
  }
  return passed(evidence);
}

/** Each answer is one of those that were wanted, and each of those is there. */
function areAs(wanted: readonly string[], answers: readonly string[]): boolean {
  return (
    wanted.length === answers.length &&
    wanted.every((pattern) => answers.some((answer) => matchesGlob(pattern, answer))) &&
    answers.every((answer) => wanted.some((pattern) => matchesGlob(pattern, answer)))
  );
}

function ask(condition: DnsCondition, looking: Looking): DnsAnswer {
  return condition.type === 'A' || condition.type === 'AAAA'
    ? askAsApplications(condition, condition.type, looking)
    : askByTool(condition, looking);
}

/** By the sender's own resolver: search path, ndots and all. An echo is sent to what is found, and nobody waits for it. */
function askAsApplications(
  { from, lookup }: DnsCondition,
  type: string,
  { cluster, namespace }: Looking,
): DnsAnswer {
  const request = SendRequest.safeParse({
    from: sourceOf(cluster, from, namespace),
    to: { host: lookup, protocol: 'ICMP' },
    traces: 'first',
  });
  if (!request.success) throw new InvalidRequest(request.error.issues[0].message);
  const [{ trace, dns, disposition }] = cluster.send(request.data).requests;
  const queries = (trace?.hops ?? [])
    .flatMap(({ steps }) => steps)
    .filter((step) => step.type === 'DnsQuery')
    .map((step) => DnsQueryDetail.parse(step.detail))
    .filter((detail) => detail.type === type);
  const last = queries.find(({ answers }) => answers.length > 0) ?? queries.at(-1);
  if (last) return { rcode: last.rcode, answers: last.answers };
  return { rcode: dns?.rcode ?? (disposition === 'NameNotResolved' ? 'TIMEOUT' : 'NOERROR'), answers: [] };
}

const STATUS = /status: ([A-Z]+)/;

/** By dig, in the sender's container: for what applications don't ask. */
function askByTool({ from, lookup, type }: DnsCondition, { cluster, namespace }: Looking): DnsAnswer {
  const target = sourceOf(cluster, from, namespace);
  if (target.kind === 'External') throw new InvalidRequest('the outside is asked for A and AAAA only');
  const question = type === 'PTR' && isAddress(lookup) ? ['-x', lookup] : [lookup, type];
  const command = ['dig', '+search', '+noall', '+comments', '+answer', ...question];
  const { stdout, exit_code } = runCommand(cluster, { target, command, stdin: '' });
  if (exit_code === NOT_FOUND) throw new InvalidRequest('the sender has no dig: choose a pod that has it');
  const answers = stdout
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith(';'))
    .map((line) => line.split(/\s+/))
    .filter(([, , , kind]) => kind === type)
    .map(([, , , , ...data]) => data.join(' '));
  const rcode = STATUS.exec(stdout)?.[1] ?? 'TIMEOUT';
  return { rcode: rcode === 'NOERROR' && answers.length === 0 ? 'NODATA' : rcode, answers };
}

const NOT_FOUND = 127;
const isAddress = (text: string): boolean => /^[0-9.]+$/.test(text) || text.includes(':');
