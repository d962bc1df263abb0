/** Sign-in with a provider of OpenID Connect: authorization code, PKCE, state and nonce. */
import { Inject, Injectable } from '@nestjs/common';
import type { SignInMethods } from '@podlab/contracts';
import type { Domain, PersonRecord } from '@podlab/persistence';
import * as openid from 'openid-client';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Addresses } from '../config/addresses';
import type { Settings } from '../config/settings';
import { internalHostOf } from '../outbound/internal-hosts';
import { Outbound } from '../outbound/outbound';
import { ProblemException } from '../problems/problem-exception';
import type { SecretBox } from '../tls/secret-box';
import { ADDRESSES, DOMAIN, LOGGER, SECRET_BOX, SETTINGS } from '../tokens';
import { oidcCookie } from './cookies';
import type { Principal } from './principal';
import { randomIdentifier } from './secrets';
import { principalOf, type SignedIn, SignInDesk } from './sign-in';

const CALLBACK = '/api/v1/auth/oidc/callback';
const START = '/api/v1/auth/oidc/start';
/** How long somebody may take at the provider's page. */
const ROUND_TRIP_SECONDS = 10 * 60;
const NAME_CHARACTERS = 64;

/** What the browser carries to the provider and back, sealed. */
const RoundTrip = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  return_to: z.string(),
  /** Set: somebody who was signed in links the identity to himself. */
  person: z.string().nullable(),
  until: z.number(),
});
type RoundTrip = z.infer<typeof RoundTrip>;

export interface Redirection {
  url: string;
  cookies: string[];
}

@Injectable()
export class OidcDesk {
  private provider: Promise<openid.Configuration> | undefined;

  constructor(
    @Inject(DOMAIN) private readonly domain: Domain,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(ADDRESSES) private readonly addresses: Addresses,
    @Inject(SECRET_BOX) private readonly box: SecretBox,
    @Inject(SignInDesk) private readonly desk: SignInDesk,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(Outbound) private readonly outbound: Outbound,
  ) {}

  method(): SignInMethods['oidc'] {
    const { oidc } = this.settings;
    return oidc ? { name: oidc.name, start: START } : null;
  }

  /** To the provider's page. */
  async start(returnTo: string | undefined, signedIn: Principal | undefined): Promise<Redirection> {
    const provider = await this.configuration();
    const trip: RoundTrip = {
      state: openid.randomState(),
      nonce: openid.randomNonce(),
      verifier: openid.randomPKCECodeVerifier(),
      return_to: ownPath(returnTo),
      person: signedIn?.session === undefined ? null : signedIn.id,
      until: Date.now() + ROUND_TRIP_SECONDS * 1000,
    };
    const url = openid.buildAuthorizationUrl(provider, {
      redirect_uri: `${this.addresses.publicUrl}${CALLBACK}`,
      scope: 'openid profile',
      state: trip.state,
      nonce: trip.nonce,
      code_challenge: await openid.calculatePKCECodeChallenge(trip.verifier),
      code_challenge_method: 'S256',
    });
    const sealed = Buffer.from(this.box.seal(JSON.stringify(trip)), 'base64').toString('base64url');
    return { url: url.href, cookies: [this.cookie(sealed, ROUND_TRIP_SECONDS)] };
  }

  /** Back from the provider with a code: a session of whom the identity belongs to. */
  async callback(query: string, sealed: string | undefined): Promise<Redirection> {
    const trip = this.opened(sealed);
    const provider = await this.configuration();
    const url = new URL(`${this.addresses.publicUrl}${CALLBACK}${query}`);
    const claims = await this.claims(provider, url, trip);
    const person = await this.personOf(claims, trip);
    const { cookie } = await this.begin(person);
    return { url: trip.return_to, cookies: [this.cookie('', 0), cookie] };
  }

  private begin(person: PersonRecord): Promise<SignedIn> {
    return this.desk.begin(principalOf(person), 'oidc');
  }

  private async claims(
    provider: openid.Configuration,
    url: URL,
    { state, nonce, verifier }: RoundTrip,
  ): Promise<openid.IDToken> {
    try {
      const tokens = await openid.authorizationCodeGrant(provider, url, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
      return tokens.claims() as openid.IDToken;
    } catch (error) {
      this.logger.warn({ reason: (error as Error).message }, 'a sign-in with the provider failed');
      throw new ProblemException(
        'Unauthenticated',
        'The provider did not confirm who you are; sign in again.',
      );
    }
  }

  /** Issuer and subject say who it is, and nothing else: names and addresses at a provider may change hands. */
  private async personOf({ iss, sub, name }: openid.IDToken, trip: RoundTrip): Promise<PersonRecord> {
    const created_at = Date.now();
    const known = await this.domain.findIdentity(iss, sub);
    if (known && trip.person !== null && known.person_id !== trip.person)
      throw new ProblemException('Conflict', 'This identity belongs to another person here.');
    let id = known?.person_id ?? trip.person;
    if (id === null) {
      id = randomIdentifier();
      await this.domain.savePerson({
        id,
        login: null,
        name: plainName(name) ?? 'New person',
        role: 'student',
        password_hash: null,
        home_class_id: null,
        created_at,
      });
    }
    const linked = await this.domain.linkIdentity({ issuer: iss, subject: sub, person_id: id, created_at });
    const person = await this.domain.findPerson(linked);
    if (!person) throw new ProblemException('Unauthenticated', 'This person is gone.');
    return person;
  }

  private opened(sealed: string | undefined): RoundTrip {
    const trip = sealed === undefined ? undefined : this.tryOpen(sealed);
    if (!trip || trip.until < Date.now())
      throw new ProblemException(
        'Unauthenticated',
        'This sign-in was not begun here, or long ago; begin again.',
      );
    return trip;
  }

  private tryOpen(sealed: string): RoundTrip | undefined {
    try {
      const text = this.box.open(Buffer.from(sealed, 'base64url').toString('base64'));
      return RoundTrip.safeParse(JSON.parse(text)).data;
    } catch {
      return undefined;
    }
  }

  /** Discovered on first use, and again after a failure: the provider may start later than this server. */
  private configuration(): Promise<openid.Configuration> {
    const { oidc } = this.settings;
    if (!oidc) throw new ProblemException('NotFound', 'This server knows no provider of OpenID Connect.');
    const options: openid.DiscoveryRequestOptions = {
      // The issuer is the administrator's word; what it names beside itself is not.
      [openid.customFetch]: (url, request) =>
        this.outbound.fetch(url, request, [internalHostOf(oidc.issuer)]),
      ...(oidc.issuer.startsWith('http:') && { execute: [openid.allowInsecureRequests] }),
    };
    this.provider ??= openid.discovery(
      new URL(oidc.issuer),
      oidc.clientId,
      oidc.clientSecret,
      undefined,
      options,
    );
    return this.provider.catch((error: unknown) => {
      this.provider = undefined;
      this.logger.warn(
        { reason: (error as Error).message },
        'the provider of OpenID Connect does not answer',
      );
      throw new ProblemException('ProviderUnavailable', 'The provider does not answer; try again.');
    });
  }

  private cookie(value: string, seconds: number): string {
    return oidcCookie(value, seconds, this.addresses.publicUrl.startsWith('https:'));
  }
}

/** A path of this origin, and no way out of it. */
function ownPath(path: string | undefined): string {
  return path !== undefined && /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]{0,500}$/.test(path) ? path : '/';
}

/** A name that somebody else gave, without what can't be seen. */
export function plainName(name: unknown): string | undefined {
  if (typeof name !== 'string') return undefined;
  const plain = name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '').trim();
  return plain === '' ? undefined : [...plain].slice(0, NAME_CHARACTERS).join('');
}
