import type { KubeObject } from '@podlab/apimachinery';
import { utf8Encode } from '@podlab/kernel';
import { shownText } from '../managed-fields/field-manager';

/**
 * JSON bytes of stored objects, made once per revision for all who read it: a stored object is frozen, so its bytes never
 * change.
 */
export class ObjectEncoder {
  private readonly cache = new WeakMap<object, Uint8Array>();
  /** Lists of one revision by what was asked. */
  private readonly lists = new Map<string, Uint8Array>();
  private listsRevision = -1;
  private listsBytes = 0;
  private lastEvent: { type: string; object: object; bytes: Uint8Array } | undefined;

  /** JSON bytes of an object with the managers of its fields, or of any other value; those of a frozen object are kept. */
  encode(value: object): Uint8Array {
    if (!Object.isFrozen(value)) return utf8Encode(shownText(value));
    let bytes = this.cache.get(value);
    if (!bytes) this.cache.set(value, (bytes = utf8Encode(shownText(value))));
    return bytes;
  }

  /** As {@link encode}, of what was just written: nobody may ever read it again, so that its bytes are not kept. */
  encodeWritten(value: object): Uint8Array {
    return this.cache.get(value) ?? utf8Encode(shownText(value));
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

  /** The bytes of a list that was asked for before at this revision, or those that `make` gives. */
  listOnce(revision: number, asked: string, make: () => Uint8Array): Uint8Array {
    if (revision !== this.listsRevision) this.forgetLists();
    this.listsRevision = revision;
    const known = this.lists.get(asked);
    if (known) return known;
    const bytes = make();
    if (bytes.length < LONG_LIST_BYTES || bytes.length > KEPT_LISTS_BYTES) return bytes;
    if (this.listsBytes + bytes.length > KEPT_LISTS_BYTES) this.forgetLists();
    this.lists.set(asked, bytes);
    this.listsBytes += bytes.length;
    return bytes;
  }

  private forgetLists(): void {
    this.lists.clear();
    this.listsBytes = 0;
  }

  /** One line of a watch stream; every watch that tells of the same change gets the same bytes. */
  encodeWatchEvent(type: string, object: object): Uint8Array {
    const last = this.lastEvent;
    if (last?.object === object && last.type === type && Object.isFrozen(object)) return last.bytes;
    const bytes = concat([utf8Encode(`{"type":"${type}","object":`), this.encode(object), EVENT_END]);
    this.lastEvent = { type, object, bytes };
    return bytes;
  }
}

/** What the lists of one revision may take: no more than the objects' own bytes in a cluster that has so long ones. */
const KEPT_LISTS_BYTES = 4 * 1024 * 1024;
/** A shorter list is put together as fast as it is found. */
const LONG_LIST_BYTES = 4 * 1024;

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
