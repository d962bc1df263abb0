import {
  parseRequestInfo,
  type KubeRequest,
  type KubeResponse,
  type TokenIssuer,
  type UserInfo,
} from '@podlab/apiserver';
import { rfc3339, utf8Decode } from '@podlab/kernel';
import type { ServerConnection, SocketHandler } from '@podlab/netstack';
import {
  authoritiesIn,
  decodeText,
  encodeResponse,
  encodeText,
  headerValue,
  httpDate,
  isClientHello,
  opened,
  readRequest,
  reasonPhrase,
  sealed,
  serverHello,
  type Certificate,
  type HttpRequest,
  type HttpResponse,
} from '@podlab/workloads';

export interface ApiServerParts {
  readonly issuer: TokenIssuer;
  certificate(): Certificate;
  handle(request: KubeRequest): KubeResponse;
  now(): number;
}

const ANONYMOUS: UserInfo = { name: 'system:anonymous', groups: ['system:unauthenticated'] };
const UNAUTHORIZED = {
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: 'Unauthorized',
  reason: 'Unauthorized',
  code: 401,
};

/** What Go's TLS listener says to somebody who speaks plain HTTP. */
const PLAIN_HTTP_TO_TLS = 'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n';

/**
 * The API server's own socket: whoever reaches it in the simulated network speaks TLS and shows a token, and is judged as
 * every client is. What comes through it is part of the input that made it come (a command in a pod, or the time that
 * passed), so that it needs no entry of the log of its own.
 */
export function apiServerSocket(parts: ApiServerParts): SocketHandler {
  return {
    onData(connection, bytes) {
      if (connection.state === undefined) return greet(connection, bytes, parts);
      const text = (connection.state as string) + decodeText(opened(bytes));
      const reading = readRequest(text);
      if (reading.kind === 'incomplete') {
        connection.state = text;
        return;
      }
      connection.state = '';
      const method = reading.kind === 'message' ? reading.message.method : 'GET';
      const response = reading.kind === 'message' ? answer(reading.message, parts) : badRequest();
      connection.send(sealed(encodeResponse(response, method)));
      const closes = reading.kind === 'message' && headerValue(reading.message.headers, 'Connection');
      if (closes !== 'keep-alive') connection.close();
    },
  };
}

function greet(connection: ServerConnection, bytes: Uint8Array, parts: ApiServerParts): void {
  if (isClientHello(bytes)) {
    connection.state = '';
    connection.send(serverHello(parts.certificate()));
    return;
  }
  connection.send(encodeText(PLAIN_HTTP_TO_TLS));
  connection.close();
}

const badRequest = (): HttpResponse => ({
  status: 400,
  reason: 'Bad Request',
  headers: { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' },
  body: '400 Bad Request',
});

function answer(request: HttpRequest, parts: ApiServerParts): HttpResponse {
  const user = userOf(request, parts.issuer);
  if (!user) return json(401, UNAUTHORIZED, parts);
  const [path, query = ''] = split(request.target, '?');
  const asked: KubeRequest = {
    method: request.method,
    path,
    query,
    accept: headerValue(request.headers, 'Accept') ?? '*/*',
    content_type: headerValue(request.headers, 'Content-Type') ?? '',
    body: encodeText(request.body),
    user,
  };
  const response = parts.handle(asked);
  if (response.kind === 'upgrade') return json(400, notUpgraded(path), parts);
  if (response.kind === 'watch') return lines(response, parts);
  return httpResponse(response.status, response.headers, utf8Decode(response.body), parts);
}

/** Who a request is from; undefined for a token that is none of this cluster's. */
function userOf({ headers }: HttpRequest, issuer: TokenIssuer): UserInfo | undefined {
  const shown = /^bearer +(\S+)$/i.exec(headerValue(headers, 'Authorization') ?? '');
  if (!shown) return ANONYMOUS;
  return issuer.shown(shown[1])?.user;
}

/** A client in a container takes what is there at once: the stream ends with it, as at the end of `timeoutSeconds`. */
function lines(
  { open, headers }: Extract<KubeResponse, { kind: 'watch' }>,
  parts: ApiServerParts,
): HttpResponse {
  let body = '';
  const stop = open({ event: (bytes) => (body += utf8Decode(bytes)), end: () => undefined });
  stop();
  return httpResponse(200, headers, body, parts);
}

/** Models k8s.io/streaming pkg/httpstream/spdy upgrade.go UpgradeResponse. */
function notUpgraded(path: string): object {
  const message = 'Upgrade request required';
  const details = parseRequestInfo(path)?.name;
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason: 'BadRequest',
    ...(details && { details: { name: details } }),
    code: 400,
  };
}

const json = (status: number, body: object, parts: ApiServerParts): HttpResponse =>
  httpResponse(status, { 'content-type': 'application/json' }, JSON.stringify(body), parts);

function httpResponse(
  status: number,
  headers: Readonly<Record<string, string | readonly string[]>>,
  body: string,
  { now }: ApiServerParts,
): HttpResponse {
  const own = Object.entries(headers).map(([name, value]) => [
    name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase()),
    typeof value === 'string' ? value : value.join(', '),
  ]);
  const all = {
    'Cache-Control': 'no-cache, private',
    ...Object.fromEntries(own),
    Date: httpDate(rfc3339(now()), now()),
  };
  return { status, reason: reasonPhrase(status), headers: all as Record<string, string>, body };
}

function split(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** The certificate of the API server. Models cmd/kubeadm/app/util/pkiutil GetAPIServerAltNames. */
export function apiServerCertificate(rootCa: string, addresses: readonly string[]): Certificate {
  const domain = 'kubernetes.default.svc.cluster.local';
  const names = [0, 1, 2].map((labels) =>
    domain
      .split('.')
      .slice(0, labels + 1)
      .join('.'),
  );
  return {
    subject: 'CN=kube-apiserver',
    issuer: 'CN=kubernetes',
    names: [...names, domain, 'control-plane', ...addresses],
    authority: authoritiesIn(rootCa)[0] ?? '',
  };
}
