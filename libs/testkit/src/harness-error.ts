const CODES = { NotFound: 404, AlreadyExists: 409, Conflict: 409, Forbidden: 403 };

/** An error with upstream's Status, as the apiserver throws it. */
export function harnessError(reason: keyof typeof CODES, resource: string, name: string): Error {
  const message = `${resource} "${name}": ${reason}`;
  const status = {
    apiVersion: 'v1',
    kind: 'Status',
    status: 'Failure',
    reason,
    code: CODES[reason],
    message,
  };
  return Object.assign(new Error(message), { status });
}
