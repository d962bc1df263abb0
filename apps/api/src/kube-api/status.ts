import { StatusError } from '@podlab/apimachinery';
import type { ServerResponse } from 'node:http';

/** A Kubernetes `Status` of the door itself; everything behind it answers with the API server's own. */
export function sendStatus(response: ServerResponse, code: number, reason: string, message: string): void {
  if (response.headersSent) return void response.destroy();
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code };
  const body = Buffer.from(`${JSON.stringify(status)}\n`);
  if (code === 429 || code === 503) response.setHeader('Retry-After', '1');
  response.writeHead(code, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(body);
}

export function forbidden(message: string): StatusError {
  const rest = { apiVersion: 'v1', metadata: {}, status: 'Failure', reason: 'Forbidden', code: 403 } as const;
  return new StatusError({ kind: 'Status', message, ...rest });
}
