/** What a new cluster lives through before anybody sees it: in the server's thread, or in one of its own. */
import {
  applyManifests,
  type Cluster,
  type ClusterConfig,
  createCluster,
  isRefused,
  readManifests,
} from '@podlab/cluster';
import { Refusal } from '@podlab/kernel';

export interface Birth {
  config: ClusterConfig;
  /** Of its class. */
  quotas?: { objects: number; pods: number };
  manifests?: string;
}

/** The cluster's own API said no to what it was to begin with. */
export class ManifestsRefused extends Refusal {
  override readonly name = 'ManifestsRefused' as const;
  constructor(readonly errors: readonly { path: string; message: string }[]) {
    super(errors[0].message);
  }
}

const MAKER = { name: 'admin', groups: ['system:masters', 'system:authenticated'] };
/** More than what any manifests bring about at one instant. */
const DUE_EVENTS = 20_000;

/** What waits for the present moment happens: a namespace gets its service account before pods ask for it. */
export function runDue(core: Cluster): void {
  core.runUntil(core.now(), DUE_EVENTS);
}

/** Throws ManifestsRefused, UnreadableManifests and LimitExceeded. */
export function born({ config, quotas, manifests }: Birth, create = createCluster): Cluster {
  const core = create(config);
  runDue(core);
  if (quotas) core.perform({ kind: 'Quotas', quotas });
  if (manifests !== undefined) refuseUnlessApplied(core, manifests);
  return core;
}

/** A document that leans on what an earlier one brings about is tried again when that has happened. */
function refuseUnlessApplied(core: Cluster, manifests: string): void {
  const applying = { user: MAKER, between: () => runDue(core) };
  const documents = applyManifests(core, readManifests(manifests), applying);
  const errors = documents.filter(isRefused).map(({ index, status }) => ({
    path: `manifests[${index}]`,
    message: status?.message ?? 'refused',
  }));
  if (errors.length > 0) throw new ManifestsRefused(errors);
}
