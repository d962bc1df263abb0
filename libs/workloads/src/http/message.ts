/** HTTP/1.1 messages as the simulated clients and servers exchange them; header names keep the case they were sent in. */

export type HttpHeaders = Readonly<Record<string, string>>;

export interface HttpRequest {
  readonly method: string;
  /** The request target as sent: path with query. */
  readonly target: string;
  readonly headers: HttpHeaders;
  readonly body: string;
  /** `1.1` unless given. */
  readonly version?: string;
}

export interface HttpResponse {
  readonly status: number;
  readonly reason: string;
  readonly headers: HttpHeaders;
  readonly body: string;
}

/** The value of a header, whatever case its name was sent in. */
export function headerValue(headers: HttpHeaders, name: string): string | undefined {
  const wanted = name.toLowerCase();
  for (const key in headers)
    if (key.length === wanted.length && key.toLowerCase() === wanted) return headers[key];
  return undefined;
}

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'No Content',
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  304: 'Not Modified',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  413: 'Content Too Large',
  418: "I'm a teapot",
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** The reason phrase of a status code; empty when it has none. */
export function reasonPhrase(status: number): string {
  return REASONS[status] ?? '';
}
