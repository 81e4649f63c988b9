import { z } from 'zod';
import { FrameError } from './frames.ts';
import type { FromEnvironment, FromProcess } from './protocol.ts';

/** The ends of dates (ECMA-262, "Time Values and Time Range"). */
const END_OF_TIME_MS = 8.64e15;

/** A function may have replaced the clock. */
const duration = z.number().min(0).catch(0);
const timestampMs = z.number().min(-END_OF_TIME_MS).max(END_OF_TIME_MS).catch(0);
const lines = z.array(z.object({ timestampMs, message: z.string() }));

const FROM_PROCESS = z.object({
  kind: z.literal('ended'),
  id: z.string(),
  reason: z.union([z.literal('out-of-memory'), z.object({ message: z.string() })]).exactOptional(),
});

const FROM_ENVIRONMENT = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('hello'), id: z.string() }),
  z.object({ kind: z.literal('ready'), initDurationMs: duration }),
  z.object({ kind: z.literal('log'), lines }),
  z.object({
    kind: z.literal('result'),
    failed: z.boolean(),
    lines,
    isBroken: z.boolean(),
    memoryBytes: z.number().min(0).exactOptional(),
  }),
  z.object({
    kind: z.literal('call'),
    id: z.number(),
    method: z.string(),
    path: z.string(),
    headers: z.record(z.string(), z.string()),
  }),
  z.object({ kind: z.literal('abort'), id: z.number() }),
  z.object({ kind: z.literal('died'), lines }),
]);

/** A message of a process of functions, checked: functions' code can write to its channel too. Throws FrameError. */
export const processMessage = (head: unknown): FromProcess => checked(FROM_PROCESS, head);

/** A message of an environment, checked for the same reason. Throws FrameError. */
export const environmentMessage = (head: unknown): FromEnvironment => checked(FROM_ENVIRONMENT, head);

function checked<Message>(schema: z.ZodType<Message>, head: unknown): Message {
  const { data, error } = schema.safeParse(head);
  if (error) throw new FrameError('the head of a frame is no message', { cause: error });
  return data;
}
