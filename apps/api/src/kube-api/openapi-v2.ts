/** `/openapi/v2`: the Swagger document that tools/openapi wrote, with the kinds that a cluster's users declared. */
import { encodeSwaggerParts, type SwaggerParts } from '@podlab/apiserver';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const PROTOBUF = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';
const PROTOBUF_DEPRECATED = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';
const JSON_TYPE = 'application/json';
const PATHS = '"paths":{';
const LEVEL = 1;
const pack = promisify(gzip);

type Format = 'json' | 'pb';

/**
 * Nothing of it stays in memory: the usual answer is a packed file as it stands, and clients keep what they have by its
 * ETag. Models k8s.io/kube-openapi pkg/handler RegisterOpenAPIVersionedService.
 */
export async function serveOpenApiV2(
  folder: string,
  custom: SwaggerParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const format = formatOf(request.headers.accept || '*/*');
  response.setHeader('vary', 'Accept, Accept-Encoding');
  if (!format) return void response.writeHead(406, { 'content-length': 0 }).end();
  const etag = await etagOf(folder, custom);
  if (request.headers['if-none-match'] === etag) return void response.writeHead(304, { etag }).end();
  const isPacked = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  const body = await bodyOf(folder, custom, format, isPacked);
  response.writeHead(200, {
    'content-type': format === 'pb' ? PROTOBUF : JSON_TYPE,
    'content-length': body.length,
    etag,
    ...(isPacked && { 'content-encoding': 'gzip' }),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** The first media range that there is an answer for. */
function formatOf(accept: string): Format | undefined {
  for (const range of accept.split(',')) {
    const type = range.split(';')[0].trim().toLowerCase();
    if (type === JSON_TYPE || type === '*/*' || type === 'application/*') return 'json';
    if (type === PROTOBUF || type === PROTOBUF_DEPRECATED) return 'pb';
  }
  return undefined;
}

const hasNone = ({ definitions }: SwaggerParts) => Object.keys(definitions).length === 0;

async function etagOf(folder: string, custom: SwaggerParts): Promise<string> {
  const own = (await readFile(join(folder, 'v2/etag.txt'), 'utf8')).trim();
  if (hasNone(custom)) return `"${own}"`;
  const hash = createHash('sha512').update(own).update(JSON.stringify(custom));
  return `"${hash.digest('hex').toUpperCase()}"`;
}

async function bodyOf(
  folder: string,
  custom: SwaggerParts,
  format: Format,
  isPacked: boolean,
): Promise<Buffer> {
  const file = join(folder, `v2/swagger.${format}`);
  if (hasNone(custom)) return readFile(isPacked ? `${file}.gz` : file);
  const own = await readFile(file);
  const body = format === 'pb' ? Buffer.concat([own, encodeSwaggerParts(custom)]) : withCustom(own, custom);
  return isPacked ? pack(body, { level: LEVEL }) : body;
}

/** The file is `{…,"paths":{…},"definitions":{…}}`: custom paths go first, custom definitions last. */
function withCustom(own: Buffer, { paths, definitions }: SwaggerParts): Buffer {
  const start = own.indexOf(PATHS) + PATHS.length;
  const entries = (record: object) => JSON.stringify(record).slice(1, -1);
  return Buffer.concat([
    own.subarray(0, start),
    Buffer.from(`${entries(paths)},`),
    own.subarray(start, -2),
    Buffer.from(`,${entries(definitions)}}}`),
  ]);
}
