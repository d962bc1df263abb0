import type { CustomResourceDefinition, CustomResourceDefinitionCondition } from '@podlab/api';
import { objectKey } from '@podlab/apimachinery';
import type { ComponentContext, ComponentFactory, Informer, WorkQueue } from '@podlab/client';
import { equalJson } from '@podlab/kernel';
import { ignoringNotFound } from '../ownership/claim';

const DEFINITIONS = 'customresourcedefinitions.apiextensions.k8s.io';
const CLEANUP_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io';
/** How often a definition that goes looks for objects of its kind, in virtual ms. */
const CLEANUP_MS = 1_000;

/**
 * Accepts the names of custom kinds, establishes them, and empties those that are deleted.
 * Models k8s.io/apiextensions-apiserver pkg/controller/{status,establish,finalizer}.
 */
export const customResourceDefinitionController: ComponentFactory = (context) =>
  new CustomResourceDefinitionController(context);

class CustomResourceDefinitionController {
  readonly name: string;
  private readonly definitions: Informer<CustomResourceDefinition>;
  private readonly queue: WorkQueue;

  constructor(private readonly context: ComponentContext) {
    this.name = context.name;
    this.definitions = context.informers.for<CustomResourceDefinition>(DEFINITIONS);
    this.queue = context.workQueue('definitions', (name) => this.reconcile(name));
    const see = ({ metadata }: CustomResourceDefinition) => this.queue.add(metadata.name);
    this.definitions.addHandlers({
      onAdd: see,
      onUpdate: see,
      onDelete: () => {
        for (const each of this.definitions.list()) see(each);
      },
    });
  }

  private reconcile(name: string): void {
    const definition = this.definitions.get(name);
    if (!definition) return;
    if (definition.metadata.deletionTimestamp) return this.cleanUp(definition);
    const status = { ...definition.status, ...this.namesStatus(definition) };
    if (!equalJson(status, definition.status))
      ignoringNotFound(() => this.context.client.updateStatus(DEFINITIONS, { ...definition, status }));
  }

  /** Models naming_controller.go calculateNamesAndConditions and establishing_controller.go. */
  private namesStatus(definition: CustomResourceDefinition) {
    const conflict = this.conflictOf(definition);
    const conditions = [...(definition.status?.conditions ?? [])];
    if (conflict) this.set(conditions, 'NamesAccepted', 'False', ...conflict);
    else this.set(conditions, 'NamesAccepted', 'True', 'NoConflicts', 'no conflicts found');
    const established = conditions.some(({ type, status }) => type === 'Established' && status === 'True');
    if (conflict && !established)
      this.set(conditions, 'Established', 'False', 'NotAccepted', 'not all names are accepted');
    else if (!conflict)
      this.set(
        conditions,
        'Established',
        'True',
        'InitialNamesAccepted',
        'the initial names have been accepted',
      );
    const acceptedNames = conflict ? definition.status?.acceptedNames : definition.spec.names;
    return { acceptedNames, conditions };
  }

  private conflictOf({ spec, metadata }: CustomResourceDefinition): readonly [string, string] | undefined {
    for (const other of this.definitions.list()) {
      if (other.metadata.name === metadata.name || other.spec.group !== spec.group) continue;
      const { kind, listKind } = other.status?.acceptedNames ?? { kind: '' };
      if (kind !== '' && kind === spec.names.kind) return ['KindConflict', `"${kind}" is already in use`];
      if (listKind && listKind === spec.names.listKind)
        return ['ListKindConflict', `"${listKind}" is already in use`];
    }
    return undefined;
  }

  private set(
    conditions: CustomResourceDefinitionCondition[],
    type: string,
    status: string,
    reason: string,
    message: string,
  ): void {
    const at = conditions.findIndex((each) => each.type === type);
    const old = conditions[at];
    if (old && old.status === status && old.reason === reason && old.message === message) return;
    const lastTransitionTime = old?.status === status ? old.lastTransitionTime : this.context.timestamp();
    conditions.splice(at < 0 ? conditions.length : at, at < 0 ? 0 : 1, {
      type,
      status,
      lastTransitionTime,
      reason,
      message,
    });
  }

  /** Models crd_finalizer.go deleteInstances. */
  private cleanUp(definition: CustomResourceDefinition): void {
    const { finalizers = [], name } = definition.metadata;
    if (!finalizers.includes(CLEANUP_FINALIZER)) return;
    this.deleteObjects(definition);
    if (this.objectsOf(definition).length > 0) return this.queue.addAfter(name, CLEANUP_MS);
    const metadata = {
      ...definition.metadata,
      finalizers: finalizers.filter((each) => each !== CLEANUP_FINALIZER),
    };
    ignoringNotFound(() => this.context.client.update(DEFINITIONS, { ...definition, metadata }));
  }

  private deleteObjects(definition: CustomResourceDefinition): void {
    const { names, group } = definition.spec;
    for (const object of this.objectsOf(definition)) {
      if (object.metadata.deletionTimestamp) continue;
      ignoringNotFound(() => this.context.client.delete(`${names.plural}.${group}`, objectKey(object)));
    }
  }

  private objectsOf({ spec: { names, group } }: CustomResourceDefinition) {
    return this.context.informers.for(`${names.plural}.${group}`).list();
  }
}
