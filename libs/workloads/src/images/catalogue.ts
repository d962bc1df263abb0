import type { ImageDefinition } from './image';

const MEGABYTE = 1_000_000;
/** A version of one to three numbers with an optional flavour, as most official images tag theirs. */
const FLAVOUR =
  '(-(alpine|alpine-slim|slim|perl|otel|debian|bookworm|bullseye|buster|trixie|jammy|focal|noble|oracle|management|management-alpine|[a-z]+[0-9.]*)([0-9.]*)?(-[a-z]+)?)?';
const versions = (major: string): string =>
  `latest|alpine|slim|stable|mainline|lts|(${major})(\\.[0-9]{1,3}){0,3}${FLAVOUR}`;

const SHELL_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

interface Row {
  tags: string;
  version: string;
  megabytes: number;
  entrypoint?: readonly string[];
  command?: readonly string[];
  ports?: readonly number[];
  environment?: Readonly<Record<string, string>>;
  shell?: boolean;
  workingDirectory?: string;
}

/** Virtual pull time: a round trip to the registry and about 60 MB a second. */
function pullTime(megabytes: number): number {
  return 600 + Math.round(megabytes * 16);
}

function image(repository: string, row: Row): ImageDefinition {
  const { megabytes, entrypoint = [], command = [], shell = true, environment = {}, ...rest } = row;
  return Object.freeze({
    repository,
    sizeBytes: Math.round(megabytes * MEGABYTE),
    pullMs: pullTime(megabytes),
    entrypoint: Object.freeze(entrypoint),
    command: Object.freeze(command),
    shell,
    environment: Object.freeze({ PATH: SHELL_PATH, ...environment }),
    ...rest,
  });
}

const NGINX_TAGS = `latest|alpine|alpine-slim|perl|stable|mainline|stable-alpine|mainline-alpine|1|1\\.([0-9]|1[0-9]|2[0-9])(\\.[0-9]{1,2})?${FLAVOUR}`;
const DOCKER_ENTRYPOINT = ['/docker-entrypoint.sh'];

/**
 * The images that courses use, with the tags that exist, their size and what they start. Sizes are those of the
 * registries, rounded; `[official]` names stand in docker.io/library.
 */
export const DEFAULT_CATALOGUE: readonly ImageDefinition[] = Object.freeze([
  image('docker.io/library/nginx', {
    tags: NGINX_TAGS,
    version: '1.29.4',
    megabytes: 72.950_530,
    entrypoint: DOCKER_ENTRYPOINT,
    command: ['nginx', '-g', 'daemon off;'],
    ports: [80],
    environment: { NGINX_VERSION: '1.29.4' },
  }),
  image('docker.io/nginxinc/nginx-unprivileged', {
    tags: NGINX_TAGS,
    version: '1.29.4',
    megabytes: 72.95,
    entrypoint: DOCKER_ENTRYPOINT,
    command: ['nginx', '-g', 'daemon off;'],
    ports: [8080],
  }),
  image('docker.io/library/httpd', {
    tags: versions('2'),
    version: '2.4.66',
    megabytes: 45.2,
    command: ['httpd-foreground'],
    ports: [80],
  }),
  image('docker.io/hashicorp/http-echo', {
    tags: 'latest|alpine|0\\.[0-9]\\.[0-9]|0\\.[0-9]|1\\.0(\\.0)?',
    version: '1.0.0',
    megabytes: 4.68,
    entrypoint: ['/http-echo'],
    ports: [5678],
    shell: false,
  }),
  image('docker.io/traefik/whoami', {
    tags: 'latest|v1\\.[0-9]{1,2}(\\.[0-9]+)?',
    version: 'v1.11.0',
    megabytes: 2.9,
    entrypoint: ['/whoami'],
    ports: [80],
    shell: false,
  }),
  image('docker.io/containous/whoami', {
    tags: 'latest|v1\\.[0-9](\\.[0-9]+)?',
    version: 'v1.5.0',
    megabytes: 2.7,
    entrypoint: ['/whoami'],
    ports: [80],
    shell: false,
  }),
  image('registry.k8s.io/e2e-test-images/agnhost', {
    tags: '2\\.[0-9]{1,2}',
    version: '2.59',
    megabytes: 53.1,
    entrypoint: ['/agnhost'],
    command: ['pause'],
  }),
  image('registry.k8s.io/echoserver', {
    tags: '1\\.(4|8|9|10)',
    version: '1.10',
    megabytes: 43.2,
    command: ['generic', '--listen=8080'],
    ports: [8080],
  }),
  image('registry.k8s.io/ingress-nginx/controller', {
    tags: 'v[01]\\.[0-9]{1,2}\\.[0-9]{1,2}',
    version: 'v1.14.1',
    megabytes: 106,
    command: ['/nginx-ingress-controller'],
    ports: [80, 443],
  }),
  image('registry.k8s.io/pause', {
    tags: 'latest|3\\.([0-9]|10)(\\.[0-9])?',
    version: '3.10.1',
    megabytes: 0.32,
    entrypoint: ['/pause'],
    shell: false,
  }),
  image('registry.k8s.io/coredns/coredns', {
    tags: 'v1\\.[0-9]{1,2}\\.[0-9]',
    version: 'v1.13.1',
    megabytes: 23.6,
    entrypoint: ['/coredns'],
    ports: [53, 9153],
    shell: false,
  }),
  image('docker.io/library/mysql', {
    tags: versions('5|8|9'),
    version: '9.5.0',
    megabytes: 258,
    entrypoint: ['docker-entrypoint.sh'],
    command: ['mysqld'],
    ports: [3306, 33060],
  }),
  image('docker.io/library/mariadb', {
    tags: versions('10|11|12'),
    version: '12.1.2',
    megabytes: 107,
    entrypoint: ['docker-entrypoint.sh'],
    command: ['mariadbd'],
    ports: [3306],
  }),
  image('docker.io/library/postgres', {
    tags: versions('9|1[0-8]'),
    version: '18.1',
    megabytes: 160,
    entrypoint: ['docker-entrypoint.sh'],
    command: ['postgres'],
    ports: [5432],
    environment: { PGDATA: '/var/lib/postgresql/18/docker' },
  }),
  image('docker.io/library/redis', {
    tags: versions('[2-8]'),
    version: '8.4.0',
    megabytes: 52.6,
    entrypoint: ['docker-entrypoint.sh'],
    command: ['redis-server'],
    ports: [6379],
    workingDirectory: '/data',
  }),
  image('docker.io/bitnami/redis', {
    tags: versions('[2-8]'),
    version: '8.4.0',
    megabytes: 55,
    entrypoint: ['docker-entrypoint.sh'],
    command: ['redis-server'],
    ports: [6379],
  }),
  image('docker.io/library/mongo', {
    tags: versions('[3-8]'),
    version: '8.2.2',
    megabytes: 310,
    entrypoint: ['docker-entrypoint.sh'],
    command: ['mongod'],
    ports: [27017],
  }),
  image('docker.io/library/rabbitmq', {
    tags: `management|management-alpine|${versions('[34]')}`,
    version: '4.2.1',
    megabytes: 108,
    entrypoint: ['docker-entrypoint.sh'],
    command: ['rabbitmq-server'],
    ports: [5672],
  }),
  image('docker.io/library/memcached', {
    tags: versions('1'),
    version: '1.6.39',
    megabytes: 31.5,
    entrypoint: ['docker-entrypoint.sh'],
    command: ['memcached'],
    ports: [11211],
  }),
  image('docker.io/library/busybox', {
    tags: 'latest|stable|unstable|glibc|musl|uclibc|(1|1\\.(2[0-9]|3[0-7]))(\\.[0-9])?(-(glibc|musl|uclibc))?|stable-(glibc|musl|uclibc)',
    version: '1.37.0',
    megabytes: 2.2,
    command: ['sh'],
  }),
  image('gcr.io/google-containers/busybox', {
    tags: 'latest|1\\.(24|27|27\\.2)',
    version: '1.27.2',
    megabytes: 0.7,
    command: ['sh'],
  }),
  image('registry.k8s.io/busybox', {
    tags: 'latest|1\\.(24|27|27\\.2)',
    version: '1.27.2',
    megabytes: 0.7,
    command: ['sh'],
  }),
  image('registry.k8s.io/e2e-test-images/busybox', {
    tags: '1\\.[0-9]{2}(\\.[0-9])?-[0-9]',
    version: '1.37.0',
    megabytes: 2.2,
    command: ['sh'],
  }),
  image('registry.k8s.io/e2e-test-images/jessie-dnsutils', {
    tags: '1\\.[0-9]',
    version: '1.7',
    megabytes: 112,
    command: ['sleep', 'infinity'],
  }),
  image('docker.io/library/alpine', {
    tags: 'latest|edge|3|3\\.([0-9]|1[0-9]|2[0-3])(\\.[0-9]{1,2})?',
    version: '3.23.0',
    megabytes: 3.86,
    command: ['/bin/sh'],
  }),
  image('docker.io/library/debian', {
    tags: 'latest|stable|stable-slim|(1[0-3]|bookworm|bullseye|trixie|buster)(\\.[0-9]+)?(-slim)?',
    version: '13.2',
    megabytes: 49.3,
    command: ['bash'],
  }),
  image('docker.io/library/ubuntu', {
    tags: 'latest|rolling|(16|18|20|22|24|25)\\.(04|10)|xenial|bionic|focal|jammy|noble',
    version: '24.04',
    megabytes: 29.7,
    command: ['/bin/bash'],
  }),
  image('docker.io/library/centos', {
    tags: 'latest|7|8|centos7|centos8',
    version: '8',
    megabytes: 83,
    command: ['/bin/bash'],
  }),
  image('docker.io/library/bash', {
    tags: versions('[345]'),
    version: '5.3',
    megabytes: 6.3,
    entrypoint: [],
    command: ['bash'],
  }),
  image('docker.io/curlimages/curl', {
    tags: 'latest|[78]\\.[0-9]{1,2}\\.[0-9]',
    version: '8.17.0',
    megabytes: 9.9,
    entrypoint: ['/entrypoint.sh'],
    command: ['curl'],
  }),
  image('docker.io/nicolaka/netshoot', {
    tags: 'latest|v0\\.[0-9]{1,2}',
    version: 'v0.14',
    megabytes: 206,
    command: ['zsh'],
  }),
  image('docker.io/radial/busyboxplus', {
    tags: 'latest|curl|git',
    version: '1.22',
    megabytes: 5.6,
    command: ['sh'],
  }),
  image('docker.io/library/python', {
    tags: versions('[23]'),
    version: '3.14.1',
    megabytes: 379,
    command: ['python3'],
  }),
  image('docker.io/library/node', {
    tags: `current|${versions('[0-9]{1,2}')}`,
    version: '24.11.1',
    megabytes: 396,
    command: ['node'],
  }),
  image('docker.io/library/golang', {
    tags: versions('1'),
    version: '1.25.4',
    megabytes: 302,
    command: ['bash'],
  }),
  image('docker.io/library/perl', {
    tags: versions('5'),
    version: '5.42.0',
    megabytes: 365,
    command: ['perl'],
  }),
  image('docker.io/library/tomcat', {
    tags: versions('7|8|9|10|11'),
    version: '11.0.14',
    megabytes: 190,
    command: ['generic', '--listen=8080'],
    ports: [8080],
  }),
  image('docker.io/library/wordpress', {
    tags: versions('[456]'),
    version: '6.8.3',
    megabytes: 262,
    command: ['generic', '--listen=80'],
    ports: [80],
  }),
  image('docker.io/library/ghost', {
    tags: versions('[3-6]'),
    version: '6.9.1',
    megabytes: 198,
    command: ['generic', '--listen=2368'],
    ports: [2368],
  }),
  image('docker.io/library/haproxy', {
    tags: versions('[123]'),
    version: '3.3.0',
    megabytes: 40,
    command: ['generic'],
  }),
  image('docker.io/library/traefik', {
    tags: `v?[123]\\.[0-9]{1,2}(\\.[0-9]+)?|${versions('[123]')}`,
    version: '3.6.2',
    megabytes: 52,
    command: ['generic', '--listen=80'],
    ports: [80],
  }),
  image('registry.k8s.io/hpa-example', {
    tags: 'latest',
    version: 'latest',
    megabytes: 187,
    command: ['generic', '--listen=80', '--text=OK!'],
    ports: [80],
  }),
  image('gcr.io/google-samples/hello-app', {
    tags: 'latest|[12]\\.0',
    version: '1.0',
    megabytes: 5.9,
    command: ['hello-app'],
    ports: [8080],
    shell: false,
  }),
  image('us-docker.pkg.dev/google-samples/containers/gke/hello-app', {
    tags: 'latest|[12]\\.0',
    version: '1.0',
    megabytes: 5.9,
    command: ['hello-app'],
    ports: [8080],
    shell: false,
  }),
  image('gcr.io/google-samples/node-hello', {
    tags: 'latest|[12]\\.0',
    version: '1.0',
    megabytes: 264,
    command: ['node-hello'],
    ports: [8080],
  }),
  image('gcr.io/google-samples/kubernetes-bootcamp', {
    tags: 'v[12]',
    version: 'v1',
    megabytes: 84,
    command: ['kubernetes-bootcamp'],
    ports: [8080],
  }),
  image('docker.io/jocatalin/kubernetes-bootcamp', {
    tags: 'v[12]',
    version: 'v1',
    megabytes: 84,
    command: ['kubernetes-bootcamp'],
    ports: [8080],
  }),
  image('docker.io/luksa/kubia', {
    tags: 'latest|v[12]',
    version: 'latest',
    megabytes: 250,
    command: ['kubia'],
    ports: [8080],
  }),
]);
