/** JSON laid out for a person: who asks for it, and tools that people read the answers of. */
import type { IncomingMessage } from 'node:http';
import type { KubeAnswer } from '../cluster-host/core';

const INDENT = 2;
/** A longer answer stays as it is: laying it out would hold up everybody else. */
const LAID_OUT_BYTES = 512 * 1024;
const READ_BY_PEOPLE = /^(?:curl|Wget|Mozilla\/5\.0)/;
const ASKED = /(?:^|&)pretty=([^&]+)/;
const YES: ReadonlySet<string> = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);

/** Models k8s.io/apiserver pkg/endpoints/handlers/negotiation negotiate.go isPrettyPrint. */
export function wantsPretty({ headers }: IncomingMessage, query: string): boolean {
  const asked = query.includes('pretty=') ? ASKED.exec(query)?.[1] : undefined;
  if (asked !== undefined) return YES.has(asked);
  return READ_BY_PEOPLE.test(headers['user-agent'] ?? '');
}

export function laidOut(answer: KubeAnswer): KubeAnswer {
  if (!String(answer.headers['content-type']).startsWith('application/json')) return answer;
  if (answer.body.length > LAID_OUT_BYTES) return answer;
  const value: unknown = JSON.parse(Buffer.from(answer.body).toString('utf8'));
  return { ...answer, body: Buffer.from(JSON.stringify(value, null, INDENT)) };
}
