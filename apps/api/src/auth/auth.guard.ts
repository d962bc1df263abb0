import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Addresses } from '../config/addresses';
import { ProblemException } from '../problems/problem-exception';
import { ADDRESSES } from '../tokens';
import { Authenticator } from './authenticator';
import { type AuthenticatedRequest, PUBLIC_ROUTE } from './caller';
import { fromOwnOrigin } from './origin';

/** Every route needs a caller but those marked public; a kubeconfig's token opens none of them. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    @Inject(Authenticator) private readonly authenticator: Authenticator,
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(ADDRESSES) private readonly addresses: Addresses,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.reflector.getAllAndOverride<boolean>(PUBLIC_ROUTE, [context.getHandler(), context.getClass()]))
      return true;
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const principal = await this.authenticator.fromHeaders(request.headers);
    if (!principal) throw new ProblemException('Unauthenticated', 'Send a bearer token, or sign in.');
    if (principal.onlyCluster !== undefined) {
      throw new ProblemException(
        'Forbidden',
        "A kubeconfig's token opens the Kubernetes API of its cluster only.",
      );
    }
    if (!fromOwnOrigin({ method: request.method, headers: request.headers }, this.addresses.publicUrl)) {
      throw new ProblemException(
        'ForeignOrigin',
        'A call with the session cookie must come from this origin.',
      );
    }
    request.principal = principal;
    return true;
  }
}
