/** `/openapi/v2`: kubectl looks here only for kinds that no v3 document has, and must not find them here either. */
import type { IncomingMessage, ServerResponse } from 'node:http';

const TITLE = 'Kubernetes';
const VERSION = 'v1.36.0';
const PROTOBUF = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

/** A field of a protobuf message whose value has fewer than 128 bytes. */
const field = (number: number, value: Buffer | string): Buffer => {
  const bytes = Buffer.from(value as string);
  return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
};

/** Document{swagger, info{title, version}, paths}: github.com/google/gnostic-models/openapiv2/OpenAPIv2.proto. */
const AS_PROTOBUF = Buffer.concat([
  field(1, '2.0'),
  field(2, Buffer.concat([field(1, TITLE), field(2, VERSION)])),
  field(8, ''),
]);
const AS_JSON = Buffer.from(
  JSON.stringify({ swagger: '2.0', info: { title: TITLE, version: VERSION }, paths: {} }),
);

export function serveOpenApiV2(request: IncomingMessage, response: ServerResponse): void {
  const isProtobuf = /protobuf/.test(request.headers.accept ?? '');
  const body = isProtobuf ? AS_PROTOBUF : AS_JSON;
  response.writeHead(200, {
    'content-type': isProtobuf ? PROTOBUF : 'application/json',
    'content-length': body.length,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}
