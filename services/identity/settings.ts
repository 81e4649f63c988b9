import * as z from 'zod/mini';

/** The variables of the functions' environment, which the template sets from params. Each function has those that it reads. */
const variables = {
  CONFIRM_AT_ONCE: z.pipe(
    z.enum(['true', 'false']),
    z.transform((text) => text === 'true'),
  ),
};

export const settings = { variables };
