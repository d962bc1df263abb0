/** Owns the only connection: runs one call after another, so that no transaction meets another's half. */
import { type Domain, domainOf } from './domain';
import { openDatabase } from './database';
import { type AppendGroup, type EncodedCheckpoint, type LogRow, LogStatements } from './log-statements';
import type { Checkpoint } from './revision-log';

export type { AppendGroup, EncodedCheckpoint, LogRow } from './log-statements';
export type { Domain } from './domain';

/** The log as the engine offers it: rows, not entries. */
export interface LogCalls {
  appendGroups(groups: readonly AppendGroup[]): Promise<Record<string, string>>;
  readRows(cluster: string, fromRv: number, toRv: number): Promise<LogRow[]>;
  saveCheckpoint(cluster: string, checkpoint: EncodedCheckpoint): Promise<void>;
  latestCheckpoint(cluster: string, atMost: number): Promise<Checkpoint | undefined>;
  oldestCheckpoint(cluster: string): Promise<number | undefined>;
  firstCheckpoint(cluster: string): Promise<Checkpoint | undefined>;
  compact(cluster: string, rv: number): Promise<void>;
  forget(cluster: string): Promise<void>;
}

export type EngineCalls = Domain & LogCalls;

export interface Engine {
  readonly calls: EngineCalls;
  close(): Promise<void>;
}

export async function openEngine(folder: string): Promise<Engine> {
  const { source, connection } = await openDatabase(folder);
  const log = new LogStatements(connection);
  const logCalls: LogCalls = {
    appendGroups: async (groups) => log.append(groups),
    readRows: async (cluster, fromRv, toRv) => log.read(cluster, fromRv, toRv),
    saveCheckpoint: async (cluster, checkpoint) => log.saveCheckpoint(cluster, checkpoint),
    latestCheckpoint: async (cluster, atMost) => log.latestCheckpoint(cluster, atMost),
    oldestCheckpoint: async (cluster) => log.oldestCheckpoint(cluster),
    firstCheckpoint: async (cluster) => log.firstCheckpoint(cluster),
    compact: async (cluster, rv) => log.compact(cluster, rv),
    forget: async (cluster) => log.forget(cluster),
  };
  const inTurn = turnstile();
  const calls = Object.fromEntries(
    Object.entries({ ...domainOf(source), ...logCalls }).map(([name, call]) => [
      name,
      (...parameters: unknown[]) =>
        inTurn(() => (call as (...all: unknown[]) => Promise<unknown>)(...parameters)),
    ]),
  ) as unknown as EngineCalls;
  return { calls, close: () => inTurn(() => source.destroy()) };
}

function turnstile() {
  let last: Promise<unknown> = Promise.resolve();
  return <Result>(call: () => Promise<Result>): Promise<Result> => {
    const result = last.then(call);
    last = result.catch(() => undefined);
    return result;
  };
}
