import type { Image } from './image';

/** Tools that look into the network stack: few images bring them, a node has them all. */
const NETWORK_ADMINISTRATION = [
  'ss',
  'iptables',
  'ip6tables',
  'iptables-save',
  'ip6tables-save',
  'nft',
  'conntrack',
  'tcpdump',
];
const NOT_IN_BUSYBOX = ['curl', 'dig', 'host', 'bash', 'zsh', 'ncat', 'getent', ...NETWORK_ADMINISTRATION];
const NOT_IN_ALPINE = ['curl', 'dig', 'host', 'bash', 'zsh', 'ncat', ...NETWORK_ADMINISTRATION];
/** Debian's slim images: neither a network tool nor ps. */
const NOT_IN_DEBIAN = [
  ...NETWORK_ADMINISTRATION,
  'curl',
  'wget',
  'nslookup',
  'dig',
  'host',
  'ping',
  'ping6',
  'traceroute',
  'nc',
  'netcat',
  'ncat',
  'telnet',
  'ip',
  'ifconfig',
  'route',
  'arp',
  'netstat',
  'sysctl',
  'ps',
  'zsh',
  'killall',
  'pkill',
];
const without = (names: readonly string[], ...there: readonly string[]): string[] =>
  names.filter((name) => !there.includes(name));

/** Commands that an image with a shell lacks, by repository: a lesson in itself. */
const LACKS: Readonly<Record<string, readonly string[]>> = Object.freeze({
  'docker.io/library/busybox': NOT_IN_BUSYBOX,
  'docker.io/library/alpine': NOT_IN_ALPINE,
  'docker.io/curlimages/curl': without(NOT_IN_ALPINE, 'curl'),
  'docker.io/library/debian': NOT_IN_DEBIAN,
  'docker.io/library/ubuntu': NOT_IN_DEBIAN,
  'docker.io/library/httpd': NOT_IN_DEBIAN,
  'docker.io/library/redis': NOT_IN_DEBIAN,
  'docker.io/library/mysql': NOT_IN_DEBIAN,
  'docker.io/library/postgres': NOT_IN_DEBIAN,
  'docker.io/library/nginx': without(NOT_IN_DEBIAN, 'curl'),
  'docker.io/nicolaka/netshoot': [],
  'registry.k8s.io/e2e-test-images/agnhost': without(NETWORK_ADMINISTRATION, 'ss'),
  'registry.k8s.io/e2e-test-images/jessie-dnsutils': NETWORK_ADMINISTRATION,
  host: [],
});

/** Whether the tag names the small flavour. */
export const isAlpine = (image: Image): boolean =>
  /alpine/.test(image.reference.slice(image.reference.lastIndexOf(':')));

/** Whether the image, which has a shell, lacks a command that the simulation knows. */
export function lacksCommand(image: Image, name: string): boolean {
  const lacks = isAlpine(image)
    ? without(NOT_IN_ALPINE, 'curl')
    : (LACKS[image.definition.repository] ?? NETWORK_ADMINISTRATION);
  return lacks.includes(name);
}

const GNU: ReadonlySet<string> = new Set([
  'host',
  'docker.io/nicolaka/netshoot',
  'docker.io/library/debian',
  'docker.io/library/ubuntu',
]);

/** Whose tools the image has: those of busybox, or the ones with a longer name. */
export function userlandOf(image: Image): 'busybox' | 'gnu' {
  return GNU.has(image.definition.repository) ? 'gnu' : 'busybox';
}

const ALPINE: ReadonlySet<string> = new Set([
  'docker.io/library/alpine',
  'docker.io/curlimages/curl',
  'docker.io/nicolaka/netshoot',
]);

/** Whose getopt says what it does not know. */
export const libcOf = (image: Image): 'glibc' | 'musl' =>
  isAlpine(image) || ALPINE.has(image.definition.repository) ? 'musl' : 'glibc';

/** Whose `sh` is dash. */
export function isDebian(image: Image): boolean {
  return LACKS[image.definition.repository]?.includes('killall') === true && !isAlpine(image);
}

/** The version that curl tells of itself; the image of that name is of that version. */
export function curlVersionOf({ definition, version }: Image): string {
  return definition.repository === 'docker.io/curlimages/curl' && /^[0-9.]+$/.test(version)
    ? version
    : '8.17.0';
}

/** What a node runs commands in: a Debian with the tools of an administrator. */
export const HOST_IMAGE: Image = Object.freeze({
  reference: 'host',
  id: 'host',
  version: '13',
  known: true,
  definition: Object.freeze({
    repository: 'host',
    tags: '',
    version: '13',
    sizeBytes: 0,
    pullMs: 0,
    entrypoint: Object.freeze(['/sbin/init']),
    command: Object.freeze([]),
    environment: Object.freeze({ PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' }),
    shell: true,
  }),
});
