// Writes dist/openapi: the OpenAPI v3 document of every group-version of Kubernetes 1.36, and index.json, the answer to
// GET /openapi/v3. The document of `apis/apps/v1` is apis__apps__v1.json. kubectl reads them for explain, apply, create.
import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { addMetrics } from './metrics.mjs';
import { listModels, readModel } from './model.mjs';
import { readOperations } from './operations.mjs';
import { pathsOf, rootsOf } from './paths.mjs';
import { nameSchemas, reachable } from './schema-names.mjs';
import { FIXED_SCHEMAS, schemaOf } from './schemas.mjs';

const output = fileURLToPath(new URL('../../dist/openapi/', import.meta.url));
export const VERSION = 'v1.36.1';

async function readModels() {
  const models = new Map();
  // One after another: there are more files than a process may have open.
  for (const name of await listModels()) {
    const model = await readModel(name);
    if (model) models.set(name, model);
  }
  return models;
}

function documentOf(operations, models, names) {
  const used = [...reachable(models, [...rootsOf(operations), 'V1Status'])].filter((name) => names.has(name));
  const schemas = used.map((name) => [names.get(name).schema, schemaOf(models.get(name), names)]);
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: VERSION },
    paths: pathsOf(operations, names),
    components: {
      schemas: { ...Object.fromEntries(schemas.sort(([a], [b]) => (a < b ? -1 : 1))), ...FIXED_SCHEMAS },
      securitySchemes: { BearerToken: { type: 'apiKey', name: 'authorization', in: 'header' } },
    },
  };
}

/** @returns {Promise<Map<string, object>>} documents by group-version path, for example `apis/apps/v1` */
export async function generateDocuments() {
  const models = await readModels();
  const operations = await readOperations();
  addMetrics(models, operations);
  const names = nameSchemas(
    models,
    new Map([...operations].map(([path, list]) => [path, rootsOf(list, true)])),
  );
  const sorted = [...operations].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(sorted.map(([path, list]) => [path, documentOf(list, models, names)]));
}

async function writeDocuments() {
  const documents = await generateDocuments();
  await mkdir(output, { recursive: true });
  // The folder of Swagger beside them is another tool's.
  for (const file of await readdir(output)) if (file.endsWith('.json')) await rm(join(output, file));
  const paths = {};
  for (const [groupVersion, document] of documents) {
    const text = JSON.stringify(document);
    const hash = createHash('sha512').update(text).digest('hex').toUpperCase();
    await writeFile(join(output, `${groupVersion.replaceAll('/', '__')}.json`), text);
    paths[groupVersion] = { serverRelativeURL: `/openapi/v3/${groupVersion}?hash=${hash}` };
  }
  await writeFile(join(output, 'index.json'), JSON.stringify({ paths }));
  console.log(`${documents.size} documents`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) void writeDocuments();
