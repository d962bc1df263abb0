import type { Request, RequestSource } from '@podlab/contracts';

/** `Pod/lab06/client`, `Node//node-a`, `External//`: a source as the value of a field. */
export const sourceValue = (source: RequestSource): string =>
  source.kind === 'External'
    ? 'External//'
    : `${source.kind}/${source.kind === 'Pod' ? source.namespace : ''}/${source.name}`;

export function sourceOf(value: string): RequestSource {
  const [kind, namespace = '', name = ''] = value.split('/');
  if (kind === 'Pod') return { kind, namespace, name };
  return kind === 'Node' ? { kind, name } : { kind: 'External' };
}

/** Puts fresh requests before the known ones, each once. */
export function withRequests(known: readonly Request[], fresh: readonly Request[]): Request[] {
  const ids = new Set(fresh.map((request) => request.id));
  return [...fresh.toReversed(), ...known.filter((request) => !ids.has(request.id))];
}
