/** Answers in YAML: the API behind the door speaks JSON, and the door puts it into other words. */
import type { IncomingMessage } from 'node:http';
import { stringify } from 'yaml';
import type { KubeAnswer } from '../cluster-host/core';

const YAML_TYPE = 'application/yaml';
const JSON_TYPE = 'application/json';
/** A longer answer stays JSON, which is YAML too: laying it out would hold up everybody else. */
const LAID_OUT_BYTES = 512 * 1024;

const JSON_RANGES: ReadonlySet<string> = new Set([JSON_TYPE, 'application/*', '*/*', '*']);

/** Whether YAML is the first of the client's choices that there is. */
export function wantsYaml({ headers: { accept } }: IncomingMessage): boolean {
  if (!accept?.toLowerCase().includes(YAML_TYPE)) return false;
  const types = accept.split(',').map((range) => range.split(';', 1)[0].trim().toLowerCase());
  return types.find((type) => type === YAML_TYPE || JSON_RANGES.has(type)) === YAML_TYPE;
}

/** What the API behind the door is asked for: JSON, as an object or a Table, where the client said YAML. */
export const acceptInJson = ({ headers }: IncomingMessage): string =>
  (headers.accept ?? '*/*').replace(/application\/yaml/gi, JSON_TYPE);

export function inYaml(answer: KubeAnswer): KubeAnswer {
  if (!String(answer.headers['content-type']).startsWith(JSON_TYPE)) return answer;
  const headers = { ...answer.headers, 'content-type': YAML_TYPE };
  if (answer.body.length > LAID_OUT_BYTES) return { ...answer, headers };
  const value: unknown = JSON.parse(Buffer.from(answer.body).toString('utf8'));
  // Go's YAML is of version 1.1: `on` and `012` are quoted.
  return { ...answer, headers, body: Buffer.from(stringify(value, { version: '1.1', lineWidth: 0 })) };
}
