/** Runs commands in simulated pods and nodes: starts them as an input, waits for their end on the cluster's own clock. */
import { Inject, Injectable } from '@nestjs/common';
import { CONTRACT_LIMITS, type ExecAnswer, type ExecRequest, type Request } from '@podlab/contracts';
import type { Cluster, ExecSession } from '../cluster-host/core';
import type { HostedCluster } from '../cluster-host/hosted-cluster';
import { ProblemException } from '../problems/problem-exception';
import { RequestDesk } from '../requests/request-desk';

/** A session as it stood at one moment, with what it sent until then. */
interface Seen {
  session: ExecSession | undefined;
  requests: Request[];
}

@Injectable()
export class ExecDesk {
  constructor(@Inject(RequestDesk) private readonly requests: RequestDesk) {}

  /**
   * Throws ClockPaused for a command that sleeps while nothing moves. One that waits for what does not come (`tcpdump`,
   * `nc -l`, `tail -f`) is killed when its time is over or `gone` says that nobody waits for the answer: it tells what it
   * printed, as any process that somebody kills. `kubectl exec` has no such limit.
   */
  async run(hosted: HostedCluster, body: ExecRequest, by: string, gone?: AbortSignal): Promise<ExecAnswer> {
    const release = hosted.hold();
    try {
      let seen = await hosted.change((core) => {
        const session = core.exec(body);
        return look(core, session.id, session);
      });
      const { id } = seen.session as ExecSession;
      const requests = [...seen.requests];
      const deadline = performance.now() + CONTRACT_LIMITS.execWallSeconds * 1000;
      while (seen.session?.exit_code === undefined) {
        if (!seen.session) throw new ProblemException('Gone', 'The container of this command is gone.');
        const isPaused = hosted.driver.mode === 'paused';
        if (isPaused || gone?.aborted || performance.now() >= deadline) {
          await hosted.change((core) => core.endExec(id));
          await this.requests.keep(hosted, requests, by);
          if (isPaused) throw sleeping(seen.session);
          return { ...killed(seen.session), requests };
        }
        await moved(hosted, deadline, () => gone?.aborted === true || isOver(hosted, id), gone);
        seen = await hosted.ask((core) => look(core, id));
        requests.push(...seen.requests);
      }
      const { stdout, stderr, exit_code } = seen.session;
      if (id > 0) await hosted.change((core) => core.endExec(id));
      await this.requests.keep(hosted, requests, by);
      return { stdout, stderr, exit_code, requests };
    } finally {
      release();
    }
  }
}

function look(core: Cluster, id: number, session = core.execSession(id)): Seen {
  return { session, requests: core.takeExecRequests(id) };
}

function sleeping({ stdout }: ExecSession): ProblemException {
  const printed = stdout === '' ? '' : ` It had printed: ${stdout.slice(0, 1000)}`;
  return new ProblemException(
    'ClockPaused',
    `The command waits for time to pass, which it does not while the clock is paused; it was killed.${printed}`,
  );
}

/** Of SIGKILL. */
const KILLED_STATUS = 137;

function killed({ stdout, stderr }: ExecSession): Omit<ExecAnswer, 'requests'> {
  const { execWallSeconds } = CONTRACT_LIMITS;
  const why = `execWallSeconds is limited to ${execWallSeconds}: the command did not end and was killed; kubectl exec waits on\n`;
  return { stdout, stderr: stderr + why, exit_code: KILLED_STATUS };
}

/** Nothing more is to wait for. A look is no turn: two commands that wait must not wake one another for ever. */
function isOver(hosted: HostedCluster, id: number): boolean {
  if (hosted.driver.mode === 'paused') return true;
  const session = hosted.peek((core) => core.execSession(id));
  return session === undefined || session.exit_code !== undefined;
}

/** Until virtual time has moved so far that it is over, the cluster or the caller is gone, or the deadline is there. */
function moved(
  hosted: HostedCluster,
  deadline: number,
  over: () => boolean,
  gone: AbortSignal | undefined,
): Promise<void> {
  if (over()) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = hosted.listen({
      moved: () => over() && settle(),
      restored: () => settle(),
      ended: () => settle(),
    });
    const timer = setTimeout(() => settle(), Math.max(0, deadline - performance.now()));
    const settle = () => {
      clearTimeout(timer);
      gone?.removeEventListener('abort', settle);
      stop();
      resolve();
    };
    gone?.addEventListener('abort', settle);
  });
}
