import type { Condition, GradeEvidence, Request, RequestAnswer, RequestExpectation } from '@podlab/contracts';
import { translateRequest } from '@podlab/traceflow';
import { requestOf } from '../cluster/sender';
import { Expression } from '../expression/expression';
import type { Because } from '../messages';
import { boundsText, choiceText, isWithin, listOf } from './bounds';
import { matchesGlob } from '../cluster/glob';
import { sourceText, targetText } from './names';
import { answerTo, failed, passed, type Looking, type Outcome } from './outcome';
import { foundStep, matchesAddress, missingStep, stepText } from './path';

type RequestCondition = Extract<Condition, { kind: 'Request' }>;

/** Sends the requests and looks at each. */
export function lookAtRequests(condition: RequestCondition, looking: Looking): Outcome {
  const { cluster, namespace } = looking;
  const { expect, backends } = condition;
  const walked = expect.path !== undefined || expect.never !== undefined;
  const request = requestOf(cluster, condition.request, namespace);
  const answer = answerTo({ ...request, traces: walked ? 'distinct' : 'first' }, looking);
  for (const one of answer.requests) {
    const outcome = judgeRequest(one, expect, looking);
    if (outcome) return outcome;
  }
  const shared = backends && lookAtBackends(answer, backends);
  return shared ?? passed(requestEvidence(answer.requests[0]));
}

type Fault = [code: Parameters<typeof failed>[0], found: string, expected: string];

/** What is not as expected of one connection; undefined when all is. */
export function judgeRequest(
  request: Request,
  expect: RequestExpectation,
  looking: Pick<Looking, 'values'>,
): Outcome | undefined {
  const params = { from: sourceText(request.from), to: targetText(request.to) };
  const evidence = requestEvidence(request);
  const fault = answerFault(request, expect);
  if (fault) {
    const [code, found, expected] = fault;
    return failed(code, { ...params, found, expected }, evidence, becauseOf(request));
  }
  const { trace } = request;
  const missing = trace && expect.path && missingStep(trace, expect.path);
  if (missing) return failed('StepMissing', { ...params, step: stepText(missing) }, evidence);
  const forbidden = trace && expect.never && foundStep(trace, expect.never);
  if (forbidden) return failed('StepForbidden', { ...params, step: stepText(forbidden) }, evidence);
  const { holds } = expect;
  if (holds !== undefined && !new Expression(holds).holds({ request, values: looking.values }))
    return failed('RequestDiffers', { ...params, expression: holds }, evidence);
  return undefined;
}

/** The first thing that is not as expected, of what a request's answer says. */
function answerFault(request: Request, expect: RequestExpectation): Fault | undefined {
  const {
    disposition,
    response,
    dns,
    diagnosis,
    backend = '',
    source_seen_by_backend: source = '',
  } = request;
  const dispositions = listOf(expect.disposition ?? (expect.rcode ? [] : 'Delivered'));
  if (dispositions.length > 0 && !dispositions.includes(disposition))
    return ['WrongDisposition', disposition, choiceText(dispositions)];
  const statuses = listOf(expect.status);
  if (statuses.length > 0 && !statuses.includes(response?.status ?? 0))
    return ['WrongStatus', String(response?.status ?? '–'), choiceText(statuses)];
  if (expect.body !== undefined && !response?.body.includes(expect.body))
    return ['WrongBody', '', expect.body];
  const server = serverFault(request, expect);
  if (server) return server;
  const backends = listOf(expect.backend);
  if (backends.length > 0 && !backends.some((one) => matchesGlob(one, backend)))
    return ['WrongBackend', backend === '' ? '–' : backend, choiceText(backends)];
  const sources = listOf(expect.source_seen);
  if (sources.length > 0 && !sources.some((one) => matchesAddress(one, source)))
    return ['WrongSource', source === '' ? '–' : source, choiceText(sources)];
  const codes = listOf(expect.diagnosis);
  if (codes.length > 0 && !codes.includes(diagnosis?.code ?? ''))
    return ['WrongDiagnosis', diagnosis?.code ?? '–', choiceText(codes)];
  const rcodes = listOf(expect.rcode);
  if (rcodes.length > 0 && !rcodes.includes(dns?.rcode ?? 'NOERROR'))
    return ['WrongRcode', dns?.rcode ?? 'NOERROR', choiceText(rcodes)];
  return undefined;
}

function serverFault({ response }: Request, { served_by: wanted }: RequestExpectation): Fault | undefined {
  if (!wanted) return undefined;
  const server = response?.served_by;
  const isAs = (pattern: string | undefined, text: string | undefined) =>
    pattern === undefined || (text !== undefined && matchesGlob(pattern, text));
  const { namespace, pod, node } = wanted;
  if (isAs(namespace, server?.namespace) && isAs(pod, server?.pod) && isAs(node, server?.node))
    return undefined;
  const found = server ? `${server.namespace}/${server.pod} (${server.node})` : '–';
  const expected = `${namespace ?? '*'}/${pod ?? '*'}${node === undefined ? '' : ` (${node})`}`;
  return ['WrongServer', found, expected];
}

function lookAtBackends(
  { requests, summary }: RequestAnswer,
  { distinct, share }: NonNullable<RequestCondition['backends']>,
): Outcome | undefined {
  const to = targetText(requests[0].to);
  const counts = Object.entries(summary.by_backend);
  const evidence: GradeEvidence = { kind: 'Request', request: { to, by_backend: summary.by_backend } };
  if (distinct && !isWithin(distinct, counts.length))
    return failed('BackendCount', { to, found: counts.length, expected: boundsText(distinct) }, evidence);
  for (const [backend, count] of share ? counts : []) {
    const part = Math.round((count / requests.length) * 1000) / 1000;
    if (share && !isWithin(share, part))
      return failed('BackendShare', { to, backend, found: part, expected: boundsText(share) }, evidence);
  }
  return undefined;
}

/** Why it failed, in both languages. */
function becauseOf(request: Request): Because | undefined {
  const { diagnosis } = request;
  if (!diagnosis) return undefined;
  const korean = translateRequest({ ...request, trace: undefined }, 'ko').diagnosis;
  return { en: diagnosis.message.text, ko: korean?.message.text ?? diagnosis.message.text };
}

/** The request as it can be sent again, and the places that it came through; its steps come from sending it again. */
export function requestEvidence({ trace, ...request }: Request): GradeEvidence {
  const path = trace?.hops.map(({ where, direction }) => {
    const name = where.namespace === undefined ? where.name : `${where.namespace}/${where.name}`;
    return `${direction} ${where.kind} ${name}`;
  });
  return { kind: 'Request', request: { ...request, ...(path && { path }) } };
}
