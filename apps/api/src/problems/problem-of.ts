import { StatusError } from '@podlab/apimachinery';
import { UnreadableManifests } from '@podlab/cluster';
import { LimitExceeded, Refusal } from '@podlab/kernel';
import { HttpException } from '@nestjs/common';
import type { ProblemCode } from '@podlab/contracts';
import { ProblemException } from './problem-exception';

const CODES: Record<number, ProblemCode> = {
  400: 'BadRequest',
  401: 'Unauthenticated',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  406: 'NotAcceptable',
  413: 'BodyTooLarge',
  415: 'UnsupportedMediaType',
  429: 'TooManyRequests',
};

/** Every error as a problem; what nobody foresaw is `Internal` and says nothing about the inside. */
export function problemOf(error: unknown): ProblemException {
  if (error instanceof ProblemException) return error;
  if (error instanceof LimitExceeded) return new ProblemException('LimitExceeded', error.message);
  if (error instanceof UnreadableManifests) return new ProblemException('BadRequest', error.message);
  if (error instanceof StatusError)
    return new ProblemException(CODES[error.status.code] ?? 'BadRequest', error.message);
  if (error instanceof Refusal) {
    const errors = error.path === undefined ? undefined : [{ path: error.path, message: error.message }];
    return new ProblemException('InvalidBody', error.message, errors);
  }
  const status =
    error instanceof HttpException ? error.getStatus() : (error as { statusCode?: unknown }).statusCode;
  const code = typeof status === 'number' ? CODES[status] : undefined;
  if (code) return new ProblemException(code, (error as Error).message);
  return new ProblemException('Internal', 'The server met an error it did not foresee; its log has more.');
}
