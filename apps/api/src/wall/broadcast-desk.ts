/** A teacher shows a cluster to the whole class for a while. */
import { Inject, Injectable } from '@nestjs/common';
import type { Broadcast, BroadcastEvent } from '@podlab/contracts';
import type { Domain } from '@podlab/persistence';
import type { Principal } from '../auth/principal';
import { ClassDirectory } from '../classroom/class-directory';
import { ClusterDirectory } from '../clusters/cluster-directory';
import { DOMAIN } from '../tokens';
import { ClassFeed } from './class-feed';

@Injectable()
export class BroadcastDesk {
  constructor(
    @Inject(DOMAIN) private readonly domain: Domain,
    @Inject(ClassDirectory) private readonly classes: ClassDirectory,
    @Inject(ClusterDirectory) private readonly clusters: ClusterDirectory,
    @Inject(ClassFeed) private readonly feed: ClassFeed,
  ) {}

  /** One shows what one may do anything with: an own cluster, or one of the class. */
  async set(principal: Principal, classId: string, { cluster }: Broadcast): Promise<BroadcastEvent> {
    const { record } = await this.classes.findOpen(principal, classId, 'teach');
    if (cluster !== null) await this.clusters.find(principal, cluster, 'manage');
    const before = record.broadcast_cluster_id;
    await this.domain.updateClass(classId, { broadcast_cluster_id: cluster });
    const event = { class: classId, cluster };
    this.feed.tell({ kind: 'Broadcast', event, before, by: principal.id });
    // Whoever still looks at what was shown has lost it, unless it is his own.
    if (before !== null && before !== cluster) await this.classes.recheckMembers(classId);
    return event;
  }
}
