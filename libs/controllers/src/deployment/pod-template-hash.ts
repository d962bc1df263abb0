import type { PodTemplateSpec } from '@podlab/api';
import { fnv1a32 } from '@podlab/kernel';

export const POD_TEMPLATE_HASH = 'pod-template-hash';
const SAFE_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/**
 * The name of a pod template. Looks as k8s.io/kubernetes pkg/controller ComputeHash does (FNV, then rand.SafeEncodeString),
 * but hashes canonical JSON: upstream hashes Go's own print of the struct, which nothing but Go can print.
 */
export function podTemplateHash(template: PodTemplateSpec, collisionCount: number | undefined): string {
  const hash = fnv1a32(
    canonicalJson(template) + (collisionCount === undefined ? '' : String(collisionCount)),
  );
  return [...String(hash)].map((digit) => SAFE_ALPHABET[digit.charCodeAt(0) % SAFE_ALPHABET.length]).join('');
}

/** JSON with keys in code unit order, the same text for equal values. */
function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const record = value as Record<string, unknown>;
  const keys = Object.keys(record).filter((key) => record[key] !== undefined);
  return `{${keys
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(record[key])}`)
    .join(',')}}`;
}
