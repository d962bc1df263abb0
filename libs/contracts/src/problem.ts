import { z } from 'zod';

/** Every stable `code` of an error of the REST API and Socket.IO, with its HTTP status and title. */
export const PROBLEMS = {
  BadRequest: { status: 400, title: 'The call is malformed' },
  Unauthenticated: { status: 401, title: 'Sign in first' },
  Forbidden: { status: 403, title: 'Your role does not allow this' },
  ForeignOrigin: { status: 403, title: 'The call comes from a page of another origin' },
  QuotaExceeded: { status: 403, title: 'A quota is used up' },
  NotFound: { status: 404, title: 'There is no such thing here' },
  MethodNotAllowed: { status: 405, title: 'This path does not know this method' },
  NotAcceptable: { status: 406, title: 'None of the accepted media types can be given' },
  Conflict: { status: 409, title: 'It is in the way of something that is there' },
  ClassArchived: { status: 409, title: 'The class is archived and changes no more' },
  ClockBusy: { status: 409, title: 'Another clock command is running' },
  ClockPaused: { status: 409, title: 'The clock is paused' },
  Gone: { status: 410, title: 'That moment was compacted' },
  BodyTooLarge: { status: 413, title: 'The body is too large' },
  UnsupportedMediaType: { status: 415, title: 'The body has a media type that this call does not read' },
  InvalidBody: { status: 422, title: 'The body does not fit the schema' },
  InvalidQuery: { status: 422, title: 'The query does not fit the schema' },
  GradeIncomplete: { status: 422, title: 'Not everything could be graded, and this format cannot say so' },
  InvalidLab: { status: 422, title: 'The lab does not make sense' },
  ManifestsRefused: { status: 422, title: 'The Kubernetes API refuses the manifests' },
  LimitExceeded: { status: 422, title: 'A limit was reached' },
  IdempotencyKeyReused: { status: 422, title: 'The Idempotency-Key was used with another body' },
  TooManyRequests: { status: 429, title: 'Too much at once; try again later' },
  Internal: { status: 500, title: 'The server failed' },
  ClusterFailed: { status: 500, title: 'This cluster failed' },
  ProviderUnavailable: { status: 503, title: 'The sign-in provider does not answer' },
  StorageUnavailable: { status: 503, title: 'What was done cannot be written to disk now' },
  ShuttingDown: { status: 503, title: 'The server is stopping' },
} as const satisfies Record<string, { status: number; title: string }>;
export type ProblemCode = keyof typeof PROBLEMS;
/** All of them, for who has a text for each. */
export const PROBLEM_CODES = Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]];

/** `application/problem+json` (RFC 9457). */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.enum(PROBLEM_CODES),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof Problem>;
