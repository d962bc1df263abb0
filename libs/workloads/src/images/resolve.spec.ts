import { parseImageReference } from './reference';
import { ImageRegistry } from './resolve';
import { configuredUserOf, userOf } from './users';

const REFERENCES: [string, string][] = [
  ['nginx', 'docker.io/library/nginx:latest'],
  ['nginx:1.27', 'docker.io/library/nginx:1.27'],
  ['docker.io/nginx', 'docker.io/library/nginx:latest'],
  ['hashicorp/http-echo:1.0', 'docker.io/hashicorp/http-echo:1.0'],
  ['registry.k8s.io/pause:3.10', 'registry.k8s.io/pause:3.10'],
  ['localhost:5000/app', 'localhost:5000/app:latest'],
  [`nginx@sha256:${'a'.repeat(64)}`, `docker.io/library/nginx@sha256:${'a'.repeat(64)}`],
];

it.each(REFERENCES)('%s is %s', (image, canonical) => {
  expect(parseImageReference(image)).toMatchObject({ canonical });
});

it.each(['Nginx', 'nginx:', 'nginx:a b', 'nginx@sha256:12', '', '/nginx', 'nginx::1'])(
  '%j is no reference',
  (image) => {
    expect(parseImageReference(image)).toHaveProperty('error');
  },
);

const KNOWN: [image: string, version: string][] = [
  ['nginx', '1.29.4'],
  ['nginx:1.27', '1.27'],
  ['nginx:1.14.2', '1.14.2'],
  ['nginx:1.25-alpine', '1.25'],
  ['nginx:stable-alpine', '1.29.4'],
  ['httpd:2.4', '2.4.66'],
  ['redis:7-alpine', '7'],
  ['postgres:16', '16'],
  ['mysql:8.0', '8.0'],
  ['busybox:1.28', '1.28'],
  ['registry.k8s.io/e2e-test-images/agnhost:2.39', '2.39'],
  ['traefik/whoami:v1.10', 'v1.10'],
  ['python:3.12-slim', '3.12'],
  ['node:20-bookworm-slim', '20'],
];

it.each(KNOWN)('%s is known as version %s', (name, version) => {
  const answer = new ImageRegistry().resolve(name);
  expect(answer).toMatchObject({ kind: 'Image', image: { known: true, version } });
});

const DENIED =
  'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed';

const FAILURES: [image: string, message: string, nearMiss?: string][] = [
  [
    'ngnix',
    `failed to pull and unpack image "docker.io/library/ngnix:latest": failed to resolve reference "docker.io/library/ngnix:latest": ${DENIED}`,
    'nginx',
  ],
  [
    'nginxx:1.27',
    `failed to pull and unpack image "docker.io/library/nginxx:1.27": failed to resolve reference "docker.io/library/nginxx:1.27": ${DENIED}`,
    'nginx',
  ],
  [
    'busibox',
    `failed to pull and unpack image "docker.io/library/busibox:latest": failed to resolve reference "docker.io/library/busibox:latest": ${DENIED}`,
    'busybox',
  ],
  [
    'traefik/whomai',
    `failed to pull and unpack image "docker.io/traefik/whomai:latest": failed to resolve reference "docker.io/traefik/whomai:latest": ${DENIED}`,
    'traefik/whoami',
  ],
  [
    'nginx:9.99',
    'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:9.99": failed to resolve reference "docker.io/library/nginx:9.99": docker.io/library/nginx:9.99: not found',
  ],
  [
    'nginx:lastest',
    'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:lastest": failed to resolve reference "docker.io/library/nginx:lastest": docker.io/library/nginx:lastest: not found',
  ],
  [
    'NGINX',
    'couldn\'t parse image name "NGINX": invalid reference format: repository name must be lowercase',
  ],
];

it.each(FAILURES.map((row) => [row[0], row] as const))(
  '%s cannot be pulled',
  (_name, [name, message, nearMiss]) => {
    const answer = new ImageRegistry().resolve(name);
    expect(answer).toEqual({
      kind: 'Failure',
      failure: expect.any(String) as string,
      message,
      ...(nearMiss && { nearMiss }),
    });
  },
);

it.each([
  'ruby:3.3',
  'prom/prometheus:v3.0.0',
  'quay.io/curl/curl:8.10.1',
  'registry.k8s.io/nginx-slim:0.21',
])('%s is well known, and runs as a generic server', (name) => {
  expect(new ImageRegistry().resolve(name)).toMatchObject({ kind: 'Image', image: { known: false } });
});

it.each([
  ['nosuch/image:v9', DENIED],
  ['shop', DENIED],
  ['ruby:latestt', 'docker.io/library/ruby:latestt: not found'],
  ['registry.k8s.io/nosuch:v1', 'registry.k8s.io/nosuch:v1: not found'],
  [
    'quay.io/jane/api:1',
    'unexpected status from HEAD request to https://quay.io/v2/jane/api/manifests/1: 401 UNAUTHORIZED',
  ],
  [
    'ghcr.io/jane/api',
    'https://ghcr.io/token?scope=repository%3Ajane%2Fapi%3Apull&service=ghcr.io: 403 Forbidden',
  ],
  [
    'registry.lab.example/api:1',
    'Head "https://registry.lab.example/v2/api/manifests/1": dial tcp: lookup registry.lab.example on 172.18.0.1:53: no such host',
  ],
  ['localhost:5000/api', 'dial tcp 127.0.0.1:5000: connect: connection refused'],
])('%s is nowhere: %s', (name, message) => {
  expect(new ImageRegistry().resolve(name)).toMatchObject({
    kind: 'Failure',
    message: expect.stringContaining(message),
  });
  const running = new ImageRegistry({ unknownImages: 'Run' }).resolve(name);
  expect(running.kind).toBe(name.startsWith('ruby') ? 'Failure' : 'Image');
});

it('a class adds its own images', () => {
  const own = {
    repository: 'docker.io/lab/shop',
    tags: '1|2',
    version: '2',
    sizeBytes: 1,
    pullMs: 1,
    entrypoint: [],
    command: ['generic'],
    shell: true,
  };
  const registry = new ImageRegistry({ images: [own] });
  expect(registry.resolve('lab/shop:2')).toMatchObject({ kind: 'Image', image: { known: true } });
  expect(registry.resolve('lab/shop:3')).toMatchObject({ kind: 'Failure', failure: 'TagUnknown' });
  expect(registry.resolve('lab/shpo:2')).toMatchObject({ kind: 'Failure', nearMiss: 'lab/shop' });
});

it.each<[string, number | string, number]>([
  ['nginx', 0, 0],
  ['nginxinc/nginx-unprivileged', 101, 101],
  ['curlimages/curl', 'curl_user', 100],
  ['memcached:1.6', 'memcache', 11_211],
  ['hashicorp/http-echo', 65_532, 65_532],
  ['hashicorp/http-echo:0.2.3', 0, 0],
  ['perl:5.42', 0, 0],
])('%s runs as %j', (name, configured, id) => {
  const answer = new ImageRegistry().resolve(name);
  const users = answer.kind === 'Image' && [configuredUserOf(answer.image), userOf(answer.image)];
  expect(users).toEqual([configured, id]);
});
