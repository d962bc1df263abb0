import type { Fault, FaultCreateBody, FaultKind, Page } from '@podlab/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useClusterConnection, useClusterId } from './cluster-context';
import { podlabApi } from './podlab-api';

const keyOf = (cluster: string) => ['faults', cluster];

/** The cluster's faults, newest first, as they come and end. */
export function useFaults() {
  const cluster = useClusterId();
  const connection = useClusterConnection();
  const queries = useQueryClient();
  useEffect(
    () => connection.onFault(() => void queries.invalidateQueries({ queryKey: keyOf(cluster) })),
    [cluster, connection, queries],
  );
  return useQuery<Page<Fault>>({ queryKey: keyOf(cluster), queryFn: () => podlabApi.faults(cluster) });
}

export function useInject() {
  const cluster = useClusterId();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: FaultCreateBody) => podlabApi.createFault(cluster, body),
    onSettled: () => queries.invalidateQueries({ queryKey: keyOf(cluster) }),
  });
}

export function useHeal() {
  const cluster = useClusterId();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (fault: string) => podlabApi.deleteFault(cluster, fault),
    onSettled: () => queries.invalidateQueries({ queryKey: keyOf(cluster) }),
  });
}

/** What is broken at each node now. */
export function useBrokenNodes(): ReadonlyMap<string, readonly FaultKind[]> {
  const { data } = useFaults();
  const active = (data?.items ?? []).filter(
    ({ state, target }) => state === 'Active' && target.kind === 'Node',
  );
  const kinds = (name: string) => active.filter(({ target }) => target.name === name).map(({ kind }) => kind);
  return new Map(active.map(({ target: { name } }) => [name, [...new Set(kinds(name))]]));
}
