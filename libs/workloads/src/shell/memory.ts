import { ExpansionError } from './expand';

/** Variables that one shell may hold, and the length from which a value is counted. */
export const VARIABLES_LIMIT = 2000;
export const LONG_VALUE_CHARACTERS = 1024;
const MEMORY_LIMIT_CHARACTERS = 1_048_576;

/** A shell that keeps ever more is stopped before the cluster's memory is. Throws {@link ExpansionError}. */
export function checkMemory(
  variables: ReadonlyMap<string, string | null>,
  name: string,
  value: string,
): void {
  if (variables.size >= VARIABLES_LIMIT && !variables.has(name))
    throw new ExpansionError(`shell_variables is limited to ${VARIABLES_LIMIT}`);
  let characters = value.length;
  for (const [key, text] of variables) if (key !== name) characters += text?.length ?? 0;
  if (characters > MEMORY_LIMIT_CHARACTERS)
    throw new ExpansionError(`shell_memory_characters is limited to ${MEMORY_LIMIT_CHARACTERS}`);
}
