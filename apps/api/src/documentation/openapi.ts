import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { PODLAB_VERSION } from '@podlab/contracts';
import { schemaNamer } from './named-schemas';
import { toOpenApi30 } from './openapi-30';
import { toOpenApi31 } from './openapi-31';
import { settleNames } from './settled-names';

/** The document of the REST API, generated from its controllers and schemas; in OpenAPI 3.0 too, which more generators read. */
export function serveOpenApi(app: NestFastifyApplication): void {
  let made: OpenAPIObject | undefined;
  const document = () => (made ??= openApiOf(app));
  const served = { ui: false, raw: ['json' as const] };
  const at = (address: string) => ({ ...served, jsonDocumentUrl: address });
  SwaggerModule.setup('api/docs-ui', app, () => toOpenApi31(document()), at('api/openapi.json'));
  SwaggerModule.setup('api/docs-ui-3.0', app, () => toOpenApi30(document()), at('api/openapi-3.0.json'));
}

function openApiOf(app: NestFastifyApplication): OpenAPIObject {
  const about = new DocumentBuilder()
    .setTitle('Podlab')
    .setDescription(
      'A classroom for Kubernetes networking: clusters, their clocks, requests and their traces.',
    )
    .setVersion(PODLAB_VERSION)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addBearerAuth()
    .addSecurityRequirements('bearer')
    .build();
  const name = schemaNamer();
  const document = SwaggerModule.createDocument(app, about, {
    operationIdFactory: (_, handler) => handler,
    standardSchemaConverter: (schema, { schemaType }) => name(schema as never, schemaType),
  });
  return settleNames(document);
}
