/**
 * Calls that keep the thread busy by themselves: of one person's a few run at once, some wait for their turn, and any more
 * are refused, so that nobody else waits behind all that one person can ask.
 */
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { CONTRACT_LIMITS } from '@podlab/contracts';
import { finalize, from, mergeMap, type Observable } from 'rxjs';
import { ProblemException } from '../problems/problem-exception';
import type { AuthenticatedRequest } from './caller';

const { heavyCallsAtOnce, heavyCallsWaiting } = CONTRACT_LIMITS;
const HEAVY =
  /^\/api\/v1\/(?:clusters\/:[a-z]+\/(?:apply|connectivity|export|fork|reset|restore)|people\/:[a-z]+\/export)$/;

interface Turns {
  running: number;
  readonly waiting: (() => void)[];
}

/** Who runs how much. */
export class HeavyTurns {
  private readonly byPerson = new Map<string, Turns>();

  /** Resolves when it is this call's turn. Throws 429 where too many wait already. */
  async enter(person: string): Promise<void> {
    const turns = this.byPerson.get(person) ?? { running: 0, waiting: [] };
    this.byPerson.set(person, turns);
    if (turns.running < heavyCallsAtOnce) return void turns.running++;
    if (turns.waiting.length >= heavyCallsWaiting) {
      const detail = `heavyCallsWaiting is limited to ${heavyCallsWaiting}: try again in some seconds.`;
      throw new ProblemException('TooManyRequests', detail);
    }
    await new Promise<void>((resolve) => turns.waiting.push(resolve));
  }

  /** The turn goes over to who waits longest. */
  leave(person: string): void {
    const turns = this.byPerson.get(person);
    if (!turns) return;
    const next = turns.waiting.shift();
    if (next) return next();
    if (--turns.running === 0) this.byPerson.delete(person);
  }
}

@Injectable()
export class HeavyCalls implements NestInterceptor {
  private readonly turns = new HeavyTurns();

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { principal, routeOptions } = context.switchToHttp().getRequest<AuthenticatedRequest>();
    if (!principal || !HEAVY.test(routeOptions.url ?? '')) return next.handle();
    const { id } = principal;
    const handled = () => next.handle().pipe(finalize(() => this.turns.leave(id)));
    return from(this.turns.enter(id)).pipe(mergeMap(handled));
  }
}
