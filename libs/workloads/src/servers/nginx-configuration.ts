import { RegularExpression } from '../regular-expression';

/** The part of nginx's configuration language that lessons use. */

export interface NginxDirective {
  readonly name: string;
  readonly words: readonly string[];
  readonly line: number;
  readonly block?: readonly NginxDirective[];
}

export interface NginxLocation {
  readonly modifier: '' | '=' | '~' | '~*' | '^~';
  readonly path: string;
  readonly directives: readonly NginxDirective[];
}

export interface NginxServer {
  readonly ports: readonly number[];
  readonly names: readonly string[];
  readonly directives: readonly NginxDirective[];
  readonly locations: readonly NginxLocation[];
}

export interface NginxConfiguration {
  readonly servers: readonly NginxServer[];
  /** Addresses of `upstream` blocks by name. */
  readonly upstreams: Readonly<Record<string, readonly string[]>>;
}

/** Why nginx does not start with this configuration. */
export class NginxConfigurationError extends Error {
  override readonly name = 'NginxConfigurationError';
}

/** Parses one configuration file; `file` is for messages. */
export function parseDirectives(text: string, file: string): NginxDirective[] {
  const tokens = tokenize(text);
  let at = 0;
  const block = (nested: boolean): NginxDirective[] => {
    const directives: NginxDirective[] = [];
    for (;;) {
      const token = tokens[at++];
      if (!token) {
        if (nested)
          throw new NginxConfigurationError(
            `unexpected end of file, expecting "}" in ${file}:${text.split('\n').length}`,
          );
        return directives;
      }
      if (token.text === '}') {
        if (nested) return directives;
        throw new NginxConfigurationError(`unexpected "}" in ${file}:${token.line}`);
      }
      if (token.text === ';' || token.text === '{')
        throw new NginxConfigurationError(`unexpected "${token.text}" in ${file}:${token.line}`);
      const words: string[] = [];
      while (tokens[at] && ![';', '{', '}'].includes(tokens[at].text)) words.push(tokens[at++].text);
      const end = tokens[at++];
      if (!end || end.text === '}')
        throw new NginxConfigurationError(
          `directive "${token.text}" is not terminated by ";" in ${file}:${end?.line ?? token.line}`,
        );
      const directive = { name: token.text, words, line: token.line };
      directives.push(end.text === '{' ? { ...directive, block: block(true) } : directive);
    }
  };
  return block(false);
}

function tokenize(text: string): { text: string; line: number }[] {
  const tokens: { text: string; line: number }[] = [];
  const pattern =
    /#[^\n]*|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|[;{}]|(?:\$\{[A-Za-z_]+\}|[^\s;{}"'#])+|\n/g;
  let line = 1;
  for (const match of text.matchAll(pattern)) {
    if (match[0] === '\n') line++;
    else if (!match[0].startsWith('#')) {
      const quoted = match[1] ?? match[2];
      tokens.push({
        text: quoted === undefined ? match[0] : quoted.replace(/\\(["'\\])/g, '$1').replace(/\\n/g, '\n'),
        line,
      });
      line += match[0].split('\n').length - 1;
    }
  }
  return tokens;
}

/** Collects servers and upstreams from the directives of all files. */
export function configurationOf(directives: readonly NginxDirective[]): NginxConfiguration {
  const servers: NginxServer[] = [];
  const upstreams: Record<string, readonly string[]> = {};
  const visit = (list: readonly NginxDirective[]): void => {
    for (const directive of list) {
      if (directive.name === 'http' || directive.name === 'stream') visit(directive.block ?? []);
      else if (directive.name === 'server' && directive.block) servers.push(serverOf(directive.block));
      else if (directive.name === 'upstream') {
        const members = (directive.block ?? [])
          .filter((item) => item.name === 'server')
          .map((item) => item.words[0] ?? '');
        upstreams[directive.words[0] ?? ''] = members;
      }
    }
  };
  visit(directives);
  return { servers, upstreams };
}

function serverOf(directives: readonly NginxDirective[]): NginxServer {
  const ports = directives
    .filter((item) => item.name === 'listen')
    .map((item) => Number(/(?:^|:)([0-9]+)$/.exec(item.words[0] ?? '')?.[1] ?? 80));
  const names = directives.filter((item) => item.name === 'server_name').flatMap((item) => item.words);
  const locations = directives
    .filter((item) => item.name === 'location')
    .map((item): NginxLocation => {
      const [modifier, path] = item.words.length > 1 ? item.words : ['', item.words[0] ?? '/'];
      return { modifier: modifier as NginxLocation['modifier'], path, directives: item.block ?? [] };
    });
  return { ports: ports.length > 0 ? [...new Set(ports)] : [80], names, directives, locations };
}

/** The server block that answers on `port` for `host`: by name, else the first on that port. */
export function chooseServer(
  configuration: NginxConfiguration,
  port: number,
  host: string,
): NginxServer | undefined {
  const candidates = configuration.servers.filter((server) => server.ports.includes(port));
  return candidates.find((server) => server.names.includes(host)) ?? candidates[0];
}

/** The location that takes `path`: exact, then the longest prefix unless a regular expression matches. */
export function chooseLocation(server: NginxServer, path: string): NginxLocation | undefined {
  const exact = server.locations.find((location) => location.modifier === '=' && location.path === path);
  if (exact) return exact;
  const prefixes = server.locations.filter(
    (location) => (location.modifier === '' || location.modifier === '^~') && path.startsWith(location.path),
  );
  const longest = prefixes.reduce<NginxLocation | undefined>(
    (best, location) => (best && best.path.length >= location.path.length ? best : location),
    undefined,
  );
  if (longest?.modifier === '^~') return longest;
  const matching = server.locations.find(
    (location) => location.modifier.startsWith('~') && safeTest(location, path),
  );
  return matching ?? longest;
}

function safeTest(location: NginxLocation, path: string): boolean {
  const flags = location.modifier === '~*' ? 'i' : '';
  return RegularExpression.compile(location.path, flags)?.test(path.slice(0, 2_000)) ?? false;
}
