'use client';
import { createContext, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import { ClusterConnection } from './cluster-connection';
import { EMPTY_CLUSTER_STATE, objectsOf, type ClusterState } from './cluster-state';
import type { KnownKind, KnownKinds } from './kube-object';

const ClusterContext = createContext<{ id: string; connection: ClusterConnection } | null>(null);

export function ClusterProvider({ id, children }: { id: string; children: ReactNode }) {
  const [connection, setConnection] = useState<ClusterConnection | null>(null);
  useEffect(() => {
    const opened = new ClusterConnection(id);
    opened.open();
    setConnection(opened);
    return () => opened.close();
  }, [id]);
  return (
    connection && <ClusterContext.Provider value={{ id, connection }}>{children}</ClusterContext.Provider>
  );
}

function useClusterContext() {
  const context = useContext(ClusterContext);
  if (!context) throw new Error('outside of a ClusterProvider');
  return context;
}

export const useClusterId = (): string => useClusterContext().id;
export const useClusterConnection = (): ClusterConnection => useClusterContext().connection;

export function useClusterState<Result>(select: (state: ClusterState) => Result): Result {
  const { connection } = useClusterContext();
  return useSyncExternalStore(
    connection.subscribe,
    () => select(connection.getState()),
    () => select(EMPTY_CLUSTER_STATE),
  );
}

export const useObjects = <Kind extends KnownKind>(kind: Kind): ReadonlyMap<string, KnownKinds[Kind]> =>
  useClusterState((state) => objectsOf(state, kind));
