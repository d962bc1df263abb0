import { deepFreeze, utf8Length } from '@podlab/kernel';
import type { FileSystem } from '../file-system';
import { accessLogTime, httpDate } from '../http/date';
import { headerValue } from '../http/message';
import type { HttpRequest, HttpResponse } from '../http/message';
import {
  chooseLocation,
  chooseServer,
  configurationOf,
  NginxConfigurationError,
  parseDirectives,
} from './nginx-configuration';
import type { NginxConfiguration, NginxDirective, NginxLocation, NginxServer } from './nginx-configuration';
import { respond } from './server';
import type { ServerBehaviour, ServerContext, ServerState } from './server';

const CONFIGURATION_FOLDER = '/etc/nginx/conf.d';
const MAIN_FILE = '/etc/nginx/nginx.conf';

export const NGINX_WELCOME = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
<style>
html { color-scheme: light dark; }
body { width: 35em; margin: 0 auto;
font-family: Tahoma, Verdana, Arial, sans-serif; }
</style>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>If you see this page, the nginx web server is successfully installed and
working. Further configuration is required.</p>

<p>For online documentation and support please refer to
<a href="http://nginx.org/">nginx.org</a>.<br/>
Commercial support is available at
<a href="http://nginx.com/">nginx.com</a>.</p>

<p><em>Thank you for using nginx.</em></p>
</body>
</html>
`;

/** The files of the image, with the configuration that it comes with. */
export function nginxFiles(port: number): Record<string, string> {
  return {
    '/usr/share/nginx/html/index.html': NGINX_WELCOME,
    '/etc/nginx/nginx.conf': 'events {\n}\nhttp {\n    include /etc/nginx/conf.d/*.conf;\n}\n',
    '/etc/nginx/conf.d/default.conf': `server {\n    listen       ${port};\n    server_name  localhost;\n\n    location / {\n        root   /usr/share/nginx/html;\n        index  index.html index.htm;\n    }\n}\n`,
  };
}

/** Reads the configuration of a container; throws NginxConfigurationError. */
export function nginxConfiguration(files: FileSystem): NginxConfiguration {
  const main = files.read(MAIN_FILE);
  if (main === undefined)
    throw new NginxConfigurationError(`open() "${MAIN_FILE}" failed (2: No such file or directory)`);
  return configurationOf(withIncludes(directivesOf(main, MAIN_FILE), files, 0));
}

/** What the image's own files say, by their text. */
const OWN_DIRECTIVES: ReadonlyMap<string, readonly NginxDirective[]> = new Map(
  [nginxFiles(80), nginxFiles(8080)]
    .flatMap((files) => Object.entries(files))
    .filter(([path]) => path.endsWith('.conf'))
    .map(([path, text]) => [text, deepFreeze(parseDirectives(text, path))]),
);

function directivesOf(text: string, file: string): readonly NginxDirective[] {
  return OWN_DIRECTIVES.get(text) ?? parseDirectives(text, file);
}

function withIncludes(
  directives: readonly NginxDirective[],
  files: FileSystem,
  depth: number,
): NginxDirective[] {
  return directives.flatMap((directive) => {
    if (directive.name === 'include' && depth < 5)
      return includedFiles(directive.words[0] ?? '', files, depth);
    return directive.block
      ? [{ ...directive, block: withIncludes(directive.block, files, depth) }]
      : [directive];
  });
}

function includedFiles(pattern: string, files: FileSystem, depth: number): NginxDirective[] {
  const path = pattern.startsWith('/') ? pattern : `/etc/nginx/${pattern}`;
  const folder = path.slice(0, path.lastIndexOf('/')) || CONFIGURATION_FOLDER;
  const names = path.endsWith('*.conf')
    ? files.list(folder).filter((name) => name.endsWith('.conf'))
    : [path.slice(folder.length + 1)];
  return names.flatMap((name) => {
    const file = `${folder}/${name}`;
    const text = files.read(file);
    return text === undefined ? [] : withIncludes(directivesOf(text, file), files, depth + 1);
  });
}

/** Names that nginx must resolve when it starts; `line` for its message. */
export function upstreamHosts(configuration: NginxConfiguration): { host: string }[] {
  const hosts: { host: string }[] = [];
  const add = (address: string): void => {
    const host = address
      .replace(/^https?:\/\//, '')
      .split('/')[0]
      .replace(/:[0-9]+$/, '');
    if (host !== '' && !host.includes('$') && !(host in configuration.upstreams)) hosts.push({ host });
  };
  for (const members of Object.values(configuration.upstreams)) members.forEach(add);
  for (const server of configuration.servers) {
    for (const location of [server, ...server.locations]) {
      for (const item of location.directives) if (item.name === 'proxy_pass') add(item.words[0] ?? '');
    }
  }
  return hosts;
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  htm: 'text/html',
  css: 'text/css',
  js: 'application/javascript',
  json: 'application/json',
  txt: 'text/plain',
  xml: 'text/xml',
  svg: 'image/svg+xml',
};

/** nginx's own page for an error. */
function errorPage(status: number, reason: string, version: string): string {
  const title = `${status} ${reason}`;
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx/${version}</center>\r\n</body>\r\n</html>\r\n`;
}

function find(directives: readonly NginxDirective[], name: string): NginxDirective | undefined {
  return directives.find((directive) => directive.name === name);
}

/** The file that an answer is made of, where it is made of one and of nothing that changes. */
interface Served {
  file?: string;
  text?: string;
}

function answer(
  request: HttpRequest,
  configuration: NginxConfiguration,
  context: ServerContext,
  served: Served,
): HttpResponse {
  const host = (headerValue(request.headers, 'host') ?? '').replace(/:[0-9]+$/, '');
  const server = chooseServer(configuration, context.local.port, host);
  if (!server) return failure(404, context);
  const path = request.target.split('?')[0];
  const location = chooseLocation(server, path);
  const directives = [...(location?.directives ?? []), ...server.directives];
  const returned = find(location?.directives ?? [], 'return') ?? find(server.directives, 'return');
  if (returned) return returnedAnswer(returned, directives, request, context);
  const proxied = find(location?.directives ?? [], 'proxy_pass');
  if (proxied) return proxy(request, proxied.words[0] ?? '', location, configuration, context);
  return fileAnswer(path, server, location, directives, request, context, served);
}

function failure(status: number, context: ServerContext): HttpResponse {
  const { reason } = respond(status, '');
  return respond(status, errorPage(status, reason, context.version), { 'Content-Type': 'text/html' });
}

function returnedAnswer(
  directive: NginxDirective,
  directives: readonly NginxDirective[],
  request: HttpRequest,
  context: ServerContext,
): HttpResponse {
  const [first = '200', ...rest] = directive.words;
  const status = /^[0-9]{3}$/.test(first) ? Number(first) : 302;
  const text = variables(
    status === 302 && rest.length === 0 && first !== '302' ? first : rest.join(' '),
    request,
    context,
  );
  if (status >= 300 && status < 400) {
    const page = failure(status, context);
    return { ...page, headers: { ...page.headers, Location: text } };
  }
  if (rest.length === 0) return status === 200 ? respond(200, '') : failure(status, context);
  const type = find(directives, 'default_type')?.words[0] ?? 'application/octet-stream';
  const added = directives
    .filter((item) => item.name === 'add_header')
    .map((item) => [item.words[0], item.words[1]]);
  const typed = added.find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  return respond(status, text, {
    'Content-Type': typed ?? type,
    ...Object.fromEntries(added.filter(([name]) => name.toLowerCase() !== 'content-type')),
  });
}

function variables(text: string, request: HttpRequest, context: ServerContext): string {
  const values: Record<string, string> = {
    hostname: context.hostname,
    host: (headerValue(request.headers, 'host') ?? '').replace(/:[0-9]+$/, ''),
    http_host: headerValue(request.headers, 'host') ?? '',
    remote_addr: context.remote.address,
    remote_port: String(context.remote.port),
    server_addr: context.local.address,
    server_port: String(context.local.port),
    request_uri: request.target,
    uri: request.target.split('?')[0],
    request_method: request.method,
    scheme: 'http',
    time_iso8601: context.timestamp(),
  };
  return text.replace(/\$\{?([a-z_0-9]+)\}?/g, (_whole, name: string) => values[name] ?? '');
}

function proxy(
  request: HttpRequest,
  target: string,
  location: NginxLocation | undefined,
  configuration: NginxConfiguration,
  context: ServerContext,
): HttpResponse {
  const match = /^http:\/\/([^/]+)(\/.*)?$/.exec(target);
  if (!match) return failure(502, context);
  const members = configuration.upstreams[match[1]] ?? [match[1]];
  const turn = Number(context.server.memory.get(match[1]) ?? 0);
  if (members.length > 1) context.server.memory.set(match[1], String((turn + 1) % members.length));
  const [host, port = '80'] = (members[turn % members.length] ?? '').split(':');
  const prefix = location?.modifier === '' ? location.path : '';
  const path = match[2] === undefined ? request.target : match[2] + request.target.slice(prefix.length);
  const setHost = find(location?.directives ?? [], 'proxy_set_header');
  const hostHeader =
    setHost?.words[0] === 'Host' ? variables(setHost.words[1] ?? '', request, context) : match[1];
  const result = context.network.request(context.origin, {
    host,
    port: Number(port),
    protocol: 'TCP',
    http: {
      method: request.method,
      target: path,
      headers: { ...request.headers, Host: hostHeader, Connection: 'close' },
      body: request.body,
      version: '1.0',
    },
    timeoutMs: 60_000,
  });
  if (result.disposition === 'Delivered' && result.response) {
    const { headers, ...response } = result.response;
    const kept = Object.entries(headers).filter(
      ([name]) => !/^(server|date|connection|transfer-encoding|content-length)$/i.test(name),
    );
    return { ...response, headers: Object.fromEntries(kept) };
  }
  return failure(result.disposition === 'TimedOut' ? 504 : 502, context);
}

function fileAnswer(
  path: string,
  server: NginxServer,
  location: NginxLocation | undefined,
  directives: readonly NginxDirective[],
  request: HttpRequest,
  context: ServerContext,
  served: Served,
): HttpResponse {
  if (request.method !== 'GET' && request.method !== 'HEAD') return failure(405, context);
  if (path.split('/').includes('..')) return failure(400, context);
  const alias = find(location?.directives ?? [], 'alias')?.words[0];
  const root = find(directives, 'root')?.words[0] ?? '/etc/nginx/html';
  const file = alias === undefined ? root + path : alias + path.slice(location?.path.length ?? 0);
  const indexes = find(directives, 'index')?.words ?? ['index.html'];
  const tried = path.endsWith('/') ? indexes.map((name) => file + name) : [file];
  for (const name of tried) {
    const text = context.files.read(name);
    if (text === undefined) continue;
    if (name === tried[0]) {
      served.file = name;
      served.text = text;
    }
    const extension = name.slice(name.lastIndexOf('.') + 1);
    return respond(200, text, {
      'Content-Type': TYPES[extension] ?? 'application/octet-stream',
      'Content-Length': String(utf8Length(text)),
      'Accept-Ranges': 'bytes',
    });
  }
  if (path.endsWith('/') && context.files.isDirectory(file)) return failure(403, context);
  if (!path.endsWith('/') && context.files.isDirectory(file)) {
    const page = failure(301, context);
    return {
      ...page,
      headers: {
        ...page.headers,
        Location: `http://${headerValue(request.headers, 'host') ?? 'localhost'}${path}/`,
      },
    };
  }
  if (server.locations.length === 0 && path === '/') return failure(403, context);
  context.log(
    'stderr',
    `${context.timestamp().replace(/-/g, '/').replace('T', ' ').replace('Z', '')} [error] 29#29: *1 open() "${file}" failed (2: No such file or directory), client: ${context.remote.address}, server: ${server.names[0] ?? ''}, request: "${request.method} ${request.target} HTTP/1.1", host: "${headerValue(request.headers, 'host') ?? ''}"`,
  );
  return failure(404, context);
}

/** How many parsed configurations are kept. */
const PARSED_LIMIT = 50;

/** The text that a server keeps of its configuration; the image's own is just its port. */
export function encodeConfiguration(configuration: NginxConfiguration, files: FileSystem): string {
  const standard = [80, 8080].find((port) => sameFiles(nginxFiles(port), files));
  return standard === undefined ? JSON.stringify(configuration) : `:${standard}`;
}

function sameFiles(expected: Readonly<Record<string, string>>, files: FileSystem): boolean {
  const names = files.list(CONFIGURATION_FOLDER);
  return (
    names.length === 1 &&
    [MAIN_FILE, `${CONFIGURATION_FOLDER}/default.conf`].every((name) => files.read(name) === expected[name])
  );
}

function decodeConfiguration(text: string): NginxConfiguration {
  if (!text.startsWith(':')) return JSON.parse(text) as NginxConfiguration;
  const file = `${CONFIGURATION_FOLDER}/default.conf`;
  return configurationOf(directivesOf(nginxFiles(Number(text.slice(1)))[file], file));
}

/** An answer that was made of a file, with all that it depends on. */
interface Remembered {
  readonly request: HttpRequest;
  readonly client: string;
  readonly port: number;
  readonly now: number;
  readonly file: string;
  readonly text: string;
  readonly line: string;
  readonly response: HttpResponse;
}

function isStillTrue(last: Remembered, request: HttpRequest, context: ServerContext): boolean {
  return (
    last.request === request &&
    last.now === context.now() &&
    last.client === context.remote.address &&
    last.port === context.local.port &&
    last.text === context.files.read(last.file)
  );
}

function accessLine(
  request: HttpRequest,
  { status, headers, body }: HttpResponse,
  at: string,
  context: ServerContext,
): string {
  const asked = (name: string): string => headerValue(request.headers, name) ?? '-';
  const size = headerValue(headers, 'content-length') ?? String(utf8Length(body));
  return `${context.remote.address} - - [${accessLogTime(at, context.now())}] "${request.method} ${request.target} HTTP/${request.version ?? '1.1'}" ${status} ${request.method === 'HEAD' ? 0 : size} "${asked('referer')}" "${asked('user-agent')}" "${asked('x-forwarded-for')}"`;
}

/** Makes the behaviour with its cache of parsed configurations: a running nginx keeps the one it started with. */
export function nginxBehaviour(): ServerBehaviour {
  const parsed = new Map<string, NginxConfiguration>();
  const remembered = new WeakMap<ServerState, Remembered>();
  const configurationFor = (context: ServerContext): NginxConfiguration => {
    const text = String(context.server.settings.configuration);
    let configuration = parsed.get(text);
    if (!configuration) {
      if (parsed.size > PARSED_LIMIT) parsed.clear();
      parsed.set(text, (configuration = decodeConfiguration(text)));
    }
    return configuration;
  };
  const http = (request: HttpRequest, context: ServerContext): HttpResponse => {
    const last = remembered.get(context.server);
    if (last && isStillTrue(last, request, context)) {
      context.log('stdout', last.line);
      return last.response;
    }
    const served: Served = {};
    const answered = answer(request, configurationFor(context), context, served);
    const closing = (headerValue(request.headers, 'connection') ?? '').toLowerCase() === 'close';
    const at = context.timestamp();
    const now = context.now();
    const line = accessLine(request, answered, at, context);
    context.log('stdout', line);
    const response = {
      ...answered,
      headers: {
        Server: `nginx/${context.version}`,
        Date: httpDate(at, now),
        ...answered.headers,
        Connection: closing ? 'close' : 'keep-alive',
      },
    };
    const { file, text } = served;
    if (file !== undefined && text !== undefined) {
      const { address: client } = context.remote;
      const { port } = context.local;
      remembered.set(context.server, { request, client, port, now, file, text, line, response });
    }
    return response;
  };
  return { onTerminate: 0, http };
}
