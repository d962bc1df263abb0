import type { KubeObject } from '@podlab/apimachinery';
import { utf8Encode } from '@podlab/kernel';
import { withShownManagers } from '../managed-fields/field-manager';

/**
 * JSON bytes of stored objects, made at most once per revision: a stored object is frozen, so its bytes never change.
 */
export class ObjectEncoder {
  private readonly cache = new WeakMap<object, Uint8Array>();

  /** JSON bytes of an object with the managers of its fields, or of any other value; those of a frozen object are kept. */
  encode(value: object): Uint8Array {
    if (!Object.isFrozen(value)) return encodeJson(withShownManagers(value));
    let bytes = this.cache.get(value);
    if (!bytes) this.cache.set(value, (bytes = encodeJson(withShownManagers(value))));
    return bytes;
  }

  /** A list document around the items' own bytes. `envelope` is the list without items. */
  encodeList(envelope: object, items: readonly KubeObject[]): Uint8Array {
    const head = JSON.stringify(envelope);
    const parts: Uint8Array[] = [utf8Encode(`${head.slice(0, -1)},"items":[`)];
    items.forEach((item, index) => {
      if (index > 0) parts.push(COMMA);
      parts.push(this.encode(item));
    });
    parts.push(LIST_END);
    return concat(parts);
  }

  /** One line of a watch stream. */
  encodeWatchEvent(type: string, object: object): Uint8Array {
    return concat([utf8Encode(`{"type":"${type}","object":`), this.encode(object), EVENT_END]);
  }
}

const COMMA = utf8Encode(',');
const LIST_END = utf8Encode(']}');
const EVENT_END = utf8Encode('}\n');

export function encodeJson(value: unknown): Uint8Array {
  return utf8Encode(JSON.stringify(value));
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
