import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '../auth/caller';
import { contentSecurityPolicy } from '../dashboard/static-files';
import { DOCUMENTATION_PAGE } from './page';

@ApiExcludeController()
@Public()
@Controller('api')
export class DocumentationHttpController {
  @Get('docs')
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', contentSecurityPolicy(DOCUMENTATION_PAGE))
  page(): string {
    return DOCUMENTATION_PAGE;
  }
}
