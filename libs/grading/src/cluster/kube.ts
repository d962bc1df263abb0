import type { UserInfo } from '@podlab/apiserver';
import { callKube, type Cluster, type KubeCall, type KubeResult } from '@podlab/cluster';
import type { KubernetesStatus } from '@podlab/contracts';
import { Refusal } from '@podlab/kernel';

/** The lab itself: what it writes at the start is no student's doing. */
export const LAB_USER: UserInfo = { name: 'podlab:lab', groups: ['system:masters', 'system:authenticated'] };
/** Whoever handed in what is graded. */
export const STUDENT_USER: UserInfo = { name: 'student', groups: ['system:masters', 'system:authenticated'] };

/** The Kubernetes API said no. */
export class KubeRefused extends Refusal {
  override readonly name = 'KubeRefused';
  constructor(readonly status: KubernetesStatus) {
    super(status.message ?? 'refused');
  }
}

/** As callKube; throws KubeRefused unless it succeeds. */
export function kubeJson(cluster: Cluster, user: UserInfo, call: KubeCall): KubeResult['body'] {
  const { status, body } = callKube(cluster, user, call);
  if (status >= 300) throw new KubeRefused(body);
  return body;
}
