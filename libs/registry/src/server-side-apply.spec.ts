import { ApiServer, PLAIN_JSON, type KubeAnswer } from '@podlab/apiserver';
import { Prng, rfc3339, seedPrng, utf8Decode, utf8Encode } from '@podlab/kernel';
import { MvccStore, createMvccState } from '@podlab/storage';
import { REGISTRY } from './registry';

interface Entry {
  manager: string;
  operation: string;
  subresource?: string;
  time: string;
  fieldsV1: object;
}

/** An empty cluster whose clock the test moves. */
function api() {
  const clock = { now: 1_795_000_000_000 };
  const now = () => clock.now;
  const store = new MvccStore(createMvccState(), now);
  const server = new ApiServer({
    store,
    registry: REGISTRY,
    settings: { service_cidr: '10.96.0.0/16', pod_cidr: '10.244.0.0/16', node_port_range: [30_000, 32_767] },
    random: new Prng(seedPrng('1', 'api')),
    now,
    timestamp: () => rfc3339(clock.now),
    connectors: [],
  });
  const request = (method: string, url: string, body?: unknown, type = 'application/json') => {
    const [path, query = ''] = url.split('?');
    const answer = server.handle({
      method,
      path,
      query,
      accept: 'application/json',
      content_type: type,
      body: body === undefined ? new Uint8Array() : utf8Encode(JSON.stringify(body)),
      user: { name: 'student', groups: ['system:masters'] },
    }) as KubeAnswer;
    return { status: answer.status, body: JSON.parse(utf8Decode(answer.body)) };
  };
  const plain = (path: string) => {
    const user = { name: 'system:podlab', groups: ['system:masters'] };
    const asked = { method: 'GET', path, query: '', accept: PLAIN_JSON, content_type: '', user };
    return JSON.parse(utf8Decode((server.handle({ ...asked, body: new Uint8Array() }) as KubeAnswer).body));
  };
  const apply = (url: string, manager: string, body: object, more = '') =>
    request('PATCH', `${url}?fieldManager=${manager}${more}`, body, 'application/apply-patch+yaml');
  request('POST', '/api/v1/namespaces', { metadata: { name: 'lab' } });
  return {
    clock,
    store,
    request,
    apply,
    plain,
    client: server.client({ name: 'system:deployment-controller', groups: [] }),
  };
}

const WEB = '/apis/apps/v1/namespaces/lab/deployments/web';
const NOTES = '/api/v1/namespaces/lab/configmaps/notes';
const notes = (data: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'notes' },
  data,
});
const web = (spec: object = {}, container: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: {
        containers: [{ name: 'nginx', image: 'nginx:1.27', ports: [{ containerPort: 80 }], ...container }],
      },
    },
    ...spec,
  },
});
const managers = (body: { metadata: { managedFields?: Entry[] } }) =>
  (body.metadata.managedFields ?? []).map(({ manager, operation, subresource = '' }) =>
    [manager, operation, subresource].filter((part) => part !== '').join(' '),
  );
const fieldsOf = (body: { metadata: { managedFields?: Entry[] } }, manager: string) =>
  body.metadata.managedFields?.find((entry) => entry.manager === manager)?.fieldsV1;

// Restates kubernetes test/integration/apiserver/apply/apply_test.go.
describe('server-side apply', () => {
  it('makes an object, and owns what it was told and nothing that the server filled in', () => {
    const { apply } = api();
    const { status, body } = apply(WEB, 'kubectl', web());
    expect(status).toBe(201);
    expect(body.spec).toMatchObject({ progressDeadlineSeconds: 600, replicas: 2 });
    expect(managers(body)).toEqual(['kubectl Apply']);
    expect(fieldsOf(body, 'kubectl')).toEqual({
      'f:spec': {
        'f:replicas': {},
        'f:selector': {},
        'f:template': {
          'f:metadata': { 'f:labels': { 'f:app': {} } },
          'f:spec': {
            'f:containers': {
              'k:{"name":"nginx"}': {
                '.': {},
                'f:image': {},
                'f:name': {},
                'f:ports': {
                  'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} },
                },
              },
            },
          },
        },
      },
    });
  });

  it('makes no revision when nothing changes, at any later time', () => {
    const { apply, clock, store } = api();
    const first = apply(NOTES, 'a', notes({ x: '1' })).body;
    const { resourceVersion } = store;
    clock.now += 60_000;
    expect(apply(NOTES, 'a', notes({ x: '1' }))).toEqual({ status: 200, body: first });
    expect(store.resourceVersion).toBe(resourceVersion);
  });

  it('makes no revision for a quantity written otherwise', () => {
    const { apply, clock, store } = api();
    const config = web({}, { resources: { limits: { cpu: '0.5' } } });
    const { body } = apply(WEB, 'a', config);
    expect(body.spec.template.spec.containers[0].resources).toEqual({ limits: { cpu: '500m' } });
    const { resourceVersion } = store;
    clock.now += 60_000;
    expect(apply(WEB, 'a', config).status).toBe(200);
    expect(store.resourceVersion).toBe(resourceVersion);
  });

  it('takes out what its manager no longer applies, and leaves what others own', () => {
    const { apply } = api();
    apply(NOTES, 'a', notes({ x: '1', y: '1', z: '1' }));
    apply(NOTES, 'b', notes({ y: '1' }));
    const { body } = apply(NOTES, 'a', notes({ z: '1' }));
    expect(body.data).toEqual({ y: '1', z: '1' });
    expect(fieldsOf(body, 'b')).toEqual({ 'f:data': { 'f:y': {} } });
  });

  it('takes out items of lists by their keys, with the server’s defaults in them', () => {
    const { apply } = api();
    apply(
      WEB,
      'a',
      web(
        {},
        {
          env: [
            { name: 'A', value: '1' },
            { name: 'B', value: '2' },
          ],
        },
      ),
    );
    const { body } = apply(WEB, 'a', web({}, { env: [{ name: 'B', value: '3' }], ports: undefined }));
    expect(body.spec.template.spec.containers).toEqual([
      expect.objectContaining({ env: [{ name: 'B', value: '3' }] }),
    ]);
    expect(body.spec.template.spec.containers[0].ports).toBeUndefined();
  });

  it('keeps the items of others where they stand in a list', () => {
    const { apply } = api();
    apply(
      WEB,
      'a',
      web(
        {},
        {
          env: [
            { name: 'A', value: '1' },
            { name: 'B', value: '2' },
          ],
        },
      ),
    );
    const env = [
      { name: 'C', value: '3' },
      { name: 'B', value: '2' },
    ];
    const config = { ...web(), spec: { template: { spec: { containers: [{ name: 'nginx', env }] } } } };
    const { body } = apply(WEB, 'b', config);
    const names = body.spec.template.spec.containers[0].env.map(({ name }: { name: string }) => name);
    expect(names).toEqual(['A', 'C', 'B']);
  });

  it('is refused where another manager set another value, in upstream’s words, and takes it by force', () => {
    const { apply, request } = api();
    apply(WEB, 'kubectl', web());
    request(
      'PATCH',
      `${WEB}/scale?fieldManager=scaler`,
      { spec: { replicas: 5 } },
      'application/merge-patch+json',
    );
    const refused = apply(WEB, 'kubectl', web());
    const message =
      'Apply failed with 1 conflict: conflict with "scaler" with subresource "scale" using apps/v1: .spec.replicas';
    expect(refused).toMatchObject({ status: 409, body: { reason: 'Conflict', message } });
    expect(refused.body.details.causes).toEqual([
      {
        reason: 'FieldManagerConflict',
        message: 'conflict with "scaler" with subresource "scale" using apps/v1',
        field: '.spec.replicas',
      },
    ]);
    const forced = apply(WEB, 'kubectl', web(), '&force=true');
    expect(forced).toMatchObject({ status: 200, body: { spec: { replicas: 2 } } });
    expect(managers(forced.body)).toEqual(['kubectl Apply']);
  });

  it('names every field of several conflicts, by manager', () => {
    const { apply, request } = api();
    request('POST', '/api/v1/namespaces/lab/configmaps?fieldManager=maker', notes({ x: '1', y: '1' }));
    apply(NOTES, 'b', notes({ z: '1' }));
    const { body } = apply(NOTES, 'c', notes({ x: '2', y: '2', z: '2' }));
    expect(body.message).toBe(
      'Apply failed with 3 conflicts: conflicts with "b":\n- .data.z\nconflicts with "maker" using v1:\n- .data.x\n- .data.y',
    );
  });

  it('shares a field between appliers of one value', () => {
    const { apply } = api();
    apply(NOTES, 'a', notes({ x: '1' }));
    const { status, body } = apply(NOTES, 'b', notes({ x: '1' }));
    expect(status).toBe(200);
    expect(managers(body)).toEqual(['a Apply', 'b Apply']);
    expect(apply(NOTES, 'a', notes({})).body.data).toEqual({ x: '1' });
  });

  it('lets a component take what it writes, and tells by which part of the object', () => {
    const { apply, client, store, request } = api();
    apply(WEB, 'kubectl', web());
    const stored = store.get('deployments.apps', 'lab/web') as never as { metadata: object; status: object };
    client.updateStatus('deployments.apps', { ...stored, status: { replicas: 2 } } as never);
    const { body } = request('GET', WEB);
    expect(managers(body)).toEqual(['kubectl Apply', 'kube-controller-manager Update status']);
    expect(fieldsOf(body, 'kube-controller-manager')).toEqual({ 'f:status': { 'f:replicas': {} } });
  });

  it('changes nothing in a dry run, and is checked like any write', () => {
    const { apply, request } = api();
    expect(apply(NOTES, 'a', notes({ x: '1' }), '&dryRun=All').status).toBe(201);
    expect(request('GET', NOTES).status).toBe(404);
    expect(apply(WEB, 'a', web({ replicas: -1 })).status).toBe(422);
  });

  it.each<[string, string, object, number, string]>([
    [
      'without a manager',
      '',
      notes({}),
      422,
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    ],
    [
      'a manager’s name too long',
      'fieldManager='.padEnd(142, 'x'),
      notes({}),
      422,
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Too long: may not be more than 128 bytes',
    ],
    [
      'managers of its own',
      'fieldManager=a',
      { ...notes({}), metadata: { name: 'notes', managedFields: [] } },
      400,
      'metadata.managedFields must be nil',
    ],
    [
      'another name',
      'fieldManager=a',
      { ...notes({}), metadata: { name: 'other' } },
      400,
      'the name of the object (other) does not match the name on the URL (notes)',
    ],
    [
      'a field that the kind does not have',
      'fieldManager=a',
      { ...notes({}), datta: {} },
      400,
      'failed to create typed patch object (/notes; v1, Kind=ConfigMap): .datta: field not declared in schema',
    ],
    [
      'another namespace',
      'fieldManager=a',
      { ...notes({}), metadata: { name: 'notes', namespace: 'other' } },
      400,
      'the namespace of the provided object does not match the namespace sent on the request',
    ],
    [
      'another object’s uid',
      'fieldManager=a',
      { ...notes({ x: '1' }), metadata: { name: 'notes', uid: 'other' } },
      409,
      expect.stringMatching(
        /Precondition failed: UID in precondition: other, UID in object meta: [0-9a-f-]{36}$/,
      ),
    ],
    [
      'an old resourceVersion',
      'fieldManager=a',
      { ...notes({ x: '1' }), metadata: { name: 'notes', resourceVersion: '1' } },
      409,
      'Operation cannot be fulfilled on configmaps "notes": the object has been modified; please apply your changes to the latest version and try again',
    ],
  ])('refuses %s', (_, query, body, status, message) => {
    const { apply, request } = api();
    apply(NOTES, 'before', notes({ y: '1' }));
    const answer = request('PATCH', `${NOTES}?${query}`, body, 'application/apply-patch+yaml');
    expect([answer.status, answer.body.message]).toEqual([status, message]);
  });

  it('refuses an item without its key, and two with one', () => {
    const { apply } = api();
    const item = (...containers: object[]) => web({ template: { spec: { containers } } });
    const refused = (config: object) => apply(WEB, 'a', config).body.message as string;
    const start = 'failed to create typed patch object (/web; apps/v1, Kind=Deployment): ';
    expect(refused(item({ image: 'x' }))).toBe(
      `${start}.spec.template.spec.containers: element 0: associative list with keys has an element that omits key field "name"`,
    );
    expect(refused(item({ name: 'x' }, { name: 'x' }))).toBe(
      `${start}.spec.template.spec.containers: duplicate entries for key [name="x"]`,
    );
  });

  it('refuses force for any other patch', () => {
    const { apply, request } = api();
    apply(NOTES, 'a', notes({}));
    const { body } = request('PATCH', `${NOTES}?force=true`, {}, 'application/merge-patch+json');
    expect(body.message).toBe(
      'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
    );
  });

  it('takes over what kubectl applied on the client’s side, where nobody changed it since', () => {
    const { apply, request } = api();
    const config = notes({ x: '1', y: '1' });
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(config) };
    const made = { ...config, metadata: { name: 'notes', annotations } };
    request('POST', '/api/v1/namespaces/lab/configmaps?fieldManager=kubectl-client-side-apply', made);
    request('PATCH', `${NOTES}?fieldManager=editor`, { data: { y: '2' } }, 'application/merge-patch+json');
    expect(apply(NOTES, 'kubectl', notes({ x: '9', y: '9' })).status).toBe(409);
    const { status, body } = apply(NOTES, 'kubectl', notes({ x: '9', y: '2' }));
    expect([status, body.data]).toEqual([200, { x: '9', y: '2' }]);
    expect(JSON.parse(Object.values<string>(body.metadata.annotations)[0]).data).toEqual({ x: '9', y: '2' });
  });
});

// Restates kubernetes staging/src/k8s.io/apimachinery/pkg/util/managedfields/managedfieldstest fieldmanager_test.go.
describe('the managers of fields', () => {
  it('are told of a create as upstream tells them, defaults and all', () => {
    const { request } = api();
    const { body } = request('POST', '/api/v1/namespaces/lab/services?fieldManager=kubectl-create', {
      metadata: { name: 'web', labels: { app: 'web' } },
      spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
    });
    expect(managers(body)).toEqual(['kubectl-create Update']);
    expect(fieldsOf(body, 'kubectl-create')).toMatchObject({
      'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
      'f:spec': {
        'f:ports': {
          '.': {},
          'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:port': {}, 'f:protocol': {}, 'f:targetPort': {} },
        },
        'f:selector': {},
        'f:sessionAffinity': {},
        'f:type': {},
      },
    });
  });

  it('lose a field to whoever changes it, and keep their time until they take another', () => {
    const { request, clock } = api();
    const made = request(
      'POST',
      '/api/v1/namespaces/lab/configmaps?fieldManager=a',
      notes({ x: '1', y: '1' }),
    );
    clock.now += 60_000;
    const patch = { data: { y: '2' } };
    const { body } = request('PATCH', `${NOTES}?fieldManager=b`, patch, 'application/merge-patch+json');
    expect(fieldsOf(body, 'a')).toEqual({ 'f:data': { '.': {}, 'f:x': {} } });
    expect(fieldsOf(body, 'b')).toEqual({ 'f:data': { 'f:y': {} } });
    const [{ time }] = made.body.metadata.managedFields as Entry[];
    const times = (body.metadata.managedFields as Entry[]).map((entry) => entry.time);
    expect(times).toEqual([time, rfc3339(clock.now)]);
  });

  it('are not lost by a client that does not send them back, nor by one that does', () => {
    const { request } = api();
    const { body } = request('POST', '/api/v1/namespaces/lab/configmaps?fieldManager=a', notes({ x: '1' }));
    const { managedFields, ...metadata } = body.metadata;
    const without = request('PUT', `${NOTES}?fieldManager=b`, { ...body, metadata });
    expect(without.body.metadata.managedFields).toEqual(managedFields);
    const same = request('PUT', `${NOTES}?fieldManager=b`, body);
    expect(same.body).toEqual(body);
  });

  it('are forgotten for one empty entry, and are as a client sets them', () => {
    const { request } = api();
    const { body } = request('POST', '/api/v1/namespaces/lab/configmaps?fieldManager=a', notes({ x: '1' }));
    const [entry] = body.metadata.managedFields as Entry[];
    const put = (managedFields: object[]) => {
      const metadata = { ...body.metadata, resourceVersion: undefined, managedFields };
      return request('PUT', `${NOTES}?fieldManager=b`, { ...body, metadata }).body;
    };
    expect(managers(put([{ ...entry, manager: 'z', operation: 'Apply' }]))).toEqual(['z Apply']);
    expect(put([{}]).metadata.managedFields).toBeUndefined();
  });

  it('are known of what only the cluster’s components wrote, and are kept once a client writes', () => {
    const { client, request, store } = api();
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web-1', namespace: 'lab', labels: { app: 'web' } },
      spec: { containers: [{ name: 'c', image: 'nginx' }] },
    };
    store.create('serviceaccounts', {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default', namespace: 'lab', uid: '1' },
    });
    client.create('pods', pod as never);
    const stored = () => store.get('pods', 'lab/web-1')?.metadata.managedFields;
    expect(stored()).toBeUndefined();
    const path = '/api/v1/namespaces/lab/pods/web-1';
    expect(managers(request('GET', path).body)).toEqual(['kubeadm Update', 'kubelet Update status']);
    const patch = { metadata: { labels: { a: 'b' } } };
    const { body } = request(
      'PATCH',
      `${path}?fieldManager=kubectl-label`,
      patch,
      'application/merge-patch+json',
    );
    expect(managers(body)).toEqual(['kubeadm Update', 'kubectl-label Update', 'kubelet Update status']);
    expect(stored()).toHaveLength(3);
  });

  it('are left out for the host that shows objects to people', () => {
    const { apply, plain } = api();
    apply(NOTES, 'a', notes({ x: '1' }));
    expect(plain(NOTES).metadata.managedFields).toBeUndefined();
    expect(plain('/api/v1/namespaces/lab/configmaps').items[0]).toEqual(plain(NOTES));
  });

  it('are at most ten that update; the oldest become one', () => {
    const { request, clock } = api();
    request('POST', '/api/v1/namespaces/lab/configmaps?fieldManager=m00', notes({ k0: '1' }));
    for (let i = 1; i <= 12; i++) {
      clock.now += 1000;
      const manager = `m${String(i).padStart(2, '0')}`;
      const patch = { data: { [`k${i}`]: '1' } };
      request('PATCH', `${NOTES}?fieldManager=${manager}`, patch, 'application/merge-patch+json');
    }
    const { body } = request('GET', NOTES);
    const names = (body.metadata.managedFields as Entry[]).map(({ manager }) => manager);
    expect(names).toHaveLength(10);
    expect(names[0]).toBe('ancient-changes');
    expect(names.at(-1)).toBe('m12');
    expect(fieldsOf(body, 'ancient-changes')).toMatchObject({ 'f:data': { 'f:k0': {}, 'f:k3': {} } });
  });
});
