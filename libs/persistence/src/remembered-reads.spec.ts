import type { Domain } from './domain';
import { withRememberedReads } from './remembered-reads';

interface Row {
  hash: string;
  person_id: string;
  expires_at: number;
}

/** Tables in memory that count how often they are asked. */
function tables() {
  const rows = new Map<string, Row>();
  const asked: string[] = [];
  let release: (() => void) | undefined;
  const domain = withRememberedReads({
    findToken: async (hash: string, now: number) => {
      asked.push(hash);
      const row = rows.get(hash);
      return row && row.expires_at > now ? row : null;
    },
    findSession: async (hash: string) => {
      asked.push(hash);
      const row = rows.get(hash) ?? null;
      await new Promise<void>((resolve) => (release = resolve));
      return row;
    },
    saveToken: async (row: Row) => void rows.set(row.hash, row),
    deleteToken: async (_: string, hash: string) => rows.delete(hash),
    saveIdempotent: async () => undefined,
  } as unknown as Domain);
  return { rows, asked, domain, release: () => release?.() };
}

const TOKEN = { hash: 'h', person_id: 'ann', expires_at: 100 };

describe('What every request asks of the tables', () => {
  it('is asked once', async () => {
    const { domain, asked, rows } = tables();
    rows.set('h', TOKEN);
    const answers = [await domain.findToken('h', 1), await domain.findToken('h', 2)];
    expect(answers).toEqual([TOKEN, TOKEN]);
    expect(asked).toEqual(['h']);
  });

  it('is asked again after any write, and not after a call that writes none of it', async () => {
    const { domain, asked, rows } = tables();
    rows.set('h', TOKEN);
    await domain.findToken('h', 1);
    await domain.saveIdempotent({} as never);
    await domain.findToken('h', 1);
    expect(asked).toEqual(['h']);
    await domain.saveToken({ ...TOKEN, hash: 'other' } as never);
    await domain.findToken('h', 1);
    expect(asked).toEqual(['h', 'h']);
  });

  it('a token that was taken back is not found any more', async () => {
    const { domain, rows } = tables();
    rows.set('h', TOKEN);
    await domain.findToken('h', 1);
    await domain.deleteToken('ann', 'h');
    expect(await domain.findToken('h', 1)).toBeNull();
  });

  it('a token that expires while it is kept is not found any more', async () => {
    const { domain, rows } = tables();
    rows.set('h', TOKEN);
    await domain.findToken('h', 99);
    expect(await domain.findToken('h', 100)).toBeNull();
  });

  it('what is not there is looked for each time', async () => {
    const { domain, rows } = tables();
    expect(await domain.findToken('h', 1)).toBeNull();
    rows.set('h', TOKEN);
    expect(await domain.findToken('h', 1)).toEqual(TOKEN);
  });

  it('an answer that a write overtook is not kept', async () => {
    const { domain, asked, rows, release } = tables();
    rows.set('s', { ...TOKEN, hash: 's' });
    const slow = domain.findSession('s', 1);
    await domain.deleteToken('ann', 's');
    release();
    await slow;
    const again = domain.findSession('s', 1);
    release();
    expect(await again).toBeNull();
    expect(asked).toEqual(['s', 's']);
  });

  it('has another generation from the moment a write begins, and another when it has ended', async () => {
    const { domain } = tables();
    const before = domain.generation;
    await domain.findToken('h', 1);
    await domain.saveIdempotent({} as never);
    expect(domain.generation).toBe(before);
    const writing = domain.deleteToken('ann', 'h');
    const during = domain.generation;
    await writing;
    expect([before, during, domain.generation].map((each) => each - before)).toEqual([0, 1, 2]);
  });

  it('a reader may change what it got', async () => {
    const { domain, rows } = tables();
    rows.set('h', TOKEN);
    const first = await domain.findToken('h', 1);
    Object.assign(first as object, { person_id: 'eve' });
    const second = await domain.findToken('h', 1);
    Object.assign(second as object, { person_id: 'eve' });
    expect(await domain.findToken('h', 1)).toMatchObject({ person_id: 'ann' });
  });
});
