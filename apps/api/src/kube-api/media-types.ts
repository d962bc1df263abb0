/** Bodies in YAML and protobuf become JSON at the door: the API behind it reads one encoding, and its log is text. */
import { newBadRequest } from '@podlab/apimachinery';
import { decodeProtobuf, PROTOBUF_TYPE } from '@podlab/apiserver';
import { parseDocument } from 'yaml';

const JSON_TYPE = 'application/json';
const YAML_TYPE = 'application/yaml';
/** Server-side apply, in YAML by name. */
const APPLY_TYPE = 'application/apply-patch+yaml';
/** How many aliases a YAML document may resolve: a bomb has thousands. */
const YAML_ALIASES = 100;

export interface JsonBody {
  readonly content_type: string;
  readonly body: string;
}

/** The text of a body, as JSON where it was YAML or protobuf, else as it stands; an applied configuration keeps its type. Throws StatusError 400 for what can't be read. */
export function toJson(content_type: string, body: Buffer): JsonBody {
  if (body.length === 0) return { content_type, body: '' };
  if (content_type === JSON_TYPE) return { content_type, body: body.toString('utf8') };
  const type = content_type.split(';')[0].trim().toLowerCase();
  if (type === PROTOBUF_TYPE) return json(decodeProtobuf(body));
  const text = body.toString('utf8');
  if (type !== YAML_TYPE && type !== APPLY_TYPE) return { content_type, body: text };
  const value = parseYaml(text);
  return type === APPLY_TYPE ? { ...json(value), content_type: APPLY_TYPE } : json(value);
}

function json(value: unknown): JsonBody {
  return { content_type: JSON_TYPE, body: JSON.stringify(value) };
}

function parseYaml(text: string): unknown {
  const document = parseDocument(text, { version: '1.1' });
  const [error] = document.errors;
  if (error) throw newBadRequest(`error converting YAML to JSON: yaml: ${error.message.split('\n')[0]}`);
  try {
    return document.toJS({ maxAliasCount: YAML_ALIASES }) as unknown;
  } catch (failure) {
    throw newBadRequest(`error converting YAML to JSON: yaml: ${(failure as Error).message}`);
  }
}
