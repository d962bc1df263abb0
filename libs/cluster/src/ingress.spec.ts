import type { Diagnosis, Request, SendRequestBody } from '@podlab/contracts';
import { createCluster } from './cluster';
import type { Cluster } from './cluster';
import {
  applyFix,
  call,
  CLIENT,
  clusterConfig,
  create,
  deployment,
  get,
  lab,
  OUTSIDE,
  patch,
  send,
  sendMany,
  service,
  settle,
} from './test-support';

const CLOUD = { enabled: true, delay_ms: 1_000, quota: 20 };
const INGRESSES = '/apis/networking.k8s.io/v1/namespaces/lab06/ingresses';

interface PathRule {
  readonly host?: string;
  readonly path?: string;
  readonly type?: string;
  readonly service?: string;
  readonly port?: number | string;
}

function ingress(name: string, rules: readonly PathRule[], spec: object = {}) {
  return {
    kind: 'Ingress',
    metadata: { name, namespace: 'lab06' },
    spec: {
      ingressClassName: 'nginx',
      rules: rules.map(({ host, path = '/', type = 'Prefix', service: to = 'web', port = 80 }) => ({
        ...(host !== undefined && { host }),
        http: {
          paths: [
            {
              path,
              pathType: type,
              backend: {
                service: { name: to, port: typeof port === 'number' ? { number: port } : { name: port } },
              },
            },
          ],
        },
      })),
      ...spec,
    },
  };
}

const app = (name: string, replicas = 1) => [
  deployment(name, { image: 'traefik/whoami:v1.10', replicas }),
  service(name, { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 80 }] }),
];

function ingressLab(objects: Parameters<typeof lab>[0] = [], cloud: typeof CLOUD = CLOUD): Cluster {
  return lab(
    objects,
    cloud,
    createCluster({ ...clusterConfig(), cloud, ingress_controller: { enabled: true } }),
  );
}

const VIP = 'http://203.0.113.100';

function ask(cluster: Cluster, host: string, path = '/', more: Partial<SendRequestBody> = {}): Request {
  return send(cluster, OUTSIDE, `${VIP}${path}`, { headers: { Host: host }, ...more } as never);
}

/** Name of the Service that a whoami answered for. */
const servedBy = ({ response }: Request) => /^Hostname: ([a-z]+)-/m.exec(response?.body ?? '')?.[1];
const header = ({ response }: Request, name: string) =>
  new RegExp(`^${name}: (.*)$`, 'mi').exec(response?.body ?? '')?.[1];

describe('a cluster with an ingress controller', () => {
  const cluster = ingressLab([
    ...app('web', 2),
    ...app('shop'),
    ingress('main', [
      { host: 'www.example.org' },
      { host: 'www.example.org', path: '/shop', service: 'shop' },
      { host: 'exact.example.org', path: '/only', type: 'Exact' },
      { host: '*.wild.example.org', service: 'shop' },
      { host: 'nginx.example.org', path: '/pre', type: 'ImplementationSpecific', port: 'http' },
      { host: 'broken.example.org', service: 'nobody' },
    ]),
    ingress('bare', [{ path: '/bare', service: 'shop' }]),
    ingress('default', [{ host: 'default.example.org', path: '/shop', service: 'shop' }], {
      defaultBackend: { service: { name: 'web', port: { number: 80 } } },
    }),
  ]);

  it('has what the manifest of ingress-nginx for clouds makes', () => {
    const found = get(cluster, '/api/v1/namespaces/ingress-nginx/services/ingress-nginx-controller');
    expect(found.status).toEqual({ loadBalancer: { ingress: [{ ip: '203.0.113.100', ipMode: 'VIP' }] } });
    expect(get(cluster, '/apis/networking.k8s.io/v1/ingressclasses/nginx').spec).toEqual({
      controller: 'k8s.io/ingress-nginx',
    });
  });

  it('writes the address of its Service into the status of its Ingresses, and an event', () => {
    expect(get(cluster, `${INGRESSES}/main`).status).toEqual({
      loadBalancer: { ingress: [{ ip: '203.0.113.100' }] },
    });
    const events = get(cluster, '/api/v1/namespaces/lab06/events').items as unknown as {
      reason: string;
      message: string;
      involvedObject: { kind: string; name: string };
    }[];
    expect(events).toContainEqual(
      expect.objectContaining({
        reason: 'Sync',
        message: 'Scheduled for sync',
        involvedObject: expect.objectContaining({ kind: 'Ingress', name: 'main' }),
      }),
    );
  });

  // The table of https://kubernetes.io/docs/concepts/services-networking/ingress/#examples and ingress-nginx's locations.
  it.each<[host: string, path: string, status: number, service: string]>([
    ['www.example.org', '/', 200, 'web'],
    ['www.example.org', '/anything', 200, 'web'],
    ['WWW.example.org:80', '/', 200, 'web'],
    ['www.example.org', '/shop', 200, 'shop'],
    ['www.example.org', '/shop/', 200, 'shop'],
    ['www.example.org', '/shop/cart?id=1', 200, 'shop'],
    ['www.example.org', '/shopping', 200, 'web'],
    ['exact.example.org', '/only', 200, 'web'],
    ['exact.example.org', '/only/', 404, ''],
    ['exact.example.org', '/', 404, ''],
    ['a.wild.example.org', '/', 200, 'shop'],
    ['a.b.wild.example.org', '/', 404, ''],
    ['wild.example.org', '/', 404, ''],
    ['nginx.example.org', '/prefix', 200, 'web'],
    ['nginx.example.org', '/p', 404, ''],
    ['broken.example.org', '/', 503, ''],
    ['unknown.example.org', '/bare', 200, 'shop'],
    ['unknown.example.org', '/', 404, ''],
    ['default.example.org', '/shop', 200, 'shop'],
    ['default.example.org', '/else', 200, 'web'],
  ])('%s%s: %d %s', (host, path, status, expected) => {
    const request = ask(cluster, host, path);
    expect(request.disposition).toBe('Delivered');
    expect(request.response?.status).toBe(status);
    expect(servedBy(request) ?? '').toBe(expected);
    if (status >= 400) expect(request.diagnosis).toBeDefined();
    else expect(request.diagnosis).toBeUndefined();
  });

  it('answers 404 with nginx’s own page', () => {
    expect(ask(cluster, 'unknown.example.org').response?.body).toBe(
      '<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n',
    );
  });

  it('tells the application who asked, for which host', () => {
    const request = ask(cluster, 'www.example.org');
    expect(header(request, 'Host')).toBe('www.example.org');
    expect(header(request, 'X-Real-Ip')).toBe('198.51.100.7');
    expect(header(request, 'X-Forwarded-For')).toBe('198.51.100.7');
    expect(header(request, 'X-Forwarded-Host')).toBe('www.example.org');
    expect(header(request, 'X-Forwarded-Port')).toBe('80');
    expect(header(request, 'X-Forwarded-Proto')).toBe('http');
    expect(header(request, 'X-Request-Id')).toMatch(/^[0-9a-f]{32}$/);
  });

  it('spreads requests over the endpoints', () => {
    const { requests } = sendMany(cluster, OUTSIDE, `${VIP}/`, {
      headers: { Host: 'www.example.org' },
      count: 4,
    });
    const hostnames = requests.map(({ response }) => /^Hostname: (.*)$/m.exec(response?.body ?? '')?.[1]);
    expect(new Set(hostnames).size).toBe(2);
    expect(hostnames[0]).toBe(hostnames[2]);
  });

  it('tells the whole way in one trace: load balancer, controller, its rule, the endpoint, and back', () => {
    const { trace } = ask(cluster, 'www.example.org', '/shop');
    const hops = trace?.hops ?? [];
    const places = hops.map(({ where, direction }) =>
      `${direction} ${where.kind} ${where.name}`.replace(/-[0-9a-z]+-[0-9a-z]+$/, ''),
    );
    const controller = places.indexOf('request Pod ingress-nginx-controller');
    const shop = places.indexOf('request Pod shop');
    expect(places[1]).toMatch(/^request LoadBalancer a/);
    expect(controller).toBeGreaterThan(1);
    expect(shop).toBeGreaterThan(controller);
    expect(places.indexOf('reply Pod shop')).toBeGreaterThan(-1);
    expect(places.at(-1)).toBe('reply External external');
    const steps = hops[controller].steps.filter(({ type }) => type === 'Application');
    expect(steps.map(({ message }) => message.text).slice(0, 2)).toEqual([
      'Ingress lab06/main: host www.example.org and path /shop match Prefix /shop of www.example.org, which leads to Service shop, port 80.',
      expect.stringMatching(
        /^The controller sends the request to endpoint 10\.244\.\d+\.\d+:80 of Service lab06\/shop itself/,
      ),
    ]);
    expect(steps[0].objects).toEqual([
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        namespace: 'lab06',
        name: 'main',
        field: 'spec.rules[1].http.paths[0]',
      },
      { apiVersion: 'v1', kind: 'Service', namespace: 'lab06', name: 'shop' },
    ]);
    const balancing = hops[1].steps.find(({ type }) => type === 'LoadBalancing');
    expect(balancing?.detail['nodes']).toHaveLength(3);
    expect(balancing?.message.text).toContain('one of 1 healthy of 3');
  });

  it('is reached from a pod by the name of its Service, too', () => {
    const request = send(cluster, CLIENT, 'http://ingress-nginx-controller.ingress-nginx/shop', {
      headers: { Host: 'www.example.org' },
    });
    expect(servedBy(request)).toBe('shop');
  });

  it('writes an access log line with the upstream', () => {
    const pods = get(cluster, '/api/v1/namespaces/ingress-nginx/pods').items as unknown as {
      metadata: { name: string };
    }[];
    const answer = cluster.kube({
      method: 'GET',
      path: `/api/v1/namespaces/ingress-nginx/pods/${pods[0].metadata.name}/log`,
      query: '',
      accept: '*/*',
      content_type: '',
      body: new Uint8Array(),
      user: { name: 'student', groups: ['system:masters'] },
    });
    const text = answer.kind === 'answer' ? String.fromCharCode(...(answer.body as Uint8Array)) : '';
    expect(text).toMatch(
      /198\.51\.100\.7 - - \[.*\] "GET \/shop HTTP\/1\.1" 200 .*\[lab06-shop-80\] \[\] 10\.244\./,
    );
  });
});

describe('TLS', () => {
  const tls = [{ hosts: ['safe.example.org'], secretName: 'safe-tls' }];
  const secret = {
    metadata: { name: 'safe-tls' },
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': 'eA==', 'tls.key': 'eA==' },
  };
  const cluster = ingressLab([...app('web'), ingress('safe', [{ host: 'safe.example.org' }], { tls })]);
  const secure = (host: string) =>
    send(cluster, OUTSIDE, 'https://203.0.113.100/', { headers: { Host: host } });
  const told = ({ trace }: Request) =>
    trace?.hops
      .flatMap(({ steps }) => steps.map(({ message }) => message.code))
      .filter((code) => /Certificate|Secret/.test(code));

  it('tells which certificate would be shown', () => {
    expect(told(secure('other.example.org'))).toEqual(['Application.Ingress.FakeCertificate']);
    expect(told(secure('safe.example.org'))).toEqual(['Application.Ingress.SecretMissing']);
    call(cluster, 'POST', '/api/v1/namespaces/lab06/secrets', {
      apiVersion: 'v1',
      kind: 'Secret',
      ...secret,
    });
    expect(told(secure('safe.example.org'))).toEqual(['Application.Ingress.Certificate']);
    expect(header(secure('safe.example.org'), 'X-Forwarded-Proto')).toBe('https');
  });

  it('sends plain HTTP on to https once the certificate is there', () => {
    const { response } = ask(cluster, 'safe.example.org', '/a');
    expect(response?.status).toBe(308);
    expect(response?.headers?.['Location']).toBe('https://safe.example.org/a');
  });
});

interface Row {
  readonly objects: Parameters<typeof lab>[0];
  readonly cloud?: typeof CLOUD;
  readonly after?: (cluster: Cluster) => void;
  readonly to?: string;
  readonly host?: string;
  readonly path?: string;
  readonly status?: number;
  readonly found?: unknown;
  readonly expected?: unknown;
  readonly fix?: NonNullable<Diagnosis['fix']>['action'];
}

const one = (rule: PathRule = {}, spec: object = {}) =>
  ingress('main', [{ host: 'www.example.org', ...rule }], spec);
const HOST = 'www.example.org';

/** What goes wrong on the way of an Ingress, by code; each fix is done and the request sent again. */
const ROWS: Record<string, Row> = {
  'IngressHostNotMatched: a host with a slip': {
    objects: [...app('web'), one()],
    host: 'wwww.example.org',
    status: 404,
    found: 'wwww.example.org',
    expected: HOST,
    fix: 'Request',
  },
  'IngressHostNotMatched: an address without a Host header': {
    objects: [...app('web'), one()],
    status: 404,
    found: '203.0.113.100',
    expected: [HOST],
    fix: 'Request',
  },
  'IngressPathNotMatched: a path below an Exact one': {
    objects: [...app('web'), one({ path: '/shop', type: 'Exact' })],
    host: HOST,
    path: '/shop/cart',
    status: 404,
    found: 'Exact',
    expected: 'Prefix',
    fix: 'Patch',
  },
  'IngressPathNotMatched: a path with a slip': {
    objects: [...app('web'), one({ path: '/shop' })],
    host: HOST,
    path: '/shpo',
    status: 404,
    found: '/shpo',
    expected: ['/shop'],
    fix: 'Request',
  },
  'IngressBackendServiceNotFound: a Service with a slip': {
    objects: [...app('web'), one({ service: 'wbe' })],
    host: HOST,
    status: 503,
    found: 'wbe',
    expected: 'web',
    fix: 'Patch',
  },
  'IngressBackendServiceNotFound: a Service of another namespace': {
    objects: [service('far', { ports: [{ port: 80 }] }, 'other'), one({ service: 'far' })],
    host: HOST,
    status: 503,
    found: 'far',
  },
  'IngressBackendPortNotFound: the port of the pod instead of the Service’s': {
    objects: [
      deployment('web', { image: 'traefik/whoami:v1.10' }),
      service('web', { selector: { app: 'web' }, ports: [{ port: 8080, targetPort: 80 }] }),
      one(),
    ],
    host: HOST,
    status: 503,
    found: '80',
    expected: ['8080'],
    fix: 'Patch',
  },
  'SelectorMatchesNoPod: a backend without endpoints': {
    objects: [
      deployment('web', { image: 'traefik/whoami:v1.10' }),
      service('web', { selector: { app: 'wbe' }, ports: [{ port: 80 }] }),
      one(),
    ],
    host: HOST,
    status: 503,
    fix: 'Patch',
  },
  'TargetPortNotListening: a backend that refuses': {
    objects: [
      deployment('web', { image: 'traefik/whoami:v1.10' }),
      service('web', { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] }),
      one(),
    ],
    host: HOST,
    status: 502,
    found: 8080,
    expected: 80,
    fix: 'Patch',
  },
  'IngressWithoutClass: no class and no default one': {
    objects: [...app('web'), one({}, { ingressClassName: undefined })],
    host: HOST,
    status: 404,
    found: 'none',
    expected: 'nginx',
    fix: 'Patch',
  },
  'IngressClassNotFound: a class with a slip': {
    objects: [...app('web'), one({}, { ingressClassName: 'ngnix' })],
    host: HOST,
    status: 404,
    found: 'ngnix',
    expected: 'nginx',
    fix: 'Patch',
  },
  'IngressOfOtherController: a class of another controller': {
    objects: [...app('web'), one({}, { ingressClassName: 'other' })],
    after(cluster) {
      call(cluster, 'POST', '/apis/networking.k8s.io/v1/ingressclasses', {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'IngressClass',
        metadata: { name: 'other' },
        spec: { controller: 'example.com/other' },
      });
    },
    host: HOST,
    status: 404,
    found: 'other',
    expected: 'nginx',
    fix: 'Patch',
  },
  'IngressHostNotInDns: the name of a host': {
    objects: [...app('web'), one()],
    to: `http://${HOST}/`,
    found: HOST,
    expected: '203.0.113.100',
    fix: 'Request',
  },
  'LoadBalancerPending: the name of a host while the cloud is off': {
    objects: [...app('web'), one()],
    cloud: { ...CLOUD, enabled: false },
    to: `http://${HOST}/`,
    fix: 'Cloud',
  },
};

describe('diagnosis', () => {
  it.each(Object.entries(ROWS))('%s', (title, row) => {
    const cluster = ingressLab(row.objects, row.cloud);
    row.after?.(cluster);
    settle(cluster);
    const body: SendRequestBody = {
      from: OUTSIDE,
      to: row.to ?? `${VIP}${row.path ?? '/'}`,
      ...(row.host !== undefined && { headers: { Host: row.host } }),
    };
    const request = send(cluster, body.from, body.to, body as never);
    const { diagnosis } = request;
    expect(request.response?.status).toBe(row.status);
    expect(diagnosis?.code).toBe(title.split(':')[0]);
    if (row.found !== undefined) expect(diagnosis?.found).toEqual(row.found);
    if (row.expected !== undefined) expect(diagnosis?.expected).toEqual(row.expected);
    expect(diagnosis?.fix?.action).toBe(row.fix);
    if (!diagnosis?.fix) return;
    let again = applyFix(cluster, body, diagnosis.fix);
    let result = send(cluster, again.from, again.to, again as never);
    if (result.diagnosis?.fix) {
      again = applyFix(cluster, again, result.diagnosis.fix);
      result = send(cluster, again.from, again.to, again as never);
    }
    expect(result.response?.status).toBe(200);
  });

  it('IngressWithoutController: no controller runs', () => {
    const cluster = lab([...app('web'), one()], CLOUD);
    expect(send(cluster, OUTSIDE, `http://${HOST}/`).diagnosis).toMatchObject({
      code: 'IngressWithoutController',
      object: { kind: 'Ingress', name: 'main' },
    });
  });
});

describe('an ingress controller of one’s own', () => {
  it('works behind a NodePort, with a class of its own', () => {
    const controller = {
      ...deployment('controller', {
        image: 'registry.k8s.io/ingress-nginx/controller:v1.13.3',
        container: { args: ['/nginx-ingress-controller', '--watch-ingress-without-class=true'] },
      }),
    };
    const cluster = lab([
      ...app('web'),
      controller,
      service('controller', {
        type: 'NodePort',
        selector: { app: 'controller' },
        ports: [{ port: 80, nodePort: 30080 }],
      }),
      one({}, { ingressClassName: undefined }),
    ]);
    const request = send(cluster, OUTSIDE, 'http://172.18.0.3:30080/', { headers: { Host: HOST } });
    expect(servedBy(request)).toBe('web');
    expect(get(cluster, `${INGRESSES}/main`).status).toMatchObject({
      loadBalancer: { ingress: [{ ip: expect.stringMatching(/^192\.0\.2\.1[1-3]$/) }] },
    });
  });

  it('takes the default class when there is one', () => {
    const cluster = ingressLab(app('web'));
    patch(cluster, '/apis/networking.k8s.io/v1/ingressclasses/nginx', [
      {
        op: 'add',
        path: '/metadata/annotations',
        value: { 'ingressclass.kubernetes.io/is-default-class': 'true' },
      },
    ]);
    create(cluster, one({}, { ingressClassName: undefined }));
    settle(cluster);
    expect(get(cluster, `${INGRESSES}/main`).spec).toMatchObject({ ingressClassName: 'nginx' });
    expect(servedBy(ask(cluster, HOST))).toBe('web');
  });
});

describe('endpoints that give no answer', () => {
  it('the next one is tried where one refuses (proxy_next_upstream)', () => {
    const both = { app: 'web', part: 'x' };
    const cluster = ingressLab([
      deployment('web', { image: 'traefik/whoami:v1.10', labels: both }),
      deployment('idle', {
        image: 'registry.k8s.io/pause:3.10',
        labels: { app: 'web', part: 'y' },
        container: { ports: [] },
      }),
      service('web', { selector: { app: 'web' }, ports: [{ port: 80 }] }),
      one(),
    ]);
    const { requests } = sendMany(cluster, OUTSIDE, `${VIP}/`, {
      headers: { Host: HOST },
      count: 4,
      traces: 'all',
    });
    expect(requests.map(({ response }) => response?.status)).toEqual([200, 200, 200, 200]);
    const tries = requests.map(
      ({ trace }) =>
        trace?.hops
          .flatMap(({ steps }) => steps)
          .filter(({ message }) => message.code === 'Application.Ingress.Endpoint').length,
    );
    expect(tries.sort()).toEqual([1, 1, 2, 2]);
  });

  it('504 where packets are dropped on the way', () => {
    const policy = {
      kind: 'NetworkPolicy',
      metadata: { name: 'closed', namespace: 'lab06' },
      spec: { podSelector: {}, policyTypes: ['Ingress'] },
    };
    const cluster = ingressLab([...app('web'), one(), policy]);
    const request = ask(cluster, HOST);
    expect(request.response?.status).toBe(504);
    expect(request.response?.body).toContain('504 Gateway Time-out');
    expect(request.diagnosis).toMatchObject({ code: 'DeniedByNetworkPolicy', object: { name: 'closed' } });
    const denied = request.trace?.hops
      .flatMap(({ steps }) => steps)
      .find(({ action }) => action === 'Dropped');
    expect(denied?.type).toBe('NetworkPolicy');
    const body: SendRequestBody = { from: OUTSIDE, to: `${VIP}/`, headers: { Host: HOST } };
    applyFix(cluster, body, request.diagnosis?.fix as NonNullable<Diagnosis['fix']>);
    expect(ask(cluster, HOST).response?.status).toBe(200);
  });
});

it('two runs of the same requests, and a fork, leave the same bytes', () => {
  const play = () => {
    const cluster = ingressLab([...app('web', 2), one()]);
    sendMany(cluster, OUTSIDE, `${VIP}/`, { headers: { Host: HOST }, count: 5, traces: 'first' });
    return cluster;
  };
  const [first, second] = [play(), play()];
  expect(second.hash()).toBe(first.hash());
  const fork = first.fork();
  for (const each of [first, fork]) ask(each, HOST);
  expect(fork.hash()).toBe(first.hash());
});
