import type { LabAction } from '@podlab/contracts';
import type { LabInstance } from './instance';
import { finish, namesIn } from './template';

/**
 * The solution as one student has it: YAML for `kubectl apply`, with what her seed drew put in. What is no manifest is told
 * in comments, in its place; a name whose value only the cluster knows (of a `let`) is left as it is.
 */
export function solutionText(instance: LabInstance): string {
  const { document, variant, seed, lab } = instance;
  const actions = [...document.solution, ...(variant?.solution ?? [])];
  const parts = actions.map((action) => partOf(instance, action));
  const head = `# The solution of ${lab.name} for the seed ${seed}; what names no namespace stands in ${document.namespace}.`;
  return `${[head, ...parts].join('\n')}\n`;
}

function partOf(instance: LabInstance, action: LabAction): string {
  if ('apply' in action) return manifest(instance.file(action.apply));
  if ('manifest' in action) return manifest(action.manifest);
  return `# ${JSON.stringify(action)}`;
}

function manifest(text: string): string {
  const finished = namesIn(text).length === 0 ? finish(text, {}) : text;
  return `---\n${finished.replace(/^---\n/, '').trimEnd()}`;
}
