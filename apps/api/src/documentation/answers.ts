import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiResponse, type ApiResponseOptions } from '@nestjs/swagger';
import { Problem } from '@podlab/contracts';
import type { z } from 'zod';

/** Documents what a route does and answers; every error is a problem. */
export function Answers(summary: string, status: number, schema?: z.ZodType) {
  const answer = schema && { standardSchema: schema as never };
  return documented(summary, { status, description: summary, ...answer });
}

/** As {@link Answers}, of what is text of a kind of its own. */
export function AnswersText(summary: string, type: string) {
  const content = { [type]: { schema: { type: 'string' } } };
  return documented(summary, { status: 200, description: summary, content });
}

function documented(summary: string, answer: ApiResponseOptions) {
  return applyDecorators(
    ApiOperation({ summary }),
    ApiResponse(answer),
    ApiResponse({
      status: 'default',
      description: 'A problem (application/problem+json)',
      standardSchema: Problem as never,
    }),
  );
}

/** Documents a route that makes something, once for an `Idempotency-Key`. */
export function Makes(summary: string, schema: z.ZodType) {
  const key = ApiHeader({ name: 'Idempotency-Key', required: false });
  return applyDecorators(key, Answers(summary, 201, schema));
}
