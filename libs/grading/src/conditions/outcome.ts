import { isStatusError } from '@podlab/apimachinery';
import { UnknownKind, type Cluster } from '@podlab/cluster';
import type {
  AppliedDocument,
  GradeEvidence,
  GradeMessage,
  RequestAnswer,
  SendRequest,
} from '@podlab/contracts';
import { SenderNotFound } from '@podlab/traceflow';
import { KubeRefused } from '../cluster/kube';
import { NoSender } from '../cluster/sender';
import { ValueMissing } from '../cluster/values';
import { ExpressionFailed } from '../expression/expression';
import type { TemplateValues } from '../instance/template';
import type { Answers } from './answers';
import { gradeMessage, type Because, type MessageCode } from '../messages';

/** What became of a check or a condition. */
export interface Outcome {
  readonly state: 'passed' | 'failed' | 'error';
  readonly message: GradeMessage;
  readonly evidence?: GradeEvidence;
}

/** Where a condition is looked at. */
export interface Looking {
  readonly cluster: Cluster;
  /** Of objects that name none. */
  readonly namespace: string;
  readonly values: TemplateValues;
  /** Documents that were refused: a missing object's reason may be among them. */
  readonly refused?: readonly AppliedDocument[];
  /** Of a cluster that is looked at more than once as it is. */
  readonly answers?: Answers;
  /** Nobody needs the cluster afterwards: it may change by this look. */
  readonly isLast?: boolean;
}

/** What `look` sees of a cluster that may change by that. */
export function lookApart<T>({ cluster, isLast }: Looking, look: (cluster: Cluster) => T): T {
  return isLast ? look(cluster) : cluster.aside(look);
}

/** What becomes of a request at this moment, of which the cluster that is looked at learns nothing. */
export function answerTo(request: SendRequest, looking: Looking): RequestAnswer {
  const { cluster, answers } = looking;
  if (answers?.isOf(cluster)) return answers.to(request);
  return lookApart(looking, (apart) => apart.send(request));
}

export function passed(evidence?: GradeEvidence): Outcome {
  return { state: 'passed', message: gradeMessage('Passed'), ...(evidence && { evidence }) };
}

export function failed(
  code: MessageCode,
  params: Readonly<Record<string, string | number>>,
  evidence?: GradeEvidence,
  because?: Because,
): Outcome {
  return { state: 'failed', message: gradeMessage(code, params, because), ...(evidence && { evidence }) };
}

/**
 * What an error means: what the submission lacks is a failure; what the lab's author or the engine got wrong is an
 * error, never a zero.
 */
export function outcomeOf(error: unknown, looking: Pick<Looking, 'refused'>): Outcome {
  const reason = error instanceof Error ? error.message.split('\n')[0] : 'unknown';
  if (error instanceof ValueMissing) {
    const { kind, name = '', namespace } = error.about;
    const refusal = name === '' ? undefined : refusedObject(looking, kind, name);
    if (refusal) return refusal;
    if (reason === 'there is no such object') return failed('ObjectMissing', { kind, name, namespace });
    return failed('ValueMissing', { kind, name, reason });
  }
  if (error instanceof NoSender || error instanceof SenderNotFound) return failed('NoSender', { reason });
  if (error instanceof ExpressionFailed || error instanceof UnknownKind)
    return failed('ApiRefused', { reason });
  if (error instanceof KubeRefused)
    return failed('ApiRefused', { reason }, { kind: 'Status', status: error.status });
  if (isStatusError(error))
    return failed('ApiRefused', { reason }, { kind: 'Status', status: { ...error.status } });
  return { state: 'error', message: gradeMessage('CannotRun', { reason }) };
}

/** Why an object is not there, where the API refused it. */
export function refusedObject(
  { refused }: Pick<Looking, 'refused'>,
  kind: string,
  name: string,
): Outcome | undefined {
  const document = refused?.find((one) => one.kind === kind && one.name === name);
  if (!document) return undefined;
  const { status = {} } = document;
  const params = { kind, name, reason: status.message ?? '' };
  return failed('ObjectRefused', params, { kind: 'Status', status });
}
