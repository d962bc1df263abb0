/**
 * A learning platform on loopback that does what LTI 1.3 Core 5.1 and 5.3, the 1EdTech Security Framework 1.0 (4.1 and
 * 5.1) and Assignment and Grade Services 2.0 ask of one: it begins a login, signs an id_token, gives access tokens for
 * assertions that the tool's published key signed, and keeps columns and scores. It is no certified platform.
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

export class LtiPlatform {
  /** By column. */
  readonly scores = new Map<string, Score[]>();
  readonly problems: string[] = [];
  isDown = false;
  refusals = 0;
  toolKeys = '';
  private readonly server: Server;
  private keys!: { privateKey: CryptoKey; jwk: JWK };
  private readonly tokens = new Set<string>();

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
    if (!this.tokens.has((request.headers.authorization ?? '').replace('Bearer ', '')))
      return answer(401, {});
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
    this.tokens.add(token);
    return { access_token: token, token_type: 'Bearer', expires_in: 3600, scope: form.get('scope') };
  }
}
