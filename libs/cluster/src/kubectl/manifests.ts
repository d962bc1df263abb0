import { CONTRACT_LIMITS, type KubernetesStatus } from '@podlab/contracts';
import { LimitExceeded, Refusal } from '@podlab/kernel';
import { isMap, isScalar, parseAllDocuments } from 'yaml';
import type { KubeJson } from './kube-call';
import { isNestedTooDeep } from './yaml-depth';

/** One document of YAML: an object, or why it is none. */
export type ReadManifest = { readonly manifest: KubeJson } | { readonly status: KubernetesStatus };

/** The text is no YAML. */
export class UnreadableManifests extends Refusal {
  override readonly name = 'UnreadableManifests';
}

/**
 * Reads YAML as kubectl does: several documents, YAML 1.1's booleans, `List` kinds unpacked, bounded aliases. Throws
 * UnreadableManifests and LimitExceeded.
 */
export function readManifests(text: string): ReadManifest[] {
  const { labYamlAliases, labYamlDepth, manifestDocuments } = CONTRACT_LIMITS;
  if (isNestedTooDeep(text)) throw new LimitExceeded('labYamlDepth', labYamlDepth);
  const documents = parseAllDocuments(text, {
    version: '1.1',
    merge: true,
    uniqueKeys: true,
    logLevel: 'silent',
  });
  if (!Array.isArray(documents)) return [];
  if (documents.length > manifestDocuments) throw new LimitExceeded('manifestDocuments', manifestDocuments);
  return documents.flatMap((document): ReadManifest[] => {
    const [error] = document.errors;
    if (error) throw unreadable(error.message);
    const { contents } = document;
    if (contents === null || (isScalar(contents) && contents.value === null)) return [];
    if (!isMap(contents)) return [refused('a document must be an object with apiVersion and kind')];
    return unpack(toData(() => document.toJS({ maxAliasCount: labYamlAliases }) as unknown));
  });
}

const unreadable = (message: string) =>
  new UnreadableManifests(`error parsing YAML: ${message.split('\n')[0]}`);

/** By way of JSON: nothing in it is shared, and nothing is anything but data. */
function toData(convert: () => unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(convert()));
  } catch (error) {
    throw unreadable((error as Error).message);
  }
}

const refused = (message: string): ReadManifest => ({
  status: { status: 'Failure', reason: 'BadRequest', code: 400, message },
});

function unpack(value: unknown): ReadManifest[] {
  const { kind, items } = (value ?? {}) as { kind?: unknown; items?: unknown };
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
