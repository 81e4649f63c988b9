import { z } from 'zod';
import { checkedOperations } from '../core/checkedOperation.ts';
import { AwsError } from '../core/errors.ts';
import { type Operation, type Protocol, RawAnswer } from '../core/service.ts';
import { xmlAnswer } from '../front-door/restXml.ts';
import type { Distributions, Invalidation } from './distributions.ts';

const XMLNS = 'http://cloudfront.amazonaws.com/doc/2020-05-31/';
const INVALIDATION = /^\/2020-05-31\/distribution\/([^/]+)\/invalidation(?:\/([^/]+))?$/;

/** Of CloudFront's own API there are invalidations; all else it is, templates say. */
export const cloudFrontProtocol: Protocol = {
  kind: 'rest-xml',
  xmlns: XMLNS,
  wrapsErrors: true,
  route(method, path) {
    const [, DistributionId = '', Id] = INVALIDATION.exec(path) ?? [];
    if (DistributionId === '') return undefined;
    const given = {
      DistributionId: decodeURIComponent(DistributionId),
      ...(Id !== undefined && { Id: decodeURIComponent(Id) }),
    };
    if (Id !== undefined) return method === 'GET' ? { operation: 'GetInvalidation', parameters: given } : undefined;
    if (method === 'GET') return { operation: 'ListInvalidations', parameters: given };
    return method === 'POST' ? { operation: 'CreateInvalidation', parameters: given } : undefined;
  },
};

const operation = checkedOperations(
  'cloudfront',
  (path, reason) => new AwsError('InvalidArgument', `The parameter ${path} is not valid: ${reason}`),
);

/** In XML one of a list looks like one that stands alone. */
const listed = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const ofInvalidation = { DistributionId: z.string().min(1) };
/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-objects.html */
const path = z
  .string()
  .max(4000)
  .regex(/^\/?[^*]*\*?$/, 'has a * at its end only');

/** What forgets what is kept at the edge. */
export function invalidationOperations(distributions: Distributions): Record<string, Operation> {
  const onDistribution =
    (action: string) =>
    ({ DistributionId }: { DistributionId: string }) => [
      { action: `cloudfront:${action}`, resource: distributions.find(DistributionId).arn },
    ];
  return {
    CreateInvalidation: operation('CreateInvalidation', {
      input: z.strictObject({
        ...ofInvalidation,
        CallerReference: z.string().min(1),
        Paths: z.strictObject({
          Quantity: z.coerce.number().int().min(1),
          Items: z.strictObject({ Path: listed.pipe(z.array(path).min(1).max(3000)) }),
        }),
      }),
      permissions: onDistribution('CreateInvalidation'),
      run({ DistributionId, CallerReference, Paths: { Quantity, Items } }) {
        if (Quantity !== Items.Path.length)
          throw new AwsError('InconsistentQuantities', 'The value of Quantity and the size of Items do not match.');
        const made = distributions.invalidate(DistributionId, CallerReference, Items.Path);
        const { headers, body } = xmlAnswer('Invalidation', XMLNS, shown(made, 'InProgress'));
        const location = `https://cloudfront.amazonaws.com/2020-05-31/distribution/${DistributionId}/invalidation/${made.id}`;
        return new RawAnswer(201, { ...headers, location }, body);
      },
    }),
    GetInvalidation: operation('GetInvalidation', {
      input: z.strictObject({ ...ofInvalidation, Id: z.string().min(1) }),
      permissions: onDistribution('GetInvalidation'),
      // There is one edge: by the time that anybody asks it is done.
      run: ({ DistributionId, Id }) =>
        xmlAnswer('Invalidation', XMLNS, shown(distributions.invalidation(DistributionId, Id), 'Completed')),
    }),
  };
}

function shown({ id, createdMs, callerReference, paths }: Invalidation, Status: string) {
  return {
    Id: id,
    Status,
    CreateTime: new Date(createdMs),
    InvalidationBatch: {
      Paths: { Quantity: paths.length, Items: { Path: paths } },
      CallerReference: callerReference,
    },
  };
}
