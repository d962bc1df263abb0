// Writes dist/openapi/v2: the Swagger 2.0 document of what a cluster serves, out of the OpenAPI v3 documents. Whole and
// packed for a cluster without custom kinds; in parts for the others, whose host adds theirs. And custom-schemas.json:
// what the documents of custom kinds refer to.
import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { generateDocuments, VERSION } from './generate-documents.mjs';
import { loadLibraries } from './libraries.mjs';
import { resourceOf, verbOf } from './resource-path.mjs';
import { listServed } from './served.mjs';

const output = fileURLToPath(new URL('../../dist/openapi/v2/', import.meta.url));
const REFERENCE = '#/components/schemas/';
export const HEAD = { swagger: '2.0', info: { title: 'Kubernetes', version: VERSION } };

/** @returns {Generator<string>} names of the schemas that a value refers to */
export function* referencesIn(value, prefix = REFERENCE) {
  if (typeof value !== 'object' || value === null) return;
  if (typeof value.$ref === 'string') yield value.$ref.slice(prefix.length);
  for (const inner of Object.values(value)) yield* referencesIn(inner, prefix);
}

/** The schemas that the roots lead to, the roots included, in the order of names. */
export function schemasFrom(schemas, roots) {
  const found = new Map();
  const queue = [...roots];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (found.has(name)) continue;
    found.set(name, schemas[name]);
    queue.push(...referencesIn(schemas[name]));
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Paths and schemas of what is served, of all group-versions at once. */
export function servedParts(documents, served) {
  const verbs = new Map(served.map((each) => [`${each.groupVersion} ${each.resource}`, new Set(each.verbs)]));
  const groupVersions = new Set(served.map(({ groupVersion }) => groupVersion));
  const paths = {};
  const schemas = {};
  for (const document of documents.values()) {
    Object.assign(schemas, document.components.schemas);
    for (const [path, item] of Object.entries(document.paths)) {
      const kept = servedItem(item, resourceOf(path), { verbs, groupVersions });
      if (kept) paths[path] = kept;
    }
  }
  return { paths, schemas: schemasFrom(schemas, referencesIn(paths)) };
}

function servedItem(item, { groupVersion, resource }, { verbs, groupVersions }) {
  if (resource === '') return groupVersions.has(groupVersion) ? item : undefined;
  const known = verbs.get(`${groupVersion} ${resource}`);
  const kept = Object.entries(item).filter(
    ([method, operation]) =>
      method === 'parameters' || known?.has(verbOf(method, operation['x-kubernetes-action'])),
  );
  return kept.some(([method]) => method !== 'parameters') ? Object.fromEntries(kept) : undefined;
}

/** Only `paths` and `definitions` differ between servers and clusters: they come last. */
export function swaggerOf(parts) {
  return { ...HEAD, paths: parts.paths, definitions: parts.definitions };
}

async function write() {
  const libraries = await loadLibraries();
  const documents = await generateDocuments();
  const { paths, schemas } = servedParts(documents, listServed(libraries));
  const parts = libraries.swaggerParts({ paths, schemas });
  const text = JSON.stringify(swaggerOf(parts));
  const bytes = Buffer.concat([libraries.encodeSwaggerHead(HEAD), libraries.encodeSwaggerParts(parts)]);
  const all = Object.assign({}, ...[...documents.values()].map(({ components }) => components.schemas));
  const files = {
    'swagger.json.gz': gzipSync(text, { level: 9 }),
    'swagger.pb.gz': gzipSync(bytes, { level: 9 }),
    'swagger.pb': bytes,
    'swagger.json': text,
    'etag.txt': createHash('sha512').update(text).digest('hex').toUpperCase(),
    'custom-schemas.json': JSON.stringify(schemasFrom(all, libraries.CUSTOM_OPENAPI_ROOTS)),
  };
  await rm(output, { recursive: true, force: true });
  await mkdir(output, { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(join(output, name), content);
  const count = Object.keys(parts.definitions).length;
  console.log(`${Object.keys(parts.paths).length} paths, ${count} definitions in Swagger 2.0`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) void write();
