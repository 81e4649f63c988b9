import type { Json } from '../core/settings.ts';
import { type CloudFormationTemplate, propertiesOf, recordsOf, referencesIn, within } from './template.ts';

/** Where a resource leaves what it could not do, as values of the template. */
interface FailureWay {
  readonly from: Json | undefined;
  readonly to: Json | undefined;
}

/** Every redrive policy, dead-letter configuration and failure destination of a template. */
export const failureWays = ({ Resources }: CloudFormationTemplate): FailureWay[] =>
  Object.entries(Resources)
    .flatMap(([id, resource]): FailureWay[] => {
      const [own, properties] = [{ Ref: id }, propertiesOf(resource)];
      switch (resource.Type) {
        case 'AWS::SQS::Queue':
          return [{ from: own, to: within(properties, 'RedrivePolicy', 'deadLetterTargetArn') }];
        case 'AWS::SNS::Subscription':
          return [{ from: properties.TopicArn, to: within(properties, 'RedrivePolicy', 'deadLetterTargetArn') }];
        case 'AWS::Lambda::Function':
          return [{ from: own, to: within(properties, 'DeadLetterConfig', 'TargetArn') }];
        case 'AWS::Lambda::EventInvokeConfig':
        case 'AWS::Lambda::EventSourceMapping':
          return [
            { from: properties.FunctionName, to: within(properties, 'DestinationConfig', 'OnFailure', 'Destination') },
          ];
        case 'AWS::Events::Rule':
        case 'AWS::Scheduler::Schedule': {
          const from = properties.EventPattern === undefined ? own : properties.EventBusName;
          const targets = recordsOf(properties.Targets ?? properties.Target);
          return targets.map((target) => ({ from, to: within(target, 'DeadLetterConfig', 'Arn') }));
        }
        default:
          return [];
      }
    })
    .filter(({ to }) => to !== undefined);

/** The logical ids that something takes from: an event source mapping, a pipe. */
export const takenFrom = ({ Resources }: CloudFormationTemplate): Set<string> =>
  new Set(
    Object.values(Resources).flatMap(({ Type, Properties = {} }) => {
      if (Type === 'AWS::Lambda::EventSourceMapping') return referencesIn(Properties.EventSourceArn);
      return Type === 'AWS::Pipes::Pipe' ? referencesIn(Properties.Source) : [];
    }),
  );

/** Queues that only hold what failed elsewhere: part of what they serve, not a node of their own. */
export const failureTargets = (template: CloudFormationTemplate): Set<string> => {
  const taken = takenFrom(template);
  return new Set(
    failureWays(template)
      .flatMap(({ to }) => referencesIn(to))
      .filter((id) => template.Resources[id]?.Type === 'AWS::SQS::Queue' && !taken.has(id)),
  );
};
