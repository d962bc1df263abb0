import { type Problem, type ProblemCode, PROBLEMS } from '@podlab/contracts';

/** An error that the caller gets as problem+json. */
export class ProblemException extends Error {
  override readonly name = 'ProblemException';
  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    readonly errors?: { path: string; message: string }[],
    /** When it is worth trying again. */
    readonly retryAfterSeconds?: number,
  ) {
    super(detail);
  }

  get status(): number {
    return PROBLEMS[this.code].status;
  }

  body(): Problem {
    const { status, title } = PROBLEMS[this.code];
    const problem: Problem = {
      type: `urn:podlab:problem:${this.code}`,
      title,
      status,
      detail: this.detail,
      code: this.code,
    };
    return this.errors ? { ...problem, errors: this.errors } : problem;
  }
}
