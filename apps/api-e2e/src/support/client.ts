/** A small REST client of the server under test. */
import type { Cluster, ClusterCreateBody, Problem, RequestAnswer, SendRequestBody } from '@podlab/contracts';
import type { TestServer } from './server';

export interface Answer<Body> {
  status: number;
  headers: Headers;
  body: Body;
  text: string;
}

export class Client {
  constructor(
    readonly server: TestServer,
    private readonly headers: Record<string, string> = { authorization: `Bearer ${server.adminToken}` },
  ) {}

  with(headers: Record<string, string>): Client {
    return new Client(this.server, { ...this.headers, ...headers });
  }

  async call<Body = Problem>(
    method: string,
    path: string,
    body?: unknown,
    type = 'application/json',
  ): Promise<Answer<Body>> {
    const response = await fetch(`${this.server.url}${path}`, {
      method,
      headers: body === undefined ? this.headers : { ...this.headers, 'content-type': type },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
      redirect: 'manual',
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '') && !/[?&]watch=/.test(path);
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
