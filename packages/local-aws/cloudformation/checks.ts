import { createHash } from 'node:crypto';
import { parseArn } from '../core/arn.ts';
import type { Core } from '../core/cloud.ts';
import { asError } from '../core/errors.ts';
import { type Principal, servicePrincipal } from '../core/principal.ts';
import type { PolicyDocument, PolicyStatement } from '../core/service.ts';
import { type Edge, edgesOf } from './deliveries.ts';
import { member } from './deployment.ts';
import { placeOf } from './plan.ts';
import type { ResourceState } from './state.ts';

/** What bringing a message to a target is called, and which resource type lets a service do it. */
const TARGETS: Readonly<Record<string, { action: string; allowedBy: string }>> = {
  lambda: { action: 'lambda:InvokeFunction', allowedBy: 'AWS::Lambda::Permission' },
  sqs: { action: 'sqs:SendMessage', allowedBy: 'AWS::SQS::QueuePolicy' },
  sns: { action: 'sns:Publish', allowedBy: 'AWS::SNS::TopicPolicy' },
  events: { action: 'events:PutEvents', allowedBy: 'AWS::Events::EventBusPolicy' },
};

/**
 * Asks IAM about every delivery that the resources set up, so that a missing permission fails the deployment and not,
 * silently, each message. `elsewhere` are the resources of other stacks, which may be targets or hold permissions.
 * Gives a sentence for each that is not allowed.
 */
export function checkDeliveries(
  core: Pick<Core, 'authorize'>,
  resources: readonly ResourceState[],
  elsewhere: readonly ResourceState[],
): string[] {
  const all = [...resources, ...elsewhere];
  return edgesOf(resources, all).flatMap((edge) => {
    const target = TARGETS[parseArn(edge.targetArn).service];
    const actions = edge.actions ?? (target ? [target.action] : []);
    return actions.flatMap((action) => checkEdge(core, edge, action, all));
  });
}

function checkEdge(
  core: Pick<Core, 'authorize'>,
  { resource, targetArn, service, roleArn }: Edge,
  action: string,
  all: readonly ResourceState[],
): string[] {
  const principal = service ? servicePrincipal(service.name, service.sourceArn) : rolePrincipal(roleArn ?? '');
  try {
    core.authorize(principal, {
      action,
      resource: targetArn,
      ...(service && { resourcePolicy: policyOf(targetArn, all) }),
    });
    return [];
  } catch (error) {
    const place = placeOf(resource.logicalId, resource.type.type);
    const { allowedBy = 'policy' } = TARGETS[parseArn(targetArn).service] ?? {};
    const remedy = service
      ? `add an ${allowedBy} that lets ${service.name} do this for ${service.sourceArn}`
      : `add the statement to the role ${roleArn}`;
    return [`${place}: ${action} on ${targetArn} is not allowed: ${remedy}. (${asError(error).message})`];
  }
}

function rolePrincipal(roleArn: string): Principal {
  const name = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  const arn = `${roleArn.replace(':iam:', ':sts:').replace(/:role\/.*$/, `:assumed-role/${name}`)}/check`;
  return { kind: 'role', arn, roleArn, sessionName: 'check' };
}

/** The policy of a function, queue, topic or bus, put together from the resources that make it. */
function policyOf(targetArn: string, all: readonly ResourceState[]): PolicyDocument {
  const statements = all.flatMap(({ type, properties }): PolicyStatement[] => {
    switch (type.type) {
      case 'AWS::Lambda::Permission':
        return permits(properties, targetArn, all) ? [permissionStatement(properties, targetArn)] : [];
      case 'AWS::SQS::QueuePolicy':
        return namesTarget(member(properties, 'Queues'), targetArn, all) ? statementsOf(properties) : [];
      case 'AWS::SNS::TopicPolicy':
        return namesTarget(member(properties, 'Topics'), targetArn, all) ? statementsOf(properties) : [];
      default:
        return [];
    }
  });
  return { Version: '2012-10-17', Statement: statements };
}

function statementsOf(properties: unknown): PolicyStatement[] {
  const document = member(properties, 'PolicyDocument') as PolicyDocument;
  return [document.Statement].flat();
}

/** Whether one of the names (physical ids or ARNs) is that of the target. */
function namesTarget(names: unknown, targetArn: string, all: readonly ResourceState[]): boolean {
  if (!Array.isArray(names)) return false;
  const target = all.find(({ provisioned }) => provisioned.attributes.Arn === targetArn);
  return names.includes(targetArn) || (target !== undefined && names.includes(target.provisioned.physicalId));
}

function permits(properties: unknown, targetArn: string, all: readonly ResourceState[]): boolean {
  const named = member(properties, 'FunctionName');
  return named === targetArn || targetArn.endsWith(`:function:${named}`) || namesTarget([named], targetArn, all);
}

/** The statement that a Lambda permission adds to the policy of its function. */
function permissionStatement(properties: unknown, targetArn: string): PolicyStatement {
  const text = (name: string) => String(member(properties, name) ?? '');
  const principal = text('Principal');
  const conditions = {
    ...(text('SourceArn') && { ArnLike: { 'AWS:SourceArn': text('SourceArn') } }),
    ...(text('SourceAccount') && { StringEquals: { 'AWS:SourceAccount': text('SourceAccount') } }),
  };
  return {
    Sid: createHash('sha256').update(JSON.stringify(properties)).digest('hex').slice(0, 12),
    Effect: 'Allow',
    Principal: principal === '*' ? '*' : { [principal.endsWith('.amazonaws.com') ? 'Service' : 'AWS']: principal },
    Action: text('Action'),
    Resource: targetArn,
    ...(Object.keys(conditions).length > 0 && { Condition: conditions }),
  };
}
