/**
 * A learning platform on loopback that does what LTI 1.3 Core 5.1 and 5.3, the 1EdTech Security Framework 1.0 (4.1 and
 * 5.1), Assignment and Grade Services 2.0, Names and Role Provisioning Services 2.0 and Deep Linking 2.0 ask of one: it
 * begins a login, signs an id_token, gives access tokens for assertions that the tool's published key signed, keeps columns
 * and scores, tells its roster page by page, and reads what the tool wants to be linked. It is no certified platform.
 */
import {
  createRemoteJWKSet,
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JWK,
  jwtVerify,
  SignJWT,
} from 'jose';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

const CLAIM = 'https://purl.imsglobal.org/spec/lti/claim';
const MEMBERSHIP = 'http://purl.imsglobal.org/vocab/lis/v2/membership';

export interface Score {
  userId: string;
  scoreGiven: number;
  scoreMaximum: number;
  timestamp: string;
  activityProgress: string;
  gradingProgress: string;
}

export interface LaunchClaims {
  sub: string;
  role: 'Instructor' | 'Learner';
  name?: string;
  /** What is otherwise than it should be. */
  changes?: Record<string, unknown>;
}

/** Somebody in the course, as Names and Role Provisioning Services tell it. */
export interface CourseMember {
  user_id: string;
  roles: string[];
  status?: 'Active' | 'Inactive' | 'Deleted';
  name?: string;
  given_name?: string;
  family_name?: string;
}

const MEMBERS_TYPE = 'application/vnd.ims.lti-nrps.v2.membershipcontainer+json';
const MEMBERS_OF_PAGE = 2;

export class LtiPlatform {
  roster: CourseMember[] = [];
  /** By column. */
  readonly scores = new Map<string, Score[]>();
  readonly problems: string[] = [];
  isDown = false;
  refusals = 0;
  toolKeys = '';
  private readonly server: Server;
  private keys!: { privateKey: CryptoKey; jwk: JWK };
  /** By token, what it is good for. */
  private readonly tokens = new Map<string, string>();

  private constructor() {
    this.server = createServer((request, response) => {
      this.handle(request, response).catch((error: Error) => {
        this.problems.push(error.message);
        response.writeHead(500).end();
      });
    });
  }

  static async start(): Promise<LtiPlatform> {
    const platform = new LtiPlatform();
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
    platform.keys = { privateKey, jwk: { ...(await exportJWK(publicKey)), kid: 'platform', alg: 'RS256' } };
    await new Promise<void>((resolve) => platform.server.listen(0, '127.0.0.1', resolve));
    return platform;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  registration(deployment = 'deployment-1') {
    return {
      name: 'Campus',
      issuer: this.url,
      client_id: 'podlab-at-campus',
      deployment_id: deployment,
      authorization_url: `${this.url}/authorize?tenant=1`,
      token_url: `${this.url}/token`,
      jwks_url: `${this.url}/jwks`,
    };
  }

  /** The id_token of a launch; `column`: the link has one already, or its tool makes it. */
  idToken(nonce: string, { sub, role, name, changes = {} }: LaunchClaims, key = this.keys.privateKey) {
    const claims: Record<string, unknown> = {
      iss: this.url,
      aud: 'podlab-at-campus',
      sub,
      nonce,
      ...(name !== undefined && { name }),
      iat: Math.floor(Date.now() / 1000),
      exp: Math.floor(Date.now() / 1000) + 300,
      [`${CLAIM}/message_type`]: 'LtiResourceLinkRequest',
      [`${CLAIM}/version`]: '1.3.0',
      [`${CLAIM}/deployment_id`]: 'deployment-1',
      [`${CLAIM}/target_link_uri`]: 'http://tool.example/',
      [`${CLAIM}/roles`]: [`${MEMBERSHIP}#${role}`],
      [`${CLAIM}/resource_link`]: { id: 'link-1' },
      [`${CLAIM}/context`]: { id: 'course-1', title: 'Computer Networks' },
      [`${CLAIM}/custom`]: { lab: 'cluster-ip' },
      'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint': {
        scope: ['https://purl.imsglobal.org/spec/lti-ags/scope/score'],
        lineitem: `${this.url}/columns/1?type=lab`,
      },
      ...changes,
    };
    return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'platform' }).sign(key);
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    const body = await text(request);
    const answer = (status: number, value: object) =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    if (url.pathname === '/jwks') return answer(200, { keys: [this.keys.jwk] });
    if (this.isDown) {
      this.refusals++;
      return answer(503, {});
    }
    if (url.pathname === '/token') return answer(200, await this.token(new URLSearchParams(body)));
    const scope = this.tokens.get((request.headers.authorization ?? '').replace('Bearer ', ''));
    if (scope === undefined) return answer(401, {});
    if (url.pathname === '/members') return this.members(url, scope, request, response);
    if (url.pathname === '/columns') {
      this.expectType(request, 'application/vnd.ims.lis.v2.lineitem+json');
      return answer(201, { ...(JSON.parse(body) as object), id: `${this.url}/columns/made` });
    }
    const column = /^\/columns\/([a-z0-9]+)\/scores$/.exec(url.pathname)?.[1];
    if (column === undefined) return answer(404, {});
    this.expectType(request, 'application/vnd.ims.lis.v1.score+json');
    this.scores.set(column, [...(this.scores.get(column) ?? []), JSON.parse(body) as Score]);
    return answer(200, {});
  }

  /** Two a page, with the way to the next in the header. */
  private members(url: URL, scope: string, request: IncomingMessage, response: ServerResponse): void {
    if (scope !== 'https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly')
      return void response.writeHead(403).end();
    if (request.headers.accept !== MEMBERS_TYPE) throw new Error(`${request.headers.accept} is asked for`);
    const from = Number(url.searchParams.get('from') ?? 0);
    const members = this.roster.slice(from, from + MEMBERS_OF_PAGE);
    const next = from + MEMBERS_OF_PAGE;
    if (next < this.roster.length)
      response.setHeader(
        'link',
        `<${this.url}/members?from=0>; rel="first", <${this.url}/members?from=${next}>; rel="next"`,
      );
    const body = { id: `${this.url}/members`, context: { id: 'course-1' }, members };
    response.writeHead(200, { 'content-type': MEMBERS_TYPE }).end(JSON.stringify(body));
  }

  /** What the tool wants to be linked, as the browser brings it: signed by the tool, for this platform. */
  async chosen(jwt: string): Promise<Record<string, unknown>> {
    const { payload } = await jwtVerify(jwt, createRemoteJWKSet(new URL(this.toolKeys)), {
      issuer: 'podlab-at-campus',
      audience: this.url,
      requiredClaims: ['iat', 'exp', 'nonce'],
    });
    return payload;
  }

  private expectType({ headers }: IncomingMessage, type: string): void {
    if (headers['content-type'] !== type) throw new Error(`${headers['content-type']} is not ${type}`);
  }

  private async token(form: URLSearchParams): Promise<object> {
    const keys = createRemoteJWKSet(new URL(this.toolKeys));
    const { payload } = await jwtVerify(form.get('client_assertion') ?? '', keys, {
      issuer: 'podlab-at-campus',
      subject: 'podlab-at-campus',
      audience: `${this.url}/token`,
      requiredClaims: ['iat', 'exp', 'jti'],
    });
    if (form.get('grant_type') !== 'client_credentials') throw new Error('no client_credentials');
    const token = `token ${payload.jti}`;
    if (this.tokens.has(token)) throw new Error('the assertion was used before');
    this.tokens.set(token, form.get('scope') ?? '');
    return { access_token: token, token_type: 'Bearer', expires_in: 3600, scope: form.get('scope') };
  }
}
