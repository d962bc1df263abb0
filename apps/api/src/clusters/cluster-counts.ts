/** How many clusters a person may have: a bound of the server outside of classes, the class's quota in one. */
import { Inject, Injectable } from '@nestjs/common';
import { CONTRACT_LIMITS } from '@podlab/contracts';
import type { Domain } from '@podlab/persistence';
import type { Principal } from '../auth/principal';
import { quotaExceeded } from '../classroom/quotas';
import { DOMAIN } from '../tokens';

@Injectable()
export class ClusterCounts {
  /** The last that is being made, by whom and where: one after the other, so that each is counted. */
  private readonly lines = new Map<string, Promise<unknown>>();

  constructor(@Inject(DOMAIN) private readonly domain: Domain) {}

  /** Runs what makes one more; throws 403 when that would be one too many. */
  async within<Result>(
    { id, role }: Principal,
    inClass: { class_id: string; quota: number } | null,
    make: () => Promise<Result>,
  ): Promise<Result> {
    if (role === 'admin') return make();
    const { studentClusters, teacherClusters } = CONTRACT_LIMITS;
    const most = inClass?.quota ?? (role === 'teacher' ? teacherClusters : studentClusters);
    const classId = inClass?.class_id ?? null;
    const key = `${id} ${classId ?? ''}`;
    const counted = async () => {
      if ((await this.domain.countClusters(id, classId)) >= most) throw quotaExceeded('clusters', most);
      return make();
    };
    const mine = (this.lines.get(key) ?? Promise.resolve()).then(counted, counted);
    this.lines.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.lines.get(key) === mine) this.lines.delete(key);
    }
  }
}
