// What a stock kube-apiserver of the published model lists: every resource and subresource of the API versions that are
// on by default, which are the stable ones (KEP-3136: beta APIs are off by default).
import { generateDocuments } from '../openapi/generate-documents.mjs';
import { resourceOf, verbOf } from '../openapi/resource-path.mjs';

const STABLE = /\/v\d+$/;

/** @typedef {{ groupVersion: string, resource: string, kind: string, verbs: string[] }} Resource as in tools/openapi/served.mjs */

/** @returns {Promise<Resource[]>} in the order of group-versions and resources */
export async function listUpstream() {
  const documents = await generateDocuments();
  const found = new Map();
  for (const document of documents.values()) {
    for (const [path, item] of Object.entries(document.paths)) {
      const { groupVersion, resource } = resourceOf(path);
      if (resource === '' || !STABLE.test(groupVersion)) continue;
      const key = `${groupVersion} ${resource}`;
      const entry = found.get(key) ?? { groupVersion, resource, kind: '', verbs: new Set() };
      found.set(key, entry);
      for (const [method, operation] of Object.entries(item)) note(entry, method, operation);
    }
  }
  const sorted = [...found].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([, { verbs, ...entry }]) => ({ ...entry, verbs: [...verbs].sort() }));
}

function note(entry, method, operation) {
  const verb = method === 'parameters' ? undefined : verbOf(method, operation['x-kubernetes-action']);
  if (!verb) return;
  entry.verbs.add(verb);
  entry.kind ||= operation['x-kubernetes-group-version-kind']?.kind ?? '';
}
