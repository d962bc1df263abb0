import { percentDecode } from './query';

/** What a path asks for. Models k8s.io/apiserver pkg/endpoints/request RequestInfo. */
export interface RequestInfo {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
  /** What follows the subresource, as in `proxy/a/b`. */
  readonly rest: string;
  /** The path says so, as those of old do: `/api/v1/watch/pods`. */
  readonly watch?: true;
}

/**
 * Takes `/api/v1/…` or `/apis/{group}/{version}/…` apart; undefined when the path names no resource. Slashes around it mean
 * nothing, one too many within it means another path.
 */
export function parseRequestInfo(path: string): RequestInfo | undefined {
  const parts = segments(path);
  if (!parts) return undefined;
  const prefix = parts.shift();
  const group = prefix === 'api' ? '' : prefix === 'apis' ? parts.shift() : undefined;
  const version = parts.shift();
  if (group === undefined || !version || parts.length === 0) return undefined;
  const watch = parts[0] === 'watch' && parts.length > 1;
  return { group, version, ...resourceOf(watch ? parts.slice(1) : parts), ...(watch && { watch }) };
}

function segments(path: string): string[] | undefined {
  const parts: string[] = [];
  for (const part of path.replace(/^\/|\/+$/g, '').split('/')) {
    const decoded = percentDecode(part);
    if (!decoded) return undefined;
    parts.push(decoded);
  }
  return parts;
}

function resourceOf(parts: string[]): Omit<RequestInfo, 'group' | 'version'> {
  if (parts[0] === 'namespaces' && parts.length > 2 && !NAMESPACE_SUBRESOURCES.has(parts[2])) {
    const [, namespace, resource, name = '', subresource = '', ...rest] = parts;
    return { namespace, resource, name, subresource, rest: rest.join('/') };
  }
  const [resource, name = '', subresource = '', ...rest] = parts;
  const namespace = resource === 'namespaces' ? name : '';
  return { namespace, resource, name, subresource, rest: rest.join('/') };
}

/** Models k8s.io/apiserver pkg/endpoints/request namespaceSubresources. */
const NAMESPACE_SUBRESOURCES: ReadonlySet<string> = new Set(['status', 'finalize']);
