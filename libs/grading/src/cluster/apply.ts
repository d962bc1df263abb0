import type { UserInfo } from '@podlab/apiserver';
import { applyManifests as applyRead, type Cluster, readManifests } from '@podlab/cluster';
import type { AppliedDocument } from '@podlab/contracts';
import { Refusal } from '@podlab/kernel';
import { settle } from './settle';

/** For what an earlier document brings about: a namespace's service account, a definition's kind. */
const RETRY_MS = 10_000;

export interface Applying {
  readonly user: UserInfo;
  /** Of objects that name none. */
  readonly namespace: string;
}

/**
 * Applies YAML as `kubectl apply` does, and reports per document; what can't be read is one document that is refused.
 * What leans on an earlier document and is refused for that is tried once more when that one has had its time.
 */
export function applyManifests(cluster: Cluster, text: string, applying: Applying): AppliedDocument[] {
  const between = () => settle(cluster, RETRY_MS);
  return applyRead(cluster, manifestsOf(text), { ...applying, between });
}

function manifestsOf(text: string): ReturnType<typeof readManifests> {
  try {
    return readManifests(text);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return [{ status: { status: 'Failure', reason: 'BadRequest', code: 400, message: error.message } }];
  }
}
