import { z } from 'zod';
import type { ResourceType } from '../../core/resource.ts';
import type { PolicyStatement } from '../../core/service.ts';
import type { FunctionRegistry } from '../registry.ts';
import { ownerOf } from './versions.ts';

/** Everybody, an account, somebody of an account, or a service. */
const PRINCIPAL = /^(\*|\d{12}|arn:aws:(iam|sts)::\d{12}:[^*?]+|[a-z0-9.-]+\.amazonaws\.com)$/;

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
});

type Properties = z.output<typeof properties>;

/** `AWS::Lambda::Permission`: a statement of the function's resource policy. */
export function permissionType(registry: FunctionRegistry): ResourceType<Properties> {
  return {
    type: 'AWS::Lambda::Permission',
    properties,
    replaceOn: ['Action', 'FunctionName', 'Principal', 'SourceArn', 'SourceAccount'],
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
function statementOf({ Action, Principal, SourceArn, SourceAccount }: Properties): PolicyStatement {
  const isService = /^[a-z0-9.-]+\.amazonaws\.com$/.test(Principal);
  const conditions = {
    ...(SourceArn && { ArnLike: { 'AWS:SourceArn': SourceArn } }),
    ...(SourceAccount && { StringEquals: { 'AWS:SourceAccount': SourceAccount } }),
  };
  return {
    Effect: 'Allow',
    Principal: Principal === '*' ? '*' : isService ? { Service: Principal } : { AWS: Principal },
    Action,
    ...(Object.keys(conditions).length > 0 && { Condition: conditions }),
  };
}
