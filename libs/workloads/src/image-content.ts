import { FILE_COMMANDS } from './commands/file-commands';
import { NETWORK_COMMANDS } from './commands/network-commands';
import { SYSTEM_COMMANDS } from './commands/system-commands';
import { TEXT_COMMANDS } from './commands/text-commands';
import { strict } from './commands/accepted-options';
import type { Command } from './commands/command';
import { baseName } from './file-system';
import type { Image } from './images/image';
import { lacksCommand } from './images/tools';
import { HTTPD_PAGE } from './servers/http-servers';
import { nginxFiles } from './servers/nginx';
import { OTHER_PROGRAMS } from './servers/other-programs';
import type { Program } from './servers/program';
import { listeningNetcat, WEB_PROGRAMS } from './servers/web-programs';

const TOOLS = { ...FILE_COMMANDS, ...TEXT_COMMANDS, ...SYSTEM_COMMANDS, ...NETWORK_COMMANDS };
const COMMANDS: Readonly<Record<string, Command>> = Object.freeze(
  Object.fromEntries(Object.entries(TOOLS).map(([name, command]) => [name, strict(name, command)])),
);
const PROGRAMS: Readonly<Record<string, Program>> = Object.freeze({ ...WEB_PROGRAMS, ...OTHER_PROGRAMS });
const SHELLS = ['sh', 'bash', 'ash', 'dash', 'zsh'];

/** Entrypoints that only start what follows them. */
const WRAPPERS = ['docker-entrypoint.sh', 'entrypoint.sh', 'tini', 'dumb-init'];

/** Programs beyond the main one, by repository. */
const EXTRA_PROGRAMS: Readonly<Record<string, readonly string[]>> = Object.freeze({
  'docker.io/library/python': ['python', 'python3'],
  'docker.io/library/busybox': ['httpd'],
  'docker.io/library/alpine': ['httpd'],
  'docker.io/nicolaka/netshoot': ['python3'],
});

/** The utility of that name, when the image has it. */
export function findCommand(image: Image, name: string): Command | undefined {
  if (!image.definition.shell || !Object.hasOwn(COMMANDS, name)) return undefined;
  return lacksCommand(image, name) ? undefined : COMMANDS[name];
}

/** Names of the utilities that the image has. */
export function commandNames(image: Image): string[] {
  return Object.keys(COMMANDS).filter((name) => findCommand(image, name) !== undefined);
}

/** The program of that name, when the image has it; an unknown image may have any. */
export function findProgram(image: Image, name: string, words: readonly string[]): Program | undefined {
  if (
    /^(nc|ncat|netcat)$/.test(name) &&
    image.definition.shell &&
    words.some((word) => /^-[a-z]*l/.test(word))
  ) {
    return listeningNetcat;
  }
  if (!Object.hasOwn(PROGRAMS, name)) return undefined;
  const own = [...image.definition.entrypoint, ...image.definition.command].map(baseName);
  const has =
    !image.known || own.includes(name) || (EXTRA_PROGRAMS[image.definition.repository] ?? []).includes(name);
  return has ? PROGRAMS[name] : undefined;
}

/** What an unknown image runs when its command says nothing to the simulator. */
export function genericProgram(): Program {
  return PROGRAMS.generic;
}

export function isShell(image: Image, name: string): boolean {
  if (!image.definition.shell || !SHELLS.includes(name)) return false;
  return name === 'sh' || !lacksCommand(image, name);
}

/** The words without entrypoints that only start what follows; those of an image add its program before bare options. */
export function unwrap(image: Image, words: readonly string[]): readonly string[] {
  if (!WRAPPERS.includes(baseName(words[0] ?? ''))) return words;
  const rest = words.slice(1).filter((word, index) => !(index === 0 && word === '--'));
  const [first = ''] = rest;
  const main = image.definition.command[0];
  const known =
    first !== '' &&
    !first.startsWith('-') &&
    (isShell(image, baseName(first)) ||
      findCommand(image, baseName(first)) !== undefined ||
      findProgram(image, baseName(first), rest) !== undefined ||
      first.startsWith('/'));
  return known || main === undefined ? rest : [main, ...rest];
}

const NGINX = nginxFiles(80);
const NGINX_UNPRIVILEGED = nginxFiles(8080);
const HTTPD_FILES: Readonly<Record<string, string>> = Object.freeze({
  '/usr/local/apache2/htdocs/index.html': HTTPD_PAGE,
});

/** Files that come with an image. */
export function imageFiles(image: Image): Readonly<Record<string, string>> {
  const { repository, files } = image.definition;
  if (files) return files;
  if (repository === 'docker.io/library/nginx') return NGINX;
  if (repository === 'docker.io/nginxinc/nginx-unprivileged') return NGINX_UNPRIVILEGED;
  if (repository === 'docker.io/library/httpd') return HTTPD_FILES;
  return NONE;
}

const NONE: Readonly<Record<string, string>> = Object.freeze({});
