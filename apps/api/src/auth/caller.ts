import { createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Principal } from './principal';

export type AuthenticatedRequest = FastifyRequest & { principal: Principal };

/** The caller that the guard found. */
export const Caller = createParamDecorator(
  (_: unknown, context: ExecutionContext): Principal =>
    context.switchToHttp().getRequest<AuthenticatedRequest>().principal,
);

export const PUBLIC_ROUTE = 'public route';
/** Needs no credential. */
export const Public = () => SetMetadata(PUBLIC_ROUTE, true);
