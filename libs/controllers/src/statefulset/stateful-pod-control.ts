import type { ControllerRevision, PersistentVolumeClaim, Pod, StatefulSet } from '@podlab/api';
import { isAlreadyExists, isStatusError, objectKey } from '@podlab/apimachinery';
import type { ComponentContext, Informer } from '@podlab/client';
import { controllerReference, ignoringNotFound } from '../ownership/claim';
import { claimName, newStatefulPod, ordinalOf, withIdentity } from './stateful-pod';

const SOURCE = { component: 'statefulset-controller' };
const CLAIMS = 'persistentvolumeclaims';

/** Writes of pods and their claims, each told by an Event. Models k8s.io/kubernetes pkg/controller/statefulset/stateful_pod_control.go. */
export class StatefulPodControl {
  private readonly claims: Informer<PersistentVolumeClaim>;

  constructor(private readonly context: ComponentContext) {
    this.claims = context.informers.for<PersistentVolumeClaim>(CLAIMS);
  }

  create(set: StatefulSet, revision: ControllerRevision, ordinal: number): void {
    const pod = newStatefulPod(set, revision, ordinal);
    this.createClaims(set, pod, ordinal);
    try {
      this.context.client.create('pods', pod);
    } catch (error) {
      if (!isAlreadyExists(error)) this.tellFailure(set, 'Create', `create Pod ${pod.metadata.name}`, error);
      throw error;
    }
    this.tell(
      set,
      'SuccessfulCreate',
      `create Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} successful`,
    );
  }

  delete(set: StatefulSet, pod: Pod): void {
    const { name, uid } = pod.metadata;
    ignoringNotFound(() => this.context.client.delete('pods', objectKey(pod), { preconditions: { uid } }));
    this.tell(set, 'SuccessfulDelete', `delete Pod ${name} in StatefulSet ${set.metadata.name} successful`);
  }

  /** Gives a pod that was adopted or edited what its place in the set asks for. */
  keepIdentity(set: StatefulSet, pod: Pod): void {
    const changed = withIdentity(set, pod);
    if (!changed) return;
    ignoringNotFound(() => this.context.client.update('pods', changed));
    this.tell(
      set,
      'SuccessfulUpdate',
      `update Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} successful`,
    );
  }

  /** Says it in an Event when a failed or ended pod is replaced. */
  tellRecreation(set: StatefulSet, pod: Pod): void {
    const { name, namespace } = set.metadata;
    const failed = pod.status?.phase === 'Failed';
    const [type, reason, word] = failed
      ? (['Warning', 'RecreatingFailedPod', 'failed'] as const)
      : (['Normal', 'RecreatingTerminatedPod', 'terminated'] as const);
    const message = `StatefulSet ${namespace}/${name} is recreating ${word} Pod ${pod.metadata.name}`;
    this.context.recorder.event(set, type, reason, message, SOURCE);
  }

  /** With `whenScaled: Delete` the claims of a pod that is scaled away go with it. Models updatePodClaimForRetentionPolicy. */
  releaseClaims(set: StatefulSet, pod: Pod): void {
    if (set.spec.persistentVolumeClaimRetentionPolicy?.whenScaled !== 'Delete') return;
    for (const { metadata } of set.spec.volumeClaimTemplates ?? []) {
      const name = claimName(set, metadata?.name ?? '', ordinalOf(set, pod));
      const claim = this.claims.get(`${set.metadata.namespace}/${name}`);
      if (!claim) continue;
      const { controller: _controller, blockOwnerDeletion: _block, ...owner } = controllerReference(pod);
      const ownerReferences = [{ ...owner, apiVersion: 'v1', kind: 'Pod' }];
      this.context.client.update(CLAIMS, { ...claim, metadata: { ...claim.metadata, ownerReferences } });
    }
  }

  private createClaims(set: StatefulSet, pod: Pod, ordinal: number): void {
    for (const template of set.spec.volumeClaimTemplates ?? []) {
      const name = claimName(set, template.metadata?.name ?? '', ordinal);
      if (this.claims.get(`${set.metadata.namespace}/${name}`)) continue;
      const about = `Claim ${name} Pod ${pod.metadata.name}`;
      try {
        this.context.client.create(CLAIMS, this.newClaim(set, template, name));
      } catch (error) {
        this.tellFailure(set, 'Create', `create ${about}`, error);
        throw error;
      }
      this.tell(set, 'SuccessfulCreate', `create ${about} in StatefulSet ${set.metadata.name} success`);
    }
  }

  private newClaim(set: StatefulSet, template: PersistentVolumeClaim, name: string): PersistentVolumeClaim {
    const owned = set.spec.persistentVolumeClaimRetentionPolicy?.whenDeleted === 'Delete';
    const labels = { ...template.metadata?.labels, ...set.spec.selector.matchLabels };
    const { annotations } = template.metadata ?? {};
    return {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: {
        name,
        namespace: set.metadata.namespace,
        labels,
        ...(annotations && { annotations }),
        ...(owned && { ownerReferences: [controllerReference(set)] }),
      },
      spec: template.spec,
    };
  }

  private tell(set: StatefulSet, reason: string, message: string): void {
    this.context.recorder.event(set, 'Normal', reason, message, SOURCE);
  }

  private tellFailure(set: StatefulSet, verb: string, what: string, error: unknown): void {
    if (!isStatusError(error)) return;
    const message = `${what} in StatefulSet ${set.metadata.name} failed error: ${error.message}`;
    this.context.recorder.event(set, 'Warning', `Failed${verb}`, message, SOURCE);
  }
}
