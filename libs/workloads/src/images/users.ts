import type { Image } from './image';

/** An image that does not run as root: the uid, and the name where its configuration gives only that. */
interface ImageUser {
  readonly id: number;
  readonly name?: string;
}

const NONROOT: ImageUser = { id: 65_532, name: 'nonroot' };
const HTTP_ECHO = 'docker.io/hashicorp/http-echo';
/** The USER of each image's configuration; those that are not here have none, or root. */
const USERS: Readonly<Record<string, ImageUser>> = {
  'docker.io/bitnami/redis': { id: 1001 },
  'docker.io/curlimages/curl': { id: 100, name: 'curl_user' },
  [HTTP_ECHO]: { id: 65_532 },
  'docker.io/library/haproxy': { id: 99, name: 'haproxy' },
  'docker.io/library/memcached': { id: 11_211, name: 'memcache' },
  'docker.io/nginxinc/nginx-unprivileged': { id: 101 },
  'gcr.io/google-samples/hello-app': NONROOT,
  'us-docker.pkg.dev/google-samples/containers/gke/hello-app': NONROOT,
  'registry.k8s.io/coredns/coredns': NONROOT,
  'registry.k8s.io/ingress-nginx/controller': { id: 101, name: 'www-data' },
  'registry.k8s.io/pause': { id: 65_535 },
};

/** The user that an image runs as. */
export function userOf(image: Image): number {
  return imageUserOf(image)?.id ?? 0;
}

/** The user as the image's configuration gives it: a uid, or a name. */
export function configuredUserOf(image: Image): number | string {
  const user = imageUserOf(image);
  return user?.name ?? user?.id ?? 0;
}

/** The first versions of http-echo had no user yet. */
function imageUserOf({ definition: { repository }, version }: Image): ImageUser | undefined {
  return repository === HTTP_ECHO && version.startsWith('0.') ? undefined : USERS[repository];
}
