'use client';
import type { Cluster, RequestAnswer } from '@podlab/contracts';
import { useMemo, useState } from 'react';
import { servicesOf } from '../../features/journey/frames';
import { useJourney } from '../../features/journey/use-journey';
import { EMPTY_DRAFT } from '../../features/requests/request-form';
import { useRequest, useSendRequest } from '../../features/requests/use-requests';
import { addressText, type ObjectAddress, parseAddress } from '../../lib/kube-object';
import { usePageQuery } from '../../lib/page-query';
import { useFix } from './use-fix';

export const PANELS = ['request', 'make', 'objects', 'shell', 'faults', 'nodes', 'kubectl'] as const;
export type Panel = (typeof PANELS)[number];
export type View = 'picture' | 'table';

/** What the screen of one cluster holds: the request that is looked at, the object, the form, the panel. */
export function useClusterScreen(cluster: Cluster) {
  const { query, setQuery } = usePageQuery();
  const [panel, setPanel] = useState<Panel>(query.get('object') ? 'objects' : 'request');
  const [view, setView] = useState<View>('picture');
  const [draft, setDraft] = useState(EMPTY_DRAFT);
  const [answer, setAnswer] = useState<RequestAnswer>();
  const requestId = query.get('request');
  const request = useRequest(requestId);
  const current = request.data ?? null;
  const journey = useJourney(current);
  const openRequest = (id: string | null) => setQuery({ request: id });
  const send = useSendRequest((sent) => {
    setAnswer(sent);
    openRequest((sent.requests.find(({ trace }) => trace) ?? sent.requests[0])?.id ?? null);
  });
  const { applyFix, sendAgain } = useFix(cluster.id, current, send.mutateAsync);
  const frames = journey?.frames;
  const emphasis = useMemo(
    () => ({ route: (frames ?? []).map(({ where }) => where), services: servicesOf(frames ?? []) }),
    [frames],
  );
  const select = (address: ObjectAddress | null) => {
    setQuery({ object: address && addressText(address) });
    setPanel('objects');
  };
  const sendFrom = (address: ObjectAddress) => {
    setDraft({ ...draft, from: addressText(address) });
    setPanel('request');
  };
  return {
    cluster,
    panel,
    setPanel,
    view,
    setView,
    draft,
    setDraft,
    answer,
    request,
    current,
    journey,
    openRequest,
    send,
    applyFix,
    sendAgain,
    emphasis,
    selected: parseAddress(query.get('object')),
    select,
    sendFrom,
  };
}
export type ClusterScreenState = ReturnType<typeof useClusterScreen>;
