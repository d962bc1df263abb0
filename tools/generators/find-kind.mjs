// What the published model knows about a kind: its resource name, its scope, its subresources.
import { readModel } from '../openapi/model.mjs';
import { readOperations } from '../openapi/operations.mjs';
import { splitClass, splitGroupVersion } from '../openapi/schema-names.mjs';

/**
 * @typedef {{
 *   group: string, version: string, kind: string, className: string, resource: string, namespaced: boolean,
 *   hasSpec: boolean, hasStatus: boolean, hasScale: boolean
 * }} KindFacts
 */

/** @param {string} apiVersion `v1` or `apps/v1` @returns {Promise<KindFacts>} */
export async function findKind(apiVersion, kind) {
  const path = apiVersion.includes('/') ? `apis/${apiVersion}` : `api/${apiVersion}`;
  const operations = (await readOperations()).get(path);
  if (!operations) throw new Error(`Kubernetes 1.36 has no API version ${apiVersion}`);
  const creation = operations.find(
    ({ method, body, path: each }) =>
      method === 'post' && !each.includes('{name}') && splitClass(body?.type ?? '')?.kind === kind,
  );
  if (!creation) throw new Error(`${apiVersion} has no kind ${kind} that can be created`);
  const item = `${creation.path}/{name}`;
  const has = (subresource) => operations.some((operation) => operation.path === `${item}/${subresource}`);
  const { properties } = await readModel(creation.body.type);
  return {
    ...splitGroupVersion(path),
    kind,
    className: creation.body.type,
    resource: creation.path.split('/').at(-1),
    namespaced: creation.path.includes('/{namespace}/'),
    hasSpec: properties.some(({ name }) => name === 'spec'),
    hasStatus: has('status'),
    hasScale: has('scale'),
  };
}
