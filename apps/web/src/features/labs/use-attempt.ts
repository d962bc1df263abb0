'use client';
import type { Attempt, CheckResult, Cluster, HandRaised, Session } from '@podlab/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useClusterConnection } from '../../lib/cluster-context';
import { learningApi } from '../../lib/learning-api';
import { podlabApi } from '../../lib/podlab-api';

/** Of somebody else's attempt no event is told: who helps looks again now and then. */
const REFRESH_MS = 30_000;

/** Which attempt a cluster is for: the page's query names it, or the labs of the cluster's class do. */
export function useAttempt(cluster: Cluster, named: string | null): Attempt | null {
  const room = cluster.class;
  const session = useSession();
  const assigned = useQuery({
    queryKey: ['class-labs', room?.id],
    queryFn: () => learningApi.labsOf(room!.id),
    enabled: named === null && Boolean(room?.lab),
  });
  const lab = room?.lab?.split('@')[0];
  const id = named ?? assigned.data?.items.find(({ name }) => name === lab)?.attempt ?? null;
  const attempt = useQuery({
    queryKey: ['attempt', id],
    queryFn: () => learningApi.attempt(id!),
    enabled: id !== null,
    refetchInterval: (query) => (isOwn(query.state.data, session.data) ? false : REFRESH_MS),
  });
  const connection = useClusterConnection();
  const queries = useQueryClient();
  useEffect(
    () =>
      connection.onAttempt((event) => queries.invalidateQueries({ queryKey: ['attempt', event.attempt] })),
    [connection, queries],
  );
  return attempt.data?.cluster === cluster.id ? attempt.data : null;
}

/** Whether the reader works on it, and does not only look. */
export function useIsOwn(attempt: Attempt): boolean {
  return isOwn(attempt, useSession().data);
}

const useSession = () => useQuery({ queryKey: ['session'], queryFn: podlabApi.session, staleTime: 60_000 });

const isOwn = (attempt: Attempt | undefined, session: Session | undefined): boolean =>
  attempt !== undefined && (attempt.group !== null || session?.person.id === attempt.person.id);

export type CheckResults = ReadonlyMap<string, CheckResult>;
const NO_RESULTS: CheckResults = new Map();

/** Runs checks; what came of each stays to be read until it is run again. */
export function useChecks(id: string) {
  const queries = useQueryClient();
  const key = ['check-results', id];
  const results = useQuery<CheckResults>({ queryKey: key, queryFn: () => NO_RESULTS, staleTime: Infinity });
  const run = useMutation({
    mutationFn: (step?: string) => learningApi.check(id, step),
    onSuccess: (answer) => {
      queries.setQueryData(['attempt', id], answer.attempt);
      const known = queries.getQueryData<CheckResults>(key) ?? NO_RESULTS;
      queries.setQueryData(
        key,
        new Map([...known, ...answer.results.map((one) => [one.name, one] as const)]),
      );
      void queries.invalidateQueries({ queryKey: ['class-grades'] });
    },
  });
  return { results: results.data ?? NO_RESULTS, run };
}

/** What changes an attempt and is answered by the whole of it. */
function useChange<Variables>(id: string, mutationFn: (variables: Variables) => Promise<Attempt>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: (attempt) => queries.setQueryData(['attempt', id], attempt),
  });
}

export const useAnswer = (id: string) =>
  useChange(id, (given: Parameters<typeof learningApi.answer>[1]) => learningApi.answer(id, given));
export const useHint = (id: string) => useChange(id, (step: string) => learningApi.openHint(id, step));
export const useHand = (id: string) => useChange(id, (hand: HandRaised) => learningApi.hand(id, hand));
