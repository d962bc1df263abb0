/**
 * Launches from a learning platform. Models LTI 1.3 Core and the 1EdTech Security Framework 1.0, 5.1.1: third-party
 * initiated login, an authentication request, and an id_token by form_post.
 */
import { Inject, Injectable } from '@nestjs/common';
import type { Domain, LtiPlatformRecord, PersonRecord } from '@podlab/persistence';
import { createRemoteJWKSet, customFetch, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import type { Logger } from 'pino';
import { principalOf, SignInDesk } from '../auth/sign-in';
import type { Addresses } from '../config/addresses';
import { AttemptDirectory } from '../labs/attempt-directory';
import { Outbound } from '../outbound/outbound';
import { ProblemException } from '../problems/problem-exception';
import { ADDRESSES, DOMAIN, LOGGER } from '../tokens';
import { type ChoosingLaunch, type Launch, readLaunch, type ResourceLaunch } from './claims';
import { DeepLinkDesk } from './deep-link-desk';
import { Enrolment } from './enrolment';
import { frameOriginsOf } from './frame-origins';
import { LinkDesk } from './link-desk';
import { Passback } from './passback';
import { LTI_PATH } from './platform-desk';
import { refused, RoundTrips } from './round-trip';

export interface LoginRequest {
  iss: string;
  login_hint: string;
  target_link_uri: string;
  lti_message_hint?: string;
  client_id?: string;
  lti_deployment_id?: string;
}

export interface Redirection {
  url: string;
  cookies: string[];
}

const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256'];
const CLOCK_TOLERANCE_SECONDS = 60;
const KEYS_TIMEOUT_MS = 10_000;

@Injectable()
export class LaunchDesk {
  private readonly keys = new Map<string, JWTVerifyGetKey>();

  constructor(
    @Inject(DOMAIN) private readonly domain: Domain,
    @Inject(ADDRESSES) private readonly addresses: Addresses,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(RoundTrips) private readonly trips: RoundTrips,
    @Inject(Enrolment) private readonly enrolment: Enrolment,
    @Inject(SignInDesk) private readonly signIn: SignInDesk,
    @Inject(AttemptDirectory) private readonly attempts: AttemptDirectory,
    @Inject(Passback) private readonly passback: Passback,
    @Inject(LinkDesk) private readonly links: LinkDesk,
    @Inject(DeepLinkDesk) private readonly deepLinks: DeepLinkDesk,
    @Inject(Outbound) private readonly outbound: Outbound,
  ) {}

  /** To the platform's authentication. */
  async login(request: LoginRequest): Promise<Redirection> {
    const all = (await this.domain.listLtiPlatforms()).filter(
      ({ issuer, client_id, deployment_id }) =>
        issuer === request.iss &&
        (request.client_id ?? client_id) === client_id &&
        (request.lti_deployment_id ?? deployment_id) === deployment_id,
    );
    const clients = new Set(all.map(({ client_id }) => client_id));
    if (clients.size > 1)
      throw new ProblemException('BadRequest', 'The platform does not say which of its clients this is.');
    const [platform] = all;
    if (!platform) throw new ProblemException('NotFound', `No platform ${request.iss} is registered here.`);
    const { state, nonce, cookie } = this.trips.begin(platform.id);
    const url = new URL(platform.authorization_url);
    const parameters = {
      scope: 'openid',
      response_type: 'id_token',
      response_mode: 'form_post',
      prompt: 'none',
      client_id: platform.client_id,
      redirect_uri: `${this.addresses.publicUrl}${LTI_PATH}/launch`,
      login_hint: request.login_hint,
      ...(request.lti_message_hint !== undefined && { lti_message_hint: request.lti_message_hint }),
      state,
      nonce,
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    return { url: url.href, cookies: [cookie] };
  }

  /** Back with an id_token: a session, and where the lab is. */
  async launch(token: string, state: string, cookies: string | undefined): Promise<Redirection> {
    const trip = this.trips.end(state, cookies);
    const asked = await this.domain.findLtiPlatform(trip.platform);
    if (!asked) throw refused('the platform is registered no more');
    const launch = await this.verified(asked, token, trip.nonce);
    const platform = await this.deploymentOf(asked, launch);
    const person = await this.enrolment.person(launch);
    const { id: classId } = await this.enrolment.classOf(platform, launch, person);
    const url =
      launch.kind === 'Choosing'
        ? this.choosing(platform, launch, person, classId)
        : await this.following(platform, launch, person, classId);
    const inFrame = frameOriginsOf(platform).length > 0;
    const { cookie } = await this.signIn.begin(principalOf(person), 'oidc', undefined, inFrame);
    return { url, cookies: [trip.cookie, cookie] };
  }

  /** What a link leads to is its teacher's word. */
  private choosing(
    platform: LtiPlatformRecord,
    launch: ChoosingLaunch,
    person: PersonRecord,
    classId: string,
  ): string {
    if (launch.role !== 'teacher')
      throw new ProblemException('Forbidden', 'Only who teaches the course chooses what its links lead to.');
    return this.deepLinks.begin(platform, launch, classId, person.id);
  }

  private async following(
    platform: LtiPlatformRecord,
    launch: ResourceLaunch,
    person: PersonRecord,
    classId: string,
  ): Promise<string> {
    const lab = await this.links.followed(platform, launch, classId);
    if (!lab) {
      if (launch.role !== 'student') return `/class?id=${classId}`;
      const detail = 'Your teacher has not said yet which lab this link leads to.';
      throw new ProblemException('Conflict', detail);
    }
    await this.assign(classId, lab.name);
    return this.pathOf(platform, launch, person, { classId, lab: lab.name });
  }

  private async verified(platform: LtiPlatformRecord, token: string, nonce: string): Promise<Launch> {
    const { issuer, client_id } = platform;
    let payload: JWTPayload;
    try {
      ({ payload } = await jwtVerify(token, this.keysOf(platform), {
        issuer,
        audience: client_id,
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        requiredClaims: ['sub', 'iat', 'exp', 'nonce'],
      }));
    } catch (error) {
      this.logger.warn({ issuer, reason: (error as Error).message }, 'a launch could not be verified');
      throw refused('its token is not what the platform signs');
    }
    if (payload['nonce'] !== nonce) throw refused('its token is for another launch');
    const { aud, azp } = payload;
    if ((azp !== undefined || (Array.isArray(aud) && aud.length > 1)) && azp !== client_id)
      throw refused('its token is for another tool');
    const read = readLaunch(payload);
    if ('problem' in read) throw refused(`its claims do not fit, ${read.problem}`);
    return read.launch;
  }

  /** A platform may have this tool several times, each registered by itself. */
  private async deploymentOf(asked: LtiPlatformRecord, { deployment }: Launch): Promise<LtiPlatformRecord> {
    const { issuer, client_id } = asked;
    const found = (await this.domain.listLtiPlatforms()).find(
      (one) => one.issuer === issuer && one.client_id === client_id && one.deployment_id === deployment,
    );
    if (!found) throw refused('its deployment is not registered');
    return found;
  }

  /** That the course links to a lab is its teacher's word. */
  private async assign(class_id: string, lab: string): Promise<void> {
    const assigned = await this.domain.listAssignments(class_id);
    if (assigned.some((one) => one.lab === lab)) return;
    await this.domain.saveAssignment({ class_id, lab, opens_at: null, due_at: null });
  }

  /** A student comes to his cluster, whose scores go to the platform from now on; who teaches, to the wall. */
  private async pathOf(
    platform: LtiPlatformRecord,
    launch: ResourceLaunch,
    person: PersonRecord,
    { classId, lab }: { classId: string; lab: string },
  ): Promise<string> {
    if (launch.role !== 'student') return `/wall?class=${classId}&lab=${encodeURIComponent(lab)}`;
    const { record, cluster } = await this.attempts.begin(principalOf(person), lab, classId);
    await this.passback.follow(platform, launch, record, person.id);
    return `/cluster?id=${cluster.id}&attempt=${record.id}`;
  }

  private keysOf({ id, jwks_url }: LtiPlatformRecord): JWTVerifyGetKey {
    let keys = this.keys.get(id);
    if (!keys) {
      keys = createRemoteJWKSet(new URL(jwks_url), {
        timeoutDuration: KEYS_TIMEOUT_MS,
        [customFetch]: (url, options) => this.outbound.fetch(url, options),
      });
      this.keys.set(id, keys);
    }
    return keys;
  }
}
