import type { PodTemplateSpec } from '@podlab/api';
import { Path } from '@podlab/apimachinery';
import { nameWarnings, podTemplateWarnings } from '../../core/pod/warnings';

const TEMPLATE = Path.of('spec', 'template');

interface Workload {
  readonly metadata: { readonly name: string; readonly generation?: number };
  readonly spec?: { readonly template?: PodTemplateSpec };
}

/** Of what is new, or was changed in more than its metadata. Models the condition of the strategies' WarningsOnUpdate. */
export function isNews(object: Workload, old: Workload | undefined): boolean {
  return !old || object.metadata.generation !== old.metadata.generation;
}

/** Models the strategies' WarningsOnCreate and WarningsOnUpdate of what makes pods of a template. */
export function templateWarnings(object: Workload, old?: Workload): string[] {
  if (!isNews(object, old)) return [];
  return podTemplateWarnings(object.spec?.template ?? {}, TEMPLATE);
}

/** As {@link templateWarnings}, with what is said of a new name. Models deploymentStrategy WarningsOnCreate and its like. */
export function namedTemplateWarnings(object: Workload, old?: Workload): string[] {
  return [...podsNameWarnings(object, old), ...templateWarnings(object, old)];
}

/** Of a new object whose pods get names made of its own. */
export function podsNameWarnings({ metadata: { name } }: Workload, old?: Workload): string[] {
  return old ? [] : nameWarnings(name, 'Pod names and hostnames');
}
