import { WorkloadsLab } from './test-support';
import type { ContainerStart } from './container';

/** What `ps` shows, without its head. */
function processes(lab: WorkloadsLab, id: string): string[] {
  const { stdout } = lab.exec('ps', id);
  return stdout
    .split('\n')
    .slice(1, -1)
    .map((line) => line.trim().replace(/ +/g, ' '));
}

function labOf(...starts: Partial<ContainerStart>[]): WorkloadsLab {
  const lab = new WorkloadsLab();
  lab.start({ id: 'uid-1/web/0', name: 'web', command: ['sleep', '3600'] });
  for (const start of starts) lab.start({ command: ['sleep', '7200'], ...start });
  return lab;
}

describe('processes that a container sees', () => {
  it('are its own', () => {
    const lab = labOf({ id: 'uid-1/side/0', name: 'side' });
    expect(processes(lab, 'uid-1/side/0')).toEqual(['1 root 0:00 sleep 7200', '2 root 0:00 sh -c ps']);
  });

  it('are its target’s, then its own; it may signal both', () => {
    const lab = labOf({ id: 'uid-1/debugger/0', name: 'debugger', processesOf: { container: 'web' } });
    expect(processes(lab, 'uid-1/debugger/0')).toEqual([
      '1 root 0:00 sleep 3600',
      '101 root 0:00 sleep 7200',
      '102 root 0:00 sh -c ps',
    ]);
    expect(lab.exec('kill -9 1; kill -0 101', 'uid-1/debugger/0').status).toBe(0);
    expect([lab.ended('uid-1/web/0'), lab.ended('uid-1/debugger/0')]).toEqual([137, undefined]);
  });

  it('are its own alone, by the same numbers, when the target is not there', () => {
    const lab = labOf({ id: 'uid-1/debugger/0', name: 'debugger', processesOf: { container: 'gone' } });
    expect(processes(lab, 'uid-1/debugger/0')).toEqual([
      '101 root 0:00 sleep 7200',
      '102 root 0:00 sh -c ps',
    ]);
  });

  it('are those of all its pod where the pod shares them, and of no other pod', () => {
    const lab = labOf(
      { id: 'uid-1/side/0', name: 'side', processesOf: 'pod' },
      { id: 'uid-2/web/0', podUid: 'uid-2', networkNamespace: 'pod/api' },
    );
    expect(processes(lab, 'uid-1/side/0')).toEqual([
      '1 65535 0:00 /pause',
      '101 root 0:00 sleep 3600',
      '201 root 0:00 sleep 7200',
      '202 root 0:00 sh -c ps',
    ]);
  });
});
