// The paths of one group-version's document, with the extensions by which kubectl knows what a path is about.
import { gvkOf, reference } from './schemas.mjs';

const MEDIA_TYPES = ['application/json', 'application/yaml'];
const CONNECT_KINDS = {
  attach: 'PodAttachOptions',
  exec: 'PodExecOptions',
  portforward: 'PodPortForwardOptions',
};
const PROXY_KINDS = { nodes: 'NodeProxyOptions', pods: 'PodProxyOptions', services: 'ServiceProxyOptions' };
const CONNECT = /\/(nodes|pods|services)\/\{name\}\/(attach|exec|portforward|proxy)(?:\/|$)/;
const ANY_BODY = new Set(['any', 'V1DeleteOptions']);

const isList = (type) => type.endsWith('List');

/** The classes that a group-version's operations name; `own` leaves out those of subresources, which other groups own. */
export function rootsOf(operations, own = false) {
  const kept = own ? operations.filter(({ path }) => !/\{name\}\//.test(path)) : operations;
  const types = kept.flatMap(({ body, responses }) => [body?.type, ...Object.values(responses)]);
  return [...new Set(types.filter((type) => type !== undefined))];
}

export function pathsOf(operations, names) {
  const byPath = groupByPath(operations);
  const paths = [...byPath].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    paths.map(([path, list]) => [
      path,
      {
        ...Object.fromEntries(list.map((operation) => [operation.method, describe(operation, list, names)])),
        ...(list[0].pathParameters.length > 0 ? { parameters: list[0].pathParameters.map(inPath) } : {}),
      },
    ]),
  );
}

function groupByPath(operations) {
  const byPath = new Map();
  for (const operation of operations)
    byPath.set(operation.path, [...(byPath.get(operation.path) ?? []), operation]);
  return byPath;
}

const inPath = ({ name, description }) => ({
  name,
  in: 'path',
  description,
  required: true,
  schema: { type: 'string', uniqueItems: true },
});

const inQuery = ({ name, type, description }) => ({
  name,
  in: 'query',
  description,
  schema: { type: type === 'number' ? 'integer' : type, uniqueItems: true },
});

function describe(operation, samePath, names) {
  const kind = kindOf(operation, samePath, names);
  const responses = Object.entries(operation.responses).map(([status, type]) => [
    status,
    answer(status, type, names),
  ]);
  return {
    description: operation.description,
    operationId: operation.id,
    parameters: operation.query.map(inQuery),
    ...(operation.body ? { requestBody: bodyOf(operation, names) } : {}),
    responses: { ...Object.fromEntries(responses), 401: { description: 'Unauthorized' } },
    'x-kubernetes-action': actionOf(operation),
    ...(kind ? { 'x-kubernetes-group-version-kind': kind } : {}),
  };
}

function bodyOf({ body }, names) {
  const schema = schemaFor(body.type, names);
  const types = body.contentTypes.length > 0 ? body.contentTypes : ['*/*'];
  return {
    content: Object.fromEntries(types.map((type) => [type, { schema }])),
    required: body.type !== 'V1DeleteOptions',
  };
}

function answer(status, type, names) {
  const description = { 200: 'OK', 201: 'Created', 202: 'Accepted' }[status] ?? '';
  return {
    description,
    content: Object.fromEntries(MEDIA_TYPES.map((media) => [media, { schema: schemaFor(type, names) }])),
  };
}

function schemaFor(type, names) {
  if (names.has(type)) return reference(names.get(type).schema);
  return { type: type === 'string' ? 'string' : 'object' };
}

function actionOf({ method, path, responses }) {
  if (CONNECT.test(path)) return 'connect';
  if (method === 'get') return isList(responses[200] ?? '') ? 'list' : 'get';
  if (method === 'delete') return path.endsWith('}') ? 'delete' : 'deletecollection';
  return method;
}

/** What an operation is about: the item of a list, the body that is written, or what its path reads. */
function kindOf(operation, samePath, names) {
  const connect = CONNECT.exec(operation.path);
  if (connect) {
    const kind = connect[2] === 'proxy' ? PROXY_KINDS[connect[1]] : CONNECT_KINDS[connect[2]];
    return { group: '', version: 'v1', kind };
  }
  const types = [operation, ...samePath].flatMap(({ body, responses }) => [
    body && !ANY_BODY.has(body.type) ? body.type : undefined,
    responses[200] ?? responses[201],
  ]);
  const type = types.find(
    (name) => name && name !== 'V1Status' && name !== 'V1APIResourceList' && names.has(name),
  );
  if (!type) return undefined;
  const item = names.get(type.replace(/List$/, '')) ?? names.get(type);
  return gvkOf(item);
}
