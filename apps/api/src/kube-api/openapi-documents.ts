/** The OpenAPI documents of the Kubernetes API: written by tools/openapi at build time, served as they stand. */
import { Inject, Injectable } from '@nestjs/common';
import type { SwaggerParts } from '@podlab/apiserver';
import { REGISTRY } from '@podlab/registry';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { KubeResponse } from '../cluster-host/core';
import type { Settings } from '../config/settings';
import { SETTINGS } from '../tokens';
import { serveOpenApiV2 } from './openapi-v2';
import { sendAnswer } from './send-answer';
import { sendStatus } from './status';

interface Index {
  paths: Record<string, { serverRelativeURL: string }>;
}

const ROOT = '/openapi/v3';
const DOCUMENT = /^\/openapi\/v3\/((?:api|apis\/[a-z0-9.-]+)\/v[a-z0-9]+)$/;
const IMMUTABLE = { 'cache-control': 'public, max-age=31536000, immutable' };

/** `api/v1`, `apis/apps/v1`: how the index calls the group-versions that a cluster serves. */
const SERVED: ReadonlySet<string> = new Set(
  REGISTRY.map(({ group, version }) => (group === '' ? `api/${version}` : `apis/${group}/${version}`)),
);

@Injectable()
export class OpenApiDocuments {
  private readonly packed = new Map<string, Buffer>();

  constructor(@Inject(SETTINGS) private readonly settings: Settings) {}

  /** Answers a GET of `/openapi/…`, the path without the cluster's prefix; `custom` is what the cluster itself answers. */
  async serve(
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
    custom: KubeResponse,
  ): Promise<void> {
    const document = DOCUMENT.exec(path)?.[1];
    const found = custom.kind === 'answer' && custom.status === 200 ? custom : undefined;
    if (custom.kind === 'answer' && custom.status === 403) sendAnswer(request, response, custom);
    else if (path === '/openapi/v2' && found)
      await serveOpenApiV2(this.folder, parse<SwaggerParts>(found.body), request, response);
    else if (path === ROOT || path === `${ROOT}/`) this.sendIndex(custom, request, response);
    else if (document && SERVED.has(document)) this.send(document, IMMUTABLE, request, response);
    else if (document && found) sendJson(this.withRoots(found.body), request, response);
    else sendStatus(response, 404, 'NotFound', 'the server could not find the requested resource');
  }

  /** A document of custom kinds, with the schemas of Kubernetes that it refers to. */
  private withRoots(body: Uint8Array): Buffer {
    const document = parse<{ components: { schemas: object } }>(body);
    const roots = JSON.parse(readFileSync(join(this.folder, 'v2/custom-schemas.json'), 'utf8')) as object;
    const schemas = { ...document.components.schemas, ...roots };
    return Buffer.from(JSON.stringify({ ...document, components: { schemas } }));
  }

  private get folder(): string {
    return this.settings.openApiFolder ?? '';
  }

  /** The index of what every cluster serves, and of the kinds that this one's users declared. */
  private sendIndex(custom: KubeResponse, request: IncomingMessage, response: ServerResponse): void {
    if (custom.kind !== 'answer' || custom.status !== 200) return this.send('index', {}, request, response);
    const { paths } = parse<Index>(custom.body);
    if (Object.keys(paths).length === 0) return this.send('index', {}, request, response);
    const known = JSON.parse(this.read('index').toString()) as Index;
    sendJson(Buffer.from(JSON.stringify({ paths: { ...known.paths, ...paths } })), request, response);
  }

  private send(
    name: string,
    headers: Record<string, string>,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    const plain = !/\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
    const body = plain ? this.read(name) : this.pack(name);
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': body.length,
      vary: 'Accept-Encoding',
      ...headers,
      ...(plain ? {} : { 'content-encoding': 'gzip' }),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  private pack(name: string): Buffer {
    const known = this.packed.get(name);
    if (known) return known;
    const packed = gzipSync(this.read(name));
    this.packed.set(name, packed);
    return packed;
  }

  private read(name: string): Buffer {
    const file = join(this.folder, `${name.replaceAll('/', '__')}.json`);
    return name === 'index' ? servedIndex(readFileSync(file, 'utf8')) : readFileSync(file);
  }
}

function parse<Value>(body: Uint8Array): Value {
  return JSON.parse(Buffer.from(body).toString()) as Value;
}

function sendJson(body: Buffer, request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** The index names only what discovery names too. */
function servedIndex(text: string): Buffer {
  const { paths } = JSON.parse(text) as Index;
  const served = Object.entries(paths).filter(([groupVersion]) => SERVED.has(groupVersion));
  return Buffer.from(JSON.stringify({ paths: Object.fromEntries(served) }));
}
