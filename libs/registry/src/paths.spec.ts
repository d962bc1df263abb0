import { utf8Decode } from '@podlab/kernel';
import { api } from './testing/empty-api';

const NO_RESOURCE = 'the server could not find the requested resource';
const NOT_ALLOWED = 'the server does not allow this method on the requested resource';
const NO_PAGE = '404 page not found\n';
const MOONS = '/apis/example.com/v1/namespaces/lab/moons';

const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'moons.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'moons', singular: 'moon', kind: 'Moon', listKind: 'MoonList' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
};

/** The API of a cluster with a ConfigMap, a Deployment and a kind of its user's. */
function cluster() {
  const own = api();
  own.make('one');
  const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  own.request('POST', definitions, definition);
  const conditions = [{ type: 'Established', status: 'True' }];
  const status = { conditions, acceptedNames: definition.spec.names, storedVersions: ['v1'] };
  own.request('PATCH', `${definitions}/moons.example.com/status`, { status }, 'application/merge-patch+json');
  return own;
}

// What each path and method is told follows from k8s.io/apiserver pkg/server/handler.go director (a group of Kubernetes'
// own begins the path, or not), pkg/server/config.go serviceErrorHandler (go-restful found no route), and
// k8s.io/apiextensions-apiserver pkg/apiserver customresource_handler.go ServeHTTP.
describe('a request that names nothing, or does what can not be done', () => {
  test.each<[method: string, path: string, status: number, told: string]>([
    ['GET', '/nothing', 404, NO_PAGE],
    ['GET', '/readyz/nothing', 404, NO_PAGE],
    ['GET', '/api/v1/namespaces/lab/status/more', 404, NO_RESOURCE],
    ['GET', '/apis/apps/v1/namespaces/lab/deployments/one/scale/more', 404, NO_RESOURCE],
    ['GET', '/api/v2', 404, NO_RESOURCE],
    ['GET', '/api/v1/nothing', 404, NO_RESOURCE],
    ['GET', '/api/v1/nothing/x', 404, NO_RESOURCE],
    ['GET', '/api/v1/namespaces/lab/nothing', 404, NO_RESOURCE],
    ['GET', '/api/v1/namespaces/lab/configmaps/one/nothing', 404, NO_RESOURCE],
    ['GET', '/api/v1/namespaces/lab/configmaps/one/scale', 404, NO_RESOURCE],
    ['GET', '/api/v1/namespaces/lab/configmaps/one/status', 404, NO_RESOURCE],
    ['GET', '/api/v1/configmaps/one', 404, NO_RESOURCE],
    ['GET', '/api/v1/namespaces/lab/nodes', 404, NO_RESOURCE],
    ['GET', '/api/v1/namespaces/lab/configmaps/two', 404, 'configmaps "two" not found'],
    ['GET', '/api/v1//configmaps', 404, NO_RESOURCE],
    ['GET', '//api/v1/configmaps', 404, NO_PAGE],
    ['GET', '/apis/nothing', 404, NO_PAGE],
    ['GET', '/apis/nothing.io/v1', 404, NO_PAGE],
    ['GET', '/apis/nothing.io/v1/things', 404, NO_PAGE],
    ['GET', '/apis/apps/v9', 404, NO_RESOURCE],
    ['GET', '/apis/apps/v1/nothing', 404, NO_RESOURCE],
    ['GET', '/apis/apps/v1beta1/deployments', 404, NO_RESOURCE],
    ['GET', '/apis/example.com/v9', 404, NO_PAGE],
    ['GET', '/apis/example.com/v1/nothing', 404, NO_PAGE],
    ['GET', `${MOONS}/io`, 404, 'moons.example.com "io" not found'],
    ['GET', `${MOONS}/io/status`, 404, 'moons.example.com "io" not found'],
    ['GET', `${MOONS}/io/scale`, 404, 'moons.example.com "io" not found'],
    ['POST', '/api', 405, NOT_ALLOWED],
    ['POST', '/apis/apps/v1', 405, NOT_ALLOWED],
    ['DELETE', '/version', 405, NOT_ALLOWED],
    ['POST', '/api/v1/configmaps', 405, NOT_ALLOWED],
    ['DELETE', '/api/v1/configmaps', 405, NOT_ALLOWED],
    ['PUT', '/api/v1/namespaces/lab/configmaps', 405, NOT_ALLOWED],
    ['PATCH', '/api/v1/namespaces/lab/configmaps', 405, NOT_ALLOWED],
    ['POST', '/api/v1/namespaces/lab/configmaps/one', 405, NOT_ALLOWED],
    ['HEAD', '/api/v1/namespaces/lab/configmaps/one', 405, NOT_ALLOWED],
    ['OPTIONS', '/api/v1/configmaps', 405, NOT_ALLOWED],
    ['TRACE', '/api/v1/configmaps', 405, NOT_ALLOWED],
    ['DELETE', '/api/v1/componentstatuses', 405, NOT_ALLOWED],
    ['POST', '/api/v1/namespaces/lab/pods/one/status', 405, NOT_ALLOWED],
    ['DELETE', '/apis/apps/v1/namespaces/lab/deployments/one/scale', 405, NOT_ALLOWED],
    ['GET', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', 405, NOT_ALLOWED],
    ['GET', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews/x', 404, NO_RESOURCE],
    ['POST', '/apis/example.com/v1/moons', 404, NO_PAGE],
    ['GET', '/apis/example.com/v1/moons/io', 404, NO_PAGE],
    ['PUT', MOONS, 405, 'update is not supported on resources of kind "moons.example.com"'],
  ])('%s %s', (method, path, status, told) => {
    const answer = cluster().raw(method, path);
    const text = utf8Decode(answer.body);
    const message = text.startsWith('{') ? (JSON.parse(text) as { message: string }).message : text;
    expect([answer.status, message]).toEqual([status, told]);
    if (told === NO_PAGE)
      expect(answer.headers).toEqual({
        'content-type': 'text/plain; charset=utf-8',
        'x-content-type-options': 'nosniff',
      });
    else expect(answer.headers['content-type']).toBe('application/json');
  });
});

describe('a request that is answered', () => {
  test.each<[method: string, path: string, kind: string]>([
    ['GET', '/api/', 'APIVersions'],
    ['GET', '/apis/', 'APIGroupList'],
    ['GET', '/apis/apps/', 'APIGroup'],
    ['GET', '/api/v1/', 'APIResourceList'],
    ['GET', '/api/v1/namespaces/lab/', 'Namespace'],
    ['GET', '/api/v1/namespaces/lab/configmaps/', 'ConfigMapList'],
    ['GET', '/api/v1/namespaces/lab/configmaps/one/', 'ConfigMap'],
    ['HEAD', MOONS, 'MoonList'],
  ])('%s %s', (method, path, kind) => {
    const { status, body } = cluster().raw(method, path);
    expect([status, JSON.parse(utf8Decode(body))]).toMatchObject([200, { kind }]);
  });

  test.each(['GET', 'HEAD', 'POST'])('%s of health and of the list of paths', (method) => {
    const { raw } = cluster();
    expect([raw(method, '/readyz').status, raw(method, '/').status]).toEqual([200, 200]);
  });

  test('a watch by the path of old', () => {
    const { watch, make } = cluster();
    const { lines, stop } = watch('/api/v1/watch/namespaces/lab/configmaps/one');
    make('two');
    stop();
    expect(lines.map(({ type, object }) => [type, object.metadata.name])).toEqual([['ADDED', 'one']]);
  });
});

test('the scale of a Deployment is a Table with columns of its own', () => {
  const { request, raw } = cluster();
  const labels = { app: 'web' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'a', image: 'nginx' }] } };
  const spec = { replicas: 3, selector: { matchLabels: labels }, template };
  request('POST', '/apis/apps/v1/namespaces/lab/deployments', { metadata: { name: 'web' }, spec });
  const path = '/apis/apps/v1/namespaces/lab/deployments/web/scale';
  const table = JSON.parse(
    utf8Decode(raw('GET', path, 'application/json;as=Table;v=v1;g=meta.k8s.io').body),
  ) as { columnDefinitions: { name: string }[]; rows: { cells: unknown[] }[] };
  expect(table.columnDefinitions.map(({ name }) => name)).toEqual(['Name', 'Desired', 'Available', 'Age']);
  expect(table.rows.map(({ cells }) => cells)).toEqual([['web', 3, 0, '0s']]);
});
