import type { Grade, GradeRequest, LabSummary } from '@podlab/contracts';
import { Grade as GradeSchema } from '@podlab/contracts';
import type { Server } from './command-line';

/** The server said no, or nothing. */
export class ServerRefused extends Error {
  override readonly name = 'ServerRefused';
}

/** `POST /grade`. */
export async function gradeAt(server: Server, body: GradeRequest): Promise<Grade> {
  return GradeSchema.parse(JSON.parse(await call(server, 'POST', '/api/v1/grade', body)));
}

/** `POST /labs`: a new version of a lab in a class. */
export async function pushTo(
  server: Server,
  body: { class: string; files: Record<string, string> },
): Promise<LabSummary> {
  return JSON.parse(await call(server, 'POST', '/api/v1/labs', body)) as LabSummary;
}

const TRIES = 5;

/** A server that is busy is asked again when it says so; grading the same thing twice changes nothing. */
async function call({ url, token }: Server, method: string, path: string, body: object): Promise<string> {
  for (let tries = 1; ; tries++) {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
    }).catch((error: Error) => {
      const { cause } = error as { cause?: Error };
      throw new ServerRefused(`${url} does not answer: ${cause?.message ?? error.message}`);
    });
    const text = await response.text();
    if (response.ok) return text;
    const isBusy = response.status === 429 || response.status === 503;
    if (!isBusy || tries >= TRIES)
      throw new ServerRefused(`${method} ${url}${path}: ${reasonOf(response, text)}`);
    const seconds = Number(response.headers.get('retry-after')) || tries;
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  }
}

function reasonOf({ status }: Response, text: string): string {
  try {
    const { code, detail, title } = JSON.parse(text) as { code?: string; detail?: string; title?: string };
    return `${status} ${code ?? ''} ${detail ?? title ?? ''}`.trim();
  } catch {
    return String(status);
  }
}
