import type { Problem } from '@podlab/contracts';

/** A refused call: the server's own problem (RFC 9457), or `code: 'Unreachable'` where no server answered. */
export class ProblemError extends Error {
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly errors: readonly { path: string; message: string }[];
  /** When it may be tried again, in milliseconds of wall time. */
  retryAt: number | null = null;

  constructor(problem: Partial<Problem> & { code?: string }) {
    super(problem.detail ?? problem.title ?? problem.code ?? '');
    this.name = 'ProblemError';
    this.code = problem.code ?? 'Unknown';
    this.status = problem.status ?? 0;
    this.detail = problem.detail ?? problem.title ?? '';
    this.errors = problem.errors ?? [];
  }
}

/** Reads what an answer that is not 2xx says: a problem of our API, or a Kubernetes `Status`. */
export function problemFromBody(status: number, body: unknown): ProblemError {
  if (typeof body !== 'object' || body === null)
    return new ProblemError({ status, detail: `HTTP ${status}` });
  const fields = body as Record<string, unknown>;
  if (fields['kind'] === 'Status') return problemFromStatus(status, fields);
  return new ProblemError({ status, ...(body as Partial<Problem>) });
}

function problemFromStatus(status: number, fields: Record<string, unknown>): ProblemError {
  const details = fields['details'] as { causes?: { field?: string; message?: string }[] } | undefined;
  return new ProblemError({
    status,
    code: String(fields['reason'] ?? 'Status') as Problem['code'],
    detail: String(fields['message'] ?? ''),
    errors: (details?.causes ?? []).map((cause) => ({
      path: cause.field ?? '',
      message: cause.message ?? '',
    })),
  });
}

export const asProblem = (error: unknown): ProblemError =>
  error instanceof ProblemError
    ? error
    : new ProblemError({ code: 'Unreachable' as Problem['code'], detail: String(error) });
