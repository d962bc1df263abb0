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
}

/** Takes `/api/v1/…` or `/apis/{group}/{version}/…` apart; undefined when the path names no resource. */
export function parseRequestInfo(path: string): RequestInfo | undefined {
  const parts = segments(path);
  if (!parts) return undefined;
  const prefix = parts.shift();
  const group = prefix === 'api' ? '' : prefix === 'apis' ? parts.shift() : undefined;
  const version = parts.shift();
  if (group === undefined || !version || parts.length === 0) return undefined;
  return { group, version, ...resourceOf(parts) };
}

function segments(path: string): string[] | undefined {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '') continue;
    const decoded = percentDecode(part);
    if (decoded === undefined) return undefined;
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
