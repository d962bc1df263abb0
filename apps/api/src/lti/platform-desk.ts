/** Learning platforms that may launch: registered by the administrator. */
import { Inject, Injectable } from '@nestjs/common';
import type { LtiPlatform, LtiPlatformCreate, Page } from '@podlab/contracts';
import type { Domain, LtiPlatformRecord } from '@podlab/persistence';
import type { Principal } from '../auth/principal';
import { Rights } from '../auth/rights';
import { randomIdentifier } from '../auth/secrets';
import type { Addresses } from '../config/addresses';
import { Outbound, RefusedCall } from '../outbound/outbound';
import { ProblemException } from '../problems/problem-exception';
import { ADDRESSES, DOMAIN } from '../tokens';
import { FrameOrigins, frameOriginsOf } from './frame-origins';

export const LTI_PATH = '/api/v1/lti';

@Injectable()
export class PlatformDesk {
  constructor(
    @Inject(DOMAIN) private readonly domain: Domain,
    @Inject(Rights) private readonly rights: Rights,
    @Inject(ADDRESSES) private readonly addresses: Addresses,
    @Inject(FrameOrigins) private readonly frames: FrameOrigins,
    @Inject(Outbound) private readonly outbound: Outbound,
  ) {}

  async create(principal: Principal, body: LtiPlatformCreate): Promise<LtiPlatform> {
    this.rights.requireServer(principal, 'run');
    for (const path of ['token_url', 'jwks_url'] as const) this.requireCallable(path, body[path]);
    const record: LtiPlatformRecord = {
      ...body,
      frame_origins: JSON.stringify(body.frame_origins),
      id: randomIdentifier(),
      created_at: Date.now(),
    };
    if (!(await this.domain.saveLtiPlatform(record)))
      throw new ProblemException('Conflict', 'This deployment of the platform is registered already.');
    await this.frames.read();
    return this.answer(record);
  }

  async list(principal: Principal): Promise<Page<LtiPlatform>> {
    this.rights.requireServer(principal, 'run');
    const records = await this.domain.listLtiPlatforms();
    return { items: records.map((record) => this.answer(record)), next_cursor: null };
  }

  async remove(principal: Principal, id: string): Promise<void> {
    this.rights.requireServer(principal, 'run');
    if (!(await this.domain.deleteLtiPlatform(id)))
      throw new ProblemException('NotFound', `There is no platform ${id}.`);
    await this.frames.read();
  }

  /** What is said to be called later is refused at once where that can be seen; a name is judged when it is called. */
  private requireCallable(path: string, url: string): void {
    try {
      this.outbound.require(url);
    } catch (error) {
      if (!(error instanceof RefusedCall)) throw error;
      const { message } = error;
      throw new ProblemException('InvalidBody', `${path}: ${message}`, [{ path, message }]);
    }
  }

  private answer({ created_at, ...record }: LtiPlatformRecord): LtiPlatform {
    const base = `${this.addresses.publicUrl}${LTI_PATH}`;
    const tool = { login_url: `${base}/login`, launch_url: `${base}/launch`, jwks_url: `${base}/jwks` };
    return {
      ...record,
      frame_origins: frameOriginsOf(record),
      created_at: new Date(created_at).toISOString(),
      tool,
    };
  }
}
