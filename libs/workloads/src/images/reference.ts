/** An image reference taken apart and normalised. Models distribution/reference ParseNormalizedNamed. */
export interface ImageReference {
  /** `docker.io/library/nginx`, without tag. */
  readonly repository: string;
  readonly tag: string;
  readonly digest?: string;
  /** `docker.io/library/nginx:1.27`, or with `@sha256:…`. */
  readonly canonical: string;
}

const PATH = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const DIGEST = /^sha256:[a-f0-9]{64}$/;
const DOMAIN =
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*(?::[0-9]+)?$/;

/** The parts of `image`, or why it is no reference (upstream's words). */
export function parseImageReference(image: string): ImageReference | { readonly error: string } {
  const at = image.indexOf('@');
  const digest = at < 0 ? undefined : image.slice(at + 1);
  const named = at < 0 ? image : image.slice(0, at);
  const colon = named.lastIndexOf(':');
  const hasTag = colon > named.lastIndexOf('/');
  const name = hasTag ? named.slice(0, colon) : named;
  const tag = hasTag ? named.slice(colon + 1) : 'latest';
  if (digest !== undefined && !DIGEST.test(digest)) return { error: 'invalid reference format' };
  if (!TAG.test(tag)) return { error: 'invalid reference format' };
  const [domain, path] = splitDomain(name);
  if (path !== path.toLowerCase()) {
    return { error: 'invalid reference format: repository name must be lowercase' };
  }
  if (!DOMAIN.test(domain) || !PATH.test(path)) return { error: 'invalid reference format' };
  const repository = `${domain}/${path}`;
  const canonical = digest === undefined ? `${repository}:${tag}` : `${repository}@${digest}`;
  return { repository, tag, digest, canonical };
}

function splitDomain(name: string): [domain: string, path: string] {
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  if (slash > 0 && (first.includes('.') || first.includes(':') || first === 'localhost')) {
    const path = name.slice(slash + 1);
    const hub = first === 'docker.io' || first === 'index.docker.io';
    return [hub ? 'docker.io' : first, hub && !path.includes('/') ? `library/${path}` : path];
  }
  return ['docker.io', slash < 0 ? `library/${name}` : name];
}

/** A repository as people write it: without `docker.io/` and `library/`. */
export function familiarName(repository: string): string {
  return repository.replace(/^docker\.io\/(?:library\/)?/, '');
}
