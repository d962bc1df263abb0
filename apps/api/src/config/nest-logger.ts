import type { LoggerService as NestLogger } from '@nestjs/common';
import type { Logger } from 'pino';

/** Nest's own messages into the one log. */
export function nestLogger(logger: Logger): NestLogger {
  const text = (message: unknown) => (typeof message === 'string' ? message : JSON.stringify(message));
  return {
    log: (message: unknown) => logger.debug(text(message)),
    debug: (message: unknown) => logger.debug(text(message)),
    verbose: (message: unknown) => logger.trace(text(message)),
    warn: (message: unknown) => logger.warn(text(message)),
    error: (message: unknown, ...rest: unknown[]) => logger.error({ rest }, text(message)),
    fatal: (message: unknown) => logger.fatal(text(message)),
  };
}
