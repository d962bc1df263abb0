/** How many clusters a person may have: a bound of the server outside of classes, the class's quota in one. */
import { Inject, Injectable } from '@nestjs/common';
import { CONTRACT_LIMITS } from '@podlab/contracts';
import type { Domain } from '@podlab/persistence';
import type { Principal } from '../auth/principal';
import { quotaExceeded } from '../classroom/quotas';
import { DOMAIN } from '../tokens';

@Injectable()
export class ClusterCounts {
  /** Those being made now, by whom and where. */
  private readonly making = new Map<string, number>();

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
    this.making.set(key, (this.making.get(key) ?? 0) + 1);
    try {
      const there = await this.domain.countClusters(id, classId);
      if (there + (this.making.get(key) ?? 0) > most) throw quotaExceeded('clusters', most);
      return await make();
    } finally {
      const left = (this.making.get(key) ?? 1) - 1;
      if (left === 0) this.making.delete(key);
      else this.making.set(key, left);
    }
  }
}
