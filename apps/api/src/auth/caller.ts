import { createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Principal } from './principal';

export type AuthenticatedRequest = FastifyRequest & { principal?: Principal };

/** Who calls a public route, where somebody is signed in. */
export const MaybeCaller = createParamDecorator(
  (_: unknown, context: ExecutionContext): Principal | undefined =>
    context.switchToHttp().getRequest<AuthenticatedRequest>().principal,
);

/** The caller that the guard found. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const { principal } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  if (!principal) throw new Error('a route that names its caller is public');
  return principal;
});

/** From where; a proxy's word counts only where the settings say that there is one. */
export const CallerAddress = createParamDecorator(
  (_: unknown, context: ExecutionContext): string => context.switchToHttp().getRequest<FastifyRequest>().ip,
);

export const PUBLIC_ROUTE = 'public route';
/** Needs no credential. */
export const Public = () => SetMetadata(PUBLIC_ROUTE, true);

export const FOREIGN_ROUTE = 'route for pages of other origins';
/** A page of another origin may send a form there: what it carries says by itself that it was asked for. */
export const OpenToForeignPages = () => SetMetadata(FOREIGN_ROUTE, true);

export const GRADING_ROUTE = 'grading route';
/** A token of the scope `grade` opens it. */
export const OpenToGrading = () => SetMetadata(GRADING_ROUTE, true);
