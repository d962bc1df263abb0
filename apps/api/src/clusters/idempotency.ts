/** `Idempotency-Key`: the same creation asked twice is done once; another body under the same key is refused. */
import { Inject, Injectable } from '@nestjs/common';
import type { Domain } from '@podlab/persistence';
import type { Principal } from '../auth/principal';
import { hashOf } from '../auth/secrets';
import { ProblemException } from '../problems/problem-exception';
import type { SecretBox } from '../tls/secret-box';
import { DOMAIN, SECRET_BOX } from '../tokens';

const KEPT_MS = 24 * 3600 * 1000;

@Injectable()
export class Idempotency {
  private readonly running = new Map<string, Promise<unknown>>();

  constructor(
    @Inject(DOMAIN) private readonly domain: Domain,
    @Inject(SECRET_BOX) private readonly box: SecretBox,
  ) {}

  async once<Answer>(
    principal: Principal,
    key: string | undefined,
    body: unknown,
    create: () => Promise<Answer>,
  ): Promise<Answer> {
    if (key === undefined) return create();
    if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
      throw new ProblemException('BadRequest', 'Idempotency-Key: must be 1 to 255 visible ASCII characters');
    }
    const name = `${principal.id} ${key}`;
    while (this.running.has(name)) await this.running.get(name)?.catch(() => undefined);
    const work = this.findOrCreate(principal.id, key, hashOf(JSON.stringify(body)), create);
    this.running.set(name, work);
    try {
      return await work;
    } finally {
      this.running.delete(name);
    }
  }

  private async findOrCreate<Answer>(
    caller_id: string,
    key: string,
    fingerprint: string,
    create: () => Promise<Answer>,
  ): Promise<Answer> {
    const known = await this.domain.findIdempotent(caller_id, key, Date.now() - KEPT_MS);
    if (known && known.fingerprint !== fingerprint) {
      throw new ProblemException(
        'IdempotencyKeyReused',
        'This Idempotency-Key came with another body before.',
      );
    }
    if (known) return JSON.parse(this.opened(known.answer)) as Answer;
    const answer = await create();
    const record = {
      caller_id,
      key,
      fingerprint,
      status: 201,
      answer: this.box.seal(JSON.stringify(answer)),
      created_at: Date.now(),
    };
    await this.domain.saveIdempotent(record);
    return answer;
  }

  /** An answer may hold a sign-in link, so it is sealed; those of the release before stand in clear. */
  private opened(answer: string): string {
    return answer.startsWith('{') ? answer : this.box.open(answer);
  }
}
