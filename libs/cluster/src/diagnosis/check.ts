import type { Diagnosis, Request, SendRequest, SendRequestBody } from '@podlab/contracts';
import { translateRequest } from '@podlab/traceflow';
import type { Cluster } from '../cluster';
import { applyFix, get, send } from '../test-support';

/** What became of a request and of the fixes that its diagnoses proposed. */
export interface Story {
  /** One for each time that it was sent. */
  readonly diagnoses: readonly Diagnosis[];
  /** How it ended: answered and nothing to say, no fix, the same diagnosis again, or after too many rounds. */
  readonly end: 'Delivered' | 'NoFix' | 'Again' | 'TooMany';
}

/** Sentences that say only where the packet stopped: none may be needed. */
export const LAST_RESORTS: ReadonlySet<string> = new Set(['DroppedByRule', 'Undelivered', 'LinkBroken']);
/** What a sentence shows when something was not put in. */
const HOLES = /undefined|null|NaN|\{|\}|\(\)|\[object|Infinity| {2}| [.,;]|^\s*$/;
const RESOURCES: Readonly<Record<string, string>> = {
  Ingress: 'ingresses',
  NetworkPolicy: 'networkpolicies',
};

/** Sends a request, does what the diagnosis proposes and sends it again, up to `rounds` times. */
export function follow(cluster: Cluster, written: SendRequestBody, rounds: number): Story {
  const diagnoses: Diagnosis[] = [];
  const seen = new Set<string>();
  let body = written;
  for (let round = 0; round <= rounds; round++) {
    const { from, to, ...more } = body;
    const request = send(cluster, from, to, more as Partial<SendRequest>);
    const { diagnosis, disposition } = request;
    if (!diagnosis && disposition !== 'Delivered') throw new Error(`${disposition} without a diagnosis`);
    if (!diagnosis) return { diagnoses, end: 'Delivered' };
    diagnoses.push(diagnosis);
    checkDiagnosis(cluster, request, diagnosis);
    const { message, object, field, found, fix } = diagnosis;
    const key = JSON.stringify([message.code, object, field, found, fix]);
    if (seen.has(key)) return { diagnoses, end: 'Again' };
    seen.add(key);
    if (!diagnosis.fix) return { diagnoses, end: 'NoFix' };
    body = applyFix(cluster, body, diagnosis.fix);
  }
  return { diagnoses, end: 'TooMany' };
}

/** What holds for every diagnosis: a code of its own, whole sentences, objects that are there. */
function checkDiagnosis(cluster: Cluster, request: Request, diagnosis: Diagnosis): void {
  const { code, message, object, fix } = diagnosis;
  if (LAST_RESORTS.has(message.code)) throw new Error(`${code} says too little: ${message.text}`);
  const korean = translateRequest(request, 'ko').diagnosis?.message.text ?? '';
  for (const text of [message.text, korean]) {
    if (HOLES.test(text.replace(' : ', ': '))) throw new Error(`${message.code} has a hole: ${text}`);
  }
  for (const each of [object, fix?.action === 'Patch' ? fix.object : null]) {
    if (each) get(cluster, pathOf(each));
  }
}

function pathOf({ apiVersion, kind, namespace, name }: NonNullable<Diagnosis['object']>): string {
  const group = apiVersion.includes('/') ? `apis/${apiVersion}` : `api/${apiVersion}`;
  const resource = RESOURCES[kind] ?? `${kind.toLowerCase()}s`;
  return `/${group}${namespace === undefined ? '' : `/namespaces/${namespace}`}/${resource}/${name}`;
}
