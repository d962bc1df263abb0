'use client';
import type { Page, Request, RequestAnswer, SendRequestBody } from '@podlab/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect } from 'react';
import { useClusterConnection, useClusterId } from '../../lib/cluster-context';
import { podlabApi } from '../../lib/podlab-api';
import { withRequests } from './source';

const listKey = (cluster: string) => ['requests', cluster];
const oneKey = (cluster: string, id: string | null) => ['request', cluster, id];

function useRemember() {
  const cluster = useClusterId();
  const queries = useQueryClient();
  return useCallback(
    (requests: readonly Request[]) => {
      queries.setQueryData<Page<Request>>(listKey(cluster), (page) => ({
        items: withRequests(page?.items ?? [], requests),
        next_cursor: page?.next_cursor ?? null,
      }));
      for (const request of requests) {
        if (request.trace) queries.setQueryData(oneKey(cluster, request.id), request);
      }
    },
    [cluster, queries],
  );
}

/** Past requests, newest first, with those that anyone sends while the page is open. */
export function useRequestHistory() {
  const cluster = useClusterId();
  const connection = useClusterConnection();
  const remember = useRemember();
  useEffect(() => connection.onTrace((trace) => remember([trace])), [connection, remember]);
  return useQuery({
    queryKey: listKey(cluster),
    queryFn: () => podlabApi.requests(cluster),
    staleTime: Infinity,
  });
}

/** One request with its trace: what a permalink names. */
export function useRequest(id: string | null) {
  const cluster = useClusterId();
  return useQuery({
    queryKey: oneKey(cluster, id),
    queryFn: () => podlabApi.request(cluster, id!),
    enabled: id !== null,
    staleTime: Infinity,
  });
}

export function useSendRequest(onSent: (answer: RequestAnswer) => void) {
  const cluster = useClusterId();
  const remember = useRemember();
  return useMutation({
    mutationFn: (body: SendRequestBody) => podlabApi.send(cluster, body),
    onSuccess: (answer) => {
      remember(answer.requests);
      onSent(answer);
    },
  });
}
