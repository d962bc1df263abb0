/** Whose pages may show this server's in a frame: those of the platforms that say so. */
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Domain, LtiPlatformRecord } from '@podlab/persistence';
import { DOMAIN } from '../tokens';

@Injectable()
export class FrameOrigins implements OnApplicationBootstrap {
  origins: readonly string[] = [];
  private readonly listeners = new Set<(origins: readonly string[]) => void>();

  constructor(@Inject(DOMAIN) private readonly domain: Domain) {}

  /** Is told at once, and when platforms come and go. */
  listen(listener: (origins: readonly string[]) => void): void {
    this.listeners.add(listener);
    listener(this.origins);
  }

  onApplicationBootstrap(): Promise<void> {
    return this.read();
  }

  async read(): Promise<void> {
    const platforms = await this.domain.listLtiPlatforms();
    this.origins = [...new Set(platforms.flatMap(frameOriginsOf))];
    for (const listener of this.listeners) listener(this.origins);
  }
}

export const frameOriginsOf = ({ frame_origins }: Pick<LtiPlatformRecord, 'frame_origins'>): string[] =>
  JSON.parse(frame_origins) as string[];
