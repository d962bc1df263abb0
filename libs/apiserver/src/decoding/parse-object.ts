import { newBadRequest, StatusError } from '@podlab/apimachinery';
import { hex, utf8Decode, utf8Encode } from '@podlab/kernel';
import { noIdentity, unrecognized } from './decode-object';
import { parseJson } from './parse-json';

/** So much of a body that can't be read is shown, in bytes. Models apiserver endpoints/handlers transformDecodeError. */
const SHOWN_BYTES = 30;

/** The JSON value of a body that is to be an object of a kind. Throws 400 with upstream's text. */
export function parseObject(body: Uint8Array | string, kind: string): unknown {
  const refusal = (reason: string) => newBadRequest(unrecognized(kind, `${reason} (${summaryOf(body)})`));
  let value: unknown;
  try {
    value = parseJson(body);
  } catch (error) {
    if (!(error instanceof StatusError) || error.status.code !== BAD_REQUEST) throw error;
    throw refusal(error.message);
  }
  if (typeof value !== 'object' || Array.isArray(value)) throw refusal(noIdentity(value));
  return value;
}

const BAD_REQUEST = 400;

/** Models apiserver endpoints/handlers summarizeData. */
function summaryOf(body: Uint8Array | string): string {
  if (body.length === 0) return '<empty>';
  const isText = typeof body === 'string' ? body.startsWith('{') : body[0] === BRACE;
  const start = body.slice(0, SHOWN_BYTES);
  const shown = typeof start === 'string' ? utf8Encode(start).slice(0, SHOWN_BYTES) : start;
  const more = body.length > SHOWN_BYTES ? ' ...' : '';
  return `${isText ? utf8Decode(shown) : hex(shown)}${more}`;
}

const BRACE = 0x7b;
