import { CONTRACT_LIMITS, type LabProblem } from '@podlab/contracts';
import type { z } from 'zod';
import { LAB_FILE } from './lab';
import type { YamlText } from './yaml-text';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** What a schema says of `lab.yaml`, with lines; of a choice, what was wrong with the alternative that was meant. */
export function schemaProblems(yaml: YamlText, issues: readonly Issue[]): LabProblem[] {
  const flat = issues.flatMap((issue) => flatten(issue, []));
  return flat
    .slice(0, CONTRACT_LIMITS.labProblems)
    .map(({ path, message }) => problemAt(yaml, path, message));
}

export function problemAt(yaml: YamlText, path: Path, message: string): LabProblem {
  const line = yaml.lineOf(path);
  const text = pathText(path);
  return { file: LAB_FILE, ...(line !== undefined && { line }), ...(text !== '' && { path: text }), message };
}

interface Finding {
  readonly path: Path;
  readonly message: string;
}

function flatten(issue: Issue, prefix: Path): Finding[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: [...path, key], message: 'no such field is known here' }));
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [{ path, message: issue.message }];
  const alternatives = issue.errors.map((errors) => errors.flatMap((error) => flatten(error, path)));
  return alternatives.reduce((best, other) => (likeness(other, path) > likeness(best, path) ? other : best));
}

/** How near an alternative is to what stands there: the deeper its complaints begin, and the fewer. */
function likeness(findings: readonly Finding[], path: Path): number {
  const depths = findings.map((finding) => finding.path.length - path.length);
  return Math.min(...depths) * 1000 - findings.length;
}

/** `steps[0].checks[2].holds`. */
export function pathText(path: Path): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}
