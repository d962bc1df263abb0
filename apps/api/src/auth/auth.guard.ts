import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Addresses } from '../config/addresses';
import { ProblemException } from '../problems/problem-exception';
import { ADDRESSES } from '../tokens';
import { Authenticator } from './authenticator';
import { type AuthenticatedRequest, FOREIGN_ROUTE, GRADING_ROUTE, PUBLIC_ROUTE } from './caller';
import { fromOwnOrigin, isReading } from './origin';
import type { Principal } from './principal';

/** A credential that stands for all that its person may. */
const isWhole = (principal: Principal | undefined): boolean =>
  principal?.onlyCluster === undefined && (principal?.scope ?? 'all') === 'all';

/** Every route needs a caller but those marked public; a kubeconfig's token opens none of them. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    @Inject(Authenticator) private readonly authenticator: Authenticator,
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(ADDRESSES) private readonly addresses: Addresses,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const isPublic = this.marked(context, PUBLIC_ROUTE);
    const principal = await this.authenticator.fromHeaders(request.headers);
    const isOurs = fromOwnOrigin(
      { method: request.method, headers: request.headers },
      this.addresses.publicUrl,
    );
    if (isPublic) {
      // A form of another page must not sign its reader in as somebody else.
      const isForeign = !isOurs && request.headers.origin !== undefined;
      if (isForeign && !this.marked(context, FOREIGN_ROUTE))
        throw new ProblemException('ForeignOrigin', 'This must come from a page of this origin.');
      if (isOurs && isWhole(principal)) request.principal = principal;
      return true;
    }
    if (!principal) throw new ProblemException('Unauthenticated', 'Send a bearer token, or sign in.');
    this.refuseBeyondScope(principal, request.method, context);
    if (!isOurs) {
      throw new ProblemException(
        'ForeignOrigin',
        'A call with the session cookie must come from this origin.',
      );
    }
    request.principal = principal;
    return true;
  }

  private refuseBeyondScope(
    { onlyCluster, scope = 'all' }: Principal,
    method: string,
    context: ExecutionContext,
  ): void {
    if (onlyCluster !== undefined) {
      throw new ProblemException(
        'Forbidden',
        "A kubeconfig's token opens the Kubernetes API of its cluster only.",
      );
    }
    if (scope === 'read' && !isReading(method))
      throw new ProblemException('Forbidden', 'This token only reads.');
    if (scope === 'grade' && !this.marked(context, GRADING_ROUTE))
      throw new ProblemException('Forbidden', 'This token only grades.');
  }

  private marked(context: ExecutionContext, mark: string): boolean {
    const places = [context.getHandler(), context.getClass()];
    return this.reflector.getAllAndOverride<boolean | undefined>(mark, places) === true;
  }
}
