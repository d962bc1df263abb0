import type { ImageDefinition } from './image';

/** What a container of an image uses of its node. */
export interface ImageCosts {
  /** CPU of one that nobody asks anything, in millionths of a core. */
  readonly idle_microcores: number;
  /** Working set, in KiB. */
  readonly memory_kib: number;
  /** CPU of one request, in microseconds. */
  readonly request_us: number;
}

const KIB_PER_MIB = 1_024;
const costs = (idle_microcores: number, mib: number, request_us: number): ImageCosts =>
  Object.freeze({ idle_microcores, memory_kib: Math.round(mib * KIB_PER_MIB), request_us });

/** Of a shell or a program that nothing is said of: a small process that sleeps. */
const SMALL = costs(0, 0.7, 300);

/** By the last part of a repository; what small clusters measure, rounded. */
const COSTS: Readonly<Record<string, ImageCosts>> = {
  nginx: costs(10, 3.4, 250),
  'nginx-unprivileged': costs(10, 3.4, 250),
  httpd: costs(90, 6.2, 400),
  'http-echo': costs(20, 2.1, 150),
  whoami: costs(15, 1.9, 150),
  agnhost: costs(60, 8.4, 300),
  echoserver: costs(40, 5.1, 350),
  controller: costs(1_900, 96, 400),
  pause: costs(0, 0.3, 100),
  coredns: costs(1_700, 13.5, 120),
  mysql: costs(5_400, 448, 900),
  mariadb: costs(1_100, 92, 800),
  postgres: costs(1_300, 27, 800),
  redis: costs(2_100, 4.2, 90),
  mongo: costs(5_900, 176, 700),
  rabbitmq: costs(7_800, 138, 500),
  memcached: costs(120, 1.8, 60),
  python: costs(60, 9.5, 1_500),
  node: costs(80, 33, 800),
  tomcat: costs(1_000, 168, 700),
  wordpress: costs(110, 62, 24_000),
  ghost: costs(1_400, 151, 6_000),
  haproxy: costs(450, 71, 120),
  traefik: costs(900, 24, 200),
  // The load test of Kubernetes' own walkthrough: a million square roots for each request.
  'hpa-example': costs(1_000, 11.6, 7_000),
  'hello-app': costs(15, 2.2, 150),
  'node-hello': costs(60, 24, 700),
  'kubernetes-bootcamp': costs(50, 13, 700),
  kubia: costs(40, 10, 700),
};

/** What a container of an image uses when it does nothing, and for each request. */
export function costsOf({ repository }: Pick<ImageDefinition, 'repository'>): ImageCosts {
  return COSTS[repository.slice(repository.lastIndexOf('/') + 1)] ?? SMALL;
}
