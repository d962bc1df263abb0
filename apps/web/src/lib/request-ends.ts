import type { RequestSource, RequestTarget } from '@podlab/contracts';

/** Who sends, as one names it. */
export const sourceText = (from: RequestSource, outside: string): string =>
  from.kind === 'External' ? (from.ip ?? outside) : from.name;

/** Where to, as a URL. */
export const targetText = (to: RequestTarget): string =>
  typeof to === 'string'
    ? to
    : `${to.protocol.toLowerCase()}://${to.host}${to.port === undefined ? '' : `:${to.port}`}`;
