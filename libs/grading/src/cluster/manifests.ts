import { CONTRACT_LIMITS, type KubernetesStatus } from '@podlab/contracts';
import { isMap, isScalar, parseAllDocuments } from 'yaml';
import { isNestedTooDeep } from '../bundle/yaml-depth';
import type { KubeJson } from './kube';

/** One document of YAML: an object, or why it is none. */
export type ReadManifest = { readonly manifest: KubeJson } | { readonly status: KubernetesStatus };

const DOCUMENTS_MAXIMUM = 1000;

/**
 * Reads YAML as kubectl does: several documents, YAML 1.1's booleans, `List` kinds unpacked, bounded aliases. What is
 * no YAML at all is one document that is refused.
 */
export function readManifests(text: string): ReadManifest[] {
  if (isNestedTooDeep(text))
    return [unreadable(`labYamlDepth is limited to ${CONTRACT_LIMITS.labYamlDepth}`)];
  const documents = parseAllDocuments(text, {
    version: '1.1',
    merge: true,
    uniqueKeys: true,
    logLevel: 'silent',
  });
  if (!Array.isArray(documents)) return [];
  if (documents.length > DOCUMENTS_MAXIMUM)
    return [unreadable(`manifestDocuments is limited to ${DOCUMENTS_MAXIMUM}`)];
  return documents.flatMap((document): ReadManifest[] => {
    const [error] = document.errors;
    if (error) return [unreadable(error.message.split('\n')[0])];
    const { contents } = document;
    if (contents === null || (isScalar(contents) && contents.value === null)) return [];
    if (!isMap(contents)) return [refused('a document must be an object with apiVersion and kind')];
    try {
      const data: unknown = document.toJS({ maxAliasCount: CONTRACT_LIMITS.labYamlAliases });
      return unpack(JSON.parse(JSON.stringify(data)));
    } catch (problem) {
      return [unreadable((problem as Error).message.split('\n')[0])];
    }
  });
}

const refused = (message: string): ReadManifest => ({
  status: { status: 'Failure', reason: 'BadRequest', code: 400, message },
});
const unreadable = (message: string) => refused(`error parsing YAML: ${message}`);

function unpack(value: unknown): ReadManifest[] {
  const { kind, items } = value as { kind?: unknown; items?: unknown };
  if (typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items)) return items.flatMap(unpack);
  return [check(value)];
}

function check(value: unknown): ReadManifest {
  const { apiVersion, kind, metadata } = (value ?? {}) as Partial<KubeJson>;
  if (typeof apiVersion !== 'string' || apiVersion === '') return refused("Object 'apiVersion' is missing");
  if (typeof kind !== 'string' || kind === '') return refused("Object 'Kind' is missing");
  const name: unknown = typeof metadata === 'object' && metadata !== null ? metadata.name : undefined;
  if (typeof name !== 'string' || name === '') return refused('resource name may not be empty');
  return { manifest: value as KubeJson };
}
