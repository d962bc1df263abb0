/** Owns the only connection: runs one call after another, so that no transaction meets another's half. */
import { type Domain, domainOf } from './domain';
import { openDatabase } from './database';
import type { LogRow } from './log-selections';
import {
  type AppendGroup,
  type EncodedCheckpoint,
  LogStatements,
  type PackedCheckpoint,
} from './log-statements';
import { packed, unpacked } from './packed-state';
import type { Checkpoint } from './revision-log';

export type { LogRow } from './log-selections';
export type { AppendGroup, EncodedCheckpoint } from './log-statements';
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
  const inTurn = turnstile();
  const calls = {
    ...eachInTurn(inTurn, domainOf(source)),
    ...logCalls(new LogStatements(connection), inTurn),
  };
  return { calls, close: () => inTurn(() => source.destroy()) };
}

type InTurn = ReturnType<typeof turnstile>;

function eachInTurn<Calls extends object>(inTurn: InTurn, calls: Calls): Calls {
  const entries = Object.entries(calls).map(([name, call]) => [
    name,
    (...parameters: unknown[]) =>
      inTurn(() => (call as (...all: unknown[]) => Promise<unknown>)(...parameters)),
  ]);
  return Object.fromEntries(entries) as Calls;
}

/** A checkpoint is packed before its turn comes and unpacked after it: no write waits for that. */
function logCalls(log: LogStatements, inTurn: InTurn): LogCalls {
  const read = async (call: () => PackedCheckpoint | undefined) => {
    const found = await inTurn(async () => call());
    return found && { ...found, state: await unpacked(found.state) };
  };
  return {
    ...eachInTurn(inTurn, {
      appendGroups: async (groups: readonly AppendGroup[]) => log.append(groups),
      readRows: async (cluster: string, fromRv: number, toRv: number) => log.read(cluster, fromRv, toRv),
      oldestCheckpoint: async (cluster: string) => log.oldestCheckpoint(cluster),
      compact: async (cluster: string, rv: number) => log.compact(cluster, rv),
      forget: async (cluster: string) => log.forget(cluster),
    }),
    saveCheckpoint: async (cluster, checkpoint) => {
      const state = await packed(checkpoint.state);
      await inTurn(async () => log.saveCheckpoint(cluster, { ...checkpoint, state }));
    },
    latestCheckpoint: (cluster, atMost) => read(() => log.latestCheckpoint(cluster, atMost)),
    firstCheckpoint: (cluster) => read(() => log.firstCheckpoint(cluster)),
  };
}

function turnstile() {
  let last: Promise<unknown> = Promise.resolve();
  return <Result>(call: () => Promise<Result>): Promise<Result> => {
    const result = last.then(call);
    last = result.catch(() => undefined);
    return result;
  };
}
