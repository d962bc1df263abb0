import type { FieldError } from '@podlab/apimachinery';
import { invalid, newBadRequest, newInvalid, notSupported, Path } from '@podlab/apimachinery';
import { parseJson } from '../decoding';
import type { DeleteRequest } from '../registry/deletion';
import { requireJson } from './body';
import type { RequestScope } from './scope';

const POLICIES = ['Foreground', 'Background', 'Orphan'];
const POLICY = Path.of('propagationPolicy');

/** What a DELETE asks for, in its body or its query, and whether it is only tried. */
export interface DeleteOptionsRead {
  readonly request: DeleteRequest;
  readonly dryRun: boolean;
}

/** Throws 400 and 422. Models apimachinery meta/v1/validation ValidateDeleteOptions. */
export function readDeleteOptions({ request, query }: RequestScope): DeleteOptionsRead {
  const body = bodyOf(request);
  const grace = body.gracePeriodSeconds ?? query.number('gracePeriodSeconds');
  const policy = body.propagationPolicy ?? query.get('propagationPolicy');
  const orphan = body.orphanDependents ?? orphanOf(query.get('orphanDependents'));
  const dryRun = body.dryRun ?? [];
  if (grace !== undefined && grace !== null && typeof grace !== 'number') {
    throw newBadRequest('gracePeriodSeconds: Invalid value: must be a number');
  }
  const errors: FieldError[] = [];
  if (policy && !POLICIES.includes(policy as string)) {
    errors.push(notSupported(POLICY, policy, [...POLICIES, 'nil']));
  }
  if (!Array.isArray(dryRun) || dryRun.some((each) => each !== 'All')) {
    errors.push(notSupported(Path.of('dryRun'), dryRun, ['All']));
  }
  if (policy && typeof orphan === 'boolean') {
    const detail = 'orphanDependents and deletionPropagation cannot be both set';
    errors.push(invalid(POLICY, policy, detail));
  }
  if (errors.length > 0) throw newInvalid('DeleteOptions.meta.k8s.io', '', errors);
  const asked = policy || (typeof orphan === 'boolean' && (orphan ? 'Orphan' : 'Background'));
  return {
    request: {
      ...(typeof grace === 'number' && { gracePeriodSeconds: grace }),
      ...(asked ? { propagationPolicy: asked as DeleteRequest['propagationPolicy'] } : {}),
      ...(body.preconditions ? { preconditions: body.preconditions as DeleteRequest['preconditions'] } : {}),
    },
    dryRun: Array.isArray(dryRun) && dryRun.length > 0,
  };
}

function bodyOf(request: RequestScope['request']): Record<string, unknown> {
  if (request.body.length === 0) return {};
  requireJson(request);
  return (parseJson(request.body) ?? {}) as Record<string, unknown>;
}

const orphanOf = (text: string | undefined) => (text === undefined ? undefined : text !== 'false');
