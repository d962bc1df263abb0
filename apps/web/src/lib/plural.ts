/**
 * The resource of a kind: `networkpolicies` of NetworkPolicy.
 * Models apimachinery pkg/api/meta UnsafeGuessKindToResource; Endpoints is the kind that does not follow it.
 */
export function pluralOf(kind: string): string {
  const singular = kind.toLowerCase();
  if (singular === 'endpoints') return singular;
  if (singular.endsWith('s')) return `${singular}es`;
  return singular.endsWith('y') ? `${singular.slice(0, -1)}ies` : `${singular}s`;
}
