import { httpDate } from '../http/date';
import { headerValue } from '../http/message';
import type { HttpRequest, HttpResponse } from '../http/message';
import { respond, splitTarget } from './server';
import type { ServerBehaviour, ServerContext } from './server';

const plain = { 'Content-Type': 'text/plain; charset=utf-8' };

function answer(context: ServerContext, status: number, body: string): HttpResponse {
  return respond(status, body, { Date: httpDate(context.timestamp(), context.now()), ...plain });
}

function client(context: ServerContext): string {
  return `${context.remote.address}:${context.remote.port}`;
}

/** `agnhost netexec`: the endpoints that tests ask. Models kubernetes test/images/agnhost/netexec. */
export const netexecBehaviour: ServerBehaviour = {
  onTerminate: 0,
  http: (request, context) => {
    const override = String(context.server.settings.httpOverride ?? '');
    const { path, query } = splitTarget(override !== '' ? override : request.target);
    context.log(
      'stderr',
      `I${context.timestamp().slice(5, 19).replace('-', '').replace('T', ' ')}.000000       1 log.go:245] ${request.method} ${path}`,
    );
    return netexecAnswer(path, query, request, context);
  },
  datagram: (text, context) => datagramAnswer(text.trim(), context),
  data: (text, _state, context) => ({ reply: datagramAnswer(text.trim(), context) ?? '' }),
};

function netexecAnswer(
  path: string,
  query: ReadonlyMap<string, string>,
  request: HttpRequest,
  context: ServerContext,
): HttpResponse {
  switch (path.toLowerCase()) {
    case '/clientip':
      return answer(context, 200, client(context));
    case '/hostname':
      return answer(context, 200, context.hostname);
    case '/echo':
      return answer(context, Number(query.get('code') ?? 200) || 200, query.get('msg') ?? '');
    case '/header':
      return answer(context, 200, headerValue(request.headers, query.get('key') ?? '') ?? '');
    case '/healthz':
    case '/readyz':
      return answer(context, context.server.memory.has('unhealthy') ? 412 : 200, '');
    case '/exit':
      context.stop(Number(query.get('code') ?? 0) || 0);
      return answer(context, 200, '');
    case '/shutdown':
      context.stop(0);
      return answer(context, 200, '');
    case '/redirect':
      return {
        ...answer(context, Number(query.get('code') ?? 302) || 302, ''),
        headers: { Location: query.get('location') ?? '/' },
      };
    case '/shell':
      return answer(
        context,
        200,
        JSON.stringify({ output: context.shell(query.get('shellCommand') ?? query.get('cmd') ?? '') }),
      );
    case '/dial':
      return dial(query, context);
    case '/':
      return answer(
        context,
        200,
        `NOW: ${context.timestamp().replace('T', ' ').replace('Z', '')}.000000000 +0000 UTC m=+${((context.now() - context.startedAt) / 1000).toFixed(9)}`,
      );
    default:
      return answer(context, 404, '404 page not found\n');
  }
}

function datagramAnswer(text: string, context: ServerContext): string | undefined {
  const [command, ...words] = text.split(' ');
  switch (command.toLowerCase()) {
    case 'hostname':
      return context.hostname;
    case 'clientip':
      return client(context);
    case 'echo':
      return words.join(' ');
    default:
      return undefined;
  }
}

/** `/dial`: asks another netexec several times and tells what came back. */
function dial(query: ReadonlyMap<string, string>, context: ServerContext): HttpResponse {
  const protocol = (query.get('protocol') ?? 'http').toLowerCase();
  const tries = Math.min(Math.max(1, Number(query.get('tries') ?? 1) || 1), 20);
  const responses: string[] = [];
  const errors: string[] = [];
  for (let i = 0; i < tries; i++) {
    const text = query.get('request') ?? '';
    const result = context.network.request(context.origin, {
      host: query.get('host') ?? '',
      port: Number(query.get('port') ?? 80),
      protocol: protocol === 'udp' ? 'UDP' : protocol === 'sctp' ? 'SCTP' : 'TCP',
      ...(protocol === 'http'
        ? {
            http: {
              method: 'GET',
              target: `/${text.replace(/^\//, '')}`,
              headers: { Host: `${query.get('host')}:${query.get('port')}` },
              body: '',
            },
          }
        : { payload: text }),
      timeoutMs: 5_000,
    });
    const received = result.response?.body ?? result.data;
    if (result.disposition === 'Delivered' && received !== undefined) responses.push(received);
    else errors.push(result.disposition);
  }
  return answer(
    context,
    200,
    JSON.stringify({
      ...(responses.length > 0 ? { responses } : {}),
      ...(errors.length > 0 ? { errors } : {}),
    }),
  );
}

/** `agnhost serve-hostname`: the pod's name over every protocol it was asked to speak. */
export const serveHostnameBehaviour: ServerBehaviour = {
  onTerminate: 0,
  http: (_request, context) => answer(context, 200, context.hostname),
  open: (context) =>
    context.server.settings.tcp === true ? { reply: `${context.hostname}\n`, close: true } : {},
  datagram: (_text, context) => `${context.hostname}\n`,
};

/** `agnhost porter`: on each port of SERVE_PORT_… the value of the variable. */
export const porterBehaviour: ServerBehaviour = {
  onTerminate: 2,
  http: (_request, context) => answer(context, 200, portValue(context)),
  data: (_text, _state, context) => ({ reply: portValue(context), close: true }),
};

function portValue(context: ServerContext): string {
  const prefix = context.protocol === 'SCTP' ? 'SERVE_SCTP_PORT_' : 'SERVE_PORT_';
  return (
    context.variable(`${prefix}${context.local.port}`) ??
    context.variable(`SERVE_TLS_PORT_${context.local.port}`) ??
    ''
  );
}

/** How long `agnhost liveness` is well. */
const LIVENESS_MS = 10_000;

/** `agnhost liveness`: well for ten seconds, then 500, as the documentation's example wants it. */
export const livenessBehaviour: ServerBehaviour = {
  onTerminate: 2,
  changesAfterMs: LIVENESS_MS + 1,
  http: (request, context) => {
    const { path } = splitTarget(request.target);
    const age = context.now() - context.startedAt;
    if (path === '/started') return answer(context, 200, `${age / 1000}s`);
    if (path === '/healthz')
      return age > LIVENESS_MS ? answer(context, 500, `error: ${age / 1000}`) : answer(context, 200, 'ok');
    return answer(context, 404, '404 page not found\n');
  },
};
