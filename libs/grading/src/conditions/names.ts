import type { RequestSource, RequestTarget } from '@podlab/contracts';

/** `Pod lab06/client`, `Node node-a`, `External`. */
export function sourceText(from: RequestSource): string {
  switch (from.kind) {
    case 'External':
      return [from.kind, from.ip, from.via && `via ${from.via}`].filter(Boolean).join(' ');
    case 'Pod':
      return `Pod ${from.namespace}/${from.name}`;
    case 'Node':
      return `Node ${from.name}`;
  }
}

/** The URL, or `TCP 10.96.0.10:53`. */
export function targetText(to: RequestTarget): string {
  if (typeof to === 'string') return to;
  const host = to.host.includes(':') ? `[${to.host}]` : to.host;
  return `${to.protocol} ${host}${to.port === undefined ? '' : `:${to.port}`}`;
}
