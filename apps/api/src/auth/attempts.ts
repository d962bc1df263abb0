/**
 * Slows down who guesses: failures are counted per address and per login, and over the bound nothing is tried. The counts
 * are kept on disk, too: nobody gets new tries by waiting for a restart.
 */
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Domain } from '@podlab/persistence';
import type { Logger } from 'pino';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { ProblemException } from '../problems/problem-exception';
import { DOMAIN, LOGGER } from '../tokens';

const WINDOW_SECONDS = 15 * 60;
/** A class often shares one address. */
const FAILURES_PER_ADDRESS = 200;
const FAILURES_PER_LOGIN = 10;
/** Counts that are kept over a restart: those that end last. */
const KEPT_COUNTS = 10_000;

@Injectable()
export class Attempts implements OnApplicationBootstrap {
  private readonly byAddress = limiter('address', FAILURES_PER_ADDRESS);
  private readonly byLogin = limiter('login', FAILURES_PER_LOGIN);

  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(DOMAIN) private readonly domain: Domain,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const now = Date.now();
    for (const { kind, subject, failures, expires_at } of await this.domain.listSignInFailures(now)) {
      const limit = [this.byAddress, this.byLogin].find(({ keyPrefix }) => keyPrefix === kind);
      await limit?.set(subject, failures, Math.ceil((expires_at - now) / 1000));
    }
  }

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
    if (result === undefined) {
      this.logger.warn({ what, address, login }, 'a sign-in failed');
      const kept = charged.map(([limit, key]) => this.keep(limit, key));
      await Promise.all(kept).catch((error: unknown) =>
        this.logger.error({ err: error }, 'failed sign-ins are not kept'),
      );
    } else for (const [limit, key] of charged) await limit.reward(key, 1);
    return result;
  }

  private async keep(limit: RateLimiterMemory, subject: string): Promise<void> {
    const counted = await limit.get(subject);
    if (!counted) return;
    const failure = {
      kind: limit.keyPrefix,
      subject,
      failures: counted.consumedPoints,
      expires_at: Date.now() + counted.msBeforeNext,
    };
    await this.domain.saveSignInFailure(failure, KEPT_COUNTS);
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
