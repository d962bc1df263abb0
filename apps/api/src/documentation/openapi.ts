import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { PODLAB_VERSION } from '@podlab/contracts';
import { toOpenApi31 } from './openapi-31';

/** The document of the REST API, generated from its controllers and schemas, at /api/openapi.json. */
export function serveOpenApi(app: NestFastifyApplication): void {
  const about = new DocumentBuilder()
    .setTitle('Podlab')
    .setDescription(
      'A classroom for Kubernetes networking: clusters, their clocks, requests and their traces.',
    )
    .setVersion(PODLAB_VERSION)
    .addBearerAuth()
    .addSecurityRequirements('bearer')
    .build();
  SwaggerModule.setup('api/docs-ui', app, () => toOpenApi31(SwaggerModule.createDocument(app, about)), {
    ui: false,
    raw: ['json'],
    jsonDocumentUrl: 'api/openapi.json',
  });
}
