import type { ExecSession } from '@podlab/cluster';
import type { ExecTarget } from '@podlab/contracts';
import type { Command } from './commands';
import { ScenarioError, type ScenarioLine } from './parse';
import type { Scene } from './run';

/** Virtual time that one command may take. */
const EXEC_LIMIT_MS = 300_000;

/** `exec node:node-a ip route`: runs a command in a pod or on a node, and shows what it prints. */
export const exec: Command = (scene, line) => {
  const [, target, ...command] = line.words;
  const session = ended(scene, begin(scene, line, target, command));
  const text = textOf(session);
  if (session.exit_code === undefined) return joined([text, 'the command still runs']);
  if (session.exit_code === 0) return text;
  return joined([text, `command terminated with exit code ${session.exit_code}`]);
};

/** `start NAME node:node-a tcpdump …`: leaves a command running beside what follows. */
export const start: Command = (scene, line) => {
  const [, name, target, ...command] = line.words;
  scene.memory.running.set(name, begin(scene, line, target, command).id);
  return '';
};

/** `stop NAME`: ends a started command and shows what it has printed. */
export const stop: Command = ({ cluster, memory }, line) => {
  const id = memory.running.get(line.words[1]);
  const session = id === undefined ? undefined : cluster.execSession(id);
  if (id === undefined || !session) throw new ScenarioError(line, `nothing named ${line.words[1]} runs`);
  memory.running.delete(line.words[1]);
  cluster.endExec(id);
  return textOf(session);
};

function begin(
  { cluster }: Scene,
  line: ScenarioLine,
  target: string | undefined,
  command: string[],
): ExecSession {
  if (command.length === 0) throw new ScenarioError(line, `${line.words[0]} needs a target and a command`);
  return cluster.exec({ target: targetOf(line, target ?? ''), command, stdin: line.block ?? '' });
}

function targetOf(line: ScenarioLine, text: string): ExecTarget {
  const [, kind, namespace, name] = /^(pod|node):(?:([^/]+)\/)?([^/]+)$/.exec(text) ?? [];
  if (kind === 'node' && namespace === undefined) return { kind: 'Node', name };
  if (kind === 'pod' && namespace !== undefined) return { kind: 'Pod', namespace, name };
  throw new ScenarioError(line, `a target is node:NAME or pod:NAMESPACE/NAME, not ${text}`);
}

/** Lets virtual time run until the command has ended, and no further. */
function ended({ cluster }: Scene, begun: ExecSession): ExecSession {
  if (begun.exit_code !== undefined && cluster.execSession(begun.id) === undefined) return begun;
  const end = cluster.now() + EXEC_LIMIT_MS;
  let session = begun;
  for (;;) {
    session = cluster.execSession(begun.id) ?? session;
    const due = cluster.nextDueAt();
    if (session.exit_code !== undefined || due === undefined || due > end) break;
    cluster.runUntil(due, 1);
  }
  cluster.endExec(begun.id);
  return session;
}

const joined = (texts: readonly string[]): string => texts.filter((text) => text !== '').join('\n');

const textOf = ({ stdout, stderr }: ExecSession): string => joined([stdout.trimEnd(), stderr.trimEnd()]);
