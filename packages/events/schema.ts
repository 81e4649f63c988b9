import { en } from 'zod/locales';
import * as z from 'zod/mini';

/** A schema, whether of zod or of zod/mini. */
export type Schema = z.core.$ZodType;

/** A schema of an object, whether of zod or of zod/mini. */
export type ObjectSchema = z.core.$ZodObject;

// zod/mini has no words of its own; with these its messages are those of zod.
z.config(en());
