/** Slows down who guesses: failures are counted per address and per login, and over the bound nothing is tried. */
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { ProblemException } from '../problems/problem-exception';
import { LOGGER } from '../tokens';

const WINDOW_SECONDS = 15 * 60;
/** A class often shares one address. */
const FAILURES_PER_ADDRESS = 200;
const FAILURES_PER_LOGIN = 10;

@Injectable()
export class Attempts {
  private readonly byAddress = limiter('address', FAILURES_PER_ADDRESS);
  private readonly byLogin = limiter('login', FAILURES_PER_LOGIN);

  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  /** Runs a try that answers undefined when it failed. Throws 429 without trying when there were too many failures. */
  async guarded<Result>(
    what: 'password' | 'link' | 'join',
    { address, login }: { address: string; login?: string },
    attempt: () => Promise<Result | undefined>,
  ): Promise<Result | undefined> {
    // Charged before the try, so that many at once are no way around it, and given back when it succeeds.
    const charged: [RateLimiterMemory, string][] = [[this.byAddress, address]];
    if (login !== undefined) charged.push([this.byLogin, login]);
    for (const [limit, key] of charged) await this.charge(limit, key, { what, address, login });
    const result = await attempt();
    if (result === undefined) this.logger.warn({ what, address, login }, 'a sign-in failed');
    else for (const [limit, key] of charged) await limit.reward(key, 1);
    return result;
  }

  private async charge(
    limit: RateLimiterMemory,
    key: string,
    about: { what: string; address: string; login?: string },
  ): Promise<void> {
    try {
      await limit.consume(key, 1);
    } catch (refused) {
      const seconds = Math.ceil((refused as { msBeforeNext: number }).msBeforeNext / 1000);
      this.logger.warn({ ...about, counted: limit.keyPrefix }, 'too many failed sign-ins: refused');
      throw new ProblemException(
        'TooManyRequests',
        `Too many failures; try again in ${seconds} seconds.`,
        undefined,
        seconds,
      );
    }
  }
}

const limiter = (keyPrefix: string, points: number) =>
  new RateLimiterMemory({ keyPrefix, points, duration: WINDOW_SECONDS });
