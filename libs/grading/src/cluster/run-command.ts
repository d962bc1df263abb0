import type { Cluster } from '@podlab/cluster';
import type { ExecRequest } from '@podlab/contracts';

/** How a command ended; without exit code it still ran when its time was over. */
export interface CommandResult {
  readonly exit_code?: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Virtual time that a command may take. */
const COMMAND_MS = 60_000;
const EVENTS_MAXIMUM = 20_000;

/** Runs a command to its end, as virtual time does. Throws StatusError where it can't be started. */
export function runCommand(cluster: Cluster, request: ExecRequest): CommandResult {
  let session = cluster.exec(request);
  const until = cluster.now() + COMMAND_MS;
  for (let events = 0; session.exit_code === undefined && events < EVENTS_MAXIMUM; events++) {
    const due = cluster.nextDueAt();
    if (due === undefined || due > until) break;
    cluster.runUntil(due, 1);
    session = cluster.execSession(session.id) ?? session;
  }
  cluster.endExec(session.id);
  const { exit_code, stdout, stderr } = session;
  return { ...(exit_code !== undefined && { exit_code }), stdout, stderr };
}
