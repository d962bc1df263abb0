import type { ReplicaSet, ReplicationController } from '@podlab/api';
import type { ComponentFactory, Informer, ResourceHandlers } from '@podlab/client';
import { ReplicaSetController, type ReplicaKind } from '../replicaset/replica-set-controller';

/** Models k8s.io/kubernetes pkg/controller/replication/conversion.go convertRCtoRS. */
const asReplicaSet = (controller: ReplicationController): ReplicaSet => ({
  ...controller,
  spec: { ...controller.spec, selector: { matchLabels: controller.spec.selector ?? {} } },
});

/** ReplicationControllers in the shape of ReplicaSets. */
class ReplicationControllerInformer implements Informer<ReplicaSet> {
  constructor(private readonly controllers: Informer<ReplicationController>) {}

  get(key: string): ReplicaSet | undefined {
    const found = this.controllers.get(key);
    return found && asReplicaSet(found);
  }

  list(namespace?: string): readonly ReplicaSet[] {
    return this.controllers.list(namespace).map(asReplicaSet);
  }

  byIndex(index: string, value: string): readonly ReplicaSet[] {
    return this.controllers.byIndex(index, value).map(asReplicaSet);
  }

  addIndex(index: string, valuesOf: (object: ReplicaSet) => readonly string[]): void {
    this.controllers.addIndex(index, (controller) => valuesOf(asReplicaSet(controller)));
  }

  addHandlers({ onAdd, onUpdate, onDelete }: ResourceHandlers<ReplicaSet>): void {
    this.controllers.addHandlers({
      onAdd: (controller) => onAdd?.(asReplicaSet(controller)),
      onUpdate: (controller, previous) => onUpdate?.(asReplicaSet(controller), asReplicaSet(previous)),
      onDelete: (controller) => onDelete?.(asReplicaSet(controller)),
    });
  }
}

const REPLICATION_CONTROLLERS: ReplicaKind = {
  kind: 'ReplicationController',
  resource: 'replicationcontrollers',
  queue: 'replicationcontrollers',
  component: 'replication-controller',
  hasOwners: false,
  replicaSets: (informers) =>
    new ReplicationControllerInformer(informers.for<ReplicationController>('replicationcontrollers')),
  // It has no such field.
  status: ({ terminatingReplicas: _terminating, ...status }) => status,
};

/**
 * Keeps as many pods of each ReplicationController as it asks for: the manager of ReplicaSets over another kind.
 * Models k8s.io/kubernetes pkg/controller/replication/replication_controller.go ReplicationManager.
 */
export const replicationController: ComponentFactory = (context) =>
  new ReplicaSetController(context, REPLICATION_CONTROLLERS);
