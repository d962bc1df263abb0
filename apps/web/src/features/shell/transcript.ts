import type { ExecAnswer, ExecRequestBody, ExecTarget } from '@podlab/contracts';

/** One command and what came of it; without an answer it still runs or could not be run. */
export interface ShellEntry {
  readonly key: number;
  readonly prompt: string;
  readonly line: string;
  readonly answer?: ExecAnswer;
  readonly problem?: unknown;
}

/** Lines that a terminal keeps; older ones scroll away for good. */
const KEPT = 100;

export const withEntry = (entries: readonly ShellEntry[], entry: ShellEntry): ShellEntry[] => {
  const known = entries.some(({ key }) => key === entry.key);
  const next = known ? entries.map((each) => (each.key === entry.key ? entry : each)) : [...entries, entry];
  return next.slice(-KEPT);
};

/** `Node//node-a` or `Pod/lab06/client/nginx`: a place to run commands, as the value of a field. */
export const targetValue = (target: ExecTarget): string =>
  target.kind === 'Node'
    ? `Node//${target.name}`
    : ['Pod', target.namespace, target.name, ...(target.container ? [target.container] : [])].join('/');

export function targetOf(value: string): ExecTarget {
  const [kind, namespace = '', name = '', container] = value.split('/');
  if (kind === 'Node') return { kind, name };
  return { kind: 'Pod', namespace, name, ...(container && { container }) };
}

export const promptOf = (target: ExecTarget): string =>
  target.kind === 'Node'
    ? `root@${target.name}:/#`
    : `${target.name}${target.container ? `/${target.container}` : ''} $`;

/** A line as somebody types it goes to the shell of the place. */
export const execBody = (target: ExecTarget, line: string): ExecRequestBody => ({
  target,
  command: ['sh', '-c', line],
});

/** Goes up and down in what was typed before; the place after the last is an empty line. */
export function recalled(
  lines: readonly string[],
  at: number,
  step: 1 | -1,
): { readonly at: number; readonly line: string } {
  const next = Math.min(lines.length, Math.max(0, at + step));
  return { at: next, line: lines[next] ?? '' };
}
