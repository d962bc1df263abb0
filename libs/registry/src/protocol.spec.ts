import { utf8Decode } from '@podlab/kernel';
import { api, CONFIG_MAPS } from './testing/empty-api';

const names = (body: { items: { metadata: { name: string } }[] }) =>
  body.items.map(({ metadata }) => metadata.name);

// Restates k8s.io/apimachinery pkg/apis/meta/internalversion/validation validation_test.go.
describe('options of lists and watches that contradict each other', () => {
  const invalid = (detail: string) => [422, `ListOptions.meta.k8s.io "" is invalid: ${detail}`];
  it.each<[string, (number | string)[]]>([
    [
      'resourceVersionMatch=Exact',
      invalid(
        'resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
      ),
    ],
    [
      'resourceVersion=0&resourceVersionMatch=Exact',
      invalid(
        'resourceVersionMatch: Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"',
      ),
    ],
    [
      'resourceVersion=1&resourceVersionMatch=Foo',
      invalid(
        'resourceVersionMatch: Unsupported value: "Foo": supported values: "Exact", "NotOlderThan", ""',
      ),
    ],
    [
      'resourceVersion=1&resourceVersionMatch=NotOlderThan&continue=x',
      invalid('resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden when continue is provided'),
    ],
    [
      'sendInitialEvents=true',
      invalid('sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list'),
    ],
    [
      'watch=1&sendInitialEvents=true',
      invalid(
        'resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
      ),
    ],
    [
      'watch=1&resourceVersionMatch=NotOlderThan',
      invalid(
        'resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
      ),
    ],
    ['limit=x', [400, 'strconv.ParseInt: parsing "x": invalid syntax']],
    ['timeoutSeconds=x&watch=1', [400, 'strconv.ParseInt: parsing "x": invalid syntax']],
    ['continue=x&resourceVersion=1', [400, 'specifying resource version is not allowed when using continue']],
    ['continue=x', [400, 'continue key is not valid: encoded continue token is not valid']],
    ['resourceVersion=99', [504, 'Timeout: Too large resource version: 99, current: 1']],
  ])('%s', (query, expected) => {
    const { status, body } = api().request('GET', `${CONFIG_MAPS}?${query}`);
    expect([status, body.message]).toEqual(expected);
  });
});

// Restates k8s.io/apimachinery pkg/apis/meta/v1/validation validation_test.go.
describe('options of writes', () => {
  it.each<[string, string, unknown, string]>([
    [
      'POST',
      'dryRun=Some',
      {},
      'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["Some"]',
    ],
    [
      'PUT',
      'dryRun=Some',
      {},
      'UpdateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["Some"]',
    ],
    [
      'POST',
      'fieldValidation=Loud',
      {},
      'CreateOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value: "Loud": supported values: "", "Ignore", "Strict", "Warn"',
    ],
    [
      'DELETE',
      '',
      { dryRun: ['Some'] },
      'DeleteOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["Some"]: supported values: "All"',
    ],
    [
      'DELETE',
      '',
      { propagationPolicy: 'Sideways' },
      'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "Sideways": supported values: "Foreground", "Background", "Orphan", "nil"',
    ],
    [
      'DELETE',
      '',
      { propagationPolicy: 'Orphan', orphanDependents: true },
      'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Invalid value: "Orphan": orphanDependents and deletionPropagation cannot be both set',
    ],
  ])('%s %s %j is refused', (method, query, body, message) => {
    const { make, request } = api();
    make('one');
    const path = method === 'POST' ? CONFIG_MAPS : `${CONFIG_MAPS}/one`;
    const answer = request(method, `${path}?${query}`, body);
    expect(answer.status).toBe(422);
    expect(answer.body.message).toContain(message);
  });

  it.each<[string, string, unknown]>([
    ['POST', '', { metadata: { name: 'two' } }],
    ['PUT', '/one', { metadata: { name: 'one' }, data: { a: '2' } }],
    ['PATCH', '/one', { data: { a: '2' } }],
    ['DELETE', '/one', undefined],
    ['DELETE', '', undefined],
  ])('%s %s changes nothing in a dry run', (method, path, body) => {
    const { make, request, store } = api();
    make('one', { a: '1' });
    const before = store.resourceVersion;
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    expect(request(method, `${CONFIG_MAPS}${path}?dryRun=All`, body, type).status).toBeLessThan(300);
    expect(store.resourceVersion).toBe(before);
  });

  it('a DELETE is a dry run by its body too, as kubectl sends it', () => {
    const { make, request, store } = api();
    make('one');
    const before = store.resourceVersion;
    expect(request('DELETE', `${CONFIG_MAPS}/one`, { dryRun: ['All'] }).status).toBe(200);
    expect(store.resourceVersion).toBe(before);
  });

  it('orphanDependents is the old word for a policy', () => {
    const { make, request } = api();
    make('one');
    make('two');
    const { body } = request('DELETE', `${CONFIG_MAPS}/one`, { orphanDependents: true });
    expect(body.metadata.finalizers).toEqual(['orphan']);
    expect(request('DELETE', `${CONFIG_MAPS}/two`, { orphanDependents: false }).body.status).toBe('Success');
  });
});

describe('a list in pages', () => {
  it('shows one moment, whatever is written meanwhile', () => {
    const { make, request } = api();
    for (const name of ['a', 'b', 'c']) make(name);
    const first = request('GET', `${CONFIG_MAPS}?limit=2`).body;
    expect([names(first), first.metadata.remainingItemCount]).toEqual([['a', 'b'], 1]);
    make('bb');
    request('DELETE', `${CONFIG_MAPS}/c`);
    const second = request('GET', `${CONFIG_MAPS}?limit=2&continue=${first.metadata.continue}`).body;
    expect([names(second), second.metadata.continue]).toEqual([['c'], undefined]);
    expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
    expect(names(request('GET', CONFIG_MAPS).body)).toEqual(['a', 'b', 'bb']);
  });

  it('that is too old goes on with what is there now, by the token of the refusal', () => {
    const { make, request, store } = api();
    for (const name of ['a', 'b', 'c']) make(name);
    const { metadata } = request('GET', `${CONFIG_MAPS}?limit=1`).body;
    store.forgetHistory(0);
    make('bb');
    const refused = request('GET', `${CONFIG_MAPS}?limit=1&continue=${metadata.continue}`);
    expect(refused).toMatchObject({ status: 410, body: { reason: 'Expired' } });
    expect(refused.body.message).toMatch(
      /^The provided continue parameter is too old to display a consistent/,
    );
    const rest = request('GET', `${CONFIG_MAPS}?continue=${refused.body.metadata.continue}`).body;
    expect(names(rest)).toEqual(['b', 'bb', 'c']);
    const exact = request('GET', `${CONFIG_MAPS}?resourceVersion=2&resourceVersionMatch=Exact`);
    expect([exact.status, exact.body.message]).toEqual([
      410,
      'The resourceVersion for the provided list is too old.',
    ]);
  });

  it('is of the revision that is asked for', () => {
    const { make, request } = api();
    const { resourceVersion } = make('a').body.metadata;
    make('b');
    const at = (match: string) =>
      names(
        request('GET', `${CONFIG_MAPS}?resourceVersion=${resourceVersion}&resourceVersionMatch=${match}`)
          .body,
      );
    expect([at('Exact'), at('NotOlderThan')]).toEqual([['a'], ['a', 'b']]);
  });
});

describe('a watch', () => {
  const INITIAL = 'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';

  it('begins with what is there, says where that ends, and goes on', () => {
    const { make, watch } = api();
    make('a');
    const { lines, stop } = watch(`${CONFIG_MAPS}?${INITIAL}`);
    make('b');
    stop();
    make('c');
    expect(lines.map(({ type, object }) => [type, object.metadata.name])).toEqual([
      ['ADDED', 'a'],
      ['BOOKMARK', undefined],
      ['ADDED', 'b'],
    ]);
    expect(lines[1].object.metadata).toEqual({
      resourceVersion: '2',
      annotations: { 'k8s.io/initial-events-end': 'true' },
    });
  });

  it('tells how far it has come to those who asked', () => {
    const { make, watch } = api();
    make('a');
    const asked = watch(`${CONFIG_MAPS}?watch=1&allowWatchBookmarks=true`).stream;
    make('b');
    const line = asked.bookmark?.();
    expect(line && JSON.parse(utf8Decode(line.bytes))).toEqual({
      type: 'BOOKMARK',
      object: { kind: 'ConfigMap', apiVersion: 'v1', metadata: { resourceVersion: '3' } },
    });
    expect(watch(`${CONFIG_MAPS}?watch=1`).stream.bookmark).toBeUndefined();
  });

  it('of a revision that is still to come hears nothing before it', () => {
    const { make, watch } = api();
    const { lines, stream } = watch(`${CONFIG_MAPS}?watch=1&resourceVersion=3&allowWatchBookmarks=true`);
    make('a');
    make('b');
    expect(utf8Decode(stream.bookmark?.().bytes ?? new Uint8Array())).toContain('"resourceVersion":"3"');
    make('c');
    expect(lines.map(({ type, object }) => [type, object.metadata.name])).toEqual([['ADDED', 'c']]);
  });

  it('that begins with what is there at a revision to come hears that there is none', () => {
    const [{ type, object }] = api().watch(`${CONFIG_MAPS}?${INITIAL}&resourceVersion=9`).lines;
    expect([type, object]).toMatchObject([
      'ERROR',
      {
        code: 504,
        reason: 'Timeout',
        message: 'Timeout: Too large resource version: 9, current: 1',
        details: {
          causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
          retryAfterSeconds: 1,
        },
      },
    ]);
  });

  it('of a revision that is compacted hears so, and ends', () => {
    const { make, store, watch } = api();
    make('a');
    store.forgetHistory(0);
    const [{ type, object }] = watch(`${CONFIG_MAPS}?watch=1&resourceVersion=1`).lines;
    expect(type).toBe('ERROR');
    expect(object).toMatchObject({ code: 410, reason: 'Expired' });
    expect(object.message).toMatch(/^too old resource version: 1 \(\d+\)$/);
  });
});

describe('beside the API groups', () => {
  const text = (url: string) => {
    const answer = api().raw('GET', url);
    return [answer.status, answer.headers['content-type'], utf8Decode(answer.body)];
  };
  const PLAIN = 'text/plain; charset=utf-8';

  // Restates k8s.io/apiserver pkg/server/healthz/healthz_test.go testMultipleChecks.
  it.each([
    ['/healthz', 'ok'],
    ['/livez/ping', 'ok'],
    ['/readyz/poststarthook/rbac/bootstrap-roles', 'ok'],
    ['/healthz?verbose', /^\[\+\]ping ok\n\[\+\]log ok\n\[\+\]etcd ok\n[^]*\nhealthz check passed\n$/],
    [
      '/readyz?verbose=true&exclude=etcd',
      /\n\[\+\]etcd excluded: ok\n[^]*\[\+\]shutdown ok\nreadyz check passed\n$/,
    ],
    [
      '/livez?verbose&exclude=nothing',
      /\nwarn: some health checks cannot be excluded: no matches for "nothing"\nlivez check passed\n$/,
    ],
    ['/readyz?exclude=nothing', 'ok'],
  ])('%s is healthy', (url, words) => {
    const [status, type, body] = text(url);
    expect([status, type]).toEqual([200, PLAIN]);
    if (typeof words === 'string') expect(body).toBe(words);
    else expect(body).toMatch(words);
  });

  it.each(['/healthz/nothing', '/readyz/poststarthook', '/metrics', '/logs', '/openid', '/.well-known'])(
    '%s is not there',
    (url) => expect(text(url)[0]).toBe(404),
  );

  it('the list of paths names what is served, in order', () => {
    const { paths } = api().request('GET', '/').body;
    expect(paths).toEqual([...paths].sort());
    expect(paths).toEqual(
      expect.arrayContaining([
        '/api',
        '/api/v1',
        '/apis/apps',
        '/apis/apps/v1',
        '/livez/ping',
        '/openapi/v2',
        '/version',
      ]),
    );
    const { request } = api();
    const asked = paths.filter((path: string) => !path.startsWith('/openapi') && !/z(\/|$)/.test(path));
    expect(asked.filter((path: string) => request('GET', path).status !== 200)).toEqual([]);
  });

  it('says who signs tokens, with the keys left to the host', () => {
    const { request } = api();
    expect(request('GET', '/.well-known/openid-configuration').body).toEqual({
      issuer: 'https://kubernetes.default.svc.cluster.local',
      jwks_uri: 'https://172.18.0.2:6443/openid/v1/jwks',
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
    });
    expect(request('GET', '/openid/v1/jwks')).toMatchObject({
      headers: { 'content-type': 'application/jwk-set+json' },
      body: { keys: [] },
    });
  });
});

describe('a kind in two versions', () => {
  const V1 = '/apis/autoscaling/v1/namespaces/lab/horizontalpodautoscalers';
  const V2 = V1.replace('/v1/', '/v2/');
  const MERGE = 'application/merge-patch+json';
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
  const autoscaler = (spec: object = { targetCPUUtilizationPercentage: 50 }, annotations?: object) => ({
    apiVersion: 'autoscaling/v1',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web', ...(annotations && { annotations }) },
    spec: { maxReplicas: 3, scaleTargetRef, ...spec },
  });
  const cpu = (averageUtilization: number) => ({
    type: 'Resource',
    resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
  });
  const memory = {
    type: 'Resource',
    resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } },
  };

  it('is one object, said in the words of each', () => {
    const { request } = api();
    const made = request('POST', V1, autoscaler());
    expect([made.status, made.body]).toMatchObject([
      201,
      { apiVersion: 'autoscaling/v1', spec: { minReplicas: 1, targetCPUUtilizationPercentage: 50 } },
    ]);
    expect(request('GET', `${V2}/web`).body).toMatchObject({
      apiVersion: 'autoscaling/v2',
      spec: { metrics: [cpu(50)] },
    });
    expect(request('GET', V1).body).toMatchObject({
      kind: 'HorizontalPodAutoscalerList',
      apiVersion: 'autoscaling/v1',
      items: [{ spec: { targetCPUUtilizationPercentage: 50 } }],
    });
    const patched = request('PATCH', `${V1}/web`, { spec: { targetCPUUtilizationPercentage: 60 } }, MERGE);
    expect(patched.body.spec.targetCPUUtilizationPercentage).toBe(60);
    expect(request('GET', `${V2}/web`).body.spec.metrics).toEqual([cpu(60)]);
    expect(request('DELETE', `${V1}/web`).status).toBe(200);
    expect(request('GET', `${V2}/web`).status).toBe(404);
  });

  it('keeps in annotations what the older one has no field for', () => {
    const { request } = api();
    const behavior = { scaleDown: { stabilizationWindowSeconds: 10 } };
    const spec = { maxReplicas: 3, scaleTargetRef, metrics: [cpu(40), memory], behavior };
    request('POST', V2, { metadata: { name: 'web' }, spec });
    const { body } = request('GET', `${V1}/web`);
    expect(JSON.parse(body.metadata.annotations['autoscaling.alpha.kubernetes.io/metrics'])).toEqual([
      memory,
    ]);
    expect(body.spec).toEqual({
      minReplicas: 1,
      maxReplicas: 3,
      scaleTargetRef,
      targetCPUUtilizationPercentage: 40,
    });
    const before = request('GET', `${V2}/web`).body;
    const { body: replaced } = request('PUT', `${V1}/web`, {
      ...body,
      spec: { ...body.spec, maxReplicas: 4 },
    });
    expect(replaced.spec.maxReplicas).toBe(4);
    expect(request('GET', `${V2}/web`).body.spec).toEqual({ ...before.spec, maxReplicas: 4 });
  });

  it('prints one Table, and is watched in the words of each', () => {
    const { raw, request, watch } = api();
    const { lines } = watch(`${V1}?watch=1`);
    request('POST', V2, {
      metadata: { name: 'web' },
      spec: { maxReplicas: 3, scaleTargetRef, metrics: [cpu(70)] },
    });
    expect(lines).toMatchObject([
      {
        type: 'ADDED',
        object: { apiVersion: 'autoscaling/v1', spec: { targetCPUUtilizationPercentage: 70 } },
      },
    ]);
    const table = (url: string) => {
      const answer = raw('GET', url, 'application/json;as=Table;g=meta.k8s.io;v=v1');
      return (JSON.parse(utf8Decode(answer.body)) as { rows: { cells: unknown[] }[] }).rows[0].cells;
    };
    expect(table(V1)).toEqual(table(V2));
    expect(table(V1)).toContain('cpu: <unknown>/70%');
  });

  it.each([
    ['a field of the other version', autoscaler({ metrics: [] }), 'unknown field "spec.metrics"'],
    ['a text for a number', autoscaler({ targetCPUUtilizationPercentage: 'x' }), 'cannot unmarshal string'],
    [
      'an annotation that is no JSON',
      autoscaler({}, { 'autoscaling.alpha.kubernetes.io/metrics': '[' }),
      'the annotation autoscaling.alpha.kubernetes.io/metrics is no JSON',
    ],
    [
      'an annotation of something else',
      autoscaler({}, { 'autoscaling.alpha.kubernetes.io/metrics': '[5]' }),
      'cannot',
    ],
    [
      'a behaviour of something else',
      autoscaler({}, { 'autoscaling.alpha.kubernetes.io/behavior': '[5]' }),
      'cannot',
    ],
    [
      'the other version',
      { ...autoscaler(), apiVersion: 'autoscaling/v2' },
      'does not match the expected API version',
    ],
  ])('refuses %s', (_, body, words) => {
    const { request } = api();
    const answer = request('POST', `${V1}?fieldValidation=Strict`, body);
    expect([answer.status, answer.body.message]).toEqual([400, expect.stringContaining(words)]);
  });

  it('is in discovery twice, the newer one preferred', () => {
    const { request } = api();
    expect(request('GET', '/apis/autoscaling').body).toMatchObject({
      versions: [{ version: 'v2' }, { version: 'v1' }],
      preferredVersion: { version: 'v2' },
    });
  });

  it('is applied as the newer one only', () => {
    const { request } = api();
    const answer = request(
      'PATCH',
      `${V1}/web?fieldManager=me`,
      autoscaler(),
      'application/apply-patch+yaml',
    );
    expect(answer.body.message).toContain('apply it as autoscaling/v2');
  });
});

test('a generated name that is taken is drawn again', () => {
  const { random, request } = api();
  const generateName = 'job-';
  const metadata = { generateName };
  const before = structuredClone(random.state);
  const first = request('POST', CONFIG_MAPS, { metadata }).body.metadata.name;
  Object.assign(random.state, before);
  const second = request('POST', CONFIG_MAPS, { metadata });
  expect(second.status).toBe(201);
  expect(second.body.metadata.name).not.toBe(first);
});

test('what is said of an object is said of what was written, and not of its status', () => {
  const { request } = api();
  const DEPLOYMENTS = '/apis/apps/v1/namespaces/lab/deployments';
  const labels = { app: 'a' };
  const containers = [{ name: 'a', image: 'nginx', ports: [{ containerPort: 80 }, { containerPort: 80 }] }];
  const deployment = {
    metadata: { name: 'web' },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
  };
  const twice = [
    '299 - "spec.template.spec.containers[0].ports[1]: duplicate port definition with spec.template.spec.containers[0].ports[0]"',
  ];
  const refused = request('POST', DEPLOYMENTS, { ...deployment, metadata: {} });
  expect([refused.status, refused.headers.warning]).toEqual([422, undefined]);
  const { body, headers } = request('POST', DEPLOYMENTS, deployment);
  expect(headers.warning).toEqual(twice);
  const patch = (part: string, change: object) =>
    request('PATCH', `${DEPLOYMENTS}/web${part}`, change, 'application/merge-patch+json').headers.warning;
  expect(request('PUT', `${DEPLOYMENTS}/web/status`, body).headers.warning).toBeUndefined();
  expect(patch('/status', { status: { replicas: 1 } })).toBeUndefined();
  expect(patch('', { metadata: { labels } })).toBeUndefined();
  expect(patch('', { spec: { replicas: 2 } })).toEqual(twice);
  const apply = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { paused: true },
  };
  const applied = request(
    'PATCH',
    `${DEPLOYMENTS}/web?fieldManager=a`,
    apply,
    'application/apply-patch+yaml',
  );
  expect([applied.status, applied.headers.warning]).toEqual([200, twice]);
});
