import type { Template } from './localAws.ts';

// biome-ignore lint/suspicious/noExplicitAny: parts of templates are of any shape.
type Part = any;

/** A reference as a reader says it: `MatchTable.Arn`, `PingTopic`; texts with their references in place. */
function named(part: Part): string {
  if (typeof part === 'string') return part;
  if (part?.Ref) return part.Ref;
  if (part?.['Fn::GetAtt']) return [part['Fn::GetAtt']].flat().join('.');
  if (part?.['Fn::Sub']) return [part['Fn::Sub']].flat()[0];
  if (part?.['Fn::Join']) return part['Fn::Join'][1].map(named).join(part['Fn::Join'][0]);
  return JSON.stringify(part, (_key, value) => (value?.Ref || value?.['Fn::GetAtt'] ? named(value) : value));
}

const all = (part: Part) => [part ?? []].flat().map(named).join(', ');
/** `before` and what follows it; nothing when there is nothing. */
const clause = (before: string, part: Part) => (part === undefined ? '' : ` ${before} ${all(part)}`);

function statement({ Effect, Principal, Action, NotAction, Resource, Condition }: Part): string {
  const who = typeof Principal === 'object' ? Object.values(Principal).flat() : Principal;
  const what = NotAction ? `all but ${all(NotAction)}` : all(Action);
  const denied = Effect === 'Allow' ? '' : `${Effect} `;
  return `${denied}${what}${clause('on', Resource)}${clause('by', who)}${clause('if', Condition)}`;
}

const statements = (document: Part): string[] => (document?.Statement ?? []).map(statement);

/** For each type of resource, what it lets through, to whom, and how often. */
const RULES: Record<string, (properties: Part) => string[]> = {
  'AWS::IAM::Role': ({ AssumeRolePolicyDocument, Policies = [] }) => [
    ...statements(AssumeRolePolicyDocument),
    ...Policies.flatMap((policy: Part) => statements(policy.PolicyDocument)),
  ],
  'AWS::IAM::Policy': ({ Roles, PolicyDocument }) =>
    statements(PolicyDocument).map((line) => `${line} for ${all(Roles)}`),
  'AWS::SQS::QueuePolicy': ({ PolicyDocument }) => statements(PolicyDocument),
  'AWS::SNS::TopicPolicy': ({ PolicyDocument }) => statements(PolicyDocument),
  'AWS::S3::BucketPolicy': ({ PolicyDocument }) => statements(PolicyDocument),
  'AWS::Lambda::Permission': ({ Action, Principal, FunctionName, SourceArn, EventSourceToken }) => [
    `${Action} on ${named(FunctionName)} by ${Principal}${clause('from', SourceArn)}${clause('for', EventSourceToken)}`,
  ],
  'AWS::Lambda::Function': ({ RecursiveLoop }) => (RecursiveLoop ? [`recursive loops: ${RecursiveLoop}`] : []),
  'AWS::Lambda::EventInvokeConfig': ({ DestinationConfig, MaximumRetryAttempts, MaximumEventAgeInSeconds }) => [
    `${MaximumRetryAttempts ?? 2} retries within ${MaximumEventAgeInSeconds ?? 21600} s, then ${named(DestinationConfig?.OnFailure?.Destination ?? 'nowhere')}`,
  ],
  'AWS::SNS::Subscription': ({ TopicArn, FilterPolicy, RedrivePolicy }) => [
    `${named(TopicArn)}${clause('where', FilterPolicy)}, else ${named(RedrivePolicy?.deadLetterTargetArn ?? 'nowhere')}`,
  ],
  'AWS::Events::Rule': ({ EventPattern, ScheduleExpression }) => [named(ScheduleExpression ?? EventPattern)],
  'AWS::ApiGateway::Stage': ({ MethodSettings = [] }) =>
    MethodSettings.map(
      ({ HttpMethod, ResourcePath, ThrottlingRateLimit, ThrottlingBurstLimit }: Part) =>
        `${HttpMethod} ${ResourcePath}: ${ThrottlingRateLimit} a second, ${ThrottlingBurstLimit} at once`,
    ),
  'AWS::Cognito::UserPool': ({ LambdaConfig = {}, UsernameConfiguration, AdminCreateUserConfig }) => [
    `${AdminCreateUserConfig?.AllowAdminCreateUserOnly ? 'administrators make users' : 'anybody signs up'}, names ${
      UsernameConfiguration?.CaseSensitive === false ? 'in any' : 'told apart by'
    } letter case`,
    ...Object.entries(LambdaConfig).map(([trigger, arn]) => `${trigger} by ${named(arn)}`),
  ],
  'AWS::Cognito::UserPoolClient': ({
    ExplicitAuthFlows,
    PreventUserExistenceErrors,
    GenerateSecret,
    WriteAttributes,
  }) => [
    `${all(ExplicitAuthFlows)}${GenerateSecret ? ' with a secret' : ''}, ${
      PreventUserExistenceErrors === 'ENABLED' ? 'hides' : 'tells'
    } who there is, writes ${all(WriteAttributes)}`,
  ],
  'AWS::Cognito::UserPoolGroup': ({ GroupName, RoleArn, Precedence }) => [
    `${GroupName} of precedence ${Precedence} is ${named(RoleArn)}`,
  ],
  'AWS::Cognito::IdentityPool': ({ AllowUnauthenticatedIdentities, CognitoIdentityProviders = [] }) => [
    `${AllowUnauthenticatedIdentities ? 'guests and ' : ''}${CognitoIdentityProviders.map(
      ({ ProviderName, ClientId, ServerSideTokenCheck }: Part) =>
        `${named(ClientId)} of ${named(ProviderName)}${ServerSideTokenCheck ? ', as long as they are signed in' : ''}`,
    ).join(', ')}`,
  ],
  'AWS::Cognito::IdentityPoolRoleAttachment': ({ Roles, RoleMappings = {} }) => [
    ...(Roles ? [named(Roles)] : []),
    ...Object.values(RoleMappings).map(
      ({ Type, IdentityProvider, AmbiguousRoleResolution }: Part) =>
        `by ${Type} of ${named(IdentityProvider)}, else ${AmbiguousRoleResolution}`,
    ),
  ],
  'AWS::DynamoDB::Table': ({ TimeToLiveSpecification: ttl, StreamSpecification: stream }) => [
    ...(ttl ? [`ends at ${ttl.AttributeName}${ttl.Enabled ? '' : ' (off)'}`] : []),
    ...(stream ? [`stream of ${stream.StreamViewType}`] : []),
  ],
};

/**
 * What a template lets through, a line each, sorted: who may do what on what, what reaches which function and what becomes of it
 * when it fails, how many requests an API takes. A test holds all of it, so that neither less nor more is deployed unseen.
 *
 * @example
 * expect(grantsOf(template)).toContain('MatchIamRoleLambdaExecution: dynamodb:GetItem on MatchTable.Arn');
 */
export function grantsOf({ Resources }: Template): string[] {
  return Object.entries(Resources)
    .flatMap(([id, { Type, Properties = {} }]) => (RULES[Type]?.(Properties) ?? []).map((line) => `${id}: ${line}`))
    .sort();
}
