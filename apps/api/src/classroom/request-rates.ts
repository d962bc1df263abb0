/** How many requests a member of a class issues in the simulated network in a minute. */
import { Inject, Injectable } from '@nestjs/common';
import type { ClusterRecord, Domain } from '@podlab/persistence';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Principal } from '../auth/principal';
import { ProblemException } from '../problems/problem-exception';
import { DOMAIN } from '../tokens';
import { quotasOf } from './class-answers';

const MINUTE_SECONDS = 60;

@Injectable()
export class RequestRates {
  private readonly limiters = new Map<string, RateLimiterMemory>();

  constructor(@Inject(DOMAIN) private readonly domain: Domain) {}

  /** Throws 429 when this would be more than the class lets its members issue. Outside of classes there is no bound. */
  async charge({ id }: Principal, { class_id }: ClusterRecord, requests: number): Promise<void> {
    const found = class_id === null ? null : await this.domain.findClass(class_id);
    if (!found) return;
    const most = quotasOf(found).requests_per_minute;
    try {
      await this.limiter(found.id, most).consume(id, requests);
    } catch (refused) {
      const seconds = Math.max(1, Math.ceil((refused as { msBeforeNext: number }).msBeforeNext / 1000));
      throw new ProblemException(
        'TooManyRequests',
        `The quota requests_per_minute is used up: ${most}.`,
        [{ path: 'quotas.requests_per_minute', message: `is limited to ${most}` }],
        seconds,
      );
    }
  }

  /** As {@link charge}, for who starts a command in a cluster's pod. */
  async chargeAt(principal: Principal, cluster: string): Promise<void> {
    const record = await this.domain.findCluster(cluster);
    if (record) await this.charge(principal, record, 1);
  }

  /** What was issued already, such as by a command: it counts, and nobody is refused for it. */
  async count(person: string, cluster: string, requests: number): Promise<void> {
    const record = await this.domain.findCluster(cluster);
    const found = record?.class_id ? await this.domain.findClass(record.class_id) : null;
    if (found) await this.limiter(found.id, quotasOf(found).requests_per_minute).penalty(person, requests);
  }

  /** How many of this minute a member has issued. */
  async used({ class_id }: ClusterRecord, person: string): Promise<number> {
    const limiter = class_id === null ? undefined : this.limiters.get(class_id);
    return (await limiter?.get(person))?.consumedPoints ?? 0;
  }

  /** With a new quota the minute begins anew. */
  private limiter(classId: string, points: number): RateLimiterMemory {
    const known = this.limiters.get(classId);
    if (known?.points === points) return known;
    const made = new RateLimiterMemory({ points, duration: MINUTE_SECONDS });
    this.limiters.set(classId, made);
    return made;
  }
}
