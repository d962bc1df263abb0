'use client';
import type { Cluster, Request, RequestAnswer, SendRequestBody } from '@podlab/contracts';
import { useMemo, useState } from 'react';
import { servicesOf } from '../../features/journey/frames';
import { useJourney } from '../../features/journey/use-journey';
import type { MakeWay } from '../../features/make/make-panel';
import { EMPTY_DRAFT } from '../../features/requests/request-form';
import { useRequest, useSendRequest } from '../../features/requests/use-requests';
import { addressText, type ObjectAddress, parseAddress } from '../../lib/kube-object';
import { usePageQuery } from '../../lib/page-query';
import { isSheet, showPanels } from './is-sheet';
import { useFix } from './use-fix';

export const PANELS = ['request', 'make', 'objects', 'shell', 'faults', 'nodes', 'kubectl'] as const;
export type Panel = (typeof PANELS)[number];
export type View = 'picture' | 'table';

/** What would send this request once more: as it was sent, if that was here, else what the request tells of itself. */
function bodyOf(
  request: Request,
  sent: { answer: RequestAnswer; body: SendRequestBody } | undefined,
): SendRequestBody {
  const here = sent?.answer.requests.some(({ id }) => id === request.id);
  return here && sent ? { ...sent.body, count: 1 } : { from: request.from, to: request.to };
}

/**
 * What the screen of one cluster holds: the request that is looked at, the object, the form, the panel.
 * `onPanel` hears that something in the picture asks for a panel.
 */
export function useClusterScreen(cluster: Cluster, onPanel: () => void = () => undefined) {
  const { query, setQuery } = usePageQuery();
  const [panel, setPanel] = useState<Panel>(query.get('object') ? 'objects' : 'request');
  const [view, setView] = useState<View>('picture');
  const [draft, setDraft] = useState(EMPTY_DRAFT);
  const [sent, setSent] = useState<{ answer: RequestAnswer; body: SendRequestBody }>();
  const [maker, setMaker] = useState<{ way: MakeWay; given: string }>({ way: 'deployment', given: '' });
  const requestId = query.get('request');
  const request = useRequest(requestId);
  const current = request.data ?? null;
  // On a narrow page a journey that plays by itself would scroll away why the request failed.
  const journey = useJourney(current, !(isSheet() && current?.diagnosis));
  const openRequest = (id: string | null) => setQuery({ request: id });
  const send = useSendRequest((answer, body) => {
    setSent({ answer, body });
    openRequest((answer.requests.find(({ trace }) => trace) ?? answer.requests[0])?.id ?? null);
  });
  const again = useMemo(() => current && bodyOf(current, sent), [current, sent]);
  const { applyFix, sendAgain } = useFix(cluster.id, again, send.mutateAsync);
  const frames = journey?.frames;
  const emphasis = useMemo(
    () => ({ route: (frames ?? []).map(({ where }) => where), services: servicesOf(frames ?? []) }),
    [frames],
  );
  const show = (name: Panel) => {
    setPanel(name);
    onPanel();
    showPanels();
  };
  const select = (address: ObjectAddress | null) => {
    setQuery({ object: address && addressText(address) });
    show('objects');
  };
  const sendFrom = (address: ObjectAddress) => {
    setDraft({ ...draft, from: addressText(address) });
    show('request');
  };
  const make = (yaml: string) => {
    setMaker({ way: 'yaml', given: yaml });
    show('make');
  };
  const makeOf = (way: MakeWay) => {
    setMaker({ way, given: '' });
    show('make');
  };
  return {
    cluster,
    panel,
    setPanel,
    show,
    view,
    setView,
    draft,
    setDraft,
    answer: sent?.answer,
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
    maker,
    make,
    makeOf,
  };
}
export type ClusterScreenState = ReturnType<typeof useClusterScreen>;
