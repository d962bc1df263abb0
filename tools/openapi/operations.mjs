// Reads the operations of the Kubernetes API out of client-node: each request method names its path, verb, parameters
// and body, each response method the type that it reads.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generatedFolder, unescapeText } from './model.mjs';

/**
 * @typedef {{ name: string, type: string, description: string }} Parameter
 * @typedef {{
 *   id: string, path: string, method: string, description: string, query: Parameter[], pathParameters: Parameter[],
 *   body?: { type: string, contentTypes: string[], description: string }, responses: Record<string, string>
 * }} Operation
 */

const GROUP_VERSION_FILE = /^(\w+V\d+(?:alpha\d+|beta\d+)?)Api\.js$/;
const METHOD = / {4}\/\*\*\n([\s\S]*?) {4} \*\/\n {4}async (\w+)\(([^)]*)\) \{\n([\s\S]*?)\n {4}\}\n/g;
const GROUP_VERSION_PATH = /^\/(api\/v1|apis\/[^/]+\/[^/]+)(?:\/|$)/;

/** @returns {Promise<Map<string, Operation[]>>} operations by group-version path, for example `apis/apps/v1` */
export async function readOperations() {
  const folder = join(generatedFolder, 'apis');
  const files = (await readdir(folder)).filter((file) => GROUP_VERSION_FILE.test(file)).sort();
  const byGroupVersion = new Map();
  for (const file of files) {
    for (const operation of readFileOperations(await readFile(join(folder, file), 'utf8'))) {
      const groupVersion = GROUP_VERSION_PATH.exec(operation.path)?.[1];
      if (!groupVersion) continue;
      byGroupVersion.set(groupVersion, [...(byGroupVersion.get(groupVersion) ?? []), operation]);
    }
  }
  return byGroupVersion;
}

function readFileOperations(code) {
  const [requests, responses] = code.split(/^export class \w+ResponseProcessor/m);
  const types = readResponses(responses);
  return [...requests.matchAll(METHOD)].map(([, comment, id, , body]) => ({
    id,
    ...readRequest(comment, body),
    responses: types.get(id) ?? {},
  }));
}

function readResponses(code) {
  const types = new Map();
  for (const [, , name, , body] of code.matchAll(METHOD)) {
    const answers = {};
    for (const [, status, type] of body.matchAll(
      /isCodeInRange\("(\d+)"[\s\S]*?(?:deserialize\([\s\S]*?, "([^"]+)", ""\)|throw)/g,
    )) {
      if (type) answers[status] = type;
    }
    types.set(name.replace(/WithHttpInfo$/, ''), answers);
  }
  return types;
}

function readRequest(comment, code) {
  const description = (name) => describeParameter(comment, name);
  const path = /localVarPath = '([^']+)'/.exec(code)[1];
  const query = [
    ...code.matchAll(/setQueryParam\("(\w+)", ObjectSerializer\.serialize\(\w+, "(\w+)", ""\)\)/g),
  ];
  const body = /ObjectSerializer\.serialize\(body, "([^"]+)", ""\)/.exec(code);
  const media = /getPreferredMediaType\(\[([^\]]*)\]\)/.exec(code);
  return {
    path,
    method: /HttpMethod\.(\w+)/.exec(code)[1].toLowerCase(),
    description: unescapeText(/^ {5}\* (.*)$/m.exec(comment)[1]),
    query: query.map(([, name, type]) => ({ name, type, description: description(name) })),
    pathParameters: [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
      name,
      type: 'string',
      description: description(name),
    })),
    body: body && {
      type: body[1],
      contentTypes: [...(media?.[1] ?? '').matchAll(/"([^"]+)"/g)].map(([, type]) => type),
      description: description('body'),
    },
  };
}

const ENTITIES = { '&#39;': "'", '&quot;': '"', '&lt;': '<', '&gt;': '>', '&amp;': '&' };

function describeParameter(comment, name) {
  const text = new RegExp(`@param (?:\\w+\\.)?${name}(?: (.*))?$`, 'm').exec(comment)?.[1] ?? '';
  return unescapeText(text)
    .replace(/&(?:#39|quot|lt|gt|amp);/g, (entity) => ENTITIES[entity])
    .replace(/\\(['"])/g, '$1');
}
