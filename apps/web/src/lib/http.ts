import { ProblemError, problemFromBody } from './problem';

export interface Call {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  json?: unknown;
  text?: string;
  contentType?: string;
  accept?: string;
  idempotencyKey?: string;
}

/** Calls the origin that served this page; the session is an HttpOnly cookie. Throws a ProblemError. */
async function call(path: string, options: Call): Promise<Response> {
  const headers: Record<string, string> = {
    accept: options.accept ?? 'application/json',
    'accept-language': document.documentElement.lang || 'en',
  };
  if (options.json !== undefined) headers['content-type'] = options.contentType ?? 'application/json';
  if (options.text !== undefined) headers['content-type'] = options.contentType ?? 'text/plain';
  if (options.idempotencyKey) headers['idempotency-key'] = options.idempotencyKey;
  const body = options.json === undefined ? options.text : JSON.stringify(options.json);
  const response = await fetch(path, {
    method: options.method ?? 'GET',
    headers,
    body,
    credentials: 'same-origin',
  }).catch((error: unknown) => {
    throw new ProblemError({ code: 'Unreachable' as never, detail: String(error) });
  });
  if (!response.ok) throw await refusalOf(response);
  return response;
}

async function refusalOf(response: Response): Promise<ProblemError> {
  const problem = problemFromBody(response.status, await response.json().catch(() => null));
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  if (Number.isFinite(retryAfter)) problem.retryAt = Date.now() + retryAfter * 1000;
  return problem;
}

export async function callJson<Answer>(path: string, options: Call = {}): Promise<Answer> {
  const response = await call(path, options);
  return (response.status === 204 ? undefined : await response.json()) as Answer;
}

export async function callText(path: string, options: Call = {}): Promise<string> {
  return (await call(path, { accept: 'text/plain, */*;q=0.5', ...options })).text();
}

/** Reads an answer of one JSON a line until a line is `enough`, or it ends; then hangs up. */
export async function readLines<Line>(path: string, enough: (line: Line) => boolean): Promise<Line[]> {
  const response = await call(path, {});
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  const lines: Line[] = [];
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return lines;
    const parts = (rest + value).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const line = JSON.parse(part) as Line;
      lines.push(line);
      if (!enough(line)) continue;
      void reader.cancel();
      return lines;
    }
  }
}
