import { rfc3339Micro, utf8Length } from '@podlab/kernel';
import { accessLogTime, httpDate } from '../http/date';
import { headerValue } from '../http/message';
import type { HttpRequest, HttpResponse } from '../http/message';
import { respond, splitTarget } from './server';
import type { ServerBehaviour, ServerContext } from './server';

const plain = { 'Content-Type': 'text/plain; charset=utf-8' };

/** Adds what Go's net/http adds to each response. */
function goResponse(response: HttpResponse, context: ServerContext): HttpResponse {
  return {
    ...response,
    headers: { Date: httpDate(context.timestamp(), context.now()), ...response.headers },
  };
}

export const HTTPD_PAGE = '<html><body><h1>It works!</h1></body></html>\n';

/** Apache httpd on its document root. */
export const httpdBehaviour: ServerBehaviour = {
  onTerminate: 0,
  http: (request, context) => {
    const root = '/usr/local/apache2/htdocs';
    const path = request.target.split('?')[0];
    const file = root + (path.endsWith('/') ? `${path}index.html` : path);
    const text = path.split('/').includes('..') ? undefined : context.files.read(file);
    const response =
      text === undefined
        ? respond(
            404,
            '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>404 Not Found</title>\n</head><body>\n<h1>Not Found</h1>\n<p>The requested URL was not found on this server.</p>\n</body></html>\n',
            { 'Content-Type': 'text/html; charset=iso-8859-1' },
          )
        : respond(200, text, { 'Accept-Ranges': 'bytes', 'Content-Type': 'text/html' });
    context.log(
      'stdout',
      `${context.remote.address} - - [${accessLogTime(context.timestamp(), context.now())}] "${request.method} ${request.target} HTTP/${request.version ?? '1.1'}" ${response.status} ${utf8Length(response.body)}`,
    );
    const date = httpDate(context.timestamp(), context.now());
    return {
      ...response,
      headers: { Date: date, Server: `Apache/${context.version} (Unix)`, ...response.headers },
    };
  },
};

/** hashicorp/http-echo: the same text for every request. */
export const httpEchoBehaviour: ServerBehaviour = {
  onTerminate: 0,
  http: (request, context) => {
    const text = `${String(context.server.settings.text)}\n`;
    const host = headerValue(request.headers, 'host') ?? '';
    const time = context.timestamp().replace(/-/g, '/').replace('T', ' ').replace('Z', '');
    context.log(
      'stdout',
      `${time} ${host} ${context.remote.address}:${context.remote.port} "${request.method} ${request.target} HTTP/${request.version ?? '1.1'}" ${Number(context.server.settings.status)} ${utf8Length(text)} "${headerValue(request.headers, 'user-agent') ?? ''}" 12.345µs`,
    );
    const headers = { 'X-App-Name': 'http-echo', 'X-App-Version': context.version, ...plain };
    return goResponse(respond(Number(context.server.settings.status), text, headers), context);
  },
};

/** traefik/whoami: tells who answers and what was asked. */
export const whoamiBehaviour: ServerBehaviour = {
  onTerminate: 2,
  http: (request, context) => {
    const { path, query } = splitTarget(request.target);
    if (path === '/health') return goResponse(respond(200, ''), context);
    if (path === '/api')
      return goResponse(
        respond(200, whoamiJson(request, context), { 'Content-Type': 'application/json' }),
        context,
      );
    if (path === '/bench') return goResponse(respond(200, '1', plain), context);
    const wait = query.get('wait');
    return goResponse(
      respond(200, whoamiText(request, context), {
        ...plain,
        ...(wait === undefined ? {} : { 'X-Wait': wait }),
      }),
      context,
    );
  },
};

function whoamiText(request: HttpRequest, context: ServerContext): string {
  const lines: string[] = [];
  const name = context.server.settings.name;
  if (typeof name === 'string' && name !== '') lines.push(`Name: ${name}`);
  lines.push(`Hostname: ${context.hostname}`, 'IP: 127.0.0.1', 'IP: ::1', `IP: ${context.podIp}`);
  lines.push(
    `RemoteAddr: ${context.remote.address}:${context.remote.port}`,
    `${request.method} ${request.target} HTTP/${request.version ?? '1.1'}`,
  );
  lines.push(`Host: ${headerValue(request.headers, 'host') ?? ''}`);
  for (const header of sortedHeaders(request)) lines.push(`${header.name}: ${header.value}`);
  return `${lines.join('\n')}\n\n`;
}

function sortedHeaders(request: HttpRequest): { name: string; value: string }[] {
  return Object.entries(request.headers)
    .filter(([name]) => name.toLowerCase() !== 'host')
    .map(([name, value]) => ({ name: canonicalHeader(name), value }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** `user-agent` as Go writes it: `User-Agent`. */
function canonicalHeader(name: string): string {
  return name
    .toLowerCase()
    .replace(/(^|-)([a-z])/g, (_whole, dash: string, letter: string) => dash + letter.toUpperCase());
}

function whoamiJson(request: HttpRequest, context: ServerContext): string {
  const headers = Object.fromEntries(sortedHeaders(request).map(({ name, value }) => [name, [value]]));
  return `${JSON.stringify({
    hostname: context.hostname,
    ip: ['127.0.0.1', '::1', context.podIp],
    headers,
    url: request.target,
    host: headerValue(request.headers, 'host') ?? '',
    method: request.method,
    remoteAddr: `${context.remote.address}:${context.remote.port}`,
  })}\n`;
}

/** `python -m http.server`, busybox `httpd`: the files under one folder. */
export const filesBehaviour: ServerBehaviour = {
  http: (request, context) => {
    const root = String(context.server.settings.root);
    const path = request.target.split('?')[0];
    const directory = root === '/' ? path : root + path;
    const index = context.files.read(
      directory.endsWith('/') ? `${directory}index.html` : `${directory}/index.html`,
    );
    const text = context.files.read(directory) ?? index;
    const time = accessLogTime(context.timestamp(), context.now())
      .replace(/:(?=\d\d:)/, ' ')
      .replace(' +0000', '');
    const status = text !== undefined || context.files.isDirectory(directory) ? 200 : 404;
    context.log(
      'stderr',
      `${context.remote.address} - - [${time}] "${request.method} ${request.target} HTTP/${request.version ?? '1.1'}" ${status} -`,
    );
    const headers = {
      Server: String(context.server.settings.banner),
      Date: httpDate(context.timestamp(), context.now()),
      'Content-Type': 'text/html; charset=utf-8',
    };
    if (status === 404)
      return respond(
        404,
        '<!DOCTYPE HTML>\n<html lang="en">\n<head><title>Error response</title></head>\n<body><h1>Error response</h1><p>Error code: 404</p><p>Message: File not found.</p></body>\n</html>\n',
        headers,
      );
    const listing = context.files
      .list(directory)
      .map((name) => `<li><a href="${name}">${name}</a></li>\n`)
      .join('');
    return respond(
      200,
      text ??
        `<!DOCTYPE HTML>\n<html lang="en">\n<head><title>Directory listing for ${path}</title></head>\n<body>\n<h1>Directory listing for ${path}</h1>\n<hr>\n<ul>\n${listing}</ul>\n<hr>\n</body>\n</html>\n`,
      headers,
    );
  },
};

/** A server whose answer is one text with `{hostname}`, `{version}` and `{remote}` filled in. */
export const textBehaviour: ServerBehaviour = {
  onTerminate: 0,
  http: (request, context) => {
    const text = String(context.server.settings.text)
      .replaceAll('{hostname}', context.hostname)
      .replaceAll('{version}', context.version)
      .replaceAll('{remote}', context.remote.address);
    context.log(
      'stdout',
      `${context.timestamp()} ${request.method} ${request.target} from ${context.remote.address}`,
    );
    return goResponse(respond(200, text, plain), context);
  },
};

/** luksa/kubia and its kind: answers until it is told to fail. */
export const kubiaBehaviour: ServerBehaviour = {
  ...textBehaviour,
  http: (_request, context) => {
    context.log('stdout', `Received request from ::ffff:${context.remote.address}`);
    return respond(200, `You've hit ${context.hostname}\n`, {
      Date: httpDate(context.timestamp(), context.now()),
      Connection: 'keep-alive',
    });
  },
};

/** An image that nothing is known of: it says what it is, over HTTP, and echoes any other bytes. */
export const genericBehaviour: ServerBehaviour = {
  onTerminate: 0,
  http: (request, context) => {
    context.log(
      'stdout',
      `${rfc3339Micro(context.now())} ${context.remote.address} "${request.method} ${request.target}" 200`,
    );
    const text = context.server.settings.text;
    const body =
      typeof text === 'string'
        ? text
        : `Hostname: ${context.hostname}\nPod: ${context.namespace}/${context.podName}\nNode: ${context.node}\nRequest: ${request.method} ${request.target}\nRemote: ${context.remote.address}:${context.remote.port}\n`;
    return goResponse(respond(200, body, plain), context);
  },
  data: (text) => ({ reply: text }),
  datagram: (text) => text,
};

/** Sends back what it gets (`nc -lk -e cat`, tcp-echo). */
export const echoBehaviour: ServerBehaviour = {
  onTerminate: 0,
  data: (text) => ({ reply: text }),
  datagram: (text) => text,
};

/** `… | nc -l -p 8080`: prints what comes, and has one prepared answer for one connection, then it ends. */
export const replyOnceBehaviour: ServerBehaviour = {
  data: (text, _state, context) => {
    if (context.server.settings.keep) context.write(text);
    else context.stop(0, text);
    return { reply: String(context.server.settings.reply), close: true };
  },
  datagram: (text, context) => {
    context.write(text);
    return String(context.server.settings.reply);
  },
};

/** Accepts and says nothing. */
export const silentBehaviour: ServerBehaviour = { onTerminate: 0 };
