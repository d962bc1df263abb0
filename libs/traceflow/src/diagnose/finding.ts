import type { KubeObject } from '@podlab/apimachinery';
import type { Diagnosis, SendRequest } from '@podlab/contracts';
import type { ClusterObjects } from '../cluster-objects';
import { referenceTo } from '../cluster-objects';
import type { TraceflowDependencies } from '../dependencies';
import { message } from '../describe/render';
import type { Language, MessageParams } from '../describe/render';
import type { Outcome } from '../send/exchange';
import type { NameResult } from '../send/resolve-name';
import type { Sender } from '../send/sender';
import type { Target } from '../send/target';

/** Everything that is known about a request that failed. */
export interface Failure {
  readonly request: SendRequest;
  readonly target: Target;
  readonly sender: Sender;
  readonly name: NameResult;
  /** Not there when nothing could be sent. */
  readonly outcome?: Outcome;
  readonly objects: ClusterObjects;
  readonly dependencies: TraceflowDependencies;
  readonly language: Language;
}

export type Fix = NonNullable<Diagnosis['fix']>;

/** What a rule of diagnosis found. */
export interface Finding {
  readonly code: string;
  readonly object?: KubeObject;
  readonly field?: string;
  readonly found?: unknown;
  readonly expected?: unknown;
  readonly fix?: Fix;
  readonly params?: MessageParams;
  /** Code of the sentence, where it is another than the finding's. */
  readonly message?: string;
}

/** A finding in the words of the contract; the message's parameters also have the fix as a command. */
export function toDiagnosis(finding: Finding, language: Language): Diagnosis {
  const { code, object, field, found, expected, fix } = finding;
  const params: MessageParams = {
    ...(object && { object: nameOf(object) }),
    ...(field && { field }),
    ...(found !== undefined && { found: printed(found) }),
    ...(expected !== undefined && { expected: printed(expected) }),
    ...finding.params,
    ...(fix && commandOf(fix)),
  };
  return {
    code,
    object: object ? referenceTo(object, field) : null,
    field: field ?? null,
    found: found ?? null,
    expected: expected ?? null,
    fix: fix ?? null,
    message: message(finding.message ?? code, params, language),
  };
}

export function nameOf({ metadata: { namespace, name } }: KubeObject): string {
  return namespace ? `${namespace}/${name}` : name;
}

export function printed(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.map(printed).join(', ');
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([key, item]) => `${key}=${printed(item)}`)
      .join(',');
  }
  return String(value);
}

/** A fix that replaces one field of an object. */
export function replaceField(object: KubeObject, path: string, value: unknown): Fix {
  return { action: 'Patch', object: referenceTo(object), patch: [{ op: 'replace', path, value }] };
}

/** A fix that sets one field of an object, whether it is there or not. */
export function setField(object: KubeObject, path: string, value: unknown): Fix {
  return { action: 'Patch', object: referenceTo(object), patch: [{ op: 'add', path, value }] };
}

/** A fix that sends the request with other fields. */
export function changeRequest(request: Partial<SendRequest>): Fix {
  return { action: 'Request', request };
}

/** The fix as a student would type it. */
function commandOf(fix: Fix): MessageParams {
  if (fix.action !== 'Patch') return {};
  const { kind, name, namespace } = fix.object;
  const where = namespace === undefined ? '' : ` -n ${namespace}`;
  return {
    command: `kubectl patch ${kind.toLowerCase()} ${name}${where} --type=json -p '${JSON.stringify(fix.patch)}'`,
  };
}

/** A segment of a JSON Pointer (RFC 6901). */
export function pointerSegment(text: string): string {
  return text.replace(/~/g, '~0').replace(/\//g, '~1');
}
