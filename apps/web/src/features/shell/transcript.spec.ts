import { ExecRequest, type ExecTarget } from '@podlab/contracts';
import {
  execBody,
  promptOf,
  recalled,
  targetOf,
  targetValue,
  withEntry,
  type ShellEntry,
} from './transcript';

const TARGETS: [string, ExecTarget, string][] = [
  ['Node//node-a', { kind: 'Node', name: 'node-a' }, 'root@node-a:/#'],
  ['Pod/lab06/client', { kind: 'Pod', namespace: 'lab06', name: 'client' }, 'client $'],
  ['Pod/lab06/web/log', { kind: 'Pod', namespace: 'lab06', name: 'web', container: 'log' }, 'web/log $'],
];

it.each(TARGETS)('%s names a place and back', (value, target, prompt) => {
  expect(targetOf(value)).toEqual(target);
  expect(targetValue(target)).toBe(value);
  expect(promptOf(target)).toBe(prompt);
  const { command } = ExecRequest.parse(execBody(target, 'curl -s web | head -1'));
  expect(command).toEqual(['sh', '-c', 'curl -s web | head -1']);
});

it('goes through what was typed, and no further', () => {
  const lines = ['one', 'two'];
  expect(recalled(lines, 2, -1)).toEqual({ at: 1, line: 'two' });
  expect(recalled(lines, 0, -1)).toEqual({ at: 0, line: 'one' });
  expect(recalled(lines, 1, 1)).toEqual({ at: 2, line: '' });
  expect(recalled(lines, 2, 1)).toEqual({ at: 2, line: '' });
});

it('an entry that ends takes the place it had, and the oldest go', () => {
  const entry = (key: number): ShellEntry => ({ key, prompt: '$', line: `echo ${key}` });
  let entries: ShellEntry[] = [];
  for (let key = 0; key < 120; key++) entries = withEntry(entries, entry(key));
  expect([entries.length, entries[0]!.key]).toEqual([100, 20]);
  const answer = { stdout: '119\n', stderr: '', exit_code: 0, requests: [] };
  entries = withEntry(entries, { ...entry(119), answer });
  expect([entries.length, entries.at(-1)!.answer]).toEqual([100, answer]);
});
