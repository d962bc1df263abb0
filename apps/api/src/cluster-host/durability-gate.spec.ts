import { DurabilityGate } from './durability-gate';

/** A log whose appends end when the test says so. */
function gateOver() {
  const appends: { resolve(): void; reject(error: Error): void }[] = [];
  const refused: string[] = [];
  const log = {
    append: () => new Promise<void>((resolve, reject) => void appends.push({ resolve, reject })),
  };
  const gate = new DurabilityGate('c', log, 10, (error) => refused.push(error.message));
  const commit = async (index: number) => {
    appends[index].resolve();
    await Promise.resolve();
    await Promise.resolve();
  };
  return { gate, appends, refused, commit };
}
const entry = (rv: number) => ({ rv, at: 0 });

it('lets through at once what is durable, and holds what is not, in order', async () => {
  const { gate, commit } = gateOver();
  const out: string[] = [];
  gate.deliver(10, () => out.push('old'));
  gate.append([entry(11), entry(12)]);
  gate.deliver(12, () => out.push('new'));
  gate.deliver(10, () => out.push('old, but behind the new'));
  gate.append([entry(13)]);
  gate.deliver(13, () => out.push('newest'));
  expect(out).toEqual(['old']);
  await commit(0);
  expect(out).toEqual(['old', 'new', 'old, but behind the new']);
  await commit(1);
  expect(out.at(-1)).toBe('newest');
  expect(gate.durableRevision).toBe(13);
});

it('holds the answer of a read that saw what is not yet durable', async () => {
  const { gate, commit } = gateOver();
  gate.append([entry(11)]);
  let answered = false;
  const answer = gate.wait(11).then(() => (answered = true));
  await Promise.resolve();
  expect(answered).toBe(false);
  await commit(0);
  await answer;
  expect(answered).toBe(true);
  await gate.wait(11);
});

it('lets answers go with an error while events stay in the line', async () => {
  const { gate, commit } = gateOver();
  const out: string[] = [];
  gate.append([entry(11)]);
  gate.deliver(11, () => out.push('event'));
  const answer = gate.wait(11);
  gate.letAnswersGo(new Error('no disk'));
  await expect(answer).rejects.toThrow('no disk');
  await commit(0);
  expect(out).toEqual(['event']);
});

it('says so when the log refuses, and lets nothing out after its end', async () => {
  const { gate, appends, refused } = gateOver();
  const out: string[] = [];
  gate.append([entry(11)]);
  gate.deliver(11, () => out.push('never'));
  const answer = gate.wait(11);
  appends[0].reject(new Error('conflict'));
  await Promise.resolve();
  await Promise.resolve();
  expect(refused).toEqual(['conflict']);
  gate.end(new Error('failed'));
  await expect(answer).rejects.toThrow('failed');
  await expect(gate.wait(5)).rejects.toThrow('failed');
  gate.deliver(5, () => out.push('never'));
  expect(out).toEqual([]);
});
