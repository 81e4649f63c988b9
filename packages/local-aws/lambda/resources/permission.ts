import { z } from 'zod';
import type { ResourceType } from '../../core/resource.ts';
import type { PolicyStatement } from '../../core/service.ts';
import type { FunctionRegistry } from '../registry.ts';
import { ownerOf } from './versions.ts';

/** A service: Alexa's name is of Amazon, those of AWS have `aws` in it. */
const SERVICE = /^[a-z0-9.-]+\.amazon(aws)?\.com$/;
/** Everybody, an account, somebody of an account, or a service. */
const PRINCIPAL = new RegExp(`^(\\*|\\d{12}|arn:aws:(iam|sts)::\\d{12}:[^*?]+|${SERVICE.source.slice(1, -1)})$`);

const properties = z.strictObject({
  Action: z.string().regex(/^(lambda:[*]|lambda:[a-zA-Z]+|[*])$/, 'must be an action of Lambda'),
  FunctionName: z.string(),
  Principal: z
    .string()
    .regex(PRINCIPAL, 'The provided principal was invalid. Please check the principal and try again.'),
  SourceArn: z.string().optional(),
  SourceAccount: z
    .string()
    .regex(/^\d{12}$/)
    .optional(),
  /** The id of the Alexa skill that may invoke the function: https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html */
  EventSourceToken: z
    .string()
    .max(256)
    .regex(/^[a-zA-Z0-9._-]+$/)
    .optional(),
});

type Properties = z.output<typeof properties>;

/** `AWS::Lambda::Permission`: a statement of the function's resource policy. */
export function permissionType(registry: FunctionRegistry): ResourceType<Properties> {
  return {
    type: 'AWS::Lambda::Permission',
    properties,
    replaceOn: ['Action', 'FunctionName', 'Principal', 'SourceArn', 'SourceAccount', 'EventSourceToken'],
    async create(wanted, context) {
      const { function: owner, arn } = registry.find(wanted.FunctionName);
      const id = context.generateName();
      owner.statements.set(id, { Sid: id, ...statementOf(wanted), Resource: arn });
      delete owner.policy;
      return { physicalId: id, attributes: { Id: id } };
    },
    async update(current) {
      return current;
    },
    async remove(current, wanted) {
      const owner = ownerOf(registry, wanted.FunctionName);
      owner?.statements.delete(current.physicalId);
      delete owner?.policy;
    },
    grants: ({ properties: wanted }) => [{ target: wanted.FunctionName, statements: [statementOf(wanted)] }],
  };
}

/** The statement that Lambda's AddPermission would write. */
function statementOf({ Action, Principal, SourceArn, SourceAccount, EventSourceToken }: Properties): PolicyStatement {
  const isService = SERVICE.test(Principal);
  const equal = {
    ...(SourceAccount && { 'AWS:SourceAccount': SourceAccount }),
    ...(EventSourceToken && { 'lambda:EventSourceToken': EventSourceToken }),
  };
  const conditions = {
    ...(SourceArn && { ArnLike: { 'AWS:SourceArn': SourceArn } }),
    ...(Object.keys(equal).length > 0 && { StringEquals: equal }),
  };
  return {
    Effect: 'Allow',
    Principal: Principal === '*' ? '*' : isService ? { Service: Principal } : { AWS: Principal },
    Action,
    ...(Object.keys(conditions).length > 0 && { Condition: conditions }),
  };
}
