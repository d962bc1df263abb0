/** What a launch carries to the platform and back: sealed, once, and only by the browser that began it. */
import { Inject, Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { cookieValue } from '../auth/cookies';
import { equalSecrets, randomText } from '../auth/secrets';
import type { Addresses } from '../config/addresses';
import { ProblemException } from '../problems/problem-exception';
import type { SecretBox } from '../tls/secret-box';
import { ADDRESSES, SECRET_BOX } from '../tokens';

const COOKIE = 'podlab_lti';
const COOKIE_PATH = '/api/v1/lti/launch';
const SECONDS = 10 * 60;

const Trip = z.object({
  platform: z.string(),
  nonce: z.string(),
  browser: z.string(),
  /** The process that began it: what was used up is known there. */
  process: z.string(),
  until: z.number(),
});
type Trip = z.infer<typeof Trip>;

@Injectable()
export class RoundTrips {
  private readonly process = randomBytes(8).toString('hex');
  /** Nonces that were used, and until when they are remembered. */
  private readonly used = new Map<string, number>();

  constructor(
    @Inject(SECRET_BOX) private readonly box: SecretBox,
    @Inject(ADDRESSES) private readonly addresses: Addresses,
  ) {}

  begin(platform: string): { state: string; nonce: string; cookie: string } {
    const trip: Trip = {
      platform,
      nonce: randomText(),
      browser: randomText(),
      process: this.process,
      until: Date.now() + SECONDS * 1000,
    };
    const state = Buffer.from(this.box.seal(JSON.stringify(trip)), 'base64').toString('base64url');
    return { state, nonce: trip.nonce, cookie: this.cookie(trip.browser, SECONDS) };
  }

  /** The end of a trip: it can't be made twice. Throws Unauthenticated. */
  end(state: string, cookies: string | undefined): { platform: string; nonce: string; cookie: string } {
    const trip = this.opened(state);
    const browser = cookieValue(cookies, COOKIE);
    const now = Date.now();
    const isOurs = trip?.process === this.process && trip.until > now;
    if (!trip || !isOurs || browser === undefined || !equalSecrets(browser, trip.browser))
      throw refused('it was not begun in this browser, or long ago; open it again from your course');
    for (const [nonce, until] of this.used) if (until <= now) this.used.delete(nonce);
    if (this.used.has(trip.nonce)) throw refused('it was used before; open it again from your course');
    this.used.set(trip.nonce, trip.until);
    return { platform: trip.platform, nonce: trip.nonce, cookie: this.cookie('', 0) };
  }

  private opened(state: string): Trip | undefined {
    try {
      const text = this.box.open(Buffer.from(state, 'base64url').toString('base64'));
      return Trip.safeParse(JSON.parse(text)).data;
    } catch {
      return undefined;
    }
  }

  /** The platform posts from its own page: a browser sends the cookie along only if it may go anywhere. */
  private cookie(value: string, seconds: number): string {
    const isSecure = this.addresses.publicUrl.startsWith('https:');
    const where = isSecure ? 'SameSite=None; Secure; Partitioned' : 'SameSite=Lax';
    return `${COOKIE}=${value}; Path=${COOKIE_PATH}; HttpOnly; ${where}; Max-Age=${seconds}`;
  }
}

export const refused = (why: string) =>
  new ProblemException('Unauthenticated', `The launch is refused: ${why}.`);
