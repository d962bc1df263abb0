import { utf8Decode, utf8Encode } from '@podlab/kernel';

/** How many bytes one call of `String.fromCharCode` is given. */
const CHUNK_BYTES = 4096;

/** UTF-8 bytes of `text`, with a short way for the usual text that is all ASCII. */
export function encodeText(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) return utf8Encode(text);
    bytes[i] = code;
  }
  return bytes;
}

/** The text of UTF-8 bytes, with a short way for bytes that are all ASCII. */
export function decodeText(bytes: Uint8Array): string {
  for (let i = 0; i < bytes.length; i++) if (bytes[i] > 0x7f) return utf8Decode(bytes);
  if (bytes.length <= CHUNK_BYTES) return String.fromCharCode.apply(undefined, bytes as unknown as number[]);
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    const chunk = bytes.subarray(at, at + CHUNK_BYTES);
    text += String.fromCharCode.apply(undefined, chunk as unknown as number[]);
  }
  return text;
}

/** Joins chunks in order; a single one is returned as it is. */
export function joinBytes(chunks: readonly Uint8Array[]): Uint8Array {
  if (chunks.length === 1) return chunks[0];
  let length = 0;
  for (const chunk of chunks) length += chunk.length;
  const joined = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    joined.set(chunk, at);
    at += chunk.length;
  }
  return joined;
}
