import { type Node, nodeOf, type Supplied } from '../core/network.ts';
import type { Json } from '../core/settings.ts';
import { arnIn, arnOf, type Context, edgesOf, logicalId } from './context.ts';
import { CompileError, type Template } from './types.ts';

/** A timer is made where its functions are: what it is told to call is known there. */
export const timerOf = (context: Context, name: string): Supplied<'timer'> => {
  const node = nodeOf(context.network, name) as Node;
  if (node.kind === 'timer') return node;
  throw new CompileError(
    'open-end',
    `The timer "${name}" is an open end: its group and role are made in the stack of its functions, so overlay it here.`,
  );
};

const roleId = (node: Node): string => `${logicalId(node)}Role`;

/** The role in whose name the Scheduler calls. */
export const timerRoleArn = (node: Node): Json => ({ 'Fn::GetAtt': [roleId(node), 'Arn'] });

/** What a timer's schedules call. Throws where that is not one function: whoever makes a schedule names its target. */
export const timerTargetArn = (context: Context, name: string): Json => {
  const [edge, ...others] = edgesOf(context.outOf, name, 'timer triggers function');
  if (edge !== undefined && others.length === 0) return arnOf(context, edge.to);
  throw new CompileError(
    'timer-target',
    `The timer "${name}" triggers ${others.length + (edge === undefined ? 0 : 1)} functions: let each timer trigger one.`,
  );
};

const document = (statement: Template): Template => ({ Version: '2012-10-17', Statement: [statement] });

/** A group for one-time schedules, and the role that lets the Scheduler call for those of this group only. */
export const timerResources = (context: Context, node: Supplied<'timer'>): Template => {
  const group = context.physical(node.name);
  return {
    [logicalId(node)]: { Type: 'AWS::Scheduler::ScheduleGroup', Properties: { Name: group } },
    [roleId(node)]: {
      Type: 'AWS::IAM::Role',
      Properties: {
        // The confused deputy: docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
        AssumeRolePolicyDocument: document({
          Effect: 'Allow',
          Principal: { Service: 'scheduler.amazonaws.com' },
          Action: 'sts:AssumeRole',
          Condition: {
            StringEquals: {
              'aws:SourceAccount': { Ref: 'AWS::AccountId' },
              'aws:SourceArn': arnIn('scheduler', `schedule-group/${group}`),
            },
          },
        }),
        Policies: [
          {
            PolicyName: 'call',
            PolicyDocument: document({
              Effect: 'Allow',
              Action: 'lambda:InvokeFunction',
              Resource: timerTargetArn(context, node.name),
            }),
          },
        ],
      },
    },
  };
};
