/** A small REST client of the server under test. */
import type {
  Cluster,
  ClusterCreateBody,
  Person,
  PersonCreateBody,
  PersonCreated,
  Problem,
  RequestAnswer,
  SendRequestBody,
  TokenCreated,
} from '@podlab/contracts';
import type { TestServer } from './server';

export interface Answer<Body> {
  status: number;
  headers: Headers;
  body: Body;
  text: string;
}

/** A client of one person, beside whom it is. */
export type PersonClient = Client & { person: Person };

export class Client {
  constructor(
    readonly server: TestServer,
    /** The headers that go with every call. */
    readonly credentials: Record<string, string> = { authorization: `Bearer ${server.adminToken}` },
  ) {}

  with(headers: Record<string, string>): Client {
    return new Client(this.server, { ...this.credentials, ...headers });
  }

  async call<Body = Problem>(
    method: string,
    path: string,
    body?: unknown,
    type = 'application/json',
  ): Promise<Answer<Body>> {
    const response = await fetch(`${this.server.url}${path}`, {
      method,
      headers: body === undefined ? this.credentials : { ...this.credentials, 'content-type': type },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
      redirect: 'manual',
    });
    const text = await response.text();
    const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '') && !/[?&]watch=/.test(path);
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: (isJson ? JSON.parse(text) : undefined) as Body,
    };
  }

  /** The body of a call that must succeed. */
  async ok<Body>(method: string, path: string, body?: unknown, type?: string): Promise<Body> {
    const answer = await this.call<Body>(method, path, body, type);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  }

  /** Asks as the administrator for a new person, who signs in by the link and gets a bearer token for this client. */
  async newPerson(body: PersonCreateBody): Promise<PersonClient> {
    const { link, ...person } = await this.ok<PersonCreated>('POST', '/api/v1/people', body);
    const client = await new Client(this.server, {}).signedInBy(link.url);
    return Object.assign(client, { person });
  }

  /** Uses a one-time link up: a client with a bearer token of whom it lets in. */
  async signedInBy(link: string): Promise<Client> {
    const code = new URL(link).hash.replace('#code=', '');
    const { status, headers, text } = await this.call('POST', '/api/v1/auth/sign-in', { code });
    if (status !== 200) throw new Error(`the link lets nobody in: ${status} ${text}`);
    const cookie = (headers.get('set-cookie') ?? '').split(';')[0];
    const session = new Client(this.server, { cookie, origin: this.server.url });
    const { token } = await session.ok<TokenCreated>('POST', '/api/v1/auth/tokens', { name: 'test' });
    return new Client(this.server, { authorization: `Bearer ${token}` });
  }

  createCluster(body: ClusterCreateBody = {}): Promise<Cluster> {
    return this.ok('POST', '/api/v1/clusters', body);
  }

  settle(
    cluster: string,
    timeout_ms = 120_000,
  ): Promise<{ now: string; resourceVersion: string; settled: boolean }> {
    return this.ok('POST', `/api/v1/clusters/${cluster}/clock/settle`, { timeout_ms });
  }

  send(cluster: string, body: SendRequestBody): Promise<RequestAnswer> {
    return this.ok('POST', `/api/v1/clusters/${cluster}/requests`, body);
  }
}
