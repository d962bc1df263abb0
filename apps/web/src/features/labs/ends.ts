import type { RequestSource, RequestTarget } from '@podlab/contracts';

/** Who sends, as one names it. */
export const endText = (from: RequestSource, outside: string): string =>
  from.kind === 'External' ? (from.ip ?? outside) : from.name;

export const targetUrl = (to: RequestTarget): string =>
  typeof to === 'string'
    ? to
    : `${to.protocol.toLowerCase()}://${to.host}${to.port === undefined ? '' : `:${to.port}`}`;
