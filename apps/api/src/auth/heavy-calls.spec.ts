import { CONTRACT_LIMITS } from '@podlab/contracts';
import { HeavyTurns } from './heavy-calls';

const { heavyCallsAtOnce, heavyCallsWaiting } = CONTRACT_LIMITS;
const everything = async () => {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
};

it('a few of one person run at once, the others in the order of their coming, and nobody else waits', async () => {
  const turns = new HeavyTurns();
  const begun: string[] = [];
  const enter = (person: string, call: string) => turns.enter(person).then(() => begun.push(call));
  for (let call = 1; call <= heavyCallsAtOnce + 2; call++) void enter('ann', `ann ${call}`);
  void enter('bob', 'bob');
  await everything();
  const first = Array.from({ length: heavyCallsAtOnce }, (_, index) => `ann ${index + 1}`);
  expect(begun).toEqual([...first, 'bob']);
  turns.leave('ann');
  await everything();
  turns.leave('ann');
  await everything();
  expect(begun.slice(-2)).toEqual([`ann ${heavyCallsAtOnce + 1}`, `ann ${heavyCallsAtOnce + 2}`]);
});

it('beyond those that may wait a call is refused by the name of the limit, until there is room again', async () => {
  const turns = new HeavyTurns();
  for (let call = 0; call < heavyCallsAtOnce + heavyCallsWaiting; call++) void turns.enter('ann');
  await expect(turns.enter('ann')).rejects.toThrow(/^heavyCallsWaiting is limited to/);
  await expect(turns.enter('bob')).resolves.toBeUndefined();
  turns.leave('ann');
  const late = turns.enter('ann').then(() => 'begun');
  for (let call = 0; call < heavyCallsAtOnce + heavyCallsWaiting - 1; call++) turns.leave('ann');
  expect(await late).toBe('begun');
});
