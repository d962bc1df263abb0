import type { Request } from '@podlab/contracts';
import { sourceText, targetText } from '../../lib/request-ends';

/** Connections that one request sent and that ended alike: one line of the history. */
export interface SentTogether {
  /** The newest of them, which the line opens unless another of them is open. */
  request: Request;
  ids: readonly string[];
}

const likeness = ({ resourceVersion, from, to, disposition }: Request): string =>
  [resourceVersion, sourceText(from, ''), targetText(to), disposition].join(' ');

/** Past requests in their order, as many connections of one request as ended alike in one line. */
export function sentTogether(requests: readonly Request[]): SentTogether[] {
  const lines = new Map<string, { request: Request; ids: string[] }>();
  for (const request of requests) {
    const line = lines.get(likeness(request));
    if (line) line.ids.push(request.id);
    else lines.set(likeness(request), { request, ids: [request.id] });
  }
  return [...lines.values()];
}
