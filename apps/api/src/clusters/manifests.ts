/** Reads YAML as kubectl does: several documents, YAML 1.1's booleans, `List` kinds unpacked, bounded aliases. */
import { isMap, isScalar, parseAllDocuments } from 'yaml';
import { ProblemException } from '../problems/problem-exception';

export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: {
    name?: string;
    generateName?: string;
    namespace?: string;
    annotations?: Record<string, string>;
  };
  [field: string]: unknown;
}

export type ReadDocument = { manifest: Manifest } | { error: string };

/** Over this, what aliases unfold to is refused. */
const ALIASES = 100;
const DOCUMENTS = 1000;

/** One entry a document that says something; throws when the text is no YAML. */
export function readManifests(text: string): ReadDocument[] {
  const documents = parseAllDocuments(text, {
    version: '1.1',
    merge: true,
    uniqueKeys: true,
    logLevel: 'silent',
  });
  if (!Array.isArray(documents)) return [];
  if (documents.length > DOCUMENTS) {
    throw new ProblemException('LimitExceeded', `manifestDocuments is limited to ${DOCUMENTS}`);
  }
  const read: ReadDocument[] = [];
  for (const document of documents) {
    if (document.errors.length > 0) {
      const { message } = document.errors[0];
      throw new ProblemException('BadRequest', `error parsing YAML: ${message.split('\n')[0]}`);
    }
    if (isNothing(document.contents)) continue;
    if (!isMap(document.contents))
      read.push({ error: 'a document must be an object with apiVersion and kind' });
    else read.push(...unpack(toData(() => document.toJS({ maxAliasCount: ALIASES }) as unknown)));
  }
  return read;
}

/** An empty document, or one of comments only. */
const isNothing = (contents: unknown): boolean =>
  contents === null || (isScalar(contents) && contents.value === null);

function toData(convert: () => unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(convert()));
  } catch (error) {
    throw new ProblemException(
      'BadRequest',
      `error parsing YAML: ${(error as Error).message.split('\n')[0]}`,
    );
  }
}

function unpack(value: unknown): ReadDocument[] {
  const { kind, items } = value as { kind?: unknown; items?: unknown };
  if (typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items)) return items.flatMap(unpack);
  return [check(value)];
}

function check(value: unknown): ReadDocument {
  const { apiVersion, kind, metadata } = (value ?? {}) as Partial<Manifest>;
  if (typeof apiVersion !== 'string' || apiVersion === '') return { error: "Object 'apiVersion' is missing" };
  if (typeof kind !== 'string' || kind === '') return { error: "Object 'Kind' is missing" };
  if (typeof metadata !== 'object' || metadata === null) return { error: 'resource name may not be empty' };
  if (typeof metadata.name !== 'string' || metadata.name === '')
    return { error: 'resource name may not be empty' };
  return { manifest: value as Manifest };
}
