import { z } from 'zod';

const object = z.record(z.string(), z.unknown());

/** A message that is brought, of whatever service. */
const delivery = {
  id: z.string(),
  owner: z.string(),
  tries: z.number(),
  sinceMs: z.number(),
  dueMs: z.number(),
};

/** What the values of collections must have so that their services can go on with them; more does not matter. */
const SHAPES: readonly [collections: RegExp, shape: z.ZodType][] = [
  [/^dynamodb\/table$/, z.looseObject({ TableName: z.string(), KeySchema: z.array(object) })],
  [/^dynamodb\/item-/, z.record(z.string(), object)],
  [/^events\/schedules$/, z.looseObject({ state: z.string(), nextMs: z.number().optional() })],
  [/^lambda\/deliveries$/, z.looseObject({ ...delivery, item: z.looseObject({ functionName: z.string() }) })],
  [/^lambda\/mappings$/, object],
  [/^sns\/deliveries$|^events\/deliveries$/, z.looseObject({ ...delivery, item: object })],
  [/^sqs\/queues$/, z.looseObject({ settings: object, createdAtMs: z.number(), changedAtMs: z.number() })],
  [
    /^sqs\/messages\//,
    z.looseObject({
      message: z.looseObject({ id: z.string(), body: z.string(), attributes: object, sentAtMs: z.number() }),
      visibleAtMs: z.number().optional(),
      receipt: z.string().optional(),
    }),
  ],
  [/^sqs\/deduplication\//, object],
];

/** What is wrong with a kept value, in words; undefined when its service can go on with it. Without a shape here it checks it itself. */
export function misfit(collection: string, value: unknown): string | undefined {
  const shape = SHAPES.find(([collections]) => collections.test(collection))?.[1];
  const issue = shape?.safeParse(value).error?.issues[0];
  return issue && `${issue.path.join('.') || 'the value'}: ${issue.message}`;
}
