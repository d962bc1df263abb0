import type { ClusterQuotas } from '@podlab/apiserver';
import {
  BorrowedMap,
  borrowData,
  copyData,
  createEventQueueState,
  interned,
  Prng,
  seedPrng,
  type EventQueueState,
  type PrngState,
} from '@podlab/kernel';
import { createNetworkState, type NetworkState } from '@podlab/netstack';
import { createMvccState, type MvccState } from '@podlab/storage';
import type { ClusterConfig } from './config';

/** Everything that a cluster is: plain data, so a checkpoint is its text and a fork its copy. */
export interface ClusterState {
  readonly config: ClusterConfig;
  /** Virtual ms since the Unix epoch. */
  now: number;
  clock: { mode: 'live' | 'paused'; speed: number };
  /** How many queue entries have been handled. */
  events: number;
  mvcc: MvccState;
  queue: EventQueueState;
  network: NetworkState;
  /** Component states, work queues and generators by `component/part`. */
  parts: Map<string, object>;
}

export function createClusterState(config: ClusterConfig): ClusterState {
  return {
    config,
    now: config.epoch_ms,
    clock: { ...config.clock },
    events: 0,
    mvcc: createMvccState(),
    queue: createEventQueueState(),
    network: createNetworkState(),
    parts: new Map(),
  };
}

/** A state as `state` is, which must rest as long as this one is used: what nobody asks for is not copied. */
export function borrowState(state: ClusterState): ClusterState {
  const { clock, mvcc, queue, network, parts } = state;
  return {
    ...state,
    clock: { ...clock },
    mvcc: { ...mvcc },
    queue: copyData(queue),
    network: { ...borrowData(network), namespaces: new BorrowedMap(network.namespaces, borrowData) },
    parts: new BorrowedMap(parts, borrowData),
  };
}

/** Copies the objects of a borrowed state, before anything is written. */
export function ownObjects({ mvcc }: ClusterState): void {
  mvcc.tables = copyData(mvcc.tables);
  mvcc.log = [...mvcc.log];
}

/** The plain object under `id`, made by `initial` when it is not there yet. */
export function partOf<T extends object>(state: ClusterState, id: string, initial: () => T): T {
  let part = state.parts.get(id);
  if (!part) state.parts.set(interned(id), (part = initial()));
  return part as T;
}

const QUOTAS = 'host/quotas';

/** What the host lets the cluster have in all; undefined: there is no bound. */
export const quotasOf = (state: ClusterState): ClusterQuotas | undefined =>
  state.parts.get(QUOTAS) as ClusterQuotas | undefined;

export function setQuotas(state: ClusterState, quotas: ClusterQuotas | undefined): void {
  if (quotas) state.parts.set(QUOTAS, { ...quotas });
  else state.parts.delete(QUOTAS);
}

/** A generator of the cluster's tree; its state goes with the cluster's. */
export function generator(state: ClusterState, path: string): Prng {
  return new Prng(partOf<PrngState>(state, `${path}/prng`, () => seedPrng(state.config.seed, path)));
}
