import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import packageJson from '../../../../package.json';

/** The document of the REST API, generated from its controllers and schemas, at /api/openapi.json. */
export function serveOpenApi(app: NestFastifyApplication): void {
  const about = new DocumentBuilder()
    .setTitle('Podlab')
    .setDescription(packageJson.description)
    .setVersion(packageJson.version)
    .addBearerAuth()
    .addSecurityRequirements('bearer')
    .build();
  SwaggerModule.setup('api/docs-ui', app, () => SwaggerModule.createDocument(app, about), {
    ui: false,
    raw: ['json'],
    jsonDocumentUrl: 'api/openapi.json',
  });
}
