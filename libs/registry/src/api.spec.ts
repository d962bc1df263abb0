import { ApiServer, type KubeAnswer } from '@podlab/apiserver';
import { Prng, rfc3339, seedPrng, utf8Decode, utf8Encode } from '@podlab/kernel';
import { MvccStore, createMvccState } from '@podlab/storage';
import { REGISTRY } from './registry';

const NOW = 1_795_000_000_000;

/** The API of an empty cluster: sends a request, gives status and body. */
function api() {
  const now = () => NOW;
  const store = new MvccStore(createMvccState(), now);
  const server = new ApiServer({
    store,
    registry: REGISTRY,
    settings: { service_cidr: '10.96.0.0/16', pod_cidr: '10.244.0.0/16', node_port_range: [30_000, 32_767] },
    random: new Prng(seedPrng('1', 'api')),
    now,
    timestamp: () => rfc3339(NOW),
    connectors: [],
  });
  return (method: string, url: string, body?: unknown, headers: { accept?: string; type?: string } = {}) => {
    const [path, query = ''] = url.split('?');
    const answer = server.handle({
      method,
      path,
      query,
      accept: headers.accept ?? 'application/json',
      content_type: headers.type ?? (body === undefined ? '' : 'application/json'),
      body:
        body === undefined
          ? new Uint8Array()
          : utf8Encode(typeof body === 'string' ? body : JSON.stringify(body)),
      user: { name: 'student', groups: ['system:masters'] },
    }) as KubeAnswer;
    return { status: answer.status, body: JSON.parse(utf8Decode(answer.body)), headers: answer.headers };
  };
}

const DEPLOYMENT = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'nginx-deployment', namespace: 'lab06' },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'nginx' } },
    template: {
      metadata: { labels: { app: 'nginx' } },
      spec: { containers: [{ name: 'nginx', image: 'nginx:1.27', ports: [{ containerPort: 80 }] }] },
    },
  },
};
const SERVICE = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'nginx-service' },
  spec: { selector: { app: 'nginx' }, ports: [{ port: 80, targetPort: 80 }] },
};
const SERVICES = '/api/v1/namespaces/lab06/services';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/lab06/deployments';
const STRATEGIC = { type: 'application/strategic-merge-patch+json' };

function lab06() {
  const request = api();
  request('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'lab06' } });
  return request;
}

describe('the lesson through the API', () => {
  test('a Deployment and its Service', () => {
    const request = lab06();
    expect(request('POST', DEPLOYMENTS, DEPLOYMENT)).toMatchObject({
      status: 201,
      body: { metadata: { generation: 1 } },
    });
    const { status, body } = request('POST', SERVICES, SERVICE);
    expect(status).toBe(201);
    expect(body.spec.clusterIP).toMatch(/^10\.96\./);
  });

  test('kubectl get services -o wide', () => {
    const request = lab06();
    const { body } = request('POST', SERVICES, {
      ...SERVICE,
      spec: { ...SERVICE.spec, type: 'NodePort', ports: [{ port: 80, nodePort: 30123 }] },
    });
    const table = request('GET', SERVICES, undefined, {
      accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json',
    }).body;
    expect(
      table.columnDefinitions.map(
        ({ name, priority }: { name: string; priority: number }) => `${name}:${priority}`,
      ),
    ).toEqual(['Name:0', 'Type:0', 'Cluster-IP:0', 'External-IP:0', 'Port(s):0', 'Age:0', 'Selector:1']);
    expect(table.rows[0].cells).toEqual([
      'nginx-service',
      'NodePort',
      body.spec.clusterIP,
      '<none>',
      '80:30123/TCP',
      '0s',
      'app=nginx',
    ]);
  });

  test('kubectl scale and kubectl set image', () => {
    const request = lab06();
    request('POST', DEPLOYMENTS, DEPLOYMENT);
    const scale = request(
      'PATCH',
      `${DEPLOYMENTS}/nginx-deployment/scale`,
      { spec: { replicas: 5 } },
      { type: 'application/merge-patch+json' },
    );
    expect(scale).toMatchObject({
      status: 200,
      body: { kind: 'Scale', spec: { replicas: 5 }, status: { selector: 'app=nginx' } },
    });
    const patch = { spec: { template: { spec: { containers: [{ name: 'nginx', image: 'nginx:1.28' }] } } } };
    const patched = request('PATCH', `${DEPLOYMENTS}/nginx-deployment`, patch, STRATEGIC).body;
    expect(patched.spec.replicas).toBe(5);
    expect(patched.spec.template.spec.containers[0]).toMatchObject({
      image: 'nginx:1.28',
      ports: [{ containerPort: 80 }],
    });
    expect(patched.metadata.generation).toBe(3);
  });

  test('kubectl apply turns a ClusterIP into a NodePort', () => {
    const request = lab06();
    const { body } = request('POST', SERVICES, SERVICE);
    const ports = [{ nodePort: 30123, port: 80, targetPort: 80 }];
    const patch = {
      spec: {
        $setElementOrder: undefined,
        '$setElementOrder/ports': [{ port: 80 }],
        ports,
        type: 'NodePort',
      },
    };
    const patched = request('PATCH', `${SERVICES}/nginx-service`, patch, STRATEGIC);
    expect(patched).toMatchObject({
      status: 200,
      body: {
        spec: { clusterIP: body.spec.clusterIP, type: 'NodePort', ports: [{ port: 80, nodePort: 30123 }] },
      },
    });
  });
});

const NOT_A_STRUCT =
  'couldn\'t get version/kind; json parse error: json: cannot unmarshal array into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

describe('what a student gets wrong', () => {
  test.each<[string, string, string, unknown, number, string]>([
    ['no namespace', 'POST', '/api/v1/namespaces/none/services', SERVICE, 404, 'namespaces "none" not found'],
    [
      'a field that is none',
      'POST',
      `${SERVICES}?fieldValidation=Strict`,
      { ...SERVICE, spec: { ...SERVICE.spec, selektor: {} } },
      400,
      'Service in version "v1" cannot be handled as a Service: strict decoding error: unknown field "spec.selektor"',
    ],
    [
      'a port in quotes',
      'POST',
      SERVICES,
      { ...SERVICE, spec: { ports: [{ port: '80' }] } },
      400,
      'Service in version "v1" cannot be handled as a Service: json: cannot unmarshal string into Go struct field ServicePort.spec.ports.port of type int32',
    ],
    [
      'no ports',
      'POST',
      SERVICES,
      { ...SERVICE, spec: {} },
      422,
      'Service "nginx-service" is invalid: spec.ports: Required value',
    ],
    [
      'a node port out of range',
      'POST',
      SERVICES,
      { ...SERVICE, spec: { type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] } },
      422,
      'Service "nginx-service" is invalid: spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
    ],
    [
      'labels that do not match',
      'POST',
      DEPLOYMENTS,
      { ...DEPLOYMENT, spec: { ...DEPLOYMENT.spec, selector: { matchLabels: { app: 'web' } } } },
      422,
      'Deployment.apps "nginx-deployment" is invalid: spec.template.metadata.labels: Invalid value: {"app":"nginx"}: `selector` does not match template `labels`',
    ],
    [
      'a name in capitals',
      'POST',
      DEPLOYMENTS,
      { ...DEPLOYMENT, metadata: { name: 'Nginx' } },
      422,
      "Deployment.apps \"Nginx\" is invalid: metadata.name: Invalid value: \"Nginx\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
    ],
    [
      'a kind at the wrong door',
      'POST',
      SERVICES,
      DEPLOYMENT,
      400,
      'Deployment in version "v1" cannot be handled as a Service: converting (v1.Deployment) to (core.Service): unknown conversion',
    ],
    [
      'a body that is no JSON',
      'POST',
      SERVICES,
      '{"kind"',
      400,
      `the object provided is unrecognized (must be of type Service): couldn't get version/kind; json parse error: unexpected end of JSON input ({"kind")`,
    ],
    [
      'a body that is empty',
      'POST',
      SERVICES,
      '',
      400,
      "the object provided is unrecognized (must be of type Service): couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)",
    ],
    [
      'a body that is a list',
      'POST',
      SERVICES,
      '[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]',
      400,
      `the object provided is unrecognized (must be of type Service): ${NOT_A_STRUCT} (5b312c20322c20332c20342c20352c20362c20372c20382c20392c203130 ...)`,
    ],
    ['something that is not there', 'GET', `${SERVICES}/none`, undefined, 404, 'services "none" not found'],
    [
      'a selector that is none',
      'GET',
      `${SERVICES}?labelSelector=a%20b`,
      undefined,
      400,
      "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt",
    ],
    [
      'a field that can not be selected by',
      'GET',
      `${SERVICES}?fieldSelector=spec.foo=1`,
      undefined,
      400,
      'field label not supported: spec.foo',
    ],
  ])('%s', (_title, method, url, body, status, message) => {
    const answer = lab06()(method, url, body);
    expect(answer.body.message).toBe(message);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ kind: 'Status', status: 'Failure', code: status });
  });

  test('a JSON patch whose test fails', () => {
    const request = lab06();
    request('POST', SERVICES, SERVICE);
    const patch = [{ op: 'test', path: '/spec/type', value: 'NodePort' }];
    expect(
      request('PATCH', `${SERVICES}/nginx-service`, patch, { type: 'application/json-patch+json' }),
    ).toMatchObject({
      status: 422,
      body: { reason: 'Invalid', message: 'the server rejected our request due to an error in our request' },
    });
  });

  test('a misspelt field is a warning where the client asks for no more', () => {
    const { status, headers } = lab06()('POST', SERVICES, {
      ...SERVICE,
      spec: { ...SERVICE.spec, selektor: {} },
    });
    expect(status).toBe(201);
    expect(headers.warning).toEqual(['299 - "unknown field \\"spec.selektor\\""']);
  });

  // Models k8s.io/kubernetes pull request 130098: deprecated where the type is registered, so reads are warned of, too.
  test('every answer about Endpoints warns that the kind is deprecated', () => {
    const request = lab06();
    const path = '/api/v1/namespaces/lab06/endpoints';
    const answers = [
      request('POST', path, { metadata: { name: 'shop' } }),
      request('GET', path),
      request('GET', `${path}/shop`),
      request('DELETE', `${path}/shop`),
      request('GET', `${path}/shop`),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 200, 200, 200, 404]);
    const warning = ['299 - "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"'];
    for (const { headers } of answers.slice(0, 4)) expect(headers.warning).toEqual(warning);
    expect(request('GET', SERVICES).headers.warning).toBeUndefined();
  });
});

// Models k8s.io/apiserver pkg/storage/etcd3/store.go GetList: a limit that is not positive is none.
test.each(['limit=-5', 'limit=0'])('a list with %s is whole', (query) => {
  const request = api();
  for (const name of ['one', 'two']) request('POST', '/api/v1/namespaces', { metadata: { name } });
  const { status, body } = request('GET', `/api/v1/namespaces?${query}`);
  expect([status, body.items.length, body.metadata.continue]).toEqual([200, 2, undefined]);
});

test('a watch that can not be shown is refused, not those who write', () => {
  const request = api();
  const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
  const { status, body } = request('GET', '/api/v1/namespaces?watch=1&includeObject=x', undefined, {
    accept,
  });
  expect([status, body.message]).toEqual([400, 'unrecognized includeObject value: "x"']);
});

test('a thousand Services each get an address of their own', () => {
  const request = lab06();
  const addresses = new Set<string>();
  for (let i = 0; i < 1000; i++) {
    addresses.add(request('POST', SERVICES, { ...SERVICE, metadata: { name: `s${i}` } }).body.spec.clusterIP);
  }
  expect(addresses.size).toBe(1000);
});
