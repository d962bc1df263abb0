import { api, CONFIG_MAPS } from './testing/empty-api';

// Restates k8s.io/apiserver pkg/endpoints/handlers patch_test.go TestPatchAnonymousField, TestLimitOnNestedJSONPatch and others;
// the words of a wrong type are those of k8s.io/apimachinery pkg/runtime converter.go.
describe('a patch that can not be', () => {
  const TYPES = { json: 'json-patch', merge: 'merge-patch', strategic: 'strategic-merge-patch' };
  const DEPLOYMENTS = '/apis/apps/v1/namespaces/lab/deployments';
  const container = { name: 'a', image: 'nginx', ports: [{ containerPort: 80 }] };
  const web = {
    metadata: { name: 'web' },
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [container] } },
    },
  };
  const inTemplate = (spec: object) => ({ spec: { template: { spec } } });
  const spoilt = (shown: string, reason: string) =>
    ` "" is invalid: patch: Invalid value: ${JSON.stringify(shown)}: ${reason}`;

  it.each<[keyof typeof TYPES, unknown, number, string]>([
    [
      'strategic',
      { spec: { replicas: 'many' } },
      422,
      spoilt('map[spec:map[replicas:many]]', 'unrecognized type: int32'),
    ],
    [
      'strategic',
      { spec: { replicas: 1.5 } },
      422,
      spoilt('map[spec:map[replicas:1.5]]', 'cannot convert float64 to int32'),
    ],
    [
      'strategic',
      { spec: { paused: 'yes' } },
      422,
      spoilt('map[spec:map[paused:yes]]', 'unrecognized type: bool'),
    ],
    [
      'strategic',
      { metadata: { labels: { a: 1 } } },
      422,
      spoilt('map[metadata:map[labels:map[a:1]]]', 'cannot convert int64 to string'),
    ],
    [
      'strategic',
      { metadata: { labels: { a: true } } },
      422,
      spoilt('map[metadata:map[labels:map[a:true]]]', 'unrecognized type: string'),
    ],
    [
      'strategic',
      { metadata: { labels: 'a' } },
      422,
      spoilt('map[metadata:map[labels:a]]', 'cannot restore map from string'),
    ],
    ['strategic', { spec: 'none' }, 422, spoilt('map[spec:none]', 'cannot restore struct from: string')],
    [
      'strategic',
      inTemplate({ containers: {} }),
      422,
      spoilt('map[spec:map[template:map[spec:map[containers:map[]]]]]', 'cannot restore slice from map'),
    ],
    [
      'strategic',
      inTemplate({ containers: [{ name: 'a', imagePullPolicy: 1 }] }),
      422,
      spoilt(
        'map[spec:map[template:map[spec:map[containers:[map[imagePullPolicy:1 name:a]]]]]]',
        'cannot convert int64 to v1.PullPolicy',
      ),
    ],
    [
      'strategic',
      { spec: { strategy: { rollingUpdate: { maxSurge: true } } } },
      422,
      spoilt(
        'map[spec:map[strategy:map[rollingUpdate:map[maxSurge:true]]]]',
        'json: cannot unmarshal bool into Go value of type int32',
      ),
    ],
    [
      'strategic',
      { metadata: { deletionTimestamp: 5 } },
      422,
      spoilt(
        'map[metadata:map[deletionTimestamp:5]]',
        'json: cannot unmarshal number into Go value of type string',
      ),
    ],
    [
      'strategic',
      inTemplate({ containers: [[1]] }),
      422,
      'the server rejected our request due to an error in our request',
    ],
    ['strategic', { spec: { $retainKeys: 'all' } }, 400, 'invalid patch format of retainKeys'],
    [
      'strategic',
      inTemplate({ containers: [{ image: 'b' }] }),
      400,
      'map: map[image:b] does not contain declared merge key: name',
    ],
    [
      'strategic',
      inTemplate({ containers: [{ $patch: 'merge', name: 'a' }] }),
      400,
      'merging lists cannot yet be specified in the patch',
    ],
    [
      'strategic',
      inTemplate({ containers: ['a'] }),
      400,
      'list element types are not identical: [[map[image:nginx imagePullPolicy:Always name:a ports:[map[containerPort:80 protocol:TCP]] resources:map[] terminationMessagePath:/dev/termination-log terminationMessagePolicy:File]] [a]]',
    ],
    [
      'strategic',
      inTemplate({ '$setElementOrder/containers': 'a' }),
      400,
      'expected a []interface {}, but received a string',
    ],
    ['strategic', [], 400, 'json: cannot unmarshal array into Go value of type map[string]interface {}'],
    ['strategic', '{"spec"', 400, 'unexpected end of JSON input'],
    ['strategic', 'spec', 400, "invalid character 's' looking for beginning of value"],
    [
      'merge',
      [],
      400,
      'error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}',
    ],
    ['merge', 'null', 400, 'Invalid JSON Patch'],
    ['merge', '{"spec":}', 400, "error decoding patch: invalid character '}' looking for beginning of value"],
    [
      'json',
      {},
      400,
      'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
    ],
    [
      'json',
      [{ op: 1, path: '/spec' }],
      400,
      'error decoding patch: json: cannot unmarshal number into Go struct field jsonPatchOp.op of type string',
    ],
    [
      'json',
      ['remove'],
      400,
      'error decoding patch: json: cannot unmarshal string into Go value of type handlers.jsonPatchOp',
    ],
    [
      'json',
      [{ op: 'remove', path: '/spec/none' }],
      422,
      'the server rejected our request due to an error in our request',
    ],
    [
      'json',
      [{ op: 'turn', path: '/spec' }],
      422,
      'the server rejected our request due to an error in our request',
    ],
  ])('%s %j', (type, patch, status, message) => {
    const { request, store } = api();
    request('POST', DEPLOYMENTS, web);
    const before = store.resourceVersion;
    const answer = request('PATCH', `${DEPLOYMENTS}/web`, patch, `application/${TYPES[type]}+json`);
    expect([answer.status, answer.body.message]).toEqual([status, message]);
    expect(store.resourceVersion).toBe(before);
  });

  it.each<[keyof typeof TYPES, string, string[]]>([
    [
      'strategic',
      '{"spec":{"replicas":1,"replicas":2,"zeta":1,"alpha":2}}',
      ['unknown field "spec.alpha"', 'unknown field "spec.zeta"', 'duplicate field "spec.replicas"'],
    ],
    ['merge', '{"spec":{"replicas":1,"replicas":2}}', ['duplicate field "spec.replicas"']],
    [
      'json',
      '[{"op":"replace","op":"replace","path":"/spec/replicas","value":2,"why":""}]',
      ['json patch duplicate field "[0].op"', 'json patch unknown field "[0].why"'],
    ],
  ])('%s %s is taken with a warning, and refused by who is strict', (type, patch, faults) => {
    const { request } = api();
    request('POST', DEPLOYMENTS, web);
    const send = (query: string) =>
      request('PATCH', `${DEPLOYMENTS}/web${query}`, patch, `application/${TYPES[type]}+json`);
    const strict = send('?fieldValidation=Strict');
    expect([strict.status, strict.body.message]).toEqual([
      422,
      expect.stringContaining(`: strict decoding error: ${faults.join(', ')}`),
    ]);
    const taken = send('');
    expect([taken.status, taken.body.spec.replicas]).toEqual([200, 2]);
    expect(taken.headers.warning).toEqual(faults.map((fault) => `299 - ${JSON.stringify(fault)}`));
  });

  it('null is a strategic merge patch of nothing, and a kind in one is not read', () => {
    const { request } = api();
    request('POST', DEPLOYMENTS, web);
    const strategic = 'application/strategic-merge-patch+json';
    for (const patch of ['null', { kind: 'Pod', apiVersion: 'v9' }]) {
      const { status, body } = request('PATCH', `${DEPLOYMENTS}/web`, patch, strategic);
      expect([status, body.kind, body.apiVersion]).toEqual([200, 'Deployment', 'apps/v1']);
    }
  });
});

describe('a patch that makes no object of the kind is refused as a wrong patch', () => {
  const PATH = `${CONFIG_MAPS}/a`;
  const WRONG_TYPE = 'json: cannot unmarshal number into Go struct field ConfigMap.data of type string';

  test.each([
    ['application/merge-patch+json', '', { data: { b: 1 } }, WRONG_TYPE],
    ['application/json-patch+json', '', [{ op: 'add', path: '/data/b', value: 1 }], WRONG_TYPE],
    [
      'application/merge-patch+json',
      '?fieldValidation=Strict',
      { dada: {} },
      'strict decoding error: unknown field "dada"',
    ],
  ])('%s%s', (type, query, patch, reason) => {
    const { request, make } = api();
    make('a');
    const { status, body } = request('PATCH', `${PATH}${query}`, patch, type);
    expect([status, body.reason]).toEqual([422, 'Invalid']);
    const [{ field, message }] = body.details.causes;
    expect(field).toBe('patch');
    expect(message).toMatch(/^Invalid value: "\{.*\}": /);
    expect(message.endsWith(reason)).toBe(true);
    expect(body.message).toBe(` "" is invalid: patch: ${message}`);
  });

  test('an object that is none is a bad request', () => {
    const { request, make } = api();
    make('a');
    const { status, body } = request('PUT', PATH, { metadata: { name: 'a' }, data: { b: 1 } });
    expect([status, body.message]).toEqual([
      400,
      `ConfigMap in version "v1" cannot be handled as a ConfigMap: ${WRONG_TYPE}`,
    ]);
  });
});
