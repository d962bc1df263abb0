/** Calls of a platform's services (1EdTech Security Framework 1.0, 4.1): by a signed assertion and no shared secret. */
import { Inject, Injectable } from '@nestjs/common';
import type { LtiPlatformRecord } from '@podlab/persistence';
import { z } from 'zod';
import { randomText } from '../auth/secrets';
import { Outbound, type OutboundRequest } from '../outbound/outbound';
import { ToolKey } from './tool-key';

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

const Token = z.object({ access_token: z.string().min(1) });

/** The platform did not do what it was asked; it may do so later. */
export class NotTaken extends Error {
  override readonly name = 'NotTaken';
}

export interface PlatformAnswer {
  text: string;
  headers: Headers;
}

@Injectable()
export class ServiceClient {
  constructor(
    @Inject(ToolKey) private readonly key: ToolKey,
    @Inject(Outbound) private readonly outbound: Outbound,
  ) {}

  /** A token for these scopes. Throws NotTaken. */
  async token({ client_id, token_url }: LtiPlatformRecord, scopes: readonly string[]): Promise<string> {
    const claims = { iss: client_id, sub: client_id, aud: token_url, jti: randomText() };
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: ASSERTION_TYPE,
      client_assertion: await this.key.sign(claims),
      scope: scopes.join(' '),
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const { text } = await this.call(token_url, { method: 'POST', headers, body: form.toString() });
    return understood(Token, text).access_token;
  }

  async post(url: string, body: object, type: string, token: string): Promise<PlatformAnswer> {
    const headers = { 'content-type': type, authorization: `Bearer ${token}` };
    return this.call(url, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  async get(url: string, accept: string, token: string): Promise<PlatformAnswer> {
    return this.call(url, { headers: { accept, authorization: `Bearer ${token}` } });
  }

  private async call(url: string, options: OutboundRequest): Promise<PlatformAnswer> {
    const { host } = new URL(url);
    try {
      const response = await this.outbound.fetch(url, options);
      if (!response.ok) throw new NotTaken(`${host} answers ${response.status}`);
      return { text: await response.text(), headers: response.headers };
    } catch (error) {
      if (error instanceof NotTaken) throw error;
      throw new NotTaken(`${host} does not answer: ${(error as Error).message}`);
    }
  }
}

export function understood<T>(schema: z.ZodType<T>, text: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new NotTaken('the platform answers what is not understood');
  }
}
