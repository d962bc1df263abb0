import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiResponse } from '@nestjs/swagger';
import { Problem } from '@podlab/contracts';
import type { z } from 'zod';

/** Documents what a route does and answers; every error is a problem. */
export function Answers(summary: string, status: number, schema?: z.ZodType) {
  return applyDecorators(
    ApiOperation({ summary }),
    ApiResponse(
      schema
        ? { status, description: summary, standardSchema: schema as never }
        : { status, description: summary },
    ),
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
