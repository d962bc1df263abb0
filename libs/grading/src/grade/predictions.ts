import type { Prediction, Request, SendRequest } from '@podlab/contracts';
import { findObjects } from '../cluster/find-objects';
import { NoSender, requestOf } from '../cluster/sender';
import { valuesOf } from '../cluster/values';
import { gradeMessage } from '../messages';
import { answerTo, outcomeOf, passed, type Looking, type Outcome } from '../conditions/outcome';
import { requestEvidence } from '../conditions/request';
import { finishData } from '../instance/template';

/** What the cluster answers to a prediction, at this moment and without changing it. Throws what sending may throw. */
export function predictedAnswer(
  prediction: Prediction,
  looking: Looking,
): { readonly answer: string; readonly request: Request } {
  const body = bodyOf(prediction, looking);
  const [request] = answerTo({ ...body, count: 1, traces: 'first' }, looking).requests;
  return { answer: ANSWERS[prediction.ask](request), request };
}

/** What a prediction asks about, without sending it. Throws a Refusal where something that it needs is not there. */
export function predictedRequest(prediction: Prediction, looking: Looking): SendRequest {
  const body = bodyOf(prediction, looking);
  const { from } = body;
  if (
    from.kind !== 'External' &&
    findObjects(looking.cluster, { apiVersion: 'v1', ...from }, looking.namespace).length === 0
  )
    throw new NoSender(`there is no ${from.kind} ${from.name}`);
  return body;
}

function bodyOf(
  { request: template, let: wanted }: Prediction,
  { cluster, namespace, values: known }: Looking,
): SendRequest {
  const values = valuesOf(cluster, wanted, known, namespace);
  return requestOf(cluster, finishData(template, values), namespace);
}

/** Whether the student's word is the cluster's: what that did `then`, when it was said, or else does now. */
export function judgePrediction(
  prediction: Prediction,
  said: string | undefined,
  looking: Looking,
  then?: string,
): Outcome {
  if (said === undefined) return { state: 'failed', message: gradeMessage('NotAnswered') };
  if (then !== undefined) return compared(said, then);
  try {
    const { answer, request } = predictedAnswer(prediction, looking);
    return compared(said, answer, request);
  } catch (error) {
    return outcomeOf(error, looking);
  }
}

function compared(said: string, answer: string, request?: Request): Outcome {
  if (isSameAnswer(said, answer)) return passed();
  const message = gradeMessage('WrongPrediction', { found: said, expected: answer });
  return { state: 'failed', message, ...(request && { evidence: requestEvidence(request) }) };
}

/** Whether a prediction says what the cluster did. */
export const isSameAnswer = (said: string, answer: string): boolean =>
  said.trim().toLowerCase() === answer.toLowerCase();

const ANSWERS: Readonly<Record<Prediction['ask'], (request: Request) => string>> = {
  disposition: ({ disposition }) => disposition,
  status: ({ response }) => String(response?.status ?? '-'),
  destination: ({ backend, trace }) => backend ?? lastDestination(trace) ?? '-',
  source: ({ source_seen_by_backend: source }) => source ?? '-',
  backend_node: ({ response }) => response?.served_by?.node ?? '-',
  hops: ({ trace }) => String(trace?.hops.filter(({ direction }) => direction === 'request').length ?? 0),
  rcode: ({ dns }) => dns?.rcode ?? 'NOERROR',
};

function lastDestination(trace: Request['trace']): string | undefined {
  const steps = (trace?.hops ?? []).flatMap((hop) => (hop.direction === 'request' ? hop.steps : []));
  const translated = steps.filter(({ type, after }) => type === 'DestinationNat' && after !== null).at(-1);
  const after = translated?.after;
  return after ? `${after.destination}:${after.destination_port}` : undefined;
}
