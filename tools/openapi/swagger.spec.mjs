import { encodeSwaggerParts, CUSTOM_OPENAPI_ROOTS, swaggerParts } from '../../libs/apiserver/src/index';
import { createCluster } from '../../libs/cluster/src/index';
import { generateDocuments } from './generate-documents.mjs';
import { referencesIn, schemasFrom, servedParts, swaggerOf } from './generate-swagger.mjs';
import { listServed } from './served.mjs';
import { resourceOf, verbOf } from './resource-path.mjs';

let documents;
let served;
let swagger;

beforeAll(async () => {
  documents = await generateDocuments();
  served = listServed({ createCluster });
  swagger = swaggerOf(swaggerParts(servedParts(documents, served)));
});

const operationsOf = ({ paths }) =>
  Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => method !== 'parameters')
      .map(([method, operation]) => ({ path, method, operation })),
  );

describe('the Swagger document', () => {
  it('holds every definition that it refers to', () => {
    const missing = [...referencesIn(swagger, '#/definitions/')].filter(
      (name) => !(name in swagger.definitions),
    );
    expect(missing).toEqual([]);
  });

  it('has every kind that discovery lists, by its name', () => {
    const described = Object.values(swagger.definitions).flatMap(
      (definition) => definition['x-kubernetes-group-version-kind'] ?? [],
    );
    const known = new Set(described.map(({ group, version, kind }) => `${group}/${version} ${kind}`));
    const kinds = served.filter(
      ({ resource, groupVersion }) => !resource.includes('/') && !/metrics/.test(groupVersion),
    );
    const missing = kinds.filter(({ groupVersion, kind }) => {
      const [, group, version] = /^apis?\/(?:(.*)\/)?(.*)$/.exec(groupVersion);
      return !known.has(`${group ?? ''}/${version} ${kind}`);
    });
    expect(missing).toEqual([]);
  });

  it('has no operation that discovery does not list', () => {
    const verbs = new Map(served.map((each) => [`${each.groupVersion} ${each.resource}`, each.verbs]));
    const unknown = operationsOf(swagger).filter(({ path, method, operation }) => {
      const { groupVersion, resource } = resourceOf(path);
      if (resource === '') return false;
      return !verbs
        .get(`${groupVersion} ${resource}`)
        ?.includes(verbOf(method, operation['x-kubernetes-action']));
    });
    expect(unknown.map(({ path, method }) => `${method} ${path}`)).toEqual([]);
  });

  it.each(['pods', 'services', 'namespaces', 'nodes'])('has every verb of %s', (resource) => {
    const { verbs } = served.find((each) => each.groupVersion === 'api/v1' && each.resource === resource);
    const said = operationsOf(swagger)
      .filter(
        ({ path }) => resourceOf(path).groupVersion === 'api/v1' && resourceOf(path).resource === resource,
      )
      .map(({ method, operation }) => verbOf(method, operation['x-kubernetes-action']));
    // Swagger tells no watch apart from a list, and upstream has no deletion of all namespaces.
    const left = resource === 'namespaces' ? ['watch', 'deletecollection'] : ['watch'];
    expect([...new Set(said)].sort()).toEqual(verbs.filter((verb) => !left.includes(verb)).sort());
  });

  it('tells clients how lists merge, and which texts may be numbers', () => {
    expect(swagger.definitions['io.k8s.api.core.v1.PodSpec'].properties.containers).toMatchObject({
      type: 'array',
      'x-kubernetes-patch-merge-key': 'name',
      'x-kubernetes-patch-strategy': 'merge',
    });
    expect(swagger.definitions['io.k8s.apimachinery.pkg.util.intstr.IntOrString']).toMatchObject({
      type: 'string',
      format: 'int-or-string',
    });
  });

  it('is as large in protobuf as it is in JSON, or smaller', () => {
    expect(encodeSwaggerParts(swagger).length).toBeLessThan(JSON.stringify(swagger).length);
    expect(encodeSwaggerParts(swagger).length).toBeGreaterThan(1_000_000);
  });
});

it('what custom kinds refer to is there, with all that it refers to', () => {
  const all = Object.assign({}, ...[...documents.values()].map(({ components }) => components.schemas));
  const schemas = schemasFrom(all, CUSTOM_OPENAPI_ROOTS);
  expect(Object.keys(schemas)).toEqual(expect.arrayContaining([...CUSTOM_OPENAPI_ROOTS]));
  expect([...referencesIn(schemas)].filter((name) => !schemas[name])).toEqual([]);
});
