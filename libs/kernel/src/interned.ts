/**
 * The same text, of which the engine keeps one copy for all clusters, and in one piece: for names that every cluster puts
 * together anew. The names of properties are what engines keep once.
 */
export function interned(text: string): string {
  const named = Object.create(null) as Record<string, true>;
  named[text] = true;
  for (const name in named) return name;
  return text;
}
