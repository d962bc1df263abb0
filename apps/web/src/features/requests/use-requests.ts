'use client';
import type { Page, Request, RequestAnswer, SendRequestBody } from '@podlab/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useLocale } from 'next-intl';
import { useCallback, useEffect } from 'react';
import { useClusterConnection, useClusterId } from '../../lib/cluster-context';
import { podlabApi } from '../../lib/podlab-api';
import { withRequests } from './source';

const listKey = (cluster: string) => ['requests', cluster];
/** A trace's sentences are in one language: another is asked for anew. */
const oneKey = (cluster: string, id: string | null, locale: string) => ['request', cluster, id, locale];

function useListed() {
  const cluster = useClusterId();
  const queries = useQueryClient();
  return useCallback(
    (requests: readonly Request[]) =>
      queries.setQueryData<Page<Request>>(listKey(cluster), (page) => ({
        items: withRequests(page?.items ?? [], requests),
        next_cursor: page?.next_cursor ?? null,
      })),
    [cluster, queries],
  );
}

/** Past requests, newest first, with those that anyone sends while the page is open. */
export function useRequestHistory() {
  const cluster = useClusterId();
  const connection = useClusterConnection();
  const list = useListed();
  useEffect(() => connection.onTrace((trace) => list([trace])), [connection, list]);
  return useQuery({
    queryKey: listKey(cluster),
    queryFn: () => podlabApi.requests(cluster),
    staleTime: Infinity,
  });
}

/** One request with its trace: what a permalink names. */
export function useRequest(id: string | null) {
  const cluster = useClusterId();
  const locale = useLocale();
  return useQuery({
    queryKey: oneKey(cluster, id, locale),
    queryFn: () => podlabApi.request(cluster, id!),
    enabled: id !== null,
    staleTime: Infinity,
  });
}

export function useSendRequest(onSent: (answer: RequestAnswer, body: SendRequestBody) => void) {
  const cluster = useClusterId();
  const locale = useLocale();
  const queries = useQueryClient();
  const list = useListed();
  return useMutation({
    mutationFn: (body: SendRequestBody) => podlabApi.send(cluster, body),
    onSuccess: (answer, body) => {
      list(answer.requests);
      for (const request of answer.requests) {
        if (request.trace) queries.setQueryData(oneKey(cluster, request.id, locale), request);
      }
      onSent(answer, body);
    },
  });
}
