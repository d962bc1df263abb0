import type { Image } from './image';
import { isAlpine } from './tools';

/** The point release of each Alpine that a tag of two numbers stands for. */
const ALPINE_RELEASES: Readonly<Record<string, string>> = Object.freeze({
  '3.18': '3.18.12',
  '3.19': '3.19.9',
  '3.20': '3.20.8',
  '3.21': '3.21.5',
  '3.22': '3.22.2',
  '3.23': '3.23.0',
});
const ALPINE = '3.23';
const DEBIANS: Readonly<Record<string, string>> = Object.freeze({
  trixie: '13',
  bookworm: '12',
  bullseye: '11',
  buster: '10',
});
const UBUNTUS: Readonly<Record<string, readonly [codename: string, title: string]>> = Object.freeze({
  '20.04': ['focal', '20.04.6 LTS (Focal Fossa)'],
  '22.04': ['jammy', '22.04.5 LTS (Jammy Jellyfish)'],
  '24.04': ['noble', '24.04.3 LTS (Noble Numbat)'],
});

/** What the newest image of each repository is built on; busybox and what has no shell are built on nothing. */
const BUILT_ON: Readonly<Record<string, 'alpine' | 'debian' | 'ubuntu'>> = Object.freeze({
  'docker.io/library/alpine': 'alpine',
  'docker.io/library/bash': 'alpine',
  'docker.io/library/traefik': 'alpine',
  'docker.io/curlimages/curl': 'alpine',
  'docker.io/nicolaka/netshoot': 'alpine',
  'docker.io/library/debian': 'debian',
  'docker.io/library/nginx': 'debian',
  'docker.io/nginxinc/nginx-unprivileged': 'debian',
  'docker.io/library/httpd': 'debian',
  'docker.io/library/redis': 'debian',
  'docker.io/library/postgres': 'debian',
  'docker.io/library/memcached': 'debian',
  'docker.io/library/haproxy': 'debian',
  'docker.io/library/python': 'debian',
  'docker.io/library/node': 'debian',
  'docker.io/library/golang': 'debian',
  'docker.io/library/perl': 'debian',
  'docker.io/library/wordpress': 'debian',
  'docker.io/library/ubuntu': 'ubuntu',
  'docker.io/library/mongo': 'ubuntu',
  'docker.io/library/mariadb': 'ubuntu',
  'docker.io/library/rabbitmq': 'ubuntu',
  'docker.io/library/tomcat': 'ubuntu',
});

/** `/etc/os-release`: of the distribution that the tag names, else of the one that the repository's newest image is built on. */
export function osRelease(image: Image): string | undefined {
  const { repository } = image.definition;
  const built = Object.hasOwn(BUILT_ON, repository) ? BUILT_ON[repository] : undefined;
  if (isAlpine(image) || built === 'alpine')
    return alpine(repository === 'docker.io/library/alpine' ? image.version : ALPINE);
  if (built === 'ubuntu') return ubuntu(repository === 'docker.io/library/ubuntu' ? image.version : '24.04');
  if (built !== 'debian') return undefined;
  const codename = Object.keys(DEBIANS).find((name) => image.reference.includes(name));
  return debian(
    codename ?? (repository === 'docker.io/library/debian' ? codenameOf(image.version) : 'trixie'),
  );
}

function alpine(version: string): string {
  const [major, minor] = version.split('.');
  const series = `${major}.${minor}`;
  const full = version === series ? (ALPINE_RELEASES[series] ?? `${series}.0`) : version;
  return `NAME="Alpine Linux"\nID=alpine\nVERSION_ID=${full}\nPRETTY_NAME="Alpine Linux v${series}"\nHOME_URL="https://alpinelinux.org/"\nBUG_REPORT_URL="https://gitlab.alpinelinux.org/alpine/aports/-/issues"\n`;
}

const codenameOf = (version: string): string =>
  Object.keys(DEBIANS).find((name) => version === name || version.split('.')[0] === DEBIANS[name]) ??
  'trixie';

function debian(codename: string): string {
  const version = DEBIANS[codename];
  const full = codename === 'trixie' ? 'DEBIAN_VERSION_FULL=13.2\n' : '';
  return `PRETTY_NAME="Debian GNU/Linux ${version} (${codename})"\nNAME="Debian GNU/Linux"\nVERSION_ID="${version}"\nVERSION="${version} (${codename})"\nVERSION_CODENAME=${codename}\n${full}ID=debian\nHOME_URL="https://www.debian.org/"\nSUPPORT_URL="https://www.debian.org/support"\nBUG_REPORT_URL="https://bugs.debian.org/"\n`;
}

function ubuntu(version: string): string | undefined {
  const found = Object.entries(UBUNTUS).find(([number, [name]]) => version === number || version === name);
  if (!found) return undefined;
  const [number, [codename, title]] = found;
  const pretty = title.replace(/ \(.*/, '');
  return `PRETTY_NAME="Ubuntu ${pretty}"\nNAME="Ubuntu"\nVERSION_ID="${number}"\nVERSION="${title}"\nVERSION_CODENAME=${codename}\nID=ubuntu\nID_LIKE=debian\nHOME_URL="https://www.ubuntu.com/"\nSUPPORT_URL="https://help.ubuntu.com/"\nBUG_REPORT_URL="https://bugs.launchpad.net/ubuntu/"\nPRIVACY_POLICY_URL="https://www.ubuntu.com/legal/terms-and-policies/privacy-policy"\nUBUNTU_CODENAME=${codename}\nLOGO=ubuntu-logo\n`;
}
