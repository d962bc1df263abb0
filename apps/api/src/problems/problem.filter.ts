import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { LOGGER } from '../tokens';
import { problemOf } from './problem-of';

@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const problem = problemOf(error);
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    if (problem.code === 'Internal') {
      const { method, url } = http.getRequest<FastifyRequest>();
      this.logger.error({ err: error, method, url }, 'unforeseen error');
    }
    if (problem.code === 'StorageUnavailable' || problem.code === 'TooManyRequests')
      void reply.header('Retry-After', String(problem.retryAfterSeconds ?? 2));
    void reply.status(problem.status).header('content-type', 'application/problem+json').send(problem.body());
  }
}
