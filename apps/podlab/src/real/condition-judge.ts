import type { CheckSource, CheckTarget, Condition, Disposition, RequestTemplate } from '@podlab/contracts';
import {
  Expression,
  failed,
  finishData,
  gradeMessage,
  judgeObjects,
  matchesGlob,
  passed,
  type Outcome,
  type TemplateValues,
} from '@podlab/grading';
import { curlCommand, seenByCurl, type Seen } from './curl';
import { Forbidden, KindMissing, ObjectFinder, ValueMissing } from './find-objects';
import { readNslookup, searched, type NameAnswer } from './name-lookup';
import { ExecRefused, type CommandResult, type Container, type RealCluster } from './real-cluster';

type Of<Kind extends Condition['kind']> = Extract<Condition, { kind: Kind }>;

/** It can't be told here: neither a pass nor a zero. */
export const notRun = (reason: string): Outcome => ({
  state: 'error',
  message: gradeMessage('NotRun', { reason }),
});

/** The condition asks for what a real cluster does not tell. */
class NotHere extends Error {
  override readonly name = 'NotHere';
}

/** Nobody is there who could send. */
class SenderMissing extends Error {
  override readonly name = 'SenderMissing';
}

const NOT_FOUND = 127;

/** Says whether a condition is true of a real cluster at this moment. */
export class ConditionJudge {
  private readonly finder: ObjectFinder;

  constructor(
    private readonly cluster: RealCluster,
    private readonly namespace: string,
  ) {
    this.finder = new ObjectFinder(cluster);
  }

  /** Throws ClusterRefused, and nothing else. */
  async lookAt(condition: Condition): Promise<Outcome> {
    try {
      const values = await this.finder.valuesOf(condition.let, {}, this.namespace);
      return await this.look(condition, values);
    } catch (error) {
      return outcomeOf(error);
    }
  }

  private look(condition: Condition, values: TemplateValues): Promise<Outcome> {
    switch (condition.kind) {
      case 'Object':
        return this.objects(condition, values);
      case 'Request':
        return this.request(condition, values);
      case 'Connectivity':
        return this.connectivity(condition, values);
      case 'Dns':
        return this.name(condition, values);
      case 'Exec':
        return this.command(condition, values);
    }
  }

  private async objects(condition: Of<'Object'>, values: TemplateValues): Promise<Outcome> {
    const finished = { ...condition, object: finishData(condition.object, values) };
    const objects = await this.finder.find(finished.object, this.namespace);
    return judgeObjects(finished, objects, { namespace: this.namespace, values });
  }

  private async request(
    { request, expect, backends }: Of<'Request'>,
    values: TemplateValues,
  ): Promise<Outcome> {
    const { disposition, status, body, ...more } = expect;
    const hidden = [...Object.keys(more), ...(backends ? ['backends'] : [])];
    if (hidden.length > 0) throw new NotHere(`a client does not see ${hidden.join(', ')}`);
    const template = finishData(request, values);
    const url = urlOf(template.to);
    const from = await this.senderOf(template.from);
    const params = { from: `Pod ${from.namespace}/${from.pod}`, to: url };
    const wanted = {
      body: body === undefined ? undefined : finishData(body, values),
      statuses: listOf(status),
    };
    const dispositions = listOf<Disposition>(disposition ?? 'Delivered');
    for (let sent = 0; sent < (template.count ?? 1); sent++) {
      const { seen, result } = await this.send(from, url, template);
      const outcome =
        judgeDisposition(seen, dispositions, params, result) ?? judgeAnswer(seen, wanted, params, result);
      if (outcome) return outcome;
    }
    return passed();
  }

  private async connectivity(condition: Of<'Connectivity'>, values: TemplateValues): Promise<Outcome> {
    const { from, to } = finishData({ from: condition.from, to: condition.to }, values);
    const urls = to.map(urlOf);
    const senders = [];
    for (const source of from) senders.push(await this.senderOf(source));
    for (const sender of senders)
      for (const url of urls) {
        const { seen, result } = await this.send(sender, url, {});
        const params = { from: `Pod ${sender.namespace}/${sender.pod}`, to: url };
        const outcome = judgeDisposition(seen, listOf(condition.expect), params, result);
        if (outcome) return outcome;
      }
    return passed();
  }

  private async name(condition: Of<'Dns'>, values: TemplateValues): Promise<Outcome> {
    const { from, lookup, type, rcode, answers: wanted, count } = condition;
    if (type !== 'A' && type !== 'AAAA')
      throw new NotHere(`nslookup is asked for A and AAAA only, not ${type}`);
    const name = finishData(lookup, values);
    const sender = await this.senderOf(finishData(from, values));
    const found = await this.lookup(sender, name, type);
    const evidence = { kind: 'Dns' as const, rcode: found.rcode, answers: [...found.answers] };
    const rcodes = listOf<string>(rcode);
    if (!rcodes.includes(found.rcode))
      return failed('WrongAnswers', { name, found: found.rcode, expected: rcodes.join(' / ') }, evidence);
    const patterns = wanted && finishData(wanted, values);
    const expected = patterns?.join(', ') ?? `${count?.min ?? ''}–${count?.max ?? ''}`;
    const isRight =
      (patterns === undefined || areAs(patterns, found.answers)) &&
      found.answers.length >= (count?.min ?? 0) &&
      found.answers.length <= (count?.max ?? Infinity);
    return isRight
      ? passed(evidence)
      : failed('WrongAnswers', { name, found: found.answers.join(', ') || '–', expected }, evidence);
  }

  private async lookup(sender: Container, name: string, type: 'A' | 'AAAA'): Promise<NameAnswer> {
    const conf = await this.run(sender, ['cat', '/etc/resolv.conf']);
    let last: NameAnswer = { rcode: 'NXDOMAIN', answers: [] };
    for (const absolute of searched(name, conf.stdout)) {
      last = readNslookup(await this.run(sender, ['nslookup', `-type=${type.toLowerCase()}`, absolute]));
      if (last.rcode === 'NOERROR' || last.rcode === 'TIMEOUT') return last;
    }
    return last;
  }

  private async command(condition: Of<'Exec'>, values: TemplateValues): Promise<Outcome> {
    const { from, command, stdin, stdout } = finishData(
      { from: condition.from, command: condition.command, stdin: condition.stdin, stdout: condition.stdout },
      values,
    );
    const sender = await this.senderOf(from);
    const result = await this.cluster.run(sender, command, stdin);
    if (!result) return failed('NeverEnded', {});
    const evidence = { kind: 'Exec' as const, ...result };
    if (result.exit_code !== condition.exit_code)
      return failed('WrongExit', { found: result.exit_code, expected: condition.exit_code }, evidence);
    if (stdout !== undefined && !result.stdout.includes(stdout))
      return failed('WrongOutput', { expected: stdout }, evidence);
    const { holds } = condition;
    if (holds !== undefined && !new Expression(holds).holds({ result, values }))
      return failed('ResultDiffers', { expression: holds }, evidence);
    return passed(evidence);
  }

  /** A container to send from. */
  private async senderOf(source: CheckSource): Promise<Container> {
    if (source.kind !== 'Pod')
      throw new NotHere(`a real cluster has no sender of the kind ${source.kind} that we could use`);
    const namespace = source.namespace ?? this.namespace;
    const pod = source.name ?? (await this.finder.choosePod(namespace, source.selector ?? {}));
    if (pod === undefined) throw new SenderMissing(`no such pod in namespace ${namespace}`);
    const [there] = await this.finder.find(
      { apiVersion: 'v1', kind: 'Pod', namespace, name: pod },
      namespace,
    );
    if (!there) throw new SenderMissing(`there is no pod ${pod} in namespace ${namespace}`);
    return { namespace, pod, ...(source.container !== undefined && { container: source.container }) };
  }

  private async send(from: Container, url: string, template: Partial<RequestTemplate>) {
    const result = await this.run(from, curlCommand(url, template));
    const seen = seenByCurl(result);
    if (!seen) throw new NotHere(`curl ended with ${result.exit_code}: ${result.stderr.split('\n')[0]}`);
    return { seen, result };
  }

  /** A tool of ours: that the container has none says nothing of the submission. */
  private async run(from: Container, command: readonly string[]): Promise<CommandResult> {
    const result = await this.cluster.run(from, command);
    if (!result) throw new NotHere(`${command[0]} did not end in pod ${from.pod}`);
    if (result.exit_code === NOT_FOUND) throw new NotHere(`pod ${from.pod} has no ${command[0]}`);
    return result;
  }
}

type Params = { readonly from: string; readonly to: string };

/** What can't be told from what was expected is no pass and no failure. */
function judgeDisposition(
  { dispositions }: Seen,
  expected: readonly Disposition[],
  params: Params,
  result: CommandResult,
): Outcome | undefined {
  if (dispositions.every((one) => expected.includes(one))) return undefined;
  if (dispositions.some((one) => expected.includes(one)))
    return notRun(`a client cannot tell ${dispositions.join(' from ')}`);
  const found = dispositions.join(' / ');
  return failed(
    'WrongDisposition',
    { ...params, found, expected: expected.join(' / ') },
    { kind: 'Exec', ...result },
  );
}

function judgeAnswer(
  { status, body }: Seen,
  wanted: { readonly statuses: readonly number[]; readonly body: string | undefined },
  params: Params,
  result: CommandResult,
): Outcome | undefined {
  const evidence = { kind: 'Exec' as const, ...result };
  if (wanted.statuses.length > 0 && !wanted.statuses.includes(status ?? 0))
    return failed(
      'WrongStatus',
      { ...params, found: status ?? '–', expected: wanted.statuses.join(' / ') },
      evidence,
    );
  if (wanted.body !== undefined && !body.includes(wanted.body))
    return failed('WrongBody', { ...params, expected: wanted.body }, evidence);
  return undefined;
}

function urlOf(target: CheckTarget): string {
  if (typeof target === 'string') return target;
  throw new NotHere(`only URLs are sent to, not ${target.protocol} to ${target.host}`);
}

const listOf = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T];

const areAs = (patterns: readonly string[], answers: readonly string[]) =>
  patterns.length === answers.length &&
  patterns.every((pattern) => answers.some((answer) => matchesGlob(pattern, answer))) &&
  answers.every((answer) => patterns.some((pattern) => matchesGlob(pattern, answer)));

function outcomeOf(error: unknown): Outcome {
  if (error instanceof NotHere) return notRun(error.message);
  if (error instanceof ExecRefused || error instanceof Forbidden) return notRun(error.message);
  if (error instanceof SenderMissing) return failed('NoSender', { reason: error.message });
  if (error instanceof KindMissing) return failed('ApiRefused', { reason: error.message });
  if (error instanceof ValueMissing)
    return error.objectIsMissing
      ? failed('ObjectMissing', error.about)
      : failed('ValueMissing', { ...error.about, reason: error.message });
  throw error;
}
