'use client';
import type { Fix, RequestAnswer, SendRequestBody } from '@podlab/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { patchObject } from '../../lib/kube-api';
import { podlabApi } from '../../lib/podlab-api';
import { ProblemError } from '../../lib/problem';

/** Does what a diagnosis says, and sends the same request again. */
export function useFix(
  cluster: string,
  request: SendRequestBody | null,
  send: (body: SendRequestBody) => Promise<RequestAnswer>,
) {
  const queries = useQueryClient();
  const sendAgain = useCallback(() => {
    if (request) void send(request);
  }, [request, send]);
  const applyFix = useCallback(
    async (fix: Fix): Promise<void> => {
      switch (fix.action) {
        case 'Patch':
          await patchObject(cluster, fix.object, fix.patch);
          return;
        case 'Create':
          await create(cluster, fix.manifest);
          return;
        case 'Cloud':
          await podlabApi.setCloud(cluster, fix.cloud);
          await queries.invalidateQueries({ queryKey: ['cluster', cluster] });
          return;
        case 'DeleteFault':
          await podlabApi.deleteFault(cluster, fix.fault);
          return;
        case 'Advance':
          await podlabApi.advanceClock(cluster, fix.ms);
          return;
        case 'Request':
          if (request) await send({ ...request, ...fix.request });
      }
    },
    [cluster, queries, request, send],
  );
  return { applyFix, sendAgain };
}

async function create(cluster: string, manifest: unknown): Promise<void> {
  // JSON is YAML.
  const { documents } = await podlabApi.apply(cluster, JSON.stringify(manifest));
  const refused = documents.find(({ result }) => result === 'Refused');
  if (refused)
    throw new ProblemError({ code: 'ManifestsRefused', status: 422, detail: refused.status?.message ?? '' });
}
