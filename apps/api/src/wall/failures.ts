/** Where requests failed, as far as the network can tell. */
import type { FailingHop, Hop, Request } from '@podlab/contracts';

export type Failure = Omit<FailingHop, 'at'>;
type Place = Pick<Failure, 'where' | 'step'>;

/** An HTTP error is an answer, but not the one that was hoped for. */
const FIRST_ERROR_STATUS = 400;
const NOWHERE: Place = { where: null, step: null };

export function isSuccess({ disposition, response }: Request): boolean {
  return disposition === 'Delivered' && (response?.status ?? 0) < FIRST_ERROR_STATUS;
}

/** One of each kind: forty connections that fail alike are one mistake. */
export function failuresIn(requests: readonly Request[]): Failure[] {
  const found = new Map<string, Failure>();
  for (const request of requests) {
    if (isSuccess(request)) continue;
    const failure = failureOf(request);
    const kind = `${failure.disposition} ${failure.code ?? ''}`;
    // Of those that fail alike only some carry a trace.
    if ((found.get(kind)?.where ?? null) === null) found.set(kind, failure);
  }
  return [...found.values()];
}

function failureOf({ id, disposition, trace, diagnosis }: Request): Failure {
  const code = diagnosis?.code ?? null;
  return { request: id, disposition, code, ...(trace ? placeOf(disposition, trace.hops) : NOWHERE) };
}

/** Where it was dropped or refused on its way, or on the way back, or else how far it came. */
function placeOf(disposition: Request['disposition'], hops: readonly Hop[]): Place {
  const there = hops.filter(({ direction }) => direction === 'request');
  if (disposition === 'Delivered') return lastOf(there) ?? NOWHERE;
  return lastOf(there, isStopped) ?? lastOf(hops, isStopped) ?? lastOf(there) ?? NOWHERE;
}

type Step = Hop['steps'][number];
const isStopped = ({ action }: Step) => action === 'Dropped' || action === 'Rejected';

function lastOf(hops: readonly Hop[], fits: (step: Step) => boolean = () => true): Place | undefined {
  const places = hops.flatMap(({ where, steps }) =>
    steps.filter(fits).map(({ type }) => ({ where, step: type })),
  );
  return places.at(-1);
}
