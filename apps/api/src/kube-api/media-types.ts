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

export interface EncodedBody {
  readonly content_type: string;
  readonly body: Uint8Array;
}

/** The body as JSON where it was YAML or protobuf, else as it is; an applied configuration keeps its type. Throws StatusError 400 for what can't be read. */
export function toJson(encoded: EncodedBody): EncodedBody {
  const type = encoded.content_type.split(';')[0].trim().toLowerCase();
  if (encoded.body.length === 0) return encoded;
  if (type === PROTOBUF_TYPE) return json(decodeProtobuf(encoded.body));
  if (type !== YAML_TYPE && type !== APPLY_TYPE) return encoded;
  const value = parseYaml(Buffer.from(encoded.body).toString('utf8'));
  return type === APPLY_TYPE ? { ...json(value), content_type: APPLY_TYPE } : json(value);
}

function json(value: unknown): EncodedBody {
  return { content_type: JSON_TYPE, body: Buffer.from(JSON.stringify(value)) };
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
