import { logger, writeMetrics } from '@arcade/lambda';
import type { AlexaMessage } from './domain/messages.ts';

/** Counts what Alexa was answered at once, by its name: `DeferredResponse`, `ErrorResponse`. */
export function reportAnswer({ event: { header, payload } }: AlexaMessage): void {
  const isError = header.name === 'ErrorResponse';
  logger.debug('answered', { name: header.name, ...(isError && { type: payload.type }) });
  writeMetrics({ Directives: 1, ...(isError && { DirectivesRefused: 1 }) });
}
