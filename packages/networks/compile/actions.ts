import type { Edge } from '../core/network.ts';

/** The IAM actions that an edge gives to the function it leaves; none where the call is not AWS's to allow. */
export const actionsOf = (edge: Edge): readonly string[] => {
  switch (edge.type) {
    case 'function sends queue':
      return ['sqs:SendMessage'];
    case 'function publishes topic':
      return ['sns:Publish'];
    case 'function publishes bus':
      return ['events:PutEvents'];
    case 'function reads table':
    case 'function writes table':
      return [`dynamodb:${edge.settings.action}`];
    case 'function writes stream':
      return [`kinesis:${edge.settings.action}`];
    case 'function calls function':
      return ['lambda:InvokeFunction'];
    case 'function calls websocket':
      return ['execute-api:ManageConnections'];
    case 'function reads key':
      return ['kms:Decrypt'];
    case 'function writes key':
      return ['kms:Encrypt'];
    case 'function reads secret':
      return ['ssm:GetParameter', 'kms:Decrypt'];
    case 'function writes timer':
      return ['scheduler:CreateSchedule', 'iam:PassRole'];
    default:
      return [];
  }
};
