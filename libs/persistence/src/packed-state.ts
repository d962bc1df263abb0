/** A checkpoint's state as the database has it: a tenth of its text; speed counts for more than the last byte. */
import { promisify } from 'node:util';
import { gunzip, gunzipSync, gzip } from 'node:zlib';

const LEVEL = 1;
const packing = promisify<Uint8Array, { level: number }, Buffer>(gzip);
const unpacking = promisify<Uint8Array, Buffer>(gunzip);

const bytesOf = (packed: string) => Buffer.from(packed, 'base64');

/** Blocks nobody: the work is done on a thread of Node's own. */
export async function packed(utf8: Uint8Array): Promise<string> {
  return (await packing(utf8, { level: LEVEL })).toString('base64');
}

/** Blocks nobody, as {@link packed}. */
export async function unpacked(state: string): Promise<string> {
  return (await unpacking(bytesOf(state))).toString('utf8');
}

export const unpackedAtOnce = (state: string): string => gunzipSync(bytesOf(state)).toString('utf8');
