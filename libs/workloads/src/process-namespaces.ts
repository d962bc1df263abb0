import { fnv1a32 } from '@podlab/kernel';
import type { ProcessLine } from './commands/command';
import type { ContainerState } from './container';
import type { ContainerStore } from './container-store';
import { userOf } from './images/users';
import { HOST_DAEMONS, HOST_PID_BASE } from './host-daemons';

/** Containers that share one process namespace have their processes' numbers this far apart. */
const SHARED_PID_STEP = 100;
/** The sandbox's own process, the first of a namespace that a whole pod shares. */
const PAUSE: ProcessLine = { pid: 1, user: 65_535, words: ['/pause'] };

/** A container in a namespace of processes, and what its processes' numbers there begin after. */
interface Member {
  readonly container: ContainerState;
  readonly offset: number;
}

/** Which processes a container sees, and as which numbers. */
export class ProcessNamespaces {
  constructor(private readonly store: ContainerStore) {}

  /** In the order of their numbers. */
  list(container: ContainerState): ProcessLine[] {
    const own = this.members(container).flatMap(({ container: each, offset }) =>
      running(each).map(({ pid, words }) => ({ pid: pid + offset, user: this.userOf(each), words })),
    );
    const others = container.start.host ? this.onHost(container) : [];
    const pause = container.start.processesOf === 'pod' ? [PAUSE] : [];
    return [...pause, ...others, ...own].sort((a, b) => a.pid - b.pid);
  }

  /** The process that a container knows by this number: as `ps` shows it, or as its own shells count (`$!`). */
  find(container: ContainerState, pid: number): { container: ContainerState; pid: number } | undefined {
    const member = this.members(container).find(({ container: each, offset }) =>
      each.processes.has(pid - offset),
    );
    if (member) return { container: member.container, pid: pid - member.offset };
    return container.processes.has(pid) ? { container, pid } : undefined;
  }

  /** A container that looks at another counts its own processes after that one's. */
  private members(container: ContainerState): Member[] {
    const { processesOf } = container.start;
    if (processesOf === undefined) return [{ container, offset: 0 }];
    const siblings = [...this.store.state.containers.values()].filter(
      (each) => each.start.podUid === container.start.podUid && each.finishedAt === undefined,
    );
    if (processesOf === 'pod')
      return siblings.map((each, index) => ({ container: each, offset: (index + 1) * SHARED_PID_STEP }));
    const targets = siblings.filter(({ start }) => start.name === processesOf.container);
    return [
      ...targets.map((target) => ({ container: target, offset: 0 })),
      { container, offset: SHARED_PID_STEP },
    ];
  }

  private userOf(container: ContainerState): number {
    return container.start.user ?? userOf(this.store.imageOf(container));
  }

  private onHost(host: ContainerState): ProcessLine[] {
    const daemons = HOST_DAEMONS.map(([pid, ...words]) => ({ pid, user: 0, words }));
    const others = [...this.store.state.containers.values()].filter(
      (each) => each !== host && each.finishedAt === undefined && each.start.node === host.start.node,
    );
    const theirs = others.flatMap((each) =>
      running(each).map(({ pid, words }) => ({ pid: hostPid(each, pid), user: this.userOf(each), words })),
    );
    return [...daemons, ...theirs];
  }
}

const running = (container: ContainerState) =>
  [...container.processes.values()].filter(({ status }) => status === undefined);

/** Numbers of containers' processes as their host counts them: stable while they run. */
export function hostPid(container: ContainerState, pid: number): number {
  return HOST_PID_BASE + (fnv1a32(container.start.id) % 30_000) + pid;
}
