import { z } from 'zod';
import { compilePattern } from '../../patterns/pattern.ts';

/** Says what is wrong with a text that `read` throws at. */
export const readable = (read: (text: string) => unknown) => (text: string, context: z.RefinementCtx) => {
  try {
    read(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
  }
};

/** A pattern as an object or as text; it is kept as text. */
export const eventPattern = z
  .union([z.record(z.string(), z.unknown()), z.string()])
  .transform((pattern) => (typeof pattern === 'string' ? pattern : JSON.stringify(pattern)))
  .superRefine(readable((text) => compilePattern(text, 'events')));
