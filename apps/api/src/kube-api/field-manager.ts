import type { IncomingHttpHeaders } from 'node:http';

const WRITING = new Set(['POST', 'PUT', 'PATCH']);
const APPLY_TYPE = 'application/apply-patch+yaml';
/** Models apimachinery meta/v1/validation FieldManagerMaxLength. */
const MANAGER_CHARACTERS = 128;

/**
 * The query of a write with the client's program as `fieldManager`, where it names none; an apply must name one itself.
 * Models k8s.io/apiserver pkg/endpoints/handlers/create.go managerOrUserAgent.
 */
export function withFieldManager(method: string, query: string, headers: IncomingHttpHeaders): string {
  if (!WRITING.has(method) || headers['content-type']?.startsWith(APPLY_TYPE)) return query;
  if (query.includes('fieldManager') && new URLSearchParams(query).get('fieldManager')) return query;
  const [program] = (headers['user-agent'] ?? '').split('/');
  const manager = program.replace(/\p{C}/gu, '').slice(0, MANAGER_CHARACTERS);
  if (!manager) return query;
  const parameter = `fieldManager=${encodeURIComponent(manager)}`;
  return query ? `${query}&${parameter}` : parameter;
}
