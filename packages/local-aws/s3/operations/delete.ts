import { z } from 'zod';
import { AwsError } from '../../core/errors.ts';
import { type CallContext, type Operation, RawAnswer } from '../../core/service.ts';
import { bucketArn, onObject, type S3Parts } from '../access.ts';
import { checkWrite } from '../conditions.ts';
import { key, ofBucket, ofObject, operation } from './operation.ts';

const MAX_OBJECTS = 1000;

/** The body of a request in XML: one element is no list, and all leaves are texts. */
const wanted = z.strictObject({ Key: key });
const many = z.strictObject({
  ...ofBucket,
  delete: z.literal(''),
  Object: z.union([wanted.transform((one) => [one]), z.array(wanted)]),
  Quiet: z.enum(['true', 'false']).default('false'),
});

/** What deletes objects. To delete what is not there is no error. */
export function deleteOperations({ core, buckets }: S3Parts): Record<string, Operation> {
  /** One of several: what IAM refuses stands in the answer. */
  const deleteOne = async (Bucket: string, Key: string, { principal }: CallContext) => {
    try {
      for (const permission of onObject('DeleteObject', Bucket, Key)) core.authorize(principal, permission);
      await buckets.delete(Bucket, Key);
      return { deleted: { Key } };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return { error: { Key, Code: error.code, Message: error.message } };
    }
  };
  return {
    DeleteObject: operation('DeleteObject', {
      input: z.strictObject({ ...ofObject, IfMatch: z.string().optional() }),
      permissions: ({ Bucket, Key }) => onObject('DeleteObject', Bucket, Key),
      async run(input) {
        const { Bucket, Key } = input;
        checkWrite(Key, input, buckets.object(Bucket, Key));
        await buckets.delete(Bucket, Key);
        return new RawAnswer(204, {});
      },
    }),
    DeleteObjects: operation('DeleteObjects', {
      input: many,
      target: ({ Bucket }) => bucketArn(Bucket),
      async run({ Bucket, Object: objects, Quiet }, context) {
        buckets.find(Bucket);
        if (objects.length > MAX_OBJECTS) throw new AwsError('MalformedXML', `at most ${MAX_OBJECTS} objects at once`);
        const outcomes = [];
        for (const { Key } of objects) outcomes.push(await deleteOne(Bucket, Key, context));
        return {
          Deleted: Quiet === 'true' ? [] : outcomes.flatMap(({ deleted }) => deleted ?? []),
          Error: outcomes.flatMap(({ error }) => error ?? []),
        };
      },
    }),
  };
}
