import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase, type OpenDatabase } from './database';
import { type Domain, domainOf } from './domain';
import { APART, READING, REMEMBERED, withRememberedReads } from './remembered-reads';

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

describe('What the tables are asked', () => {
  type Call = (...parameters: unknown[]) => Promise<unknown>;
  const PAGE = { limit: 1 };
  const keys = { id: 'i', class_id: 'k', person_id: 'p', cluster_id: 'c', attempt_id: 'a', created_at: 1 };
  /** A call of each that is said to change nothing that is remembered; a name without one fails. */
  const CALLS_APART: Record<string, unknown[]> = {
    requestsBetween: ['c', 1, 2],
    isBroadcastTo: ['c', 'p'],
    saveRequests: [[{ ...keys, rv: 1, at: 1, pinned: false, outcome: '{}', connection: 0 }], 1],
    saveIdempotent: [{ caller_id: 'p', key: 'k', fingerprint: 'f', status: 201, answer: '', created_at: 1 }],
    saveAttempt: [
      {
        ...{ ...keys, lab: 'l', lab_hash: 'h', group_name: null, seed: 's', slot: 's', answers: '{}' },
        ...{ results: '{}', steps: '{}', score: 1, max: 1, runs: 1, last_run_at: 1, stuck_since: null },
        ...{ last_activity_at: 1, hand_raised_at: null, hand_note: '' },
      },
    ],
    updateAttempt: ['i', { score: 1 }],
    saveAttemptEvents: [[{ ...keys, kind: 'k', virtual_at: 1, detail: '{}' }], 1],
    saveEvidence: [[{ attempt_id: 'a', step: 's', evidence: '{}' }]],
    saveSignInFailure: [{ kind: 'login', subject: 's', failures: 1, expires_at: 9 }, 1],
    saveFailingHop: [
      {
        ...{ ...keys, lab: 'l', request_id: 'r', disposition: 'd', location: null, step: null, code: null },
      },
      1,
    ],
    saveMessage: [{ id: 'i', class_id: 'k', from_id: 'p', to_id: null, text: 't', created_at: 1 }, 1],
  };

  let folder: string;
  let database: OpenDatabase;
  let domain: Record<string, Call>;
  let statements: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'podlab-reads-'));
    database = await openDatabase(folder);
    domain = domainOf(database.source) as unknown as Record<string, Call>;
    Object.assign(database.source.logger, { logQuery: (text: string) => void statements.push(text) });
  });
  afterAll(async () => {
    await database.source.destroy();
    rmSync(folder, { recursive: true });
  });

  /** The tables that a call looks into, and those that it writes. */
  async function tablesOf(name: string, parameters: unknown[]) {
    statements = [];
    await domain[name](...parameters);
    const named = (pattern: RegExp) =>
      statements.flatMap((text) => [...text.matchAll(pattern)].map(([, table]) => table));
    const written = named(/^(?:INSERT(?: OR \w+)? INTO|REPLACE INTO|UPDATE|DELETE FROM) "?(\w+)/gi);
    const read = named(/\b(?:FROM|JOIN) "?(\w+)"?/gi);
    expect(statements.length).toBeGreaterThan(0);
    return { written, read };
  }

  /** Where the rights of callers stand: what is remembered of them, and by whom accounts' tokens were asked for. */
  async function tablesOfRights(): Promise<Set<string>> {
    const tables = new Set<string>();
    for (const name of [...REMEMBERED.keys(), 'findAccountTokens', 'isBroadcastTo'])
      for (const table of (await tablesOf(name, ['x', 'x'])).read) tables.add(table);
    return tables;
  }

  const readings = () => Object.keys(domain).filter((name) => READING.test(name));

  it('of rights stands in these tables', async () => {
    const all = ['account_token', 'class', 'cluster', 'membership', 'person', 'session', 'token'];
    await domain['saveClass'](
      {
        id: 'k',
        name: 'k',
        seed: 's',
        quotas: '{}',
        settings: '{}',
        created_at: 1,
        broadcast_cluster_id: 'x',
      },
      null,
    );
    expect([...(await tablesOfRights())].sort()).toEqual(all);
  });

  it('apart from those is a call with a proof for each', () => {
    expect(Object.keys(CALLS_APART).sort()).toEqual([...APART].sort());
  });

  it.each(Object.entries(CALLS_APART))('%s writes into none of them', async (name, parameters) => {
    const rights = await tablesOfRights();
    const { written } = await tablesOf(name, parameters);
    expect(written.filter((table) => rights.has(table))).toEqual([]);
    // A write that wrote nothing would prove nothing.
    if (/^(?:save|update)/.test(name)) expect(written.length).toBeGreaterThan(0);
  });

  it('by a name of a read writes nothing at all', async () => {
    const paged = new Set([
      'listPeople',
      'listClasses',
      'listMembers',
      'listInvitations',
      'listClassClusters',
    ]);
    for (const name of ['listSessions', 'listTokens', 'listRequests']) paged.add(name);
    for (const name of readings()) {
      const words = Array.from({ length: domain[name].length }, () => 'x');
      const parameters = paged.has(name) ? [...words.slice(1), PAGE] : words;
      const which = { person: 'x', class_id: 'x' };
      const { written } = await tablesOf(name, name === 'listClusters' ? [which, PAGE] : parameters);
      expect([name, written]).toEqual([name, []]);
    }
    expect(readings().length).toBeGreaterThan(40);
  });

  it('of every write of rights makes the remembered forgotten', () => {
    const writes = Object.keys(domain).filter((name) => !READING.test(name) && !APART.has(name));
    for (const name of [
      'deleteMembership',
      'updatePerson',
      'deleteToken',
      'saveAccountToken',
      'updateCluster',
    ])
      expect(writes).toContain(name);
  });
});
